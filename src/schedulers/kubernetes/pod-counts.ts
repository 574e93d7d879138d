import type { ClusterView } from '../../model/cluster-view.ts';
import { grown } from '../../model/grown.ts';
import type { PodCounter, PodWeight } from './framework.ts';
import type { PodTable } from './pod.ts';

/** Weighted pods by instance slot: the sum of their weights, and their number. */
export class CountColumn implements PodCounter {
  readonly weight: PodWeight;
  readonly #view: ClusterView;
  #sums = new Int32Array(0);
  #pods = new Int32Array(0);
  /** Told after each change: sums over several nodes. */
  readonly followers: { podChanged(slot: number, difference: number, pods: number): void }[] = [];

  constructor(view: ClusterView, weight: PodWeight) {
    this.#view = view;
    this.weight = weight;
  }

  on(slot: number): number {
    return this.#sums[slot] ?? 0;
  }

  get column(): Int32Array {
    const { slotCount } = this.#view;
    if (slotCount > this.#sums.length) this.#grow(slotCount * 2);
    return this.#sums;
  }

  podsOn(slot: number): number {
    return this.#pods[slot] ?? 0;
  }

  add(slot: number, difference: number, pods: number): void {
    if (slot >= this.#sums.length) this.#grow((slot + 1) * 2);
    this.#sums[slot]! += difference;
    this.#pods[slot]! += pods;
  }

  #grow(length: number): void {
    this.#sums = grown(Int32Array, this.#sums, length);
    this.#pods = grown(Int32Array, this.#pods, length);
  }

  clear(slots: number): void {
    this.#sums = new Int32Array(slots);
    this.#pods = new Int32Array(slots);
  }
}

/** What a pod of some class adds to a column. */
interface Share {
  readonly column: CountColumn;
  readonly weight: number;
}

/**
 * Every count column in use, kept up to date from the change log by whoever reads that: the cost of a change is the
 * number of columns that count the pod, whatever the number of columns.
 */
export class PodCounts {
  readonly #view: ClusterView;
  readonly #pods: PodTable;
  readonly #columns = new Map<string, CountColumn>();
  /** Columns that count pods of a class; undefined for classes of which no pod was met. */
  readonly #sharesOfClass: (Share[] | undefined)[] = [];

  constructor(view: ClusterView, pods: PodTable) {
    this.#view = view;
    this.#pods = pods;
  }

  /** The column of the weight, counted from the tasks of all instances on first sight. */
  column(weight: PodWeight): CountColumn {
    const known = this.#columns.get(weight.key);
    if (known !== undefined) return known;
    const column = new CountColumn(this.#view, weight);
    this.#columns.set(weight.key, column);
    this.#sharesOfClass.forEach((shares, classId) => {
      shares?.push(...this.#sharesIn([column], classId));
    });
    this.#recount([column]);
    return column;
  }

  /** A pod of the class came to the slot (+1) or left it (-1). */
  podChanged(classId: number, slot: number, difference: number): void {
    const shares = this.#of(classId);
    for (let i = 0; i < shares.length; i++) {
      const { column, weight } = shares[i]!;
      column.add(slot, weight * difference, difference);
      const { followers } = column;
      for (let f = 0; f < followers.length; f++) {
        followers[f]!.podChanged(slot, weight * difference, difference);
      }
    }
  }

  /** Counts everything afresh; followers are to be rebuilt by the caller. */
  recountAll(): void {
    this.#recount([...this.#columns.values()]);
  }

  #of(classId: number): readonly Share[] {
    this.#sharesOfClass[classId] ??= this.#sharesIn([...this.#columns.values()], classId);
    return this.#sharesOfClass[classId];
  }

  #sharesIn(columns: readonly CountColumn[], classId: number): Share[] {
    const pod = this.#pods.pod(classId);
    return columns.flatMap((column) => {
      const weight = column.weight.of(pod);
      return weight === null ? [] : [{ column, weight }];
    });
  }

  #recount(columns: readonly CountColumn[]): void {
    const { firstTask, nextTask, taskClass, slotCount } = this.#view;
    const isRecounted = new Set(columns);
    for (const column of columns) column.clear(slotCount);
    for (let slot = 0; slot < slotCount; slot++) {
      for (let task = firstTask[slot]!; task >= 0; task = nextTask[task]!) {
        for (const { column, weight } of this.#of(taskClass[task]!)) {
          if (isRecounted.has(column)) column.add(slot, weight, 1);
        }
      }
    }
  }
}
