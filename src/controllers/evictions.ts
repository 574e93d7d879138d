import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { TASK_STATE } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import type { TaskLife } from './task-life.ts';

export interface EvictionsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: Pick<TaskLife, 'interrupt'>;
  /**
   * From the eviction until the task is gone (terminationGracePeriodSeconds), where its class says nothing else; it
   * holds its room until then.
   */
  readonly graceMs: number;
}

/**
 * Tasks that are told to go. They go on for the grace period, and end as planned if that is sooner; then they lose
 * their room and wait again, to start from the beginning. Chosen: the task itself comes back, once it is gone, where
 * a ReplicaSet or a Job makes another pod as soon as the first one begins to go.
 */
export class Evictions {
  readonly #options: EvictionsOptions;
  readonly #gone: EventKind;
  /** By task slot: when the last one that was evicted there must be gone. */
  readonly #untilMs: number[] = [];

  constructor(options: EvictionsOptions) {
    this.#options = options;
    this.#gone = options.kernel.defineKind('task-evicted', PHASE.release, (task) => this.#go(task));
  }

  /** Evicts a task that has room for one that waits; nothing happens to one that is going already. */
  evict(task: number, forTask: number): void {
    const { kernel, store } = this.#options;
    const taskClass = store.classes[store.taskClass[task]!]!;
    if (taskClass.evicted === true) return;
    const graceMs = taskClass.graceMs ?? this.#options.graceMs;
    this.#untilMs[task] = kernel.nowMs + graceMs;
    store.evict(task, forTask, kernel.nowMs + graceMs, kernel.nowMs);
    kernel.after(graceMs, this.#gone, task);
  }

  /** It may have ended or lost its instance before, and its slot may be another's, with a time of its own. */
  #go(task: number): void {
    const { kernel, store, life } = this.#options;
    const isGoing = store.classes[store.taskClass[task]!]?.evicted === true;
    if (isGoing && this.#untilMs[task] === kernel.nowMs && store.taskState[task] !== TASK_STATE.free) {
      life.interrupt(task);
    }
  }
}
