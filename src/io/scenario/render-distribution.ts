import type { Distribution } from '../../model/plan.ts';
import { formatDurationMs } from '../../units.ts';
import type { DistributionInput } from './distribution-schema.ts';

/** A duration, or a mapping with the name of the distribution. */
export function renderDistribution(distribution: Distribution): DistributionInput {
  const time = formatDurationMs;
  switch (distribution.kind) {
    case 'constant':
      return time(distribution.valueMs);
    case 'uniform':
      return { uniform: { min: time(distribution.minMs), max: time(distribution.maxMs) } };
    case 'exponential':
      return { exponential: { mean: time(distribution.meanMs) } };
    case 'lognormal':
      return { lognormal: { mean: time(distribution.meanMs), p95: time(distribution.p95Ms) } };
    case 'hyperexponential': {
      const { meanMs, squaredVariation } = distribution;
      return { hyperexponential: { mean: time(meanMs), squaredVariation } };
    }
    case 'empirical':
      return {
        empirical: distribution.points.map(({ valueMs, weight }) => ({ value: time(valueMs), weight })),
      };
  }
}
