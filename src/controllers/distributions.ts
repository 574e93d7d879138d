import { exp, ln, normalQuantile } from '../detmath.ts';
import { assert } from '../errors.ts';
import { distributionProblem, MAX_SAMPLE_MS } from '../model/distribution-problem.ts';
import type { Distribution } from '../model/plan.ts';
import { HOUR } from '../units.ts';

type Points = Extract<Distribution, { kind: 'empirical' }>['points'];

/**
 * The inverse of the distribution function: from a uniform draw u in [0, 1) to a duration in whole milliseconds, from
 * 0 to 2^52. Never falls as u rises, so that runs with common draws stay comparable.
 *
 * Rounding: continuous distributions to the nearest millisecond, halves up; 'uniform' takes each whole millisecond from
 * minimum to maximum, both included, equally often. A distribution with a problem (`distributionProblem`) is a bug.
 */
export function sampler(distribution: Distribution): (u: number) => number {
  assert(distributionProblem(distribution) === undefined, 'a distribution with a problem cannot be sampled');
  switch (distribution.kind) {
    case 'constant':
      return () => distribution.valueMs;
    case 'uniform': {
      const { minMs, maxMs } = distribution;
      const values = maxMs - minMs + 1;
      return (u) => minMs + Math.floor(u * values);
    }
    case 'exponential':
      return (u) => whole(-distribution.meanMs * ln(1 - u));
    case 'lognormal':
      return lognormalSampler(distribution.meanMs, distribution.p95Ms);
    case 'hyperexponential':
      return hyperexponentialSampler(distribution.meanMs, distribution.squaredVariation);
    case 'empirical':
      return empiricalSampler(distribution.points);
  }
}

/** The same for a start-up. Of one in parts nobody knows the length beforehand: NaN, whatever the draw. */
export function startupSampler(startup: Distribution | 'parts'): (u: number) => number {
  return startup === 'parts' ? () => Number.NaN : sampler(startup);
}

/** Mean in milliseconds, exact but for the rounding of samples to whole ones. */
export function meanMs(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.valueMs;
    case 'uniform':
      return (distribution.minMs + distribution.maxMs) / 2;
    case 'exponential':
    case 'lognormal':
    case 'hyperexponential':
      return distribution.meanMs;
    case 'empirical': {
      let sum = 0;
      let weights = 0;
      for (const { valueMs, weight } of distribution.points) {
        sum += valueMs * weight;
        weights += weight;
      }
      return sum / weights;
    }
  }
}

function whole(durationMs: number): number {
  return Math.min(Math.max(Math.round(durationMs), 0), MAX_SAMPLE_MS);
}

/**
 * exp(mu + sigma·z). With z95 the 95 % point of the normal distribution, ln p95 = mu + z95·sigma and
 * ln mean = mu + sigma²/2, so sigma² - 2·z95·sigma + 2·ln(p95/mean) = 0: the smaller root is taken.
 */
function lognormalSampler(mean: number, p95: number): (u: number) => number {
  if (p95 === mean) return () => mean;
  const z95 = normalQuantile(0.95);
  const discriminant = z95 * z95 - 2 * ln(p95 / mean);
  const sigma = z95 - Math.sqrt(Math.max(discriminant, 0));
  const mu = ln(mean) - (sigma * sigma) / 2;
  return (u) => whole(exp(mu + sigma * normalQuantile(u)));
}

/**
 * Two exponentials with balanced means: with probability p of rate 2p, with q = 1-p of rate 2q (of mean 1), where
 * p = ½(1 + √((C²-1)/(C²+1))). The tail function S(t) = p·e^(-2pt) + q·e^(-2qt) has no inverse in closed form; as ln S
 * is convex and falling, Newton's method on it climbs to the root from any point below.
 */
function hyperexponentialSampler(mean: number, squaredVariation: number): (u: number) => number {
  const root = Math.sqrt((squaredVariation - 1) / (squaredVariation + 1));
  const q = 1 / ((squaredVariation + 1) * (1 + root));
  const p = 1 - q;
  const lnQ = ln(q);
  return (u) => {
    const target = ln(1 - u);
    let t = Math.max(0, (lnQ - target) / (2 * q));
    for (let round = 0; round < 100; round += 1) {
      const fast = p * exp(-2 * (p - q) * t);
      const lnTail = ln(fast + q) - 2 * q * t;
      const slope = (-2 * (p * fast + q * q)) / (fast + q);
      const step = (target - lnTail) / slope;
      if (!(step > t * 1e-14)) break;
      t += step;
    }
    return whole(mean * t);
  };
}

/** The value whose share of the cumulated weights, in order of value, holds u. */
function empiricalSampler(points: Points): (u: number) => number {
  const sorted = points.filter(({ weight }) => weight > 0).sort((a, b) => a.valueMs - b.valueMs);
  const values = Float64Array.from(sorted, ({ valueMs }) => valueMs);
  const cumulated = new Float64Array(sorted.length);
  let total = 0;
  sorted.forEach(({ weight }, index) => {
    total += weight;
    cumulated[index] = total;
  });
  return (u) => {
    const share = u * total;
    let low = 0;
    let high = values.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (share < cumulated[middle]!) high = middle;
      else low = middle + 1;
    }
    return values[low]!;
  };
}

/**
 * Time of the next arrival after `fromMs` of a Poisson process whose rate is a step function: from each `atMs` on,
 * `perHour` arrivals an hour; nothing before the first step; the steps start again every `repeatMs` if not null. Steps
 * are in ascending order of time. Infinity when no arrival will ever come.
 *
 * One draw u per arrival, exactly: the cumulated rate from `fromMs` to the answer is -ln(1-u). The answer is a fraction
 * of milliseconds. Pass it back unrounded for the arrival after, and let the event happen at its floor: rounding the
 * gaps instead would falsify high rates.
 */
export function nextPoissonMs(
  steps: readonly { readonly atMs: number; readonly perHour: number }[],
  repeatMs: number | null,
  fromMs: number,
  u: number,
): number {
  const periodMs = repeatMs ?? Number.POSITIVE_INFINITY;
  let left = -ln(1 - u);
  // a draw of 1 would be worth infinitely many periods
  assert(left < Number.POSITIVE_INFINITY, 'a draw is in [0, 1)');
  let timeMs = fromMs;
  for (;;) {
    const baseMs = repeatMs === null ? 0 : Math.floor(timeMs / repeatMs) * repeatMs;
    let perPeriod = 0;
    for (let i = 0; i < steps.length; i += 1) {
      const { atMs, perHour } = steps[i]!;
      const endMs = Math.min(steps[i + 1]?.atMs ?? Number.POSITIVE_INFINITY, periodMs);
      if (perHour === 0 || endMs <= atMs) continue;
      const perMs = perHour / HOUR;
      perPeriod += perMs * (endMs - atMs);
      const sinceMs = Math.max(baseMs + atMs, timeMs);
      const expected = perMs * Math.max(baseMs + endMs - sinceMs, 0);
      if (expected > left) return sinceMs + left / perMs;
      left -= expected;
    }
    if (perPeriod === 0 || repeatMs === null) return Number.POSITIVE_INFINITY;
    const wholePeriods = Math.floor(left / perPeriod);
    left = Math.max(left - wholePeriods * perPeriod, 0);
    timeMs = baseMs + (1 + wholePeriods) * repeatMs;
  }
}
