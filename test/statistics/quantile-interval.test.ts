import { describe, expect, test } from 'vitest';
import { quantileInterval, samplesForMaximum } from '../../src/statistics/quantile-interval.ts';

describe('quantileInterval', () => {
  test.each([
    { n: 20, p: 0.5, lower: 6, upper: 15, coverage: 0.9586 },
    { n: 100, p: 0.5, lower: 40, upper: 60, coverage: 0.954 },
    { n: 100, p: 0.9, lower: 84, upper: 96, coverage: 0.9557 },
    { n: 100, p: 0.95, lower: 91, upper: 100, coverage: 0.9658 },
    { n: 1000, p: 0.95, lower: 937, upper: 964, coverage: 0.9503 },
    { n: 1000, p: 0.99, lower: 984, upper: 997, coverage: 0.9635 },
  ])('$n values, quantile $p: ranks $lower to $upper', ({ n, p, lower, upper, coverage }) => {
    const interval = quantileInterval(n, p, 0.95)!;
    expect([interval.lower, interval.upper]).toEqual([lower, upper]);
    expect(interval.coverage).toBeCloseTo(coverage, 3);
  });

  test('needs enough values', () => {
    // The whole range of five holds the median with 1 - 2/2^5 = .9375.
    expect(quantileInterval(5, 0.5, 0.95)).toBeNull();
    expect(quantileInterval(6, 0.5, 0.95)).toMatchObject({ lower: 1, upper: 6 });
  });
});

describe('samplesForMaximum', () => {
  // .95^59 = .0485, .99^299 = .0495.
  test('59 for the 95th percentile, 299 for the 99th', () => {
    expect([samplesForMaximum(0.95, 0.95), samplesForMaximum(0.99, 0.95)]).toEqual([59, 299]);
  });
});
