import { describe, expect, test } from 'vitest';
import { arrivalTimes } from '../../src/controllers/arrival-times.ts';
import type { Arrivals } from '../../src/model/plan.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';
import { constantDraws, createDraws } from '../support/draws.ts';

const MONDAY = Date.UTC(2026, 2, 2);

function firstTimes(arrivals: Arrivals, count: number, startEpochMs: number = MONDAY): number[] {
  const next = arrivalTimes(arrivals, startEpochMs, createDraws(1));
  return Array.from({ length: count }, next);
}

test.each<{ name: string; arrivals: Arrivals; expected: number[] }>([
  {
    name: 'every 90 s from 5 s on',
    arrivals: { kind: 'every', intervalMs: 90_000, firstMs: 5000 },
    expected: [5000, 95_000, 185_000],
  },
  {
    name: 'at times, and then never again',
    arrivals: { kind: 'at', timesMs: [0, 7, 7] },
    expected: [0, 7, 7, Infinity, Infinity],
  },
  {
    name: 'at no time',
    arrivals: { kind: 'at', timesMs: [] },
    expected: [Infinity],
  },
  {
    // The origin is midnight UTC: 02:00 of every day.
    name: 'by a daily schedule',
    arrivals: { kind: 'schedule', expression: 'cron(0 2 * * ? *)', timezone: 'UTC' },
    expected: [2 * HOUR, DAY + 2 * HOUR, 2 * DAY + 2 * HOUR],
  },
  {
    // 02:00 in Berlin is 01:00 UTC in March before the clocks change.
    name: 'by a schedule of another time zone',
    arrivals: { kind: 'schedule', expression: 'cron(0 2 * * ? *)', timezone: 'Europe/Berlin' },
    expected: [HOUR, DAY + HOUR],
  },
  {
    name: 'by a schedule that fires at the very start',
    arrivals: { kind: 'schedule', expression: 'cron(0 0 * * ? *)', timezone: 'UTC' },
    expected: [0, DAY],
  },
  {
    name: 'by a schedule that never fires',
    arrivals: { kind: 'schedule', expression: 'at(2020-01-01T00:00:00)', timezone: 'UTC' },
    expected: [Infinity],
  },
])('arrivalTimes() $name', ({ arrivals, expected }) => {
  expect(firstTimes(arrivals, expected.length)).toEqual(expected);
});

describe('arrivalTimes() of a Poisson process', () => {
  test('adds up unrounded gaps and rounds each time down', () => {
    // One an hour, and each draw u = 1 - 1/e makes a gap of exactly one mean: -ln(1 - u) = 1.
    const next = arrivalTimes(
      { kind: 'poisson', steps: [{ atMs: 0, perHour: 7 }], repeatMs: null },
      MONDAY,
      constantDraws(1 - Math.exp(-1)),
    );
    // k hours / 7 = k × 514,285.714... ms
    expect(Array.from({ length: 4 }, next)).toEqual([514_285, 1_028_571, 1_542_857, 2_057_142]);
  });

  test('comes as often as the steps say', () => {
    const arrivals: Arrivals = {
      kind: 'poisson',
      steps: [
        { atMs: 0, perHour: 600 },
        { atMs: 10 * MINUTE, perHour: 0 },
      ],
      repeatMs: HOUR,
    };
    const times = firstTimes(arrivals, 10_000);
    // 100 in the first ten minutes of each hour, none after: 10,000 take about 100 hours.
    expect(times.every((timeMs) => timeMs % HOUR < 10 * MINUTE)).toBe(true);
    expect(times.at(-1)! / HOUR).toBeGreaterThan(95);
    expect(times.at(-1)! / HOUR).toBeLessThan(105);
  });
});
