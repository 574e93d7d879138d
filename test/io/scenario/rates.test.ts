import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRatePerHour, parseRatePerHour, parseShare } from '../../../src/io/scenario/rates.ts';

test.each([
  ['120/h', 120],
  // 2 × 60
  ['2/min', 120],
  // 5 × 3600
  ['5/s', 18_000],
  // 1000 / 24, rounded once
  ['1000/d', 1000 / 24],
  ['0 / h', 0],
  ['1e-7/s', 1e-7 * 3600],
])('parseRatePerHour(%s) is %d', (text, perHour) => {
  expect(parseRatePerHour(text)).toBe(perHour);
});

test.each(['', '5', '5/m', '5/hour', '-1/h', '1e400/h', '/h', '5/w'])(
  'parseRatePerHour() refuses %j',
  (text) => {
    expect(parseRatePerHour(text)).toBeUndefined();
  },
);

test('formatRatePerHour() is read back to the bit', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e9, noNaN: true }), (perHour) => {
      expect(parseRatePerHour(formatRatePerHour(perHour))).toBe(perHour);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test.each([
  ['10%', 0.1],
  ['100 %', 1],
  ['0.25', 0.25],
  [0.1, 0.1],
  [0, 0],
])('parseShare(%j) is %d', (input, share) => {
  expect(parseShare(input)).toBe(share);
});

test.each(['101%', '1.1', -0.1, 1.1, 'half', ''])('parseShare() refuses %j', (input) => {
  expect(parseShare(input)).toBeUndefined();
});
