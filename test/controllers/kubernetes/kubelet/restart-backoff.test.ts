import { describe, expect, test } from 'vitest';
import {
  type RestartBackoff,
  restartDelay,
} from '../../../../src/controllers/kubernetes/kubelet/restart-backoff.ts';

/** Delays of a container that runs for so many seconds each time before it dies. */
function delays(runsS: readonly number[], maximumS = 300): number[] {
  let nowMs = 0;
  let backoff: RestartBackoff = null;
  return runsS.map((runS) => {
    nowMs += runS * 1000;
    const next = restartDelay(backoff, nowMs, maximumS * 1000);
    backoff = next.backoff;
    nowMs += next.delayMs;
    return next.delayMs / 1000;
  });
}

describe('restartDelay()', () => {
  test('starts at once, then after 10 s, doubling to the maximum', () => {
    expect(delays(Array.from({ length: 9 }, () => 1))).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  test('forgets what was more than ten minutes ago', () => {
    expect(delays([1, 1, 1, 600, 601, 1])).toEqual([0, 10, 20, 40, 0, 10]);
  });

  test('begins at the maximum where that is shorter than 10 s', () => {
    expect(delays([1, 1, 1], 4)).toEqual([0, 4, 4]);
  });
});
