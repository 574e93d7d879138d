import { exp, normalQuantile } from '../detmath.ts';
import { formatDurationMs } from '../units.ts';
import type { Distribution } from './plan.ts';

/** Longest duration that a distribution may name, and the longest that is ever sampled: some 142,000 years. */
export const MAX_SAMPLE_MS: number = 2 ** 52;

const Z95 = normalQuantile(0.95);
/**
 * ln(p95 / mean) = z·sigma - sigma²/2 has its maximum, z²/2, at sigma = z = 1.6449: no lognormal distribution has its
 * 95th percentile further above its mean.
 */
const LARGEST_P95_OVER_MEAN = exp((Z95 * Z95) / 2);

/**
 * What is wrong with a distribution, as a sentence without full stop, or undefined. A sampler takes only those that
 * have no problem.
 *
 * A lognormal is given by mean and 95th percentile. From 1 to 3.868 times the mean two distributions have that
 * percentile, and the one that varies less is meant; above there is none; below the mean only one with sigma > 3.28,
 * whose mean comes from one sample in two thousand, so it is taken for a mistake and refused.
 */
export function distributionProblem(distribution: Distribution): string | undefined {
  switch (distribution.kind) {
    case 'constant':
      return durationProblem('the value', distribution.valueMs);
    case 'uniform': {
      const { minMs, maxMs } = distribution;
      return (
        durationProblem('the minimum', minMs) ??
        durationProblem('the maximum', maxMs) ??
        (minMs > maxMs ? `the minimum ${show(minMs)} is larger than the maximum ${show(maxMs)}` : undefined)
      );
    }
    case 'exponential':
      return durationProblem('the mean', distribution.meanMs);
    case 'lognormal':
      return (
        durationProblem('the mean', distribution.meanMs) ??
        durationProblem('p95', distribution.p95Ms) ??
        lognormalProblem(distribution.meanMs, distribution.p95Ms)
      );
    case 'hyperexponential': {
      const { meanMs, squaredVariation } = distribution;
      const inRange = squaredVariation >= 1 && squaredVariation <= 1e6;
      return (
        durationProblem('the mean', meanMs) ??
        (inRange ? undefined : `the squared variation ${squaredVariation} is not between 1 and 1000000`)
      );
    }
    case 'empirical':
      return pointsProblem(distribution.points);
  }
}

function durationProblem(what: string, durationMs: number): string | undefined {
  if (Number.isSafeInteger(durationMs) && durationMs >= 0 && durationMs <= MAX_SAMPLE_MS) return undefined;
  return `${what} ${durationMs} ms is not a whole number of milliseconds from 0 to 2^52`;
}

function lognormalProblem(meanMs: number, p95Ms: number): string | undefined {
  const range = `p95 ${show(p95Ms)} must be from 1 to 3.868 times the mean ${show(meanMs)}`;
  if (p95Ms < meanMs) return `${range}, it is smaller`;
  if (p95Ms > meanMs * LARGEST_P95_OVER_MEAN) return `${range}, no lognormal distribution has a larger one`;
  return undefined;
}

function pointsProblem(
  points: readonly { readonly valueMs: number; readonly weight: number }[],
): string | undefined {
  let total = 0;
  for (const { valueMs, weight } of points) {
    const problem = durationProblem('the value', valueMs);
    if (problem !== undefined) return problem;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      return `the weight ${weight} is negative or not finite`;
    total += weight;
  }
  if (total > 0 && total < Number.POSITIVE_INFINITY) return undefined;
  return points.length === 0 ? 'there are no points' : `the weights sum to ${total}`;
}

function show(durationMs: number): string {
  return formatDurationMs(durationMs);
}
