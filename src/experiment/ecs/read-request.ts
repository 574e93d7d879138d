import type { EcsProblem } from '../../model/ecs/task-definition.ts';
import { type TaskResources, taskResources } from '../../model/ecs/task-resources.ts';
import { TASK_ENI_CAPABILITY } from '../../schedulers/ecs/constraints/required-attributes.ts';
import { type Placement, readPlacement } from '../../schedulers/ecs/ecs-options.ts';
import type { ClusterState, PlacementRequest } from './cluster-state.ts';

/** Who asks: it decides the strategy where none is given. */
export type Caller = 'service' | 'runTask';

/** A request that ECS takes, read. */
export interface Demands {
  readonly resources: TaskResources;
  readonly placement: Placement;
  /** For `TaskClassSpec.native`. */
  readonly native: unknown;
}

/** What the request asks of an instance, or every reason why ECS refuses it. */
export function readRequest(
  { subnets = {} }: Pick<ClusterState, 'subnets'>,
  request: PlacementRequest,
): { readonly demands: Demands } | { readonly problems: readonly EcsProblem[] } {
  const { taskDefinition, overrides } = request;
  const sized = taskResources(taskDefinition, overrides ?? null);
  const problems: EcsProblem[] = 'problems' in sized ? [...sized.problems] : [];
  const isAwsvpc = taskDefinition.networkMode === 'awsvpc';
  const wanted = request.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  if (isAwsvpc && wanted.length === 0) {
    const message = 'Cannot run a task in network mode awsvpc without subnets';
    problems.push({ exception: 'InvalidParameterException', path: ['networkConfiguration'], message });
  }
  const native = {
    placementStrategy: (request.placementStrategy ?? []).map(withoutNulls),
    placementConstraints: [
      ...(taskDefinition.placementConstraints ?? []),
      ...(request.placementConstraints ?? []),
    ].map(withoutNulls),
    requiresAttributes: [
      ...(taskDefinition.requiresAttributes ?? []).map(({ name, value = null }) => ({ name, value })),
      ...(isAwsvpc ? [{ name: TASK_ENI_CAPABILITY }] : []),
    ],
    ...(isAwsvpc && { zones: wanted.flatMap((subnet) => subnets[subnet] ?? []) }),
    ...(request.capacityProvider !== undefined && { capacityProvider: request.capacityProvider }),
  };
  const read = readPlacement(native);
  if ('problems' in read) {
    for (const { path, message } of read.problems) {
      problems.push({ exception: 'InvalidParameterException', path, message });
    }
  }
  if ('problems' in sized || 'problems' in read || problems.length > 0) return { problems };
  return { demands: { resources: sized.resources, placement: read.placement, native } };
}

/** JSON prints what is not set as null. */
function withoutNulls(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}
