import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  SECONDS_FROM_A_MINUTE,
  STARTED_HOURS,
  WHOLE_SECONDS,
  billedMonths,
  billedSeconds,
  elapsedMonths,
  hoursOf,
  secondsBefore,
} from '../../src/billing/billed-time.ts';
import { add, compare, fraction, reduce } from '../../src/billing/money.ts';

test.each([
  { durationMs: 0, minute: 60, whole: 0, hours: 3600 },
  { durationMs: 1, minute: 60, whole: 1, hours: 3600 },
  { durationMs: 59_000, minute: 60, whole: 59, hours: 3600 },
  { durationMs: 59_001, minute: 60, whole: 60, hours: 3600 },
  { durationMs: 60_000, minute: 60, whole: 60, hours: 3600 },
  { durationMs: 60_200, minute: 61, whole: 61, hours: 3600 },
  { durationMs: 61_000, minute: 61, whole: 61, hours: 3600 },
  { durationMs: 3_600_000, minute: 3600, whole: 3600, hours: 3600 },
  { durationMs: 3_600_001, minute: 3601, whole: 3601, hours: 7200 },
])(
  'billedSeconds() of $durationMs ms rounds up, then applies the minimum',
  ({ durationMs, minute, whole, hours }) => {
    expect(billedSeconds(durationMs, SECONDS_FROM_A_MINUTE)).toBe(minute);
    expect(billedSeconds(durationMs, WHOLE_SECONDS)).toBe(whole);
    expect(billedSeconds(durationMs, STARTED_HOURS)).toBe(hours);
  },
);

test('billedSeconds() refuses a negative or broken duration', () => {
  expect(() => billedSeconds(-1, WHOLE_SECONDS)).toThrow('non-negative integer');
  expect(() => billedSeconds(0.5, WHOLE_SECONDS)).toThrow('non-negative integer');
});

test.each([
  // second k begins at 500 + 1000 k
  { instantMs: 500, before: 0 },
  { instantMs: 501, before: 1 },
  { instantMs: 1500, before: 1 },
  { instantMs: 1501, before: 2 },
  { instantMs: 0, before: 0 },
  { instantMs: 1e9, before: 10 },
])('secondsBefore() counts seconds that begin before $instantMs ms', ({ instantMs, before }) => {
  expect(secondsBefore(500, 10, instantMs)).toBe(before);
});

test('hoursOf() is exact', () => {
  expect(reduce(hoursOf(90))).toEqual(fraction(1n, 40n));
});

test.each([
  { name: 'February 2026, 28 days', year: 2026, month: 1, days: 28 },
  { name: 'February 2024, 29 days', year: 2024, month: 1, days: 29 },
  { name: 'June 2026, 30 days', year: 2026, month: 5, days: 30 },
  { name: 'December 2026, 31 days', year: 2026, month: 11, days: 31 },
  { name: 'January 1970', year: 1970, month: 0, days: 31 },
])('billedMonths() makes a whole month exactly 1: $name', ({ year, month, days }) => {
  const start = Date.UTC(year, month);
  expect(reduce(billedMonths(start, 0, days * 86_400))).toEqual(fraction(1n));
  // the first half of the days is half a month
  expect(reduce(billedMonths(start, 0, days * 43_200))).toEqual(fraction(1n, 2n));
});

test('billedMonths() gives each second to the month in which it begins', () => {
  // starts 1.5 s before February: seconds 0 and 1 begin in January (31 days), second 2 in February (28 days)
  const start = Date.UTC(2026, 1) - 1500;
  const expected = add(fraction(2n, 31n * 86_400n), fraction(1n, 28n * 86_400n));
  expect(compare(billedMonths(start, 0, 3), expected)).toBe(0);
});

test('billedMonths() of no seconds is zero', () => {
  expect(billedMonths(Date.UTC(2026, 1), 7, 7).numerator).toBe(0n);
});

test('billedMonths() is additive, and equals elapsedMonths() for whole seconds from a whole second', () => {
  const seconds = fc.integer({ min: 0, max: 200 * 86_400 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), seconds, seconds, (startS, one, two) => {
      const start = startS * 1000;
      const whole = billedMonths(start, 0, one + two);
      expect(compare(whole, add(billedMonths(start, 0, one), billedMonths(start, one, one + two)))).toBe(0);
      expect(compare(whole, elapsedMonths(start, start + (one + two) * 1000))).toBe(0);
    }),
    { seed: 3, numRuns: 200 },
  );
});
