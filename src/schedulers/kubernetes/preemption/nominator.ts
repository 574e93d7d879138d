import type { Nomination } from './nomination.ts';

/**
 * The pods that wait for room made for them, in order of nomination.
 * Source: kubernetes v1.36.2 pkg/scheduler/backend/queue/nominator.go
 */
export class Nominator {
  #nominations: readonly Nomination[] = [];
  /** Grows with every change. */
  version = 0;

  get list(): readonly Nomination[] {
    return this.#nominations;
  }

  /** The node that the task is nominated to, or -1. */
  slotOf(task: number): number {
    return this.#nominations.find((one) => one.task === task)?.slot ?? -1;
  }

  /** Puts the task at the end of the list, wherever it was. */
  nominate(task: number, slot: number): void {
    this.#nominations = [...this.#nominations.filter((one) => one.task !== task), { task, slot }];
    this.version += 1;
  }

  /** False when the task was not nominated. */
  drop(task: number): boolean {
    if (this.slotOf(task) < 0) return false;
    this.#nominations = this.#nominations.filter((one) => one.task !== task);
    this.version += 1;
    return true;
  }
}
