import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';

/**
 * Tasks that wait for room, first come first served inside one priority. Equal tasks need trying only once, so they
 * wait in one line per class, linked through columns indexed by task slot, and only the head of a line is tried.
 * Order between lines: higher priority first, then the head that waits longest. A task that lost its room goes to
 * the end of its line.
 */
export class PendingQueue {
  readonly #view: ClusterView;
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #sequence = new Float64Array(0);
  readonly #head: number[] = [];
  readonly #tail: number[] = [];
  readonly #length: number[] = [];
  #sequences = 0;
  size = 0;

  constructor(view: ClusterView) {
    this.#view = view;
  }

  /** Tasks of a class that wait. */
  waiting(classId: number): number {
    return this.#length[classId] ?? 0;
  }

  /** The task of a class that waits longest, or -1. */
  head(classId: number): number {
    return this.#head[classId] ?? -1;
  }

  /** The tasks of a class that wait, the one that waits longest first. */
  line(classId: number): number[] {
    const tasks: number[] = [];
    for (let task = this.head(classId); task >= 0; task = this.#next[task]!) tasks.push(task);
    return tasks;
  }

  push(task: number): void {
    const classId = this.#view.taskClass[task]!;
    while (this.#head.length <= classId) {
      this.#head.push(-1);
      this.#tail.push(-1);
      this.#length.push(0);
    }
    if (task >= this.#next.length) this.#grow(task);
    const last = this.#tail[classId]!;
    this.#next[task] = -1;
    this.#previous[task] = last;
    this.#sequence[task] = this.#sequences++;
    if (last < 0) this.#head[classId] = task;
    else this.#next[last] = task;
    this.#tail[classId] = task;
    this.#length[classId]! += 1;
    this.size += 1;
  }

  remove(task: number): void {
    const classId = this.#view.taskClass[task]!;
    const before = this.#previous[task]!;
    const after = this.#next[task]!;
    if (before < 0) this.#head[classId] = after;
    else this.#next[before] = after;
    if (after < 0) this.#tail[classId] = before;
    else this.#previous[after] = before;
    this.#length[classId]! -= 1;
    this.size -= 1;
  }

  /** Does the head of line `a` go before the head of line `b`? */
  goesFirst(a: number, b: number): boolean {
    const priorityA = this.#view.classes[a]!.priority;
    const priorityB = this.#view.classes[b]!.priority;
    if (priorityA !== priorityB) return priorityA > priorityB;
    return this.#sequence[this.#head[a]!]! < this.#sequence[this.#head[b]!]!;
  }

  #grow(task: number): void {
    const length = Math.max(64, this.#next.length * 2, task + 1);
    this.#next = grown(Int32Array, this.#next, length, -1);
    this.#previous = grown(Int32Array, this.#previous, length, -1);
    this.#sequence = grown(Float64Array, this.#sequence, length);
  }
}
