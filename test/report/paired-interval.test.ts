import { expect, test } from 'vitest';
import { pairedInterval } from '../../src/report/paired-interval.ts';

test('pairedInterval() has no interval for one difference', () => {
  expect(pairedInterval([-80])).toEqual({ mean: -80, halfWidth: null });
});

test('pairedInterval() is t · s / sqrt(n)', () => {
  // Differences 1, 2, 3: mean 2, s = 1, t(2) = 4.302653, so 4.302653 / sqrt(3) = 2.48414.
  const { mean, halfWidth } = pairedInterval([1, 2, 3]);
  expect(mean).toBe(2);
  expect(halfWidth).toBeCloseTo(2.48414, 5);
});

test('pairedInterval() of equal differences has no width', () => {
  expect(pairedInterval([5, 5, 5, 5])).toEqual({ mean: 5, halfWidth: 0 });
});
