import fc from 'fast-check';
import { expect, test } from 'vitest';
import { daysOf, monthsOf, shareOut } from '../../src/experiment/even-shares.ts';
import { DAY } from '../../src/units.ts';

const JUNE_15 = Date.UTC(2026, 5, 15);

test('monthsOf() cuts at the calendar and shares by time', () => {
  // 16 days of June, 4 of July: 80 and 20 of 100
  const months = monthsOf({ startMs: JUNE_15, endMs: JUNE_15 + 20 * DAY });
  expect(months.map(({ atMs, share }) => [new Date(atMs).toISOString().slice(0, 10), share(100n)])).toEqual([
    ['2026-06-15', 80],
    ['2026-07-01', 20],
  ]);
});

test('daysOf() counts from the start and stands at the middle of each day', () => {
  const days = daysOf({ startMs: JUNE_15, endMs: JUNE_15 + 1.5 * DAY });
  expect(days.map(({ atMs, share }) => [(atMs - JUNE_15) / DAY, share(3n)])).toEqual([
    [0.5, 2],
    [1.25, 1],
  ]);
});

test('monthsOf() and daysOf() of no time are nothing', () => {
  expect(monthsOf({ startMs: JUNE_15, endMs: JUNE_15 })).toEqual([]);
  expect(daysOf({ startMs: JUNE_15, endMs: JUNE_15 })).toEqual([]);
});

test('shareOut() goes by weight, and to the first when nothing weighs', () => {
  expect(shareOut(10n, [1n, 0n, 3n])).toEqual([2n, 0n, 8n]);
  expect(shareOut(10n, [0n, 0n])).toEqual([10n, 0n]);
});

test('no byte is lost or made by sharing', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
  fc.assert(
    fc.property(
      amount,
      fc.array(fc.bigInt({ min: 0n, max: 1000n }), { minLength: 1 }),
      fc.integer({ min: 1, max: 100 * DAY }),
      (bytes, weights, lengthMs) => {
        expect(shareOut(bytes, weights).reduce((sum, part) => sum + part, 0n)).toBe(bytes);
        const span = { startMs: JUNE_15, endMs: JUNE_15 + lengthMs };
        for (const shares of [monthsOf(span), daysOf(span)]) {
          expect(shares.reduce((sum, { share }) => sum + BigInt(share(bytes)), 0n)).toBe(bytes);
        }
      },
    ),
    { seed: 2, numRuns: 100 },
  );
});
