import type { ClusterView } from '../../model/cluster-view.ts';
import { grown } from '../../model/grown.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { RecentlyUsed } from './verdict-cache.ts';

/** Memory for scores, over all classes: two numbers a slot and class. */
const CACHE_BYTES = 2 ** 26;
const BYTES_PER_SLOT = 16;
const MIN_CLASSES = 8;

/**
 * Raw scores that depend on a class and one node alone, kept by class until the node changes. Two cells a slot, side
 * by side: the revision of the slot that was scored, and its score.
 */
export class KeptScores {
  readonly #score: (view: ClusterView, slot: number, taskClass: TaskClass) => number;
  #ofClass = new RecentlyUsed<number, { cells: Float64Array }>(() => ({ cells: new Float64Array(0) }));
  #view: ClusterView | null = null;

  constructor(score: (view: ClusterView, slot: number, taskClass: TaskClass) => number) {
    this.#score = score;
  }

  /** Writes the scores of the first `count` of `slots` into `scores`. */
  fill(
    view: ClusterView,
    taskClass: TaskClass,
    slots: Int32Array,
    count: number,
    scores: Float64Array,
  ): void {
    if (view !== this.#view) {
      this.#view = view;
      this.#ofClass = new RecentlyUsed(() => ({ cells: new Float64Array(0) }));
    }
    const { slotCount, revision } = view;
    const limit = Math.max(MIN_CLASSES, Math.floor(CACHE_BYTES / (BYTES_PER_SLOT * Math.max(1, slotCount))));
    const kept = this.#ofClass.get(taskClass.id, limit);
    if (kept.cells.length < slotCount * 2) kept.cells = grown(Float64Array, kept.cells, slotCount * 4, -1);
    const { cells } = kept;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      if (cells[slot * 2] !== revision[slot]) {
        cells[slot * 2] = revision[slot]!;
        cells[slot * 2 + 1] = this.#score(view, slot, taskClass);
      }
      scores[i] = cells[slot * 2 + 1]!;
    }
  }
}
