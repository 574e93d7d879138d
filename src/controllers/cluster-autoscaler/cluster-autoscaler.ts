import type { EventHandle, EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterAutoscalerSettings } from '../../model/autoscaler-plan.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../../model/cluster-view.ts';
import { PHASE } from '../../model/phases.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import { HOUR, SECOND } from '../../units.ts';
import type { Fleet } from '../fleet.ts';
import { InstanceRoom, type RoomRules } from '../instance-room.ts';
import { NodeRemoval, type NodeRemovalOptions } from '../node-removal.ts';
import type { PendingQueue } from '../pending-queue.ts';
import { estimate, freshNode, type NodeTemplate, type PodGroup } from './estimator.ts';
import { bestOptions, type ExpanderContext, type ExpansionOption } from './expanders.ts';
import { GroupBackoff } from './group-backoff.ts';
import { categorise, type DownNode, isUnderused, unneededLimit } from './scale-down.ts';
import { shareOut } from './similar-groups.ts';

export interface ClusterAutoscalerOptions extends Pick<NodeRemovalOptions, 'onDraining' | 'isIdle'> {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly settings: ClusterAutoscalerSettings;
  /** The waiting tasks that nodes may be launched for. */
  readonly queue: Pick<PendingQueue, 'size' | 'waiting' | 'line'>;
  readonly rules: RoomRules;
  /** Chooses among equally good groups. */
  readonly random: RandomDraws;
  /** What the agents of every node request: a share of it that is used. */
  readonly daemons: { readonly cpuMilli: number; readonly memoryBytes: number };
  readonly podPrice: ExpanderContext['podPrice'];
  /** Of a node, per hour, in the same unit. */
  readonly nodePrice: (groupIndex: number, typeName: string) => number;
  /** Must the task stay: by its annotations, a disruption budget, or because its kind is protected? */
  readonly isBlocked: (task: number) => boolean;
  /** Pods that come with every node need no other. */
  readonly isDaemon: (task: number) => boolean;
  /** Of the pods of each DaemonSet. */
  readonly daemonClasses: () => readonly number[];
}

/** While all waiting pods are younger, more are likely to come: the loop waits for them. */
const YOUNG_MS = 2 * SECOND;
const YOUNG_GPU_MS = 30 * SECOND;
/** Pods below this priority get no node. */
const EXPENDABLE_PRIORITY = -10;

/**
 * The Cluster Autoscaler 1.36 in a run. Each loop packs the waiting pods onto the nodes that are there and on their way;
 * for those that are left it grows one node group, as the expanders choose. Then it looks which nodes could go: those
 * that were unneeded for long enough are tainted, drained and ended.
 *
 * A group of several types is taken to launch its first; one of several zones, to launch in that of its first ready
 * node (chosen: the real template is any of its nodes). A loop takes no time.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 core/static_autoscaler.go, core/scaleup, core/scaledown
 */
export class ClusterAutoscaler {
  readonly #options: ClusterAutoscalerOptions;
  readonly #removal: NodeRemoval;
  readonly #backoff = new GroupBackoff();
  readonly #loop: EventKind;
  readonly #evict: EventKind;
  #loopEvent: EventHandle | null = null;
  #seenPods = 0;
  #lastScaleUpMs = -HOUR;
  #lastDeleteMs = -HOUR;
  /** By instance id: since when it could go, and until when it need not be looked at. */
  #unneededSinceMs = new Map<number, number>();
  readonly #unremovableUntilMs = new Map<number, number>();
  /** By instance id. */
  readonly #requestedMs = new Map<number, number>();
  /** Instances that leave with pods, by id. */
  readonly #drains = new Set<number>();

