import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';

const NOBODY = -1;

/**
 * Tasks that wait for room, first come first served inside one priority. Equal tasks need trying only once, so they
 * wait in one line per class, and only the head of a line is tried. Order between lines: higher priority first, then the
 * head that waits longest. A task that lost its room goes to the end of its line.
 *
 * Lines link places, which are used again: 20 bytes for each task that waits. Most leave from the front; from the first on
 * that does not, it is known of each where it stands, which takes 4 bytes for each task that is there.
 */
export class PendingQueue {
  readonly #view: ClusterView;
  /** By task slot, while the task waits; null as long as all have left from the front. */
  #place: Int32Array | null = null;
  /** By place; of free places, `#next` leads to the next free one. */
  #task = new Int32Array(0);
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #sequence = new Float64Array(0);
  #places = 0;
  #firstFree = NOBODY;
  /** Places, by class id. */
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
    const place = this.#head[classId] ?? NOBODY;
    return place < 0 ? NOBODY : this.#task[place]!;
  }

  /** The tasks of a class that wait, the one that waits longest first. */
  line(classId: number): number[] {
    const tasks: number[] = [];
    for (let place = this.#head[classId] ?? NOBODY; place >= 0; place = this.#next[place]!) {
      tasks.push(this.#task[place]!);
    }
    return tasks;
  }

  push(task: number): void {
    const classId = this.#view.taskClass[task]!;
    while (this.#head.length <= classId) {
      this.#head.push(NOBODY);
      this.#tail.push(NOBODY);
      this.#length.push(0);
    }
    const place = this.#placeFor(task);
    const last = this.#tail[classId]!;
    this.#next[place] = NOBODY;
    this.#previous[place] = last;
    this.#sequence[place] = this.#sequences++;
    if (last < 0) this.#head[classId] = place;
    else this.#next[last] = place;
    this.#tail[classId] = place;
    this.#length[classId]! += 1;
    this.size += 1;
  }

  remove(task: number): void {
    const classId = this.#view.taskClass[task]!;
    const head = this.#head[classId]!;
    const place = this.#task[head] === task ? head : this.#placeOf(task);
    const before = this.#previous[place]!;
    const after = this.#next[place]!;
    if (before < 0) this.#head[classId] = after;
    else this.#next[before] = after;
    if (after < 0) this.#tail[classId] = before;
    else this.#previous[after] = before;
    this.#length[classId]! -= 1;
    this.size -= 1;
    this.#next[place] = this.#firstFree;
    this.#firstFree = place;
  }

  /** Does the head of line `a` go before the head of line `b`? */
  goesFirst(a: number, b: number): boolean {
    const priorityA = this.#view.classes[a]!.priority;
    const priorityB = this.#view.classes[b]!.priority;
    if (priorityA !== priorityB) return priorityA > priorityB;
    return this.#sequence[this.#head[a]!]! < this.#sequence[this.#head[b]!]!;
  }

  /** A free place, which is the task's from now on. */
  #placeFor(task: number): number {
    let place = this.#firstFree;
    if (place >= 0) this.#firstFree = this.#next[place]!;
    else {
      place = this.#places++;
      if (place === this.#next.length) this.#grow();
    }
    this.#task[place] = task;
    if (this.#place !== null) this.#note(this.#place, task, place);
    return place;
  }

  /** Where the task stands, which waits somewhere behind the first of its line. */
  #placeOf(task: number): number {
    if (this.#place === null) {
      this.#place = new Int32Array(64);
      for (const head of this.#head) {
        for (let place = head; place >= 0; place = this.#next[place]!) {
          this.#note(this.#place, this.#task[place]!, place);
        }
      }
    }
    return this.#place[task]!;
  }

  #note(column: Int32Array, task: number, place: number): void {
    const fitting =
      task < column.length ? column : grown(Int32Array, column, Math.max(column.length * 2, task + 1));
    fitting[task] = place;
    this.#place = fitting;
  }

  #grow(): void {
    const length = Math.max(16, this.#next.length * 2);
    this.#task = grown(Int32Array, this.#task, length);
    this.#next = grown(Int32Array, this.#next, length);
    this.#previous = grown(Int32Array, this.#previous, length);
    this.#sequence = grown(Float64Array, this.#sequence, length);
  }
}
