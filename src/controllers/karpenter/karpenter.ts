import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { KarpenterSettings } from '../../model/autoscaler-plan.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { PHASE } from '../../model/phases.ts';
import type { Namespaces } from '../../schedulers/kubernetes/pod-affinity.ts';
import type { PodTable } from '../../schedulers/kubernetes/pod.ts';
import { MINUTE, SECOND } from '../../units.ts';
import type { Fleet } from '../fleet.ts';
import { NodeRemoval, type NodeRemovalOptions } from '../node-removal.ts';
import type { PendingQueue } from '../pending-queue.ts';
import { isUndisruptable } from '../pod-protection.ts';
import { BatchWindow } from './batch-window.ts';
import type { PodBudget } from './budget-cover.ts';
import type { DisruptionInput } from './candidates.ts';
import { ClusterPicture } from './cluster-picture.ts';
import { replacementOf } from './consolidation.ts';
import { type Command, disruptionPass, validated } from './disruption.ts';
import { NodeLauncher } from './node-launcher.ts';
import type { NodePool } from './node-pool.ts';
import { movedPods } from './node-pods.ts';
import { NodeRecords } from './node-records.ts';
import type { PodEvents } from './pod-events.ts';
import { LaunchCatalogue, provision } from './provisioning.ts';
import { TrialNodes } from './trial-nodes.ts';

export interface KarpenterOptions extends Pick<NodeRemovalOptions, 'onDraining' | 'isIdle'> {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly settings: KarpenterSettings;
  readonly pools: readonly NodePool[];
  /** How long the nodes of a pool may live; null: for ever. */
  readonly expiryMs: (pool: NodePool) => number | null;
  /** By index of the fleet's groups; null: nodes of no pool. */
  readonly poolOf: readonly (NodePool | null)[];
  /** The waiting tasks that nodes may be launched for. */
  readonly queue: Pick<PendingQueue, 'size' | 'waiting' | 'line'>;
  readonly pods: PodTable;
  readonly podEvents: PodEvents;
  readonly budgets: () => readonly PodBudget[];
  readonly namespaces: Namespaces;
  readonly wellKnown: ReadonlySet<string>;
  /** Per hour. */
  readonly priceOf: (groupIndex: number, typeName: string, zone: string) => number;
  readonly isDaemon: (task: number) => boolean;
  /** Of the pods of each DaemonSet. */
  readonly daemonClasses: () => readonly number[];
  readonly startEpochMs: number;
}

/** Every pod that waits asks again after so long. Source: karpenter v1.14.1 pkg/controllers/provisioning/controller.go */
const ASK_AGAIN_MS = 10 * SECOND;
/** A node that is expected to take pods is left alone for so long: twice the longest batch, at least. */
const NOMINATION_BATCHES = 2;
const LEAST_NOMINATION_MS = 10 * SECOND;
/** A cluster that has not changed is looked at again after so long. Source: pkg/controllers/state/cluster.go */
const RECHECK_MS = 5 * MINUTE;

/** Nodes on their way out once their replacements work. */
interface Execution {
  readonly leaving: readonly { readonly slot: number; readonly id: number }[];
  readonly awaited: Set<number>;
}

/**
 * Karpenter v1.14.1 in a run: batches of waiting pods become node claims, claims become instances, and nodes that are
 * empty, drifted, expired or dearer than they must be are removed, after their replacements work.
 *
 * Chosen: EC2 answers a launch at once; the nodes of a command are cordoned as soon as its replacements are asked for.
 */
export class Karpenter {
  readonly #options: KarpenterOptions;
  readonly #window: BatchWindow;
  readonly #picture: ClusterPicture;
  readonly #removal: NodeRemoval;
  readonly #look: EventKind;
  readonly #validate: EventKind;
  readonly #ask: EventKind;
  readonly #expire: EventKind;
  #asking = false;
  readonly #nodes: NodeRecords;
  readonly #launcher: NodeLauncher;
  #executions: Execution[] = [];
  /** Waits for its second look. */
  #command: Command | null = null;
  /** Nothing was to be done at this version of the cluster. */
  #quietVersion = -1;
  #quietUntilMs = 0;

