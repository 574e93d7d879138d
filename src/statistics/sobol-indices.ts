import { assert } from '../errors.ts';
import { squared } from './descriptive.ts';

export interface SobolIndices {
  /** Share of the variance that a parameter explains alone. */
  readonly first: readonly number[];
  /** Share in which it has any part. */
  readonly total: readonly number[];
}

/**
 * Sensitivity of an answer to its parameters: which of them make its variance. `a` and `b` are two independent samples
 * of equal size, one row per point; `evaluate` is asked for every row of both, and for each parameter for `a` with that
 * column taken from `b`: n·(k + 2) times.
 * Source: A. Saltelli et al., Variance based sensitivity analysis of model output, Computer Physics Communications 181,
 * 2010; estimators of M. Jansen, ibid. 117, 1999.
 */
export function sobolIndices(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
  evaluate: (point: readonly number[]) => number,
): SobolIndices {
  assert(a.length === b.length && a.length >= 2, 'both samples have the same size, two points at least');
  const n = a.length;
  const parameters = a[0]!.length;
  const fa = a.map((point) => evaluate(point));
  const fb = b.map((point) => evaluate(point));
  const all = [...fa, ...fb];
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const variance = all.reduce((sum, value) => sum + squared(value - mean), 0) / (all.length - 1);
  const first: number[] = [];
  const total: number[] = [];
  for (let parameter = 0; parameter < parameters; parameter++) {
    let toB = 0;
    let toA = 0;
    a.forEach((point, row) => {
      const mixed = evaluate(point.map((value, at) => (at === parameter ? b[row]![at]! : value)));
      toB += squared(fb[row]! - mixed);
      toA += squared(fa[row]! - mixed);
    });
    first.push(variance === 0 ? 0 : 1 - toB / (2 * n * variance));
    total.push(variance === 0 ? 0 : toA / (2 * n * variance));
  }
  return { first, total };
}
