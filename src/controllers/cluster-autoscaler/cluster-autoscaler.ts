import type { EventHandle, EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterAutoscalerSettings } from '../../model/autoscaler-plan.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../../model/cluster-view.ts';
import { PHASE } from '../../model/phases.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { FilterRun } from '../../schedulers/kubernetes/filter-run.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import type { ProfileOptions } from '../../schedulers/kubernetes/kubernetes-options.ts';
import { HOUR } from '../../units.ts';
import type { Fleet } from '../fleet.ts';
import { NodeRemoval, type NodeRemovalOptions } from '../node-removal.ts';
import type { PendingQueue } from '../pending-queue.ts';
import { ClusterSnapshot } from './cluster-snapshot.ts';
import { GroupBackoff } from './group-backoff.ts';
import { addDaemons, type NodeTemplate } from './node-template.ts';
import { PodSimulator } from './pod-simulator.ts';
import { EXPENDABLE_PRIORITY, PodsToHelp, type PodsToHelpOptions } from './pods-to-help.ts';
import { ScaleUp, type ScaleUpOptions } from './scale-up.ts';
import { UnneededNodes, type UnneededNodesOptions } from './unneeded-nodes.ts';

export interface ClusterAutoscalerOptions
  extends Pick<NodeRemovalOptions, 'onDraining' | 'isIdle'>,
    Pick<ScaleUpOptions, 'random' | 'podPrice' | 'nodePrice'>,
    Pick<PodsToHelpOptions, 'nominated'>,
    Pick<UnneededNodesOptions, 'daemons' | 'budgets' | 'isDaemon'> {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly settings: ClusterAutoscalerSettings;
  readonly queue: PodsToHelpOptions['queue'] & Pick<PendingQueue, 'size'>;
  /** Could an empty node of the shape, in the zone, take the pod? */
  readonly admits: (taskClass: TaskClass, shape: InstanceShape, zone: string) => boolean;
  /** Which of the nodes of a group, if they are in several zones, stands for those to come. */
  readonly templateDraws: RandomDraws;
  /** Of kube-scheduler: whose filters say where a pod could go. */
  readonly profiles: readonly ProfileOptions[];
  /** Of the pods of each DaemonSet. */
  readonly daemonClasses: () => readonly number[];
}

/**
 * The Cluster Autoscaler 1.36 in a run. Each loop packs the waiting pods onto the nodes that are there and on their way;
 * for those that are left it grows one node group, as the expanders choose. Then it looks which nodes could go: those
 * that were unneeded for long enough are tainted, drained and ended.
 *
 * A group of several types is taken to launch its first; one of several zones, to launch in that of one of its ready
 * nodes, drawn anew in each loop (the real template is any of its nodes). A loop takes no time.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 core/static_autoscaler.go, core/scaleup, core/scaledown
 */
export class ClusterAutoscaler {
  readonly #options: ClusterAutoscalerOptions;
  readonly #removal: NodeRemoval;
  readonly #snapshot: ClusterSnapshot;
  readonly #simulator: PodSimulator;
  readonly #scaleUp: ScaleUp;
  readonly #unneeded: UnneededNodes;
  readonly #podsToHelp: PodsToHelp;
  readonly #backoff = new GroupBackoff();
  readonly #loop: EventKind;
  readonly #evict: EventKind;
  #loopEvent: EventHandle | null = null;
  #seenPods = 0;
  #lastScaleUpMs = -HOUR;
  #lastDeleteMs = -HOUR;
  /** By instance id. */
  readonly #requestedMs = new Map<number, number>();
  /** Instances that leave with pods, by id. */
  readonly #drains = new Set<number>();

