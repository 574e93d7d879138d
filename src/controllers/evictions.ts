import type { Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { PHASE } from '../model/phases.ts';
import { AttemptTimer } from './attempt-timer.ts';
import type { TaskLife } from './task-life.ts';

export interface EvictionsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: Pick<TaskLife, 'interrupt'>;
  /** From the eviction until the task is gone (terminationGracePeriodSeconds); it holds its room until then. */
  readonly graceMs: number;
}

/**
 * Tasks that are told to go. They go on for the grace period, and end as planned if that is sooner; then they lose
 * their room and wait again, to start from the beginning. Chosen: the task itself comes back, once it is gone, where
 * a ReplicaSet or a Job makes another pod as soon as the first one begins to go.
 */
export class Evictions {
  readonly #options: EvictionsOptions;
  readonly #timer: AttemptTimer;

  constructor(options: EvictionsOptions) {
    this.#options = options;
    const { kernel, store, life, graceMs } = options;
    this.#timer = new AttemptTimer({
      kernel,
      store,
      name: 'task-evicted',
      phase: PHASE.release,
      delayMs: graceMs,
      action: (task) => life.interrupt(task),
    });
  }

  /** Evicts a task that has room for one that waits; nothing happens to one that is going already. */
  evict(task: number, forTask: number): void {
    const { kernel, store, graceMs } = this.#options;
    if (store.classes[store.taskClass[task]!]!.evicted === true) return;
    store.evict(task, forTask, kernel.nowMs + graceMs, kernel.nowMs);
    this.#timer.start(task);
  }
}
