import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTimeTick, niceTicks, timeTicks } from '../../../src/report/charts/ticks.ts';
import { DAY, HOUR, MINUTE } from '../../../src/units.ts';

test.each([
  // 59 / 4 = 14.75: the next of 1, 2, 5 × 10^k is 20.
  [59, 4, [0, 20, 40, 60]],
  [60, 4, [0, 20, 40, 60]],
  [1, 4, [0, 0.5, 1]],
  [0.3, 3, [0, 0.1, 0.2, 0.3]],
  [4, 4, [0, 1, 2, 3, 4]],
  [0, 4, [0, 1]],
  [Number.NaN, 4, [0, 1]],
])('niceTicks(%d, %d) is %j', (largest, most, ticks) => {
  expect(niceTicks(largest, most)).toEqual(ticks);
});

test('niceTicks() always covers the largest value with at most the wanted number of steps', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      fc.integer({ min: 1, max: 10 }),
      (largest, most) => {
        const ticks = niceTicks(largest, most);
        expect(ticks.length - 1).toBeLessThanOrEqual(most);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(largest * (1 - 1e-6));
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test.each([
  [7 * DAY, 8, DAY],
  [DAY, 8, 3 * HOUR],
  [HOUR, 8, 15 * MINUTE],
  [90 * DAY, 8, 14 * DAY],
  // 1000 days in eight steps: 125 days.
  [1000 * DAY, 8, 125 * DAY],
])('timeTicks(%d ms, %d) has steps of %d ms', (endMs, most, step) => {
  const ticks = timeTicks(endMs, most);
  expect(ticks[1]).toBe(step);
  expect(ticks.length - 1).toBeLessThanOrEqual(most);
});

test.each([
  [0, '0'],
  [6 * HOUR, '6h'],
  [DAY + 12 * HOUR, '1d 12h'],
  [45 * MINUTE, '45m'],
  [90_000, '1m 30s'],
])('formatTimeTick(%d) is %s', (timeMs, text) => {
  expect(formatTimeTick(timeMs)).toBe(text);
});
