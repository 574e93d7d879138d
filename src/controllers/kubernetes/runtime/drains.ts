import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import type { ClusterStore } from '../../../model/cluster-store.ts';
import { INSTANCE_STATE, TASK_STATE } from '../../../model/cluster-view.ts';
import { PHASE } from '../../../model/phases.ts';
import type { DisruptionBudgets } from '../../disruption-budgets.ts';
import type { Evictions } from '../../evictions.ts';
import type { Pods } from './pods.ts';

export interface DrainsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly pods: Pods;
  readonly evictions: Evictions;
  readonly budgets: DisruptionBudgets;
  /** After the eviction API has refused. */
  readonly retryMs: number;
  /** A pod is evicted for the sake of a drain. */
  readonly onEvicted: () => void;
}

/**
 * `kubectl drain --force --ignore-daemonsets`: asks the eviction API for every pod of a cordoned node but those of
 * DaemonSets, all at once, and asks again for those that a disruption budget keeps.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/kubectl/pkg/drain/drain.go, evictPods.
 */
export class Drains {
  /** Evictions that a budget refused so far. */
  refusals = 0;
  readonly #options: DrainsOptions;
  readonly #retry: EventKind;
  /** By slot: id of the instance that is being drained there. */
  readonly #draining = new Map<number, number>();

  constructor(options: DrainsOptions) {
    this.#options = options;
    this.#retry = options.kernel.defineKind('drain-retry', PHASE.arrival, (slot) => this.#goOn(slot));
  }

  /** The node takes no more pods; those on it go as soon as they may. */
  begin(slot: number): void {
    this.#draining.set(slot, this.#options.store.instanceId[slot]!);
    this.#evictAll(slot);
  }

  #goOn(slot: number): void {
    const { store } = this.#options;
    const isThere = this.#draining.get(slot) === store.instanceId[slot] && store.accepts[slot] === 0;
    if (isThere && store.state[slot] !== INSTANCE_STATE.free) this.#evictAll(slot);
  }

  #evictAll(slot: number): void {
    const { kernel, store, budgets, retryMs } = this.#options;
    const asked: { readonly task: number; readonly ordinal: number }[] = [];
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      if (this.#mustGo(task)) asked.push({ task, ordinal: store.taskOrdinal(task) });
    }
    let refused = 0;
    for (const { task, ordinal } of asked) {
      if (store.taskState[task] === TASK_STATE.free || store.taskOrdinal(task) !== ordinal) continue;
      if (budgets.answer(task) === 'refuse') refused += 1;
      else this.#evict(task);
    }
    this.refusals += refused;
    if (refused > 0) kernel.after(retryMs, this.#retry, slot);
  }

  #mustGo(task: number): boolean {
    const { pods, evictions } = this.#options;
    return pods.of(task)?.owner.followsNodes !== true && !evictions.isLeaving(task);
  }

  #evict(task: number): void {
    const { pods, evictions, onEvicted } = this.#options;
    const pod = pods.of(task);
    onEvicted();
    if (pod === undefined) evictions.remove(task);
    else pods.evict(pod);
  }
}
