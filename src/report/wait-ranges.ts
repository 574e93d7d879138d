import type { TaskRow } from '../experiment/result.ts';

/** The ranges that tasks are counted in. Chosen: "at once", "did not notice", "went for coffee". */
export const WAIT_RANGES = ['up to 1 s', 'up to 30 s', 'up to 5 min', 'longer', 'never placed'] as const;

/** Index into `WAIT_RANGES`; null: it never found room. */
export function waitRange(waitMs: number | null): number {
  if (waitMs === null) return 4;
  return waitMs <= 1000 ? 0 : waitMs <= 30_000 ? 1 : waitMs <= 300_000 ? 2 : 3;
}

/**
 * Tasks by the time from submission to their first placement, one count per range. `rows` hold the attempts of a task
 * together; later attempts are not counted again.
 */
export function countWaits(rows: Iterable<TaskRow>): number[] {
  const counts = [0, 0, 0, 0, 0];
  let last: string | undefined;
  for (const { task, submitMs, placedMs } of rows) {
    if (task === last) continue;
    last = task;
    counts[waitRange(placedMs === null ? null : placedMs - submitMs)]!++;
  }
  return counts;
}
