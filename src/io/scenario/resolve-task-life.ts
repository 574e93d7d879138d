import { ECS_TASK_LIFE_DEFAULTS, type EcsTaskLifePlan } from '../../model/ecs-task-life.ts';
import type { Path } from './locate.ts';
import { durationMs, resolveDistribution } from './resolve-distribution.ts';
import { bytes } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import type { TaskLifeInput } from './task-life-schema.ts';

const TIMES = ['eniAttach', 'agent', 'imageCheck', 'containerStart', 'exit', 'eniDetach'] as const;

/** Every part with its default; a bandwidth of nothing is reported (E1103). */
export function resolveTaskLife(input: TaskLifeInput, path: Path, resolving: Resolving): EcsTaskLifePlan {
  if (input === 'parts') return ECS_TASK_LIFE_DEFAULTS;
  const defaults = ECS_TASK_LIFE_DEFAULTS;
  const rate = (key: 'instanceBandwidth' | 'registryBandwidth' | 'unpack', otherwise: number | null) => {
    const written = input[key];
    if (written === undefined) return otherwise;
    const perSecond = written === 'unlimited' ? null : bytes(written);
    if (perSecond === 0) {
      const { problems, placeOf } = resolving;
      problems.error('E1103', [...path, key], `${placeOf(path)}: nothing can be pulled at 0 bytes a second`);
    }
    return perSecond;
  };
  const times = Object.fromEntries(
    TIMES.map((key) => {
      const written = input[key];
      return [
        key,
        written === undefined ? defaults[key] : resolveDistribution(written, [...path, key], resolving),
      ];
    }),
  ) as Pick<EcsTaskLifePlan, (typeof TIMES)[number]>;
  const { deregistration, stopTimeout, imagePullBehavior = defaults.imagePullBehavior } = input;
  return {
    ...times,
    instanceBytesPerSecond: rate('instanceBandwidth', defaults.instanceBytesPerSecond)!,
    registryBytesPerSecond: rate('registryBandwidth', defaults.registryBytesPerSecond),
    unpackBytesPerSecond: rate('unpack', defaults.unpackBytesPerSecond)!,
    imagePullBehavior,
    deregistrationMs: deregistration === undefined ? defaults.deregistrationMs : durationMs(deregistration),
    stopTimeoutMs: stopTimeout === undefined ? defaults.stopTimeoutMs : durationMs(stopTimeout),
  };
}
