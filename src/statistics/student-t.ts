import { assert } from '../errors.ts';
import { incompleteBeta } from './special-functions.ts';

/** Probability that Student's t with `df` degrees of freedom (any positive number) is at most t. */
export function studentTCdf(t: number, df: number): number {
  if (t === 0) return 0.5;
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/** Quantile of Student's t, 0 < p < 1; error below 1e-9. Found by halving, to the last bit that matters. */
export function studentTQuantile(p: number, df: number): number {
  assert(p > 0 && p < 1 && df > 0, 'a quantile of t needs 0 < p < 1 and degrees of freedom');
  if (p < 0.5) return -studentTQuantile(1 - p, df);
  const tail = 1 - p;
  let low = 0;
  let high = 1;
  while (1 - studentTCdf(high, df) > tail) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (0.5 * incompleteBeta(df / (df + middle * middle), df / 2, 0.5) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Two-sided p-value of a t statistic. */
export function twoSidedP(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5);
}
