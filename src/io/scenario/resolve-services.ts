import { assert } from '../../errors.ts';
import { stepProblems } from '../../model/step-adjustments.ts';
import type { ServicePlan } from '../../model/plan.ts';
import type { LoadPlan, RolloutPlan, ServiceScalingPlan } from '../../model/service-plan.ts';
import type { Path } from './locate.ts';
import { parseRatePerHour } from './rates.ts';
import { durationMs } from './resolve-distribution.ts';
import { bytes } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';
import type { LoadInput, RolloutInput, ScalingInput } from './service-schema.ts';
import type { ServiceInput } from './workload-schema.ts';

type Behaviour = Pick<ServicePlan, 'rollout' | 'load' | 'scaling'>;

/** What a service does beyond being a number of tasks; what it does not say is absent. */
export function resolveBehaviour({ path, value }: Entry<ServiceInput>, resolving: Resolving): Behaviour {
  const { rollout, load, autoscaling } = value;
  return {
    ...(rollout !== undefined && { rollout: resolveRollout(rollout) }),
    ...(load !== undefined && { load: resolveLoad(load, [...path, 'load'], resolving) }),
    ...(autoscaling !== undefined && {
      scaling: resolveScaling(autoscaling, load !== undefined, [...path, 'autoscaling'], resolving),
    }),
  };
}

/** A rollout with its defaults. */
export function resolveRollout(input: RolloutInput): RolloutPlan {
  const { circuitBreaker, minimumHealthyPercent, maximumPercent } = input;
  return {
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
    circuitBreaker: circuitBreaker ?? null,
  };
}

function resolveLoad(input: LoadInput, path: Path, { problems, placeOf }: Resolving): LoadPlan {
  const steps = typeof input.requests === 'string' ? [{ at: '0s', rate: input.requests }] : input.requests;
  const requests = steps.map(({ at, rate }) => {
    const perHour = parseRatePerHour(rate);
    assert(perHour !== undefined, 'the schema accepts only rates that can be read');
    return { atMs: durationMs(at), perHour };
  });
  requests.forEach(({ atMs }, index) => {
    if (index === 0 || atMs > requests[index - 1]!.atMs) return;
    const message = `${placeOf(path)}: ${steps[index]!.at} is not after the step before`;
    problems.error('E1103', [...path, 'requests', index, 'at'], message);
  });
  const repeatMs = input.repeat === undefined ? null : durationMs(input.repeat);
  if (repeatMs !== null && repeatMs <= requests[requests.length - 1]!.atMs) {
    problems.error(
      'E1103',
      [...path, 'repeat'],
      `${placeOf(path)}: ${input.repeat!} is not after the last step`,
    );
  }
  return {
    requests,
    repeatMs,
    cpuMs: durationMs(input.cpu),
    memoryBytes: bytes(input.memory),
    memoryBytesPerRequest: bytes(input.memoryPerRequest),
  };
}

function resolveScaling(
  input: ScalingInput,
  hasLoad: boolean,
  path: Path,
  { problems, placeOf }: Resolving,
): ServiceScalingPlan {
  const { min, max } = input;
  if (min > max)
    problems.error('E1103', [...path, 'max'], `${placeOf(path)}: max ${max} is below min ${min}`);
  if (!hasLoad && input.targets.length + input.steps.length > 0) {
    const hint = 'load: { requests: 200/s, cpu: 20ms }';
    problems.error('E1101', path, `${placeOf(path)}: its policies have no load to follow`, { hint });
  }
  input.steps.forEach(({ adjustments }, index) => {
    for (const problem of stepProblems(adjustments.map(boundsOf))) {
      problems.error('E1103', [...path, 'steps', index, 'adjustments'], `${placeOf(path)}: ${problem}`);
    }
  });
  return {
    minCapacity: min,
    maxCapacity: max,
    targets: input.targets.map(({ scaleInCooldown, ...target }) => ({
      ...target,
      scaleInCooldownMs: durationMs(scaleInCooldown),
    })),
    steps: input.steps.map(({ adjustments, cooldown, ...step }) => ({
      ...step,
      adjustments: adjustments.map((adjustment) => ({ ...boundsOf(adjustment), change: adjustment.change })),
      cooldownMs: durationMs(cooldown),
    })),
    scheduled: input.scheduled
      .map(({ at, min: least, max: most }) => ({
        atMs: durationMs(at),
        minCapacity: least ?? null,
        maxCapacity: most ?? null,
      }))
      .sort((a, b) => a.atMs - b.atMs),
  };
}

function boundsOf({ lower, upper }: { lower?: number | undefined; upper?: number | undefined }) {
  return { lower: lower ?? null, upper: upper ?? null };
}
