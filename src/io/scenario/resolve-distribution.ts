import { assert } from '../../errors.ts';
import { distributionProblem } from '../../model/distribution-problem.ts';
import type { Distribution } from '../../model/plan.ts';
import { parseDurationMs } from '../../units.ts';
import type { DistributionInput } from './distribution-schema.ts';
import type { Path } from './locate.ts';
import type { Resolving } from './resolving.ts';

/** Milliseconds of a duration that the schema has read before. */
export function durationMs(text: string): number {
  const ms = parseDurationMs(text);
  assert(ms !== undefined, 'the schema accepts only durations that can be read');
  return ms;
}

/** A distribution in whole milliseconds; what cannot be one is reported (E1103). */
export function resolveDistribution(
  input: DistributionInput,
  path: Path,
  { problems, placeOf }: Resolving,
): Distribution {
  const distribution = converted(input);
  const problem = distributionProblem(distribution);
  if (problem !== undefined) problems.error('E1103', path, `${placeOf(path)}: ${problem}`);
  return distribution;
}

function converted(input: DistributionInput): Distribution {
  if (typeof input === 'string') return { kind: 'constant', valueMs: durationMs(input) };
  if ('uniform' in input) {
    return { kind: 'uniform', minMs: durationMs(input.uniform.min), maxMs: durationMs(input.uniform.max) };
  }
  if ('exponential' in input) return { kind: 'exponential', meanMs: durationMs(input.exponential.mean) };
  if ('lognormal' in input) {
    return {
      kind: 'lognormal',
      meanMs: durationMs(input.lognormal.mean),
      p95Ms: durationMs(input.lognormal.p95),
    };
  }
  if ('hyperexponential' in input) {
    const { mean, squaredVariation } = input.hyperexponential;
    return { kind: 'hyperexponential', meanMs: durationMs(mean), squaredVariation };
  }
  const points = input.empirical.map(({ value, weight }) => ({ valueMs: durationMs(value), weight }));
  return { kind: 'empirical', points };
}
