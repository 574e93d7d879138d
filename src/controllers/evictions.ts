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
  /** Told of each task that is about to go, unless it is gone at once. */
  readonly onLeaving?: (task: number) => void;
}

/**
 * Tasks that are told to go. They go on for the grace period, and end as planned if that is sooner; then they lose
 * their room. Whoever looks after them has made another one by then, or does without; tasks that nobody looks after wait
 * again, to start from the beginning (chosen: a Job would make another pod of the same work).
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
    this.#leave(task, forTask);
  }

  /** Deletes a task that has room, for nobody's sake; without a grace period it is gone at once. */
  remove(task: number): void {
    const { life } = this.#options;
    if (this.isLeaving(task)) return;
    if (this.graceMs(task) === 0) life.interrupt(task);
    else this.#leave(task, null);
  }

  /** Ends a task that has room within a grace period of its own; whoever looks after it hears of it when it is gone. */
  terminate(task: number, graceMs: number): void {
    if (!this.isLeaving(task)) this.#leaveWithin(task, null, graceMs);
  }

  /** The longest that a task may take to go when it is told to. */
  graceMs(task: number): number {
    const { store, graceMs } = this.#options;
    return store.classes[store.taskClass[task]!]!.graceMs ?? graceMs;
  }

  /** Was it told to go? */
  isLeaving(task: number): boolean {
    const { store } = this.#options;
    return store.classes[store.taskClass[task]!]!.evicted === true;
  }

  #leave(task: number, forTask: number | null): void {
    if (this.isLeaving(task)) return;
    this.#leaveWithin(task, forTask, this.graceMs(task));
    this.#options.onLeaving?.(task);
  }

  #leaveWithin(task: number, forTask: number | null, graceMs: number): void {
    const { kernel, store } = this.#options;
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
