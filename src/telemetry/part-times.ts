import { TASK_PARTS, type TaskPart } from '../model/task-parts.ts';

/** Counts and sums of the parts of tasks' lives that were lived through; parts that were cut short are not in them. */
export class PartTimes {
  readonly #counts = new Map<TaskPart, number>();
  readonly #sumsMs = new Map<TaskPart, number>();
  readonly #mostMs = new Map<TaskPart, number>();

  add(part: TaskPart, durationMs: number): void {
    this.#counts.set(part, (this.#counts.get(part) ?? 0) + 1);
    this.#sumsMs.set(part, (this.#sumsMs.get(part) ?? 0) + durationMs);
    this.#mostMs.set(part, Math.max(this.#mostMs.get(part) ?? 0, durationMs));
  }

  /** In the order in which a task lives through them, those that never came left out. */
  rows(): {
    readonly part: TaskPart;
    readonly tasks: number;
    readonly meanMs: number;
    readonly maxMs: number;
  }[] {
    return TASK_PARTS.flatMap((part) => {
      const tasks = this.#counts.get(part);
      if (tasks === undefined) return [];
      return [{ part, tasks, meanMs: this.#sumsMs.get(part)! / tasks, maxMs: this.#mostMs.get(part)! }];
    });
  }
}
