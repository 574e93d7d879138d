import type { ClusterView } from '../../model/cluster-view.ts';
import { grown } from '../../model/grown.ts';
import type { PodCounter } from './framework.ts';
import type { Pod, PodTable } from './pod.ts';
import { type PodSelector, selectorKey, selects } from './pod-selector.ts';

/** Pods that a selector selects, one count per instance slot. */
export class CountColumn implements PodCounter {
  readonly selector: PodSelector;
  counts = new Int32Array(0);
  /** Told after each change: sums over several nodes. */
  readonly followers: { podChanged(slot: number, difference: number): void }[] = [];

  constructor(selector: PodSelector) {
    this.selector = selector;
  }

  on(slot: number): number {
    return this.counts[slot] ?? 0;
  }
}

/**
 * Every count column in use, kept up to date from the change log by whoever reads that: the cost of a change is the
 * number of selectors that select the pod, whatever the number of selectors.
 */
export class PodCounts {
  readonly #view: ClusterView;
  readonly #pods: PodTable;
  readonly #columns = new Map<string, CountColumn>();
  /** Columns that count pods of a class; undefined for classes not met since the last new selector. */
  #columnsOfClass: (readonly CountColumn[] | undefined)[] = [];

  constructor(view: ClusterView, pods: PodTable) {
    this.#view = view;
    this.#pods = pods;
  }

  /** The column of the selector, counted from the tasks of all instances on first sight. */
  column(selector: PodSelector): CountColumn {
    const key = selectorKey(selector);
    const known = this.#columns.get(key);
    if (known !== undefined) return known;
    const column = new CountColumn(selector);
    this.#columns.set(key, column);
    this.#columnsOfClass = [];
    this.#recount(column);
    return column;
  }

  /** A pod of the class came to the slot (+1) or left it (-1). */
  podChanged(classId: number, slot: number, difference: number): void {
    for (const column of this.#of(classId)) {
      if (slot >= column.counts.length) column.counts = grown(Int32Array, column.counts, (slot + 1) * 2);
      column.counts[slot]! += difference;
      for (const follower of column.followers) follower.podChanged(slot, difference);
    }
  }

  /** Counts everything afresh; followers are to be rebuilt by the caller. */
  recountAll(): void {
    for (const column of this.#columns.values()) this.#recount(column);
  }

  #of(classId: number): readonly CountColumn[] {
    let columns = this.#columnsOfClass[classId];
    if (columns === undefined) {
      const pod = this.#pods.pod(classId);
      columns = [...this.#columns.values()].filter(({ selector }) => isCounted(selector, pod));
      this.#columnsOfClass[classId] = columns;
    }
    return columns;
  }

  #recount(column: CountColumn): void {
    const { firstTask, nextTask, taskClass, slotCount } = this.#view;
    column.counts = new Int32Array(slotCount);
    for (let slot = 0; slot < slotCount; slot++) {
      for (let task = firstTask[slot]!; task >= 0; task = nextTask[task]!) {
        if (this.#of(taskClass[task]!).includes(column)) column.counts[slot]! += 1;
      }
    }
  }
}

/** Does the selector count this pod? Terminating pods no longer count. */
export function isCounted(selector: PodSelector, pod: Pod): boolean {
  return !pod.terminating && selects(selector, pod.taskClass);
}