  constructor(options: ClusterAutoscalerOptions) {
    this.#options = options;
    const { kernel } = options;
    this.#removal = new NodeRemoval(options);
    this.#loop = kernel.defineKind('cluster-autoscaler', PHASE.autoscale, () => this.#run());
    this.#evict = kernel.defineKind('scale-down-eviction', PHASE.autoscale, (slot) =>
      this.#removal.drain(slot, options.store.instanceId[slot]!),
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
    const { kernel, settings } = this.#options;
    this.#seenPods = this.#options.queue.size;
    this.#giveUpLateNodes();
    const pods = this.#podsToHelp();
    const areYoung = pods.length > 0 && this.#areAllYoung(pods);
    const hasGrown = pods.length > 0 && !areYoung && this.#scaleUp(pods);
    if (hasGrown) this.#lastScaleUpMs = kernel.nowMs;
    const isCooling =
      hasGrown ||
      areYoung ||
      this.#lastScaleUpMs + settings.delayAfterAddMs > kernel.nowMs ||
      this.#lastDeleteMs + settings.delayAfterDeleteMs > kernel.nowMs;
    this.#updateUnneeded();
    const hasShrunk = !isCooling && this.#scaleDown();
    // Frequent loops: after one that did something the next begins at once.
    this.#runAfter(hasGrown || hasShrunk ? 0 : settings.scanMs);
  }

  // ---- up ----------------------------------------------------------------------------------------------------------

