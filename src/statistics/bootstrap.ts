import { assert } from '../errors.ts';
import { normalQuantile } from '../detmath.ts';
import { mean, quantile, squared } from './descriptive.ts';
import { normalCdf } from './special-functions.ts';

/** A stream of uniform draws in [0, 1). */
export interface UniformDraws {
  double(): number;
}

export interface BootstrapInterval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Interval of a mean by resampling, corrected for bias and skewness (BCa): for metrics whose replications are far from
 * normal. At least two values; the draws decide the last digits, so give it a stream of its own.
 * Source: B. Efron, Better bootstrap confidence intervals, JASA 82, 1987.
 */
export function bootstrapInterval(
  values: readonly number[],
  level: number,
  draws: UniformDraws,
  resamples = 2000,
): BootstrapInterval {
  const n = values.length;
  assert(n >= 2, 'resampling needs two values');
  const center = mean(values)!;
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += values[Math.floor(draws.double() * n)]!;
    return sum / n;
  }).sort((a, b) => a - b);
  if (means[0] === means.at(-1)) return { mean: center, lower: center, upper: center };

  const below = means.filter((value) => value < center).length;
  const equal = means.filter((value) => value === center).length;
  const share = Math.min(Math.max((below + equal / 2) / resamples, 0.5 / resamples), 1 - 0.5 / resamples);
  const bias = normalQuantile(share);
  const acceleration = jackknifeAcceleration(values);
  const at = (p: number) => {
    const z = bias + normalQuantile(p);
    const adjusted = normalCdf(bias + z / (1 - acceleration * z));
    return quantile(means, Math.min(Math.max(adjusted, 1 / resamples), 1));
  };
  return { mean: center, lower: at((1 - level) / 2), upper: at((1 + level) / 2) };
}

function jackknifeAcceleration(values: readonly number[]): number {
  const n = values.length;
  const sum = values.reduce((total, value) => total + value, 0);
  const left = values.map((value) => (sum - value) / (n - 1));
  const center = mean(left)!;
  const cubes = left.reduce((total, value) => total + squared(center - value) * (center - value), 0);
  const squares = left.reduce((total, value) => total + squared(center - value), 0);
  return squares === 0 ? 0 : cubes / (6 * squares * Math.sqrt(squares));
}
