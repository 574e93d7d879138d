import { assert } from '../errors.ts';
import { exp, ln } from '../detmath.ts';
import { lnChoose } from './special-functions.ts';

export interface RankInterval {
  /** Ranks from 1 of the sorted values between which the quantile lies. */
  readonly lower: number;
  readonly upper: number;
  /** Probability that it does. */
  readonly coverage: number;
}

/**
 * Confidence interval of the p-quantile of n independent values, by their ranks and without any assumption on their
 * distribution: the shortest with a coverage of at least `level`; of equally short ones the surest, then the lowest.
 * null: n is too small.
 */
export function quantileInterval(n: number, p: number, level: number): RankInterval | null {
  assert(n >= 1 && p > 0 && p < 1, 'a quantile lies strictly between 0 and 1');
  const below = new Float64Array(n + 2);
  for (let count = 0; count <= n; count++) {
    const probability = exp(lnChoose(n, count) + count * ln(p) + (n - count) * ln(1 - p));
    below[count + 1] = below[count]! + probability;
  }
  let best: RankInterval | null = null;
  let width = n;
  for (let lower = 1; lower < n; lower++) {
    const last = Math.min(lower + width, n);
    for (let upper = lower + 1; upper <= last; upper++) {
      const coverage = below[upper]! - below[lower]!;
      if (coverage < level) continue;
      const shorter = best === null || upper - lower < width;
      if (shorter || coverage > best!.coverage + 1e-12) best = { lower, upper, coverage };
      width = upper - lower;
      break;
    }
  }
  return best;
}

/** How many values it takes for their maximum to lie above the p-quantile with this probability. */
export function samplesForMaximum(p: number, level: number): number {
  return Math.ceil(ln(1 - level) / ln(p));
}
