import { meanInterval } from '../statistics/intervals.ts';

/**
 * Mean of paired differences and the half-width of its 95 % confidence interval, which is null for fewer than two.
 * `differences` must not be empty.
 */
export function pairedInterval(differences: readonly number[]): { mean: number; halfWidth: number | null } {
  if (differences.length < 2) return { mean: differences[0]!, halfWidth: null };
  const { mean, halfWidth } = meanInterval(differences, 0.95);
  return { mean, halfWidth };
}
