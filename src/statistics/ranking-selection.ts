import { assert } from '../errors.ts';
import { squared } from './descriptive.ts';
import { chiSquareDensity, normalCdf } from './special-functions.ts';

/** Steps of Simpson's rule in each direction; enough for three decimals of h. */
const STEPS = 180;

/**
 * Rinott's constant h: with N_i = max(n0, ⌈(h·S_i/δ)²⌉) replications of each of k alternatives the best sample mean
 * belongs to the best alternative with probability P*, if it is better than the next by δ at least.
 * Source: Y. Rinott, On two-stage selection procedures and related probability-inequalities, Communications in
 * Statistics A7, 1978.
 */
export function rinottConstant(alternatives: number, firstStage: number, probability: number): number {
  assert(alternatives >= 2 && firstStage >= 2, 'selection needs two alternatives and two replications');
  const correct = selectionProbability(alternatives, firstStage - 1);
  let low = 0;
  let high = 1;
  while (correct(high) < probability) high *= 2;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (correct(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** ∫ [∫ Φ(h / √(df·(1/x + 1/y))) f(x) dx]^(k-1) f(y) dy over chi-square densities. */
function selectionProbability(alternatives: number, df: number): (h: number) => number {
  const spread = 10 * Math.sqrt(2 * df);
  const from = Math.max(df - spread, 1e-9);
  const step = (df + 1.5 * spread - from) / STEPS;
  const points = Array.from({ length: STEPS + 1 }, (_, index) => from + index * step);
  const weights = points.map((x, index) => {
    const simpson = index === 0 || index === STEPS ? 1 : index % 2 === 1 ? 4 : 2;
    return (simpson * step * chiSquareDensity(x, df)) / 3;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (h) => {
    let outer = 0;
    points.forEach((y, index) => {
      if (weights[index]! < 1e-14) return;
      let inner = 0;
      points.forEach((x, at) => {
        if (weights[at]! > 1e-14) inner += weights[at]! * normalCdf(h / Math.sqrt(df * (1 / x + 1 / y)));
      });
      let others = 1;
      for (let other = 1; other < alternatives; other++) others *= inner / total;
      outer += weights[index]! * others;
    });
    return outer / total;
  };
}

/** Replications in all that Rinott's procedure asks of an alternative whose first stage had the deviation S. */
export function rinottReplications(
  h: number,
  deviation: number,
  indifference: number,
  firstStage: number,
): number {
  return Math.max(firstStage, Math.ceil(squared((h * deviation) / indifference)));
}

/**
 * Shares of a budget of replications that make it most likely to pick the smallest mean (optimal computing budget
 * allocation). At least two alternatives; ties with the best share as if they were a little worse.
 * Source: C.-H. Chen, J. Lin, E. Yücesan, S. E. Chick, Simulation budget allocation for further enhancing the
 * efficiency of ordinal optimization, Discrete Event Dynamic Systems 10, 2000.
 */
export function ocbaShares(means: readonly number[], deviations: readonly number[]): number[] {
  const best = means.indexOf(Math.min(...means));
  const worst = Math.max(...means) - means[best]!;
  const least = worst === 0 ? 1 : worst * 1e-6;
  const parts = means.map((mean, index) => {
    const distance = Math.max(mean - means[best]!, least);
    return index === best ? 0 : squared(deviations[index]! / distance);
  });
  const sum = parts.reduce((total, part, index) => {
    return index === best || deviations[index] === 0 ? total : total + squared(part / deviations[index]!);
  }, 0);
  parts[best] = deviations[best]! * Math.sqrt(sum);
  const total = parts.reduce((all, part) => all + part, 0);
  return total === 0 ? parts.map(() => 1 / parts.length) : parts.map((part) => part / total);
}
