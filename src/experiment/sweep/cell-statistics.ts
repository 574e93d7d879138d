import { compensatedSum } from '../../statistics/descriptive.ts';
import { standardDeviation } from '../../statistics/intervals.ts';
import { studentTQuantile } from '../../statistics/student-t.ts';

/** Confidence of every interval of a sweep. */
export const SWEEP_LEVEL = 0.95;

/** A mean, and half the width of its interval if there is one. */
export interface MeanOf {
  readonly mean: number;
  readonly halfWidth: number | null;
}

/**
 * Mean intervals of many short samples. The quantile of t takes longer than all the rest, and depends on little: it is
 * looked up.
 */
export class CellStatistics {
  readonly #quantiles = new Map<string, number>();

  /** Over the values that are numbers: x̄ ± t(n-1)·s/√n, the level shared out `among` intervals. null: no values. */
  mean(values: readonly number[], among = 1): MeanOf | null {
    const known = values.filter((value) => !Number.isNaN(value));
    if (known.length === 0) return null;
    const mean = compensatedSum(known) / known.length;
    if (known.length < 2) return { mean, halfWidth: null };
    const halfWidth =
      (this.quantile(known.length - 1, among) * standardDeviation(known)) / Math.sqrt(known.length);
    return { mean, halfWidth };
  }

  /** Of the differences, seed by seed, where both sides have a number. */
  difference(ours: readonly number[], theirs: readonly number[], among = 1): MeanOf | null {
    return this.mean(
      ours.map((value, seed) => value - theirs[seed]!),
      among,
    );
  }

  /** Of Student's t, for the half-width of one of `among` two-sided intervals. */
  quantile(df: number, among: number): number {
    const key = `${df} ${among}`;
    let quantile = this.#quantiles.get(key);
    if (quantile === undefined) {
      quantile = studentTQuantile(1 - (1 - SWEEP_LEVEL) / (2 * among), df);
      this.#quantiles.set(key, quantile);
    }
    return quantile;
  }
}
