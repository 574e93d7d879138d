import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../src/errors.ts';
import { compensatedSum, mean, quantile } from '../../src/statistics/descriptive.ts';

describe('quantile() is the inverse of the empirical distribution', () => {
  const oneToTen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const oneTo = (n: number) => Float64Array.from({ length: n }, (_, index) => index + 1);
  test.each([
    // The smallest value that a share p does not exceed: number ⌈p·n⌉.
    { name: 'p50 of ten', sorted: oneToTen, p: 0.5, expected: 5 },
    { name: 'p51 of ten', sorted: oneToTen, p: 0.51, expected: 6 },
    { name: 'p95 of ten', sorted: oneToTen, p: 0.95, expected: 10 },
    { name: 'p90 of ten', sorted: oneToTen, p: 0.9, expected: 9 },
    { name: 'p1 of ten', sorted: oneToTen, p: 0.01, expected: 1 },
    { name: 'p100 of ten', sorted: oneToTen, p: 1, expected: 10 },
    { name: 'p50 of one', sorted: [7], p: 0.5, expected: 7 },
    { name: 'p50 of two', sorted: [3, 8], p: 0.5, expected: 3 },
    { name: 'p50 of equal ones', sorted: [4, 4, 4], p: 0.5, expected: 4 },
    // 0.07 × 100 is 7.000000000000001 in doubles
    { name: 'p7 of a hundred', sorted: oneTo(100), p: 0.07, expected: 7 },
    { name: 'p95 of twenty', sorted: oneTo(20), p: 0.95, expected: 19 },
    { name: 'p99 of a thousand', sorted: oneTo(1000), p: 0.99, expected: 990 },
  ])('$name', ({ sorted, p, expected }) => {
    expect(quantile(sorted, p)).toBe(expected);
  });

  test('p55 of a hundred million, where the product is too large by more than it was for a hundred', () => {
    // 0.55 × 100,000,000 comes out as 55,000,000.00000001.
    const longest = { length: 100_000_000, 54999999: 7, 55000000: 8 };
    expect(quantile(longest, 0.55)).toBe(7);
  });

  test('at least a share p is not above it, and less than that is below it', () => {
    const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (unsorted, percent) => {
        const sorted = Float64Array.from(unsorted).sort();
        const value = quantile(sorted, percent / 100);
        const count = (test: (one: number) => boolean) => sorted.filter(test).length;
        expect(100 * count((one) => one <= value)).toBeGreaterThanOrEqual(percent * sorted.length);
        expect(100 * count((one) => one < value)).toBeLessThan(percent * sorted.length);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('of nothing, or of no share, is a bug', () => {
    expect(() => quantile([], 0.5)).toThrow(InvariantError);
    expect(() => quantile([1], 0)).toThrow(InvariantError);
    expect(() => quantile([1], 1.5)).toThrow(InvariantError);
  });
});

test('compensatedSum() keeps what a plain sum loses', () => {
  expect(compensatedSum([])).toBe(0);
  expect(compensatedSum([1, 1e100, 1, -1e100])).toBe(2);
  expect(compensatedSum(new Float64Array(10).fill(0.1))).toBe(1);
});

test('mean() of nothing is null, not a number made up', () => {
  expect(mean([])).toBeNull();
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean(new Float64Array(1000).fill(0.1))).toBe(0.1);
});
