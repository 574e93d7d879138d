import { describe, expect, test } from 'vitest';
import {
  NO_FAILURES,
  recordEnds,
  remainingDelayMs,
} from '../../../src/controllers/kubernetes/job-backoff.ts';

describe('remainingDelayMs', () => {
  // 10 s, doubled with each failure, ten minutes at most: counted from the last failure's end.
  test('doubles up to ten minutes', () => {
    const delays = [0, 1, 2, 3, 6, 7, 8, 20].map(
      (failures) => remainingDelayMs({ failures, lastFailureMs: 0 }, 0) / 1000,
    );
    expect(delays).toEqual([0, 10, 20, 40, 320, 600, 600, 600]);
    expect(remainingDelayMs({ failures: 2, lastFailureMs: 5000 }, 20_000)).toBe(5000);
  });
});

describe('recordEnds', () => {
  test('a success forgets the failures before it, not those after', () => {
    const failed = recordEnds(NO_FAILURES, [], [1000, 3000]);
    expect(failed).toEqual({ failures: 2, lastFailureMs: 3000 });
    expect(recordEnds(failed, [5000], [4000])).toEqual(NO_FAILURES);
    expect(recordEnds(failed, [5000], [4000, 6000])).toEqual({ failures: 1, lastFailureMs: 6000 });
    expect(recordEnds(failed, [], [])).toBe(failed);
  });
});
