/** Failures of a job's pods since the last success. */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastFailureMs: number | null;
}

export const NO_FAILURES: BackoffRecord = { failures: 0, lastFailureMs: null };

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 600_000;

/**
 * The record after pods have ended, given when each of them did. New successes forget all failures but those that
 * ended after the last of them.
 * Source: kubernetes v1.36.2 pkg/controller/job/backoff_utils.go, newBackoffRecord.
 */
export function recordEnds(
  record: BackoffRecord,
  succeededMs: readonly number[],
  failedMs: readonly number[],
): BackoffRecord {
  if (succeededMs.length === 0) {
    if (failedMs.length === 0) return record;
    return { failures: record.failures + failedMs.length, lastFailureMs: Math.max(...failedMs) };
  }
  const lastSuccessMs = Math.max(...succeededMs);
  const later = failedMs.filter((endMs) => endMs > lastSuccessMs);
  return { failures: later.length, lastFailureMs: later.length === 0 ? null : Math.max(...later) };
}

/** How long no pod is created: 10 s after the first failure, doubled with each, ten minutes at most. */
export function remainingDelayMs({ failures, lastFailureMs }: BackoffRecord, nowMs: number): number {
  if (failures === 0 || lastFailureMs === null) return 0;
  let delayMs = FIRST_DELAY_MS;
  for (let count = 1; count < failures && delayMs < LONGEST_DELAY_MS; count++) delayMs *= 2;
  return Math.max(Math.min(delayMs, LONGEST_DELAY_MS) - (nowMs - lastFailureMs), 0);
}
