import { fixedPorts, softMemoryMiB } from './container-needs.ts';
import { checkTaskDefinition, type Report, type TaskLimits } from './task-checks.ts';
import type { ContainerDefinition, EcsProblem, TaskDefinition, TaskOverride } from './task-definition.ts';

/** What a task of the definition takes from its container instance. */
export interface TaskResources {
  /** Units of 1/1024 vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Host ports, ascending. */
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
  readonly gpu: number;
  /** Network interfaces: 1 in mode awsvpc. */
  readonly eni: 0 | 1;
}

/**
 * The resources that placement subtracts for a task, or every reason why ECS refuses the definition.
 *
 *     cpu    = task cpu, else the sum over containers
 *     memory = task memory, else the sum of memoryReservation, else memory, over containers
 *     ports  = in modes bridge and host the fixed host ports; in mode host the container port where none is given
 *
 * Overrides replace what they name before anything is counted or checked. Source: AWS ECS API reference,
 * TaskDefinition; aws/amazon-ecs-agent agent/api/task/task.go (ToHostResources); AWS ECS developer guide, task
 * definition parameters.
 */
export function taskResources(
  definition: TaskDefinition,
  overrides: TaskOverride | null = null,
): { readonly resources: TaskResources } | { readonly problems: readonly EcsProblem[] } {
  const unknown = unknownContainers(definition, overrides);
  if (unknown.length > 0) return { problems: unknown };
  const task = overridden(definition, overrides);
  const problems: EcsProblem[] = [];
  const report: Report = (path, message) => problems.push({ exception: 'ClientException', path, message });
  const limits = checkTaskDefinition(task, report);
  if (problems.length > 0) return { problems };
  return { resources: { ...amounts(task.containerDefinitions, limits), ...portsOf(task) } };
}

function unknownContainers(
  { containerDefinitions }: TaskDefinition,
  overrides: TaskOverride | null,
): EcsProblem[] {
  return (overrides?.containerOverrides ?? []).flatMap(({ name }, index) => {
    if (containerDefinitions.some((container) => container.name === name)) return [];
    const message = `Cannot override container '${name ?? ''}': the task definition has no such container`;
    const path = ['overrides', 'containerOverrides', index, 'name'];
    return [{ exception: 'InvalidParameterException', path, message } as const];
  });
}

/** The definition with the overrides in it. A list replaces the whole list. */
function overridden(definition: TaskDefinition, overrides: TaskOverride | null): TaskDefinition {
  if (overrides === null) return definition;
  const byName = new Map((overrides.containerOverrides ?? []).map((override) => [override.name, override]));
  return {
    ...definition,
    cpu: overrides.cpu ?? definition.cpu ?? null,
    memory: overrides.memory ?? definition.memory ?? null,
    containerDefinitions: definition.containerDefinitions.map((container) => {
      const override = byName.get(container.name);
      if (override === undefined) return container;
      return {
        ...container,
        cpu: override.cpu ?? container.cpu ?? null,
        memory: override.memory ?? container.memory ?? null,
        memoryReservation: override.memoryReservation ?? container.memoryReservation ?? null,
        resourceRequirements: override.resourceRequirements ?? container.resourceRequirements ?? null,
      };
    }),
  };
}

function amounts(containers: readonly ContainerDefinition[], limits: TaskLimits) {
  const sum = (amount: (container: ContainerDefinition) => number) =>
    containers.reduce((total, container) => total + amount(container), 0);
  return {
    cpu: limits.cpu ?? sum(({ cpu }) => cpu ?? 0),
    memory: limits.memoryMiB ?? sum(softMemoryMiB),
    gpu: sum(({ resourceRequirements }) =>
      (resourceRequirements ?? []).reduce(
        (count, { type, value }) => count + (type === 'GPU' ? Number(value) : 0),
        0,
      ),
    ),
  };
}

function portsOf(task: TaskDefinition): Pick<TaskResources, 'tcp' | 'udp' | 'eni'> {
  const ports = fixedPorts(task);
  const of = (wanted: string) =>
    ports.flatMap(({ port, protocol }) => (protocol === wanted ? [port] : [])).sort((a, b) => a - b);
  return { tcp: of('tcp'), udp: of('udp'), eni: task.networkMode === 'awsvpc' ? 1 : 0 };
}
