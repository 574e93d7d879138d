import { expect, test } from 'vitest';
import { pairedInterval, studentT975 } from '../../src/report/paired-interval.ts';

test('pairedInterval() has no interval for one difference', () => {
  expect(pairedInterval([-80])).toEqual({ mean: -80, halfWidth: null });
});

test('pairedInterval() is t · s / sqrt(n)', () => {
  // Differences 1, 2, 3: mean 2, s = 1, t(2) = 4.303, so 4.303 / sqrt(3) = 2.48434.
  const { mean, halfWidth } = pairedInterval([1, 2, 3]);
  expect(mean).toBe(2);
  expect(halfWidth).toBeCloseTo(2.48434, 5);
});

test('pairedInterval() of equal differences has no width', () => {
  expect(pairedInterval([5, 5, 5, 5])).toEqual({ mean: 5, halfWidth: 0 });
});

test('studentT975() never grows, and stays above the normal quantile', () => {
  let last = Number.POSITIVE_INFINITY;
  for (let df = 1; df <= 500; df++) {
    expect(studentT975(df)).toBeLessThanOrEqual(last);
    last = studentT975(df);
  }
  expect(last).toBeGreaterThan(1.96);
});

test.each([
  [1, 12.706],
  [9, 2.262],
  [29, 2.045],
  [30, 2.042],
  // Between the rows for 30 and 40 the wider counts.
  [39, 2.042],
  [40, 2.021],
  [1000, 1.984],
])('studentT975(%d) is %d', (df, t) => {
  expect(studentT975(df)).toBe(t);
});
