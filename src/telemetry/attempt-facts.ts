import { TASK_END } from '../model/cluster-view.ts';
import type { TaskClass } from '../model/task-class.ts';
import { DurationSums } from './duration-sums.ts';
import { INTERRUPTED, type TaskRows } from './task-rows.ts';

export interface AttemptFacts {
  /** Attempts that got room after an earlier one had lost it. */
  restarts: number;
  /** By class id: time that jobs ran in attempts that lost their room, ms. */
  readonly lostMs: DurationSums;
  /** By group id: time that tasks waited for room, those without any included, ms. */
  readonly waitedMs: Float64Array;
  /** First waits longer than the target, or that ended in a rejection; of those ms, and all of them. */
  late: number;
  lateMs: number;
  firstWaitsMs: number;
}

/**
 * What the attempts of a finished run say of waiting and of lost work. `targetMs`: null for none. Who never got room has
 * waited until it left, or to the end of the run.
 */
export function attemptFacts(
  rows: TaskRows,
  classes: readonly TaskClass[],
  {
    groups,
    endMs,
    targetMs,
  }: { readonly groups: number; readonly endMs: number; readonly targetMs: number | null },
): AttemptFacts {
  const facts: AttemptFacts = {
    restarts: 0,
    lostMs: new DurationSums(),
    waitedMs: new Float64Array(groups),
    late: 0,
    lateMs: 0,
    firstWaitsMs: 0,
  };
  const { waitedMs } = facts;
  const limitMs = targetMs ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row < rows.length; row++) {
    const { id, groupId, groupKind } = classes[rows.classId[row]!]!;
    const submitMs = rows.submitMs[row]!;
    const leftMs = rows.endMs[row]!;
    const goneMs = Number.isNaN(leftMs) ? endMs : leftMs;
    const placedMs = rows.placedMs[row]!;
    const isPlaced = !Number.isNaN(placedMs);
    // A later attempt waits from the end of the one before, which takes that time off again: see below.
    waitedMs[groupId]! += (isPlaced ? placedMs : goneMs) - submitMs;
    if (rows.outcome[row] === INTERRUPTED) {
      waitedMs[groupId]! -= goneMs - submitMs;
      const runningMs = rows.runningMs[row]!;
      if (groupKind !== 'service' && !Number.isNaN(runningMs)) facts.lostMs.add(id, goneMs - runningMs);
    }
    if (rows.attempt[row] !== 0) {
      if (isPlaced) facts.restarts += 1;
      continue;
    }
    const waitMs = (isPlaced ? placedMs : goneMs) - submitMs;
    facts.firstWaitsMs += waitMs;
    if (waitMs > limitMs || rows.outcome[row] === TASK_END.rejected) facts.late += 1;
    if (waitMs > limitMs) facts.lateMs += waitMs - limitMs;
  }
  return facts;
}
