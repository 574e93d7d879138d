import { TASK_END } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import type { TaskClass } from '../model/task-class.ts';
import { DurationSums } from './duration-sums.ts';
import { type AttemptRow, INTERRUPTED } from './task-rows.ts';

/** What the attempts of a run say of waiting and of lost work, counted as they end. */
export class AttemptFacts {
  /** Attempts that got room after an earlier one had lost it. */
  restarts = 0;
  /** By class id: time that jobs ran in attempts that lost their room, ms. */
  readonly lostMs = new DurationSums();
  /** First waits longer than the target, or that ended in a rejection; of those ms, and all of them. */
  late = 0;
  lateMs = 0;
  firstWaitsMs = 0;
  readonly #limitMs: number;
  #waitedMs = new Float64Array(0);
  #tasksOf = new Float64Array(0);

  /** `targetMs`: how long tasks are to wait at most; null for none. */
  constructor(targetMs: number | null) {
    this.#limitMs = targetMs ?? Number.POSITIVE_INFINITY;
  }

  /** By group id: time that tasks waited for room, those without any included, ms. May be shorter than there are groups. */
  get waitedMs(): Float64Array {
    return this.#waitedMs;
  }

  /** By class id: tasks whose first attempt has ended in this class. May be shorter than there are classes. */
  get tasksOf(): Float64Array {
    return this.#tasksOf;
  }

  /** An attempt of a task of the class is over, at `goneMs`: it ended, or the run did. Who never got room has waited until then. */
  add(row: Readonly<AttemptRow>, { id, groupId, groupKind }: TaskClass, goneMs: number): void {
    const { submitMs, placedMs, runningMs, outcome } = row;
    const isPlaced = !Number.isNaN(placedMs);
    const waitMs = (isPlaced ? placedMs : goneMs) - submitMs;
    if (groupId >= this.#waitedMs.length) this.#waitedMs = withRoomFor(this.#waitedMs, groupId);
    // A later attempt waits from the end of the one before, which takes that time off again: see below.
    this.#waitedMs[groupId]! += waitMs;
    if (outcome === INTERRUPTED) {
      this.#waitedMs[groupId]! -= goneMs - submitMs;
      if (groupKind !== 'service' && !Number.isNaN(runningMs)) this.lostMs.add(id, goneMs - runningMs);
    }
    if (row.attempt !== 0) {
      if (isPlaced) this.restarts += 1;
      return;
    }
    if (id >= this.#tasksOf.length) this.#tasksOf = withRoomFor(this.#tasksOf, id);
    this.#tasksOf[id]! += 1;
    this.firstWaitsMs += waitMs;
    if (waitMs > this.#limitMs || outcome === TASK_END.rejected) this.late += 1;
    if (waitMs > this.#limitMs) this.lateMs += waitMs - this.#limitMs;
  }
}

function withRoomFor(column: Float64Array<ArrayBuffer>, index: number): Float64Array<ArrayBuffer> {
  return grown(Float64Array, column, Math.max(16, column.length * 2, index + 1));
}
