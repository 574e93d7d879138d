import type { ClusterStore } from '../model/cluster-store.ts';
import type { KubernetesInput, KubernetesScheduler } from '../schedulers/kubernetes/kubernetes-scheduler.ts';
import type { DisruptionBudget } from '../schedulers/kubernetes/preemption/disruption-budget.ts';
import { Nominator } from '../schedulers/kubernetes/preemption/nominator.ts';
import { NO_INSTANCE, type RandomDraws } from '../schedulers/scheduler.ts';

export interface SchedulingAttemptsOptions {
  readonly store: ClusterStore;
  readonly scheduler: KubernetesScheduler;
  readonly random: RandomDraws;
  readonly budgets: () => readonly DisruptionBudget[];
}

/** An instance, and not whichever comes to its slot later. */
export interface Node {
  readonly slot: number;
  readonly instanceId: number;
}

/** How an attempt to place a pod ends, as far as the cluster stays as it was at its beginning. */
export interface Fit extends Node {
  readonly kind: 'fits';
}

export interface Failure {
  readonly kind: 'fails';
  /** Who must be satisfied; nobody when there was no node. */
  readonly plugins: ReadonlySet<string>;
  /** The node that the pod is nominated to from now on, or what becomes of an earlier nomination. */
  readonly nomination: Node | 'keep' | 'drop';
  /** To be evicted from that node, in this order. */
  readonly victims: readonly Victim[];
}

export interface Victim {
  readonly task: number;
  readonly ordinal: number;
}

/**
 * Single attempts, decided on the cluster as it is. A pod equal to one that failed fails the same way as long as
 * nothing changes, and is not decided again. The scheduler need not know of such an attempt: batches of equal pods, which
 * any failure ends, were ended by the one that was decided.
 */
export class SchedulingAttempts {
  readonly #options: SchedulingAttemptsOptions;
  /** Pods that wait for room made for them. */
  readonly nominator = new Nominator();
  /** Tasks that have room, by priority. */
  readonly #withRoom = new Map<number, number>();
  /** By class id: the last failure, and the state of the cluster and of nominations that it is good for. */
  readonly #failures: ({ cluster: number; nominations: number; failure: Failure } | undefined)[] = [];
  readonly #input: { view: ClusterStore; task: number; random: RandomDraws; nowMs: number };
  readonly #preempts: boolean;
  /** Decisions asked of the scheduler. */
  count = 0;

  constructor(options: SchedulingAttemptsOptions) {
    this.#options = options;
    this.#input = { view: options.store, task: -1, random: options.random, nowMs: 0 };
    this.#preempts = options.scheduler.options.profiles.some(({ profile }) =>
      profile.postFilter.includes('DefaultPreemption'),
    );
  }

  /** Tells that a task of the class got room (1) or gave it back (-1): whom preemption could evict. */
  roomChanged(classId: number, by: 1 | -1): void {
    const { priority } = this.#options.store.classes[classId]!;
    const count = (this.#withRoom.get(priority) ?? 0) + by;
    if (count === 0) this.#withRoom.delete(priority);
    else this.#withRoom.set(priority, count);
  }

  /** Decides on the cluster as it is; changes nothing but the scheduler's own cursors and draws. */
  decide(task: number, nowMs: number): Fit | Failure {
    const { store, scheduler } = this.#options;
    const classId = store.taskClass[task]!;
    const isNominated = this.nominator.slotOf(task) !== NO_INSTANCE;
    const known = this.#failures[classId];
    const isStill =
      known?.cluster === store.changes.version &&
      known.nominations === this.nominator.version &&
      !isNominated;
    if (isStill) return known.failure;
    this.count += 1;
    this.#input.task = task;
    this.#input.nowMs = nowMs;
    const { list: nominations } = this.nominator;
    const input: KubernetesInput = nominations.length === 0 ? this.#input : { ...this.#input, nominations };
    const slot = scheduler.decide(input);
    if (slot !== NO_INSTANCE) return { kind: 'fits', slot, instanceId: store.instanceId[slot]! };
    const { failure, isWhole } = this.#diagnose(input);
    // A search through some of the nodes moves the place where the next one begins, and must be made each time.
    if (isWhole && !isNominated && typeof failure.nomination === 'string') {
      const { version } = store.changes;
      this.#failures[classId] = { cluster: version, nominations: this.nominator.version, failure };
    }
    return failure;
  }

  #diagnose(input: KubernetesInput): { readonly failure: Failure; readonly isWhole: boolean } {
    const { store, scheduler, budgets } = this.#options;
    const { plugins, isWhole } = scheduler.diagnose(input);
    const { priority } = store.classes[store.taskClass[input.task]!]!;
    const failure = { kind: 'fails', plugins, nomination: 'drop', victims: [] } as const;
    if (!this.#preempts || plugins.size === 0 || !this.#isAnyBelow(priority)) return { failure, isWhole };
    const { nominated, victims, notEligible } = scheduler.preempt({ ...input, budgets: budgets() });
    if (nominated === NO_INSTANCE) {
      return { failure: { ...failure, nomination: notEligible === null ? 'drop' : 'keep' }, isWhole };
    }
    const named = victims.map((task) => ({ task, ordinal: store.taskOrdinal(task) }));
    const nomination = { slot: nominated, instanceId: store.instanceId[nominated]! };
    return { failure: { ...failure, nomination, victims: named }, isWhole };
  }

  #isAnyBelow(priority: number): boolean {
    for (const other of this.#withRoom.keys()) if (other < priority) return true;
    return false;
  }
}
