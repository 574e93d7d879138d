import { assert } from '../errors.ts';
import { compensatedSum, squared } from './descriptive.ts';
import { studentTQuantile, twoSidedP } from './student-t.ts';

/** A mean and half the width of its confidence interval. */
export interface Interval {
  readonly mean: number;
  readonly halfWidth: number;
  /** Standard deviation of what was averaged. */
  readonly deviation: number;
  readonly df: number;
}

/** Sample standard deviation (n - 1); at least two values. */
export function standardDeviation(values: readonly number[]): number {
  assert(values.length >= 2, 'a deviation needs two values');
  const mean = compensatedSum(values) / values.length;
  const squares = compensatedSum(values.map((value) => squared(value - mean)));
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Confidence interval of a mean over independent replications: x̄ ± t(n-1)·s/√n. `level` such as 0.95; at least two
 * values. With several intervals that are to hold together, `among` says how many: the level is shared out (Bonferroni).
 */
export function meanInterval(values: readonly number[], level: number, among = 1): Interval {
  const n = values.length;
  const deviation = standardDeviation(values);
  const t = studentTQuantile(1 - (1 - level) / (2 * among), n - 1);
  return {
    mean: compensatedSum(values) / n,
    halfWidth: (t * deviation) / Math.sqrt(n),
    deviation,
    df: n - 1,
  };
}

/** Interval of the difference `ours - theirs` over replications with common random numbers: that of the differences. */
export function pairedInterval(
  ours: readonly number[],
  theirs: readonly number[],
  level: number,
  among = 1,
): Interval {
  assert(ours.length === theirs.length, 'pairs need equal numbers of replications');
  return meanInterval(
    ours.map((value, index) => value - theirs[index]!),
    level,
    among,
  );
}

/** Interval of the difference of two means from independent replications with unequal variances (Welch). */
export function welchInterval(ours: readonly number[], theirs: readonly number[], level: number): Interval {
  const first = squared(standardDeviation(ours)) / ours.length;
  const second = squared(standardDeviation(theirs)) / theirs.length;
  const variance = first + second;
  const df = squared(variance) / (squared(first) / (ours.length - 1) + squared(second) / (theirs.length - 1));
  const mean = compensatedSum(ours) / ours.length - compensatedSum(theirs) / theirs.length;
  const deviation = Math.sqrt(variance);
  return { mean, halfWidth: studentTQuantile(1 - (1 - level) / 2, df) * deviation, deviation, df };
}

/** Two-sided p-value of "the mean is zero"; 0 when all values are equal and not zero, 1 when all are zero. */
export function pValueOfZero(values: readonly number[]): number {
  const { mean, deviation, df } = meanInterval(values, 0.95);
  if (deviation === 0) return mean === 0 ? 1 : 0;
  return twoSidedP((mean * Math.sqrt(values.length)) / deviation, df);
}

/**
 * p-values adjusted for their number by Holm's step-down procedure, in the order given: those at most α may be called
 * differences at a family-wise error of α.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p || a.index - b.index);
  const adjusted = new Array<number>(pValues.length).fill(0);
  let highest = 0;
  order.forEach(({ p, index }, rank) => {
    highest = Math.max(highest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}

/**
 * Is the interval narrow enough to stop at a relative precision γ? With half the width at most γ/(1+γ) of the estimate
 * the true relative error is at most γ. Never before ten replications.
 * Source: A. M. Law, Simulation Modeling and Analysis, sequential procedure for a relative error.
 */
export function isPreciseEnough({ mean, halfWidth, df }: Interval, relativePrecision: number): boolean {
  if (df + 1 < FEWEST_REPLICATIONS) return false;
  return halfWidth <= (relativePrecision / (1 + relativePrecision)) * Math.abs(mean);
}

/** Fewer than this many say too little about the deviation to stop on it. */
export const FEWEST_REPLICATIONS = 10;
