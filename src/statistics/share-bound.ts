import { assert } from '../errors.ts';
import { incompleteBeta } from './special-functions.ts';

/**
 * The share of all cases that may be claimed when `passed` of `n` independent cases have passed: the lower end of the
 * exact one-sided interval. With everything passed it is (1 - confidence)^(1/n): 0.905 for 30 at 95 %. From 0 to 1.
 * Source: C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits, Biometrika 26, 1934.
 */
export function shareLowerBound(passed: number, n: number, confidence: number): number {
  assert(n >= 1 && passed >= 0 && passed <= n, 'at most all cases pass');
  if (passed === 0) return 0;
  // P(at least `passed` of n | share) = I_share(passed, n - passed + 1), which grows with the share.
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, passed, n - passed + 1) < 1 - confidence) low = middle;
    else high = middle;
  }
  return low;
}

/** How many of `n` cases may fail for the share to be claimed; -1: `n` are too few, whatever they show. */
export function mostFailures(n: number, share: number, confidence: number): number {
  let failures = -1;
  while (failures + 1 < n && shareLowerBound(n - failures - 1, n, confidence) >= share) failures += 1;
  return failures;
}