  constructor(options: ClusterAutoscalerOptions) {
    this.#options = options;
    const { kernel, store, profiles } = options;
    this.#removal = new NodeRemoval(options);
    this.#snapshot = new ClusterSnapshot(store, EXPENDABLE_PRIORITY);
    this.#simulator = new PodSimulator(this.#snapshot, new FilterRun(this.#snapshot.store, profiles));
    const simulator = this.#simulator;
    this.#scaleUp = new ScaleUp({ ...options, simulator, templateOf: (group) => this.#templateOf(group) });
    this.#podsToHelp = new PodsToHelp({ ...options, simulator });
    const isManaged = (group: number) => this.#isManaged(group);
    this.#unneeded = new UnneededNodes({ ...options, simulator, isManaged });
    this.#loop = kernel.defineKind('cluster-autoscaler', PHASE.autoscale, () => this.#run());
    this.#evict = kernel.defineKind('scale-down-eviction', PHASE.autoscale, (slot) =>
      this.#removal.drain(slot, store.instanceId[slot]!),
    );
  }

  start(): void {
    this.#runAfter(this.#options.settings.scanMs);
  }

  /** Tasks were left waiting: a new one starts a loop at once. */
  demandSeen(): void {
    const { size } = this.#options.queue;
    if (size > this.#seenPods) this.#runAfter(0);
    this.#seenPods = size;
  }

  /** Nothing but daemons is left on an instance that drains. */
  idle(slot: number): void {
    this.#removal.idle(slot);
  }

  /** The Auto Scaling group behind it replaces what it loses, in the zones that still launch. */
  instanceLost(group: number): void {
    const { fleet } = this.#options;
    const { size, zones } = fleet.groups[group]!;
    const canLaunch = zones.some((zone) => fleet.isOpen(zone));
    if (this.#isManaged(group) && canLaunch && fleet.alive(group) < size.max) this.#launch(group);
  }

  /** Instances were taken out of a group: it comes back to its minimum. */
  replace(group: number): void {
    const { fleet } = this.#options;
    const { size, zones, types } = fleet.groups[group]!;
    if (types.length === 0 || !zones.some((zone) => fleet.isOpen(zone))) return;
    while (fleet.alive(group) < size.min) if (!this.#launch(group)) break;
  }

  #runAfter(delayMs: number): void {
    const { kernel } = this.#options;
    if (this.#loopEvent !== null) kernel.cancel(this.#loopEvent);
    this.#loopEvent = kernel.after(delayMs, this.#loop, 0);
  }

  #run(): void {
    this.#loopEvent = null;
    const { kernel, settings, queue } = this.#options;
    this.#seenPods = queue.size;
    this.#giveUpLateNodes();
    this.#snapshot.follow(kernel.nowMs);
    const mark = this.#snapshot.fork();
    this.#addUpcomingNodes();
    const tasks = this.#podsToHelp.find(this.#drains);
    const areYoung = this.#podsToHelp.areYoung(tasks);
    const hasGrown = tasks.length > 0 && !areYoung && this.#grow(tasks);
    if (hasGrown) this.#lastScaleUpMs = kernel.nowMs;
    const isCooling =
      hasGrown ||
      areYoung ||
      this.#lastScaleUpMs + settings.delayAfterAddMs > kernel.nowMs ||
      this.#lastDeleteMs + settings.delayAfterDeleteMs > kernel.nowMs;
    this.#unneeded.update();
    this.#snapshot.revert(mark);
    const hasShrunk = !isCooling && this.#scaleDown();
    // Frequent loops: after one that did something the next begins at once.
    this.#runAfter(hasGrown || hasShrunk ? 0 : settings.scanMs);
  }

  // ---- up ----------------------------------------------------------------------------------------------------------

  #addUpcomingNodes(): void {
    const { store } = this.#options;
    for (const realSlot of this.#slots(INSTANCE_STATE.requested, INSTANCE_STATE.booting)) {
      const slot = this.#snapshot.addUpcoming(realSlot);
      const shape = store.shapes[store.shapeOf[realSlot]!]!;
      addDaemons(this.#snapshot, slot, this.#daemonsOn(shape, store.strings.name(store.zone[realSlot]!)));
    }
  }

  /** Null: not a group that it looks after, one that has failed, or in zones that launch nothing. */
  #templateOf(group: number): NodeTemplate | null {
    const { fleet, kernel } = this.#options;
    if (!this.#isManaged(group) || this.#backoff.isBackedOff(group, kernel.nowMs)) return null;
    const { types, zones } = fleet.groups[group]!;
    const zone = this.#zoneOfAny(group) ?? zones.find((one) => fleet.isOpen(one));
    if (zone === undefined) return null;
    const instance = fleet.instanceOf(group, types[0]!, zone);
    const { shape } = instance;
    return { shape, instance, daemons: this.#daemonsOn(shape, zone) };
  }

  /** The zone of any of its ready nodes; undefined without one in a zone that launches. */
  #zoneOfAny(group: number): string | undefined {
    const { fleet, store, templateDraws } = this.#options;
    const zones = this.#slots(INSTANCE_STATE.ready)
      .filter((slot) => fleet.groupOf(slot) === group)
      .map((slot) => store.strings.name(store.zone[slot]!))
      .filter((zone) => fleet.isOpen(zone));
    const isOne = zones.every((zone) => zone === zones[0]);
    return zones[isOne ? 0 : Math.floor(templateDraws.double() * zones.length)];
  }

  /** Pods of every DaemonSet that may run on such a node. */
  #daemonsOn(shape: InstanceShape, zone: string): TaskClass[] {
    const { store, admits, daemonClasses } = this.#options;
    const classes = daemonClasses().map((classId) => store.classes[classId]!);
    return classes.filter((daemon) => admits(daemon, shape, zone));
  }

  #grow(tasks: readonly number[]): boolean {
    let hasGrown = false;
    for (const { group, count } of this.#scaleUp.plan(this.#podsToHelp.groupsOf(tasks))) {
      for (let node = 0; node < count; node++) {
        if (!this.#launch(group)) break;
        hasGrown = true;
      }
    }
    return hasGrown;
  }

  /** The group does not deliver: it is left alone for a while. */
  #launch(group: number): boolean {
    const { fleet, kernel, store } = this.#options;
    const slot = fleet.launchFor(group, (_, zone) => fleet.isOpen(zone));
    if (slot < 0) this.#backoff.failed(group, kernel.nowMs);
    else this.#requestedMs.set(store.instanceId[slot]!, kernel.nowMs);
    return slot >= 0;
  }

  /** Nodes that did not come in time are given up. */
  #giveUpLateNodes(): void {
    const { store, fleet, kernel, settings } = this.#options;
    for (const slot of this.#slots(INSTANCE_STATE.requested, INSTANCE_STATE.booting)) {
      const sinceMs = this.#requestedMs.get(store.instanceId[slot]!);
      if (sinceMs === undefined || sinceMs + settings.provisionTimeoutMs > kernel.nowMs) continue;
      this.#backoff.failed(fleet.groupOf(slot), kernel.nowMs);
      fleet.terminate(slot);
    }
  }

  // ---- down --------------------------------------------------------------------------------------------------------

  /** Ends nodes that were unneeded for long enough: empty ones first, as many as may leave at the same time. */
  #scaleDown(): boolean {
    const { kernel, store, fleet, settings, isIdle } = this.#options;
    const leaving = this.#slots(INSTANCE_STATE.draining).filter((slot) => this.#removal.isLeaving(slot));
    const living = new Set(leaving.map((slot) => store.instanceId[slot]!));
    for (const id of this.#drains) if (!living.has(id)) this.#drains.delete(id);
    const due = this.#slots(INSTANCE_STATE.ready)
      .filter((slot) => this.#unneeded.isDue(store.instanceId[slot]!))
      .sort(
        (a, b) =>
          Number(!isIdle(a)) - Number(!isIdle(b)) ||
          Number(this.#unneeded.isRisky(store.instanceId[a]!)) -
            Number(this.#unneeded.isRisky(store.instanceId[b]!)) ||
          store.instanceId[a]! - store.instanceId[b]!,
      );
    let room = settings.maxParallel - leaving.length;
    let hasShrunk = false;
    for (const slot of due) {
      const group = fleet.groupOf(slot);
      const isDrain = !isIdle(slot);
      if (room <= 0 || fleet.alive(group) <= fleet.groups[group]!.size.min) continue;
      if (isDrain && this.#drains.size >= settings.maxDrains) continue;
      const id = store.instanceId[slot]!;
      if (isDrain) this.#drains.add(id);
      this.#unneeded.forget(id);
      this.#removal.cordon(slot);
      kernel.after(settings.deleteDelayMs, this.#evict, slot);
      room -= 1;
      hasShrunk = true;
    }
    if (hasShrunk) this.#lastDeleteMs = kernel.nowMs;
    return hasShrunk;
  }

  // ---- the fleet ---------------------------------------------------------------------------------------------------

  /** Groups whose size is a range. */
  #isManaged(group: number): boolean {
    const { size, types } = this.#options.fleet.groups[group]!;
    return size.min < size.max && types.length > 0;
  }

  #slots(...states: readonly number[]): number[] {
    const { store } = this.#options;
    const slots: number[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (states.includes(store.state[slot]!)) slots.push(slot);
    }
    return slots;
  }
}