  /** Waiting pods that fit neither a node that is there nor one on its way; the important ones are packed first. */
  #podsToHelp(): PodGroup[] {
    const { store, queue, settings, kernel, rules } = this.#options;
    const coming = this.#slots(INSTANCE_STATE.requested, INSTANCE_STATE.booting).map((slot) =>
      freshNode(
        this.#withDaemons(store.shapes[store.shapeOf[slot]!]!, store.strings.name(store.zone[slot]!)),
      ),
    );
    const there = this.#slots(INSTANCE_STATE.ready).map((slot) => InstanceRoom.of(store, slot));
    const rooms = [...coming, ...there];
    const waiting = store.classes
      .filter(({ id, priority }) => queue.waiting(id) > 0 && priority >= EXPENDABLE_PRIORITY)
      .sort((a, b) => b.priority - a.priority || a.id - b.id);
    return waiting.flatMap((taskClass) => {
      const old = queue
        .line(taskClass.id)
        .filter((task) => store.taskSubmitMs(task) + settings.newPodDelayMs <= kernel.nowMs);
      let count = old.length;
      for (const room of rooms) {
        if (count === 0) break;
        const fits = room.room(taskClass, count, rules);
        if (fits > 0) room.take(taskClass, fits);
        count -= fits;
      }
      return count === 0 ? [] : [{ taskClass, count }];
    });
  }

  #areAllYoung(pods: readonly PodGroup[]): boolean {
    const { store, queue, kernel } = this.#options;
    return pods.every(({ taskClass: { id, requests } }) => {
      const youngMs = requests[LANE.gpu]! > 0 ? YOUNG_GPU_MS : YOUNG_MS;
      return queue.line(id).every((task) => store.taskSubmitMs(task) + youngMs > kernel.nowMs);
    });
  }

  #scaleUp(pods: readonly PodGroup[]): boolean {
    const { fleet, settings, random, podPrice } = this.#options;
    const total = this.#total();
    const spare = settings.maxNodesTotal === 0 ? Number.POSITIVE_INFINITY : settings.maxNodesTotal - total;
    if (spare <= 0) return false;
    const options = fleet.groups.flatMap((_, group) => this.#optionOf(group, pods, spare) ?? []);
    const { priorities } = settings;
    const best = bestOptions(options, settings.expanders, { priorities, clusterSize: total, podPrice });
    if (best.length === 0) return false;
    const chosen = best[best.length === 1 ? 0 : Math.floor(random.double() * best.length)]!;
    return this.#grow(chosen, pods, Math.min(chosen.nodes, spare, settings.maxNodesPerScaleUp));
  }

  #optionOf(group: number, pods: readonly PodGroup[], spare: number): ExpansionOption | null {
    const { fleet, settings, kernel, rules, nodePrice } = this.#options;
    const template = this.#templateOf(group);
    if (template === null || this.#backoff.isBackedOff(group, kernel.nowMs)) return null;
    const { name, size } = fleet.groups[group]!;
    const most = Math.min(size.max - fleet.alive(group), spare, settings.maxNodesPerScaleUp);
    if (most <= 0) return null;
    const fitting = pods.filter(({ taskClass }) => freshNode(template).room(taskClass, 1, rules) > 0);
    const { nodes, placed } = estimate(fitting, template, most, rules);
    if (nodes === 0) return null;
    const price = nodePrice(group, template.shape.typeName);
    return { group, name, shape: template.shape, nodes, pods: placed, nodePrice: price };
  }

  /** Null: not a group that it looks after, or in zones that launch nothing. */
  #templateOf(group: number): NodeTemplate | null {
    const { fleet, store } = this.#options;
    if (!this.#isManaged(group)) return null;
    const { types, zones } = fleet.groups[group]!;
    const ready = this.#slots(INSTANCE_STATE.ready).find((slot) => fleet.groupOf(slot) === group);
    const own = ready === undefined ? undefined : store.strings.name(store.zone[ready]!);
    const zone = own !== undefined && fleet.isOpen(own) ? own : zones.find((one) => fleet.isOpen(one));
    return zone === undefined ? null : this.#withDaemons(fleet.shape(group, types[0]!), zone);
  }

  /** A node to come, with the pods of every DaemonSet that may run there. */
  #withDaemons(shape: InstanceShape, zone: string): NodeTemplate {
    const { store, rules, daemonClasses } = this.#options;
    const classes = daemonClasses().map((classId) => store.classes[classId]!);
    return { shape, zone, daemons: classes.filter((daemon) => rules.admits(daemon, shape, zone)) };
  }

  #grow(chosen: ExpansionOption, pods: readonly PodGroup[], nodes: number): boolean {
    const { fleet, settings } = this.#options;
    const similar = settings.balanceSimilarGroups ? this.#similarTo(chosen, pods) : [];
    const groups = [chosen.group, ...similar].map((group) => ({
      group,
      size: fleet.alive(group),
      max: fleet.groups[group]!.size.max,
    }));
    let hasGrown = false;
    for (const { group, count } of shareOut(groups, nodes)) {
      for (let node = 0; node < count; node++) {
        if (!this.#launch(group)) break;
        hasGrown = true;
      }
    }
    return hasGrown;
  }

  /** Groups with the same labels, CPU and memory, that would take the same pods. */
  #similarTo(chosen: ExpansionOption, pods: readonly PodGroup[]): number[] {
    const { fleet } = this.#options;
    const labels = fleet.groups[chosen.group]!.labels;
    return fleet.groups.flatMap((group, index) => {
      if (index === chosen.group) return [];
      const option = this.#optionOf(index, pods, Number.POSITIVE_INFINITY);
      const isAlike =
        option !== null &&
        [LANE.cpu, LANE.memory].every(
          (lane) => option.shape.capacity[lane] === chosen.shape.capacity[lane],
        ) &&
        group.labels.size === labels.size &&
        [...labels].every(([key, value]) => group.labels.get(key) === value) &&
        chosen.pods.every(({ taskClass }) => option.pods.some((one) => one.taskClass === taskClass));
      return isAlike ? [index] : [];
    });
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

  /** Which nodes could go now, and since when they could. */
  #updateUnneeded(): void {
    const { kernel, settings, rules } = this.#options;
    const { nowMs } = kernel;
    const nodes = this.#slots(INSTANCE_STATE.ready).map((slot) => this.#downNode(slot));
    const known = this.#unneededSinceMs;
    const candidates = nodes
      .filter((node) => this.#mayGo(node))
      .sort(
        (a, b) =>
          Number(a.room.tasks.size > 0) - Number(b.room.tasks.size > 0) ||
          Number(!known.has(a.id)) - Number(!known.has(b.id)) ||
          a.id - b.id,
      );
    const limit = unneededLimit(known.size, settings);
    const { unneeded, unremovable } = categorise(candidates, nodes, limit, rules);
    this.#unneededSinceMs = new Map(unneeded.map(({ id }) => [id, known.get(id) ?? nowMs]));
    for (const { id } of unremovable) this.#unremovableUntilMs.set(id, nowMs + settings.unremovableMs);
  }

  #mayGo({ id, group, utilisation, isBlocked }: DownNode): boolean {
    const { fleet, kernel, settings } = this.#options;
    return (
      this.#isManaged(group) &&
      fleet.alive(group) > fleet.groups[group]!.size.min &&
      isUnderused({ utilisation }, settings.utilisationThreshold) &&
      !isBlocked &&
      (this.#unremovableUntilMs.get(id) ?? 0) <= kernel.nowMs
    );
  }

  /** Ends nodes that were unneeded for long enough: empty ones first, as many as may leave at the same time. */
  #scaleDown(): boolean {
    const { kernel, store, fleet, settings, isIdle } = this.#options;
    const leaving = this.#slots(INSTANCE_STATE.draining).filter((slot) => this.#removal.isLeaving(slot));
    const living = new Set(leaving.map((slot) => store.instanceId[slot]!));
    for (const id of this.#drains) if (!living.has(id)) this.#drains.delete(id);
    const due = this.#slots(INSTANCE_STATE.ready)
      .filter((slot) => {
        const sinceMs = this.#unneededSinceMs.get(store.instanceId[slot]!);
        return sinceMs !== undefined && sinceMs + settings.unneededMs <= kernel.nowMs;
      })
      .sort((a, b) => Number(!isIdle(a)) - Number(!isIdle(b)) || store.instanceId[a]! - store.instanceId[b]!);
    let room = settings.maxParallel - leaving.length;
    let hasShrunk = false;
    for (const slot of due) {
      const group = fleet.groupOf(slot);
      const isDrain = !isIdle(slot);
      if (room <= 0 || fleet.alive(group) <= fleet.groups[group]!.size.min) continue;
      if (isDrain && this.#drains.size >= settings.maxDrains) continue;
      const id = store.instanceId[slot]!;
      if (isDrain) this.#drains.add(id);
      this.#unneededSinceMs.delete(id);
      this.#removal.cordon(slot);
      kernel.after(settings.deleteDelayMs, this.#evict, slot);
      room -= 1;
      hasShrunk = true;
    }
    if (hasShrunk) this.#lastDeleteMs = kernel.nowMs;
    return hasShrunk;
  }

  #downNode(slot: number): DownNode {
    const { store, fleet, isBlocked, isDaemon, daemons } = this.#options;
    const staying = new Map<TaskClass, number>();
    let hasBlocked = false;
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      const taskClass = store.classes[store.taskClass[task]!]!;
      if (isDaemon(task)) staying.set(taskClass, (staying.get(taskClass) ?? 0) + 1);
      else hasBlocked ||= isBlocked(task);
    }
    const share = (lane: number, ofDaemons: number) =>
      (store.requested[lane]![slot]! + ofDaemons) / (store.allocatable[lane]![slot]! + ofDaemons);
    const isGpu = store.shapes[store.shapeOf[slot]!]!.gpuDevices > 0;
    const utilisation = isGpu
      ? share(LANE.gpu, 0)
      : Math.max(share(LANE.cpu, daemons.cpuMilli), share(LANE.memory, daemons.memoryBytes));
    return {
      id: store.instanceId[slot]!,
      slot,
      group: fleet.groupOf(slot),
      room: InstanceRoom.of(store, slot),
      utilisation,
      isBlocked: hasBlocked,
      staying,
    };
  }

  // ---- the fleet ---------------------------------------------------------------------------------------------------

  /** Groups whose size is a range. */
  #isManaged(group: number): boolean {
    const { size, types } = this.#options.fleet.groups[group]!;
    return size.min < size.max && types.length > 0;
  }

  #total(): number {
    const { fleet } = this.#options;
    return fleet.groups.reduce((sum, _, group) => sum + fleet.alive(group), 0);
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
