import { assert } from '../errors.ts';

/**
 * The p-quantile as the inverse of the empirical distribution (type 1): the smallest value that at least a share p of
 * all values does not exceed. `sorted` ascending, not empty; 0 < p ≤ 1.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  assert(sorted.length > 0 && p > 0 && p <= 1, 'a quantile needs values and a share');
  // The product p·n can come out a hair above a whole number (0.07 × 100); the next value would be one too far.
  const rank = Math.ceil(p * sorted.length * (1 - 1e-12));
  return sorted[Math.max(rank, 1) - 1]!;
}

/** Sum with Neumaier's compensation, in index order. */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** Arithmetic mean; null without values. */
export function mean(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : compensatedSum(values) / values.length;
}

/** x², without the rounding of a power function. */
export function squared(x: number): number {
  return x * x;
}
