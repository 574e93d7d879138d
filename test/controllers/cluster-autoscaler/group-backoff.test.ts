import { expect, test } from 'vitest';
import { GroupBackoff } from '../../../src/controllers/cluster-autoscaler/group-backoff.ts';
import { shareOut } from '../../../src/controllers/cluster-autoscaler/similar-groups.ts';
import { isUnderused, unneededLimit } from '../../../src/controllers/cluster-autoscaler/scale-down.ts';
import { HOUR, MINUTE } from '../../../src/units.ts';

test('a group that fails is left alone for 5, 10, 20, 30, 30 minutes, and for 5 again after three hours', () => {
  const backoff = new GroupBackoff();
  let nowMs = 0;
  const lengths = [0, 1, 2, 3, 4].map(() => {
    backoff.failed(0, nowMs);
    let lengthMs = 0;
    while (backoff.isBackedOff(0, nowMs + lengthMs)) lengthMs += MINUTE;
    nowMs += lengthMs;
    return lengthMs / MINUTE;
  });
  expect(lengths).toEqual([5, 10, 20, 30, 30]);
  nowMs += 3 * HOUR;
  backoff.failed(0, nowMs);
  expect(backoff.isBackedOff(0, nowMs + 5 * MINUTE - 1)).toBe(true);
  expect(backoff.isBackedOff(0, nowMs + 5 * MINUTE)).toBe(false);
  expect(backoff.isBackedOff(1, nowMs)).toBe(false);
});

test('shareOut() gives node after node to the smallest group that may grow', () => {
  const groups = [
    { group: 4, size: 3, max: 9 },
    { group: 5, size: 0, max: 2 },
    { group: 6, size: 1, max: 9 },
  ];
  // 5: 1, 5: 2 (full), 6: 2, 6: 3, then 4 and 6 are alike: 4, 6
  expect(shareOut(groups, 6)).toEqual([
    { group: 4, count: 1 },
    { group: 5, count: 2 },
    { group: 6, count: 3 },
  ]);
  expect(shareOut([{ group: 0, size: 1, max: 2 }], 5)).toEqual([{ group: 0, count: 1 }]);
});

test('a node that is used exactly as much as the threshold says may go', () => {
  expect(isUnderused(0.5, 0.5)).toBe(true);
  expect(isUnderused(0.5000001, 0.5)).toBe(false);
});

test('unneededLimit() is what ten minutes of loops could remove at most', () => {
  const settings = { maxParallel: 10, unneededMs: 10 * MINUTE, scanMs: 10_000 };
  // min(0 + 2 · 10, 10 · 60 + 10), min(700 + 20, 610)
  expect(unneededLimit(0, settings)).toBe(20);
  expect(unneededLimit(700, settings)).toBe(610);
});
