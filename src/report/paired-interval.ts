/**
 * Quantiles t(df, 0.975) of Student's distribution for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook of
 * Statistical Methods, 1.3.6.7.2).
 */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;

/** From the same table, for more than 30; between two rows the smaller df counts, whose interval is wider. */
const T_975_BEYOND: ReadonlyArray<readonly [df: number, t: number]> = [
  [100, 1.984],
  [80, 1.99],
  [60, 2.0],
  [50, 2.009],
  [40, 2.021],
  [30, 2.042],
];

/**
 * Mean of paired differences and the half-width of its 95 % confidence interval, t(n-1, 0.975) · s / sqrt(n), which is
 * null for fewer than two. `differences` must not be empty.
 */
export function pairedInterval(differences: readonly number[]): { mean: number; halfWidth: number | null } {
  const n = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, halfWidth: null };
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, halfWidth: (studentT975(n - 1) * Math.sqrt(squares / (n - 1))) / Math.sqrt(n) };
}

/** t(df, 0.975), never too small. */
export function studentT975(df: number): number {
  return T_975[df - 1] ?? T_975_BEYOND.find(([from]) => df >= from)?.[1] ?? Number.POSITIVE_INFINITY;
}
