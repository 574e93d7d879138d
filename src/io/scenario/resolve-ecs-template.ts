import type { EcsTemplatePlan } from '../../model/plan.ts';
import { findScheduler } from '../../schedulers/registry.ts';
import { didYouMean } from './did-you-mean.ts';
import type { EcsTemplateInput } from './ecs-template-schema.ts';
import type { Path } from './locate.ts';
import { resolveHealthCheck } from './resolve-ecs-service.ts';
import type { Resolving } from './resolving.ts';

/** What a template says to ECS alone; what ECS would refuse is reported (E1103, E1204). */
export function resolveEcsTemplate(
  input: EcsTemplateInput,
  path: Path,
  resolving: Resolving,
): EcsTemplatePlan {
  const { problems, placeOf } = resolving;
  const { placementStrategy, placementConstraints } = input;
  for (const { path: own, message, validNames } of placementProblems({
    placementStrategy,
    placementConstraints,
  })) {
    const hint = validNames === undefined ? undefined : didYouMean(wordAt(input, own), validNames);
    const code = validNames === undefined ? 'E1103' : 'E1204';
    problems.error(code, [...path, ...own], `${placeOf(path)}: ${message}`, { hint });
  }
  return {
    cpuUnits: input.cpuUnits ?? null,
    group: input.group ?? null,
    placementStrategy,
    placementConstraints,
    requiresAttributes: input.requiresAttributes.map(({ name, value = null }) => ({ name, value })),
    zones: input.zones ?? null,
    instance: input.instance ?? null,
    ...(input.healthCheck !== undefined && {
      healthCheck: resolveHealthCheck(input.healthCheck, [...path, 'healthCheck'], resolving),
    }),
  };
}

/** What the scheduler of ECS platforms does not like about strategies and constraints. */
export function placementProblems(options: object) {
  const read = findScheduler('ecs')!.readOptions(options);
  return 'problems' in read ? read.problems : [];
}

function wordAt(input: unknown, path: Path): string {
  let value: unknown = input;
  for (const segment of path) value = (value as Record<string | number, unknown> | undefined)?.[segment];
  return typeof value === 'string' ? value : String(path.at(-1));
}