  constructor(options: KarpenterOptions) {
    this.#options = options;
    const { kernel, settings } = options;
    const { protects } = settings;
    this.#removal = new NodeRemoval(options);
    this.#nodes = new NodeRecords(options);
    this.#launcher = new NodeLauncher(options);
    this.#window = new BatchWindow({
      kernel,
      idleMs: settings.batchIdleMs,
      maxMs: settings.batchMaxMs,
      onClosed: () => this.#provision(),
    });
    this.#picture = new ClusterPicture({
      ...options,
      isShort: (group, type, zone) => this.#launcher.isShort(group, type, zone),
      factsOf: (slot, pool) => this.#nodes.facts(slot, pool),
      isProtected: (task, taskClass) =>
        isUndisruptable(taskClass, protects, kernel.nowMs - options.store.taskSinceMs(task)),
    });
    const define = (name: string, action: (entity: number) => void) =>
      kernel.defineKind(name, PHASE.autoscale, action);
    this.#look = define('karpenter-disruption', () => this.#disrupt());
    this.#validate = define('karpenter-validation', () => this.#judge());
    this.#ask = define('karpenter-pods', () => this.#askAgain());
    this.#expire = define('karpenter-expiry', (slot) => this.#expired(slot));
  }

  start(): void {
    this.#options.kernel.after(this.#options.settings.pollingMs, this.#look, 0);
  }

  /** Tasks were left waiting. */
  demandSeen(): void {
    this.#window.seen(this.#options.queue.size);
  }

  /** A node accepts pods. */
  ready(slot: number): void {
    const { kernel, poolOf, fleet, expiryMs } = this.#options;
    const record = this.#nodes.of(slot);
    record.readyMs = kernel.nowMs;
    const pool = poolOf[fleet.groupOf(slot)]!;
    const lifeMs = pool === null ? null : expiryMs(pool);
    if (lifeMs !== null) {
      kernel.at(Math.max(kernel.nowMs, record.requestedMs + lifeMs), this.#expire, slot);
    }
    for (const execution of this.#executions) execution.awaited.delete(record.id);
    this.#proceed();
  }

  /** Nothing but daemons is left on an instance that drains. */
  idle(slot: number): void {
    this.#removal.idle(slot);
  }

  // ---- provisioning ------------------------------------------------------------------------------------------------

  #provision(): void {
    const { queue, namespaces, kernel, settings } = this.#options;
    if (queue.size === 0) return;
    const nodes = this.#picture.nodes();
    const catalogue = this.#catalogue();
    const budgets = this.#options.budgets();
    const moving = nodes.filter(({ deleting }) => deleting).flatMap(({ pods }) => movedPods(pods, budgets));
    const result = provision({
      catalogue,
      nodes: new TrialNodes(
        nodes.filter(({ deleting }) => !deleting).map(({ state }) => state),
        catalogue.daemons,
      ),
      topologyNodes: this.#picture.topology(nodes),
      pods: [...this.#picture.pending(queue), ...moving.map((pod) => ({ ...pod, fromDeletingNode: true }))],
      namespaces,
    });
    const lengthMs = Math.max(NOMINATION_BATCHES * settings.batchMaxMs, LEAST_NOMINATION_MS);
    const slots = new Map(this.#slots().map((slot) => [this.#options.store.instanceName(slot), slot]));
    for (const { state, pods } of result.nodes) {
      const slot = slots.get(state.name);
      if (pods.length > 0 && slot !== undefined) {
        this.#nodes.of(slot).nominatedUntilMs = kernel.nowMs + lengthMs;
      }
    }
    for (const claim of result.claims) {
      const slot = this.#launcher.launch(replacementOf(claim));
      // It is in the picture from now on: the next batch will not ask for it again.
      if (slot >= 0) this.#nodes.of(slot);
    }
    this.#keepAsking();
  }

  #keepAsking(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#options.kernel.after(ASK_AGAIN_MS, this.#ask, 0);
  }

  #askAgain(): void {
    this.#asking = false;
    if (this.#options.queue.size > 0) this.demandSeen();
  }

  // ---- disruption --------------------------------------------------------------------------------------------------

  #disrupt(): void {
    const { kernel, settings, store } = this.#options;
    const { version } = store.changes;
    const isQuiet =
      version === this.#quietVersion && kernel.nowMs < this.#quietUntilMs && this.#options.queue.size === 0;
    if (!isQuiet) {
      const { command, allowed } = disruptionPass(this.#input());
      if (command !== null) {
        this.#await(command);
        return;
      }
      const isHeldBack = [...allowed.values()].some((pools) => [...pools.values()].includes(0));
      this.#quietVersion = isHeldBack || this.#picture.hasPassingHolds ? -1 : version;
      this.#quietUntilMs = Math.min(kernel.nowMs + RECHECK_MS, this.#nodes.nextTimerMs());
    }
    kernel.after(settings.pollingMs, this.#look, 0);
  }

  #await(command: Command): void {
    this.#command = command;
    const { kernel, settings } = this.#options;
    // Drift is not validated.
    const delayMs = command.method.kind === 'drift' ? 0 : settings.validationMs;
    kernel.after(delayMs, this.#validate, 0);
  }

  /** The second look: the command is carried out, or the methods behind it are asked. */
  #judge(): void {
    const { kernel, settings } = this.#options;
    const command = this.#command!;
    this.#command = null;
    const input = this.#input();
    const valid = validated(input, command);
    if (valid !== null && this.#execute(valid)) {
      // There may be more to do.
      kernel.after(0, this.#look, 0);
      return;
    }
    const next = disruptionPass(input, command.method).command;
    if (next === null) kernel.after(settings.pollingMs, this.#look, 0);
    else this.#await(next);
  }

  /** False when a replacement is not to be had: the nodes then stay. */
  #execute({ candidates, replacements }: Command): boolean {
    const { store, fleet } = this.#options;
    const launched: number[] = [];
    for (const replacement of replacements) {
      const slot = this.#launcher.launch(replacement);
      if (slot < 0) {
        for (const one of launched) fleet.terminate(one);
        return false;
      }
      launched.push(slot);
    }
    const names = new Set(candidates.map(({ node }) => node.state.name));
    const leaving = this.#slots()
      .filter((slot) => store.state[slot] === INSTANCE_STATE.ready && names.has(store.instanceName(slot)))
      .map((slot) => ({ slot, id: store.instanceId[slot]! }));
    for (const { slot } of leaving) this.#removal.cordon(slot);
    this.#executions.push({ leaving, awaited: new Set(launched.map((slot) => this.#nodes.of(slot).id)) });
    this.#proceed();
    return true;
  }

  /** Drains the nodes of every command whose replacements work, or are gone. */
  #proceed(): void {
    const { store } = this.#options;
    const living = new Set(this.#slots().map((slot) => store.instanceId[slot]!));
    const isComplete = ({ awaited }: Execution) => [...awaited].every((id) => !living.has(id));
    const complete = this.#executions.filter(isComplete);
    if (complete.length === 0) return;
    this.#executions = this.#executions.filter((one) => !isComplete(one));
    for (const { leaving } of complete) for (const { slot, id } of leaving) this.#removal.drain(slot, id);
  }

  /** A node is too old: it goes whatever runs on it, and without waiting for another one. */
  #expired(slot: number): void {
    const { kernel, store, fleet, poolOf, expiryMs } = this.#options;
    const record = this.#nodes.find(slot);
    if (record === undefined || store.state[slot] !== INSTANCE_STATE.ready) return;
    const pool = poolOf[fleet.groupOf(slot)]!;
    if (record.requestedMs + expiryMs(pool!)! > kernel.nowMs) return;
    this.#removal.cordon(slot);
    this.#removal.drain(slot, record.id);
  }

  // ---- the cluster in Karpenter's words ----------------------------------------------------------------------------

  #input(): DisruptionInput {
    const { kernel, queue, namespaces, settings, startEpochMs, budgets } = this.#options;
    const nodes = this.#picture.nodes();
    return {
      epochMs: startEpochMs + kernel.nowMs,
      catalogue: this.#catalogue(),
      nodes,
      topologyNodes: this.#picture.topology(nodes),
      pending: this.#picture.pending(queue),
      budgets: budgets(),
      namespaces,
      spotToSpot: settings.spotToSpot,
    };
  }

  #catalogue(): LaunchCatalogue {
    const { pools, wellKnown, daemonClasses } = this.#options;
    const daemons = this.#picture.daemons(daemonClasses());
    return new LaunchCatalogue(pools, (pool) => this.#picture.typesOf(pool), daemons, wellKnown);
  }

  #slots(): number[] {
    const { store } = this.#options;
    const slots: number[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] !== INSTANCE_STATE.free) slots.push(slot);
    }
    return slots;
  }
}
