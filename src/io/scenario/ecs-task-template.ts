import type { PlacementConstraint, PlacementStrategy } from '../../model/ecs/task-definition.ts';
import { taskResources } from '../../model/ecs/task-resources.ts';
import type { EcsEntry, EcsTemplatePlan, TaskTemplate } from '../../model/plan.ts';
import { HEALTH_CHECK_DEFAULTS } from '../../model/ecs/container-health.ts';
import { MIB, SECOND } from '../../units.ts';
import { didYouMean } from './did-you-mean.ts';
import type { EcsShapes } from './ecs-documents.ts';
import type { EcsReader, StowageTag } from './ecs-reader.ts';
import type { Path } from './locate.ts';
import { parseRatePerHour } from './rates.ts';
import { placementProblems } from './resolve-ecs-template.ts';
import { unsaidStartup } from './resolve-template.ts';
import type { Resolving } from './resolving.ts';

/** A task definition. What is wrong with it has been reported; then it is not sound. */
export interface Definition {
  readonly value: EcsShapes['taskDefinition'];
  readonly reader: EcsReader;
  readonly isSound: boolean;
}

/** What requests refer to. */
export interface EcsContext {
  readonly resolving: Resolving;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Zone by subnet. */
  readonly zones: ReadonlyMap<string, string>;
  readonly nameOf: (family: string) => string;
  readonly claim: (name: string, path: Path) => void;
}

/** Capabilities that the agent registers by itself. Source: aws/amazon-ecs-agent agent/app/agent_capability.go. */
const CAPABILITY = /^(?:com\.amazonaws\.)?ecs\.capability\./;

type Wishes = Pick<EcsShapes['startTask'], 'taskDefinition' | 'overrides' | 'networkConfiguration'> & {
  readonly placementStrategy?: unknown;
  readonly placementConstraints?: unknown;
  readonly name: string;
  readonly group: string | null;
  readonly instance: string | null;
};

/** What one task asks for; undefined after E2011. */
export function templateOf(reader: EcsReader, wishes: Wishes, context: EcsContext): TaskTemplate | undefined {
  const definition = context.definitions.get(lastPart(wishes.taskDefinition));
  if (definition === undefined) {
    const names = [...context.definitions.keys()];
    const hint =
      names.length === 0
        ? 'there are no task definitions'
        : didYouMean(lastPart(wishes.taskDefinition), names);
    reader.error(['taskDefinition'], `there is no task definition "${wishes.taskDefinition}"`, hint);
    return undefined;
  }
  const { value } = definition;
  const sized = taskResources(value, (wishes.overrides as Parameters<typeof taskResources>[1]) ?? null);
  if (!definition.isSound) return undefined;
  if ('problems' in sized) {
    reader.refused(sized.problems);
    return undefined;
  }
  const ecs = ecsWords(reader, definition, wishes, context);
  const tags = tagsOf(reader, wishes.taskDefinition, context);
  const startupMs = reader.duration(tags, 'stowage:startup');
  if (ecs === undefined) return undefined;
  const { cpu, memory, tcp, udp, gpu, eni } = sized.resources;
  const mode = value.networkMode ?? 'bridge';
  return {
    name: wishes.name,
    cpuMilli: Math.ceil((cpu * 1000) / 1024),
    memoryBytes: memory * MIB,
    ephemeralBytes: 0,
    gpu: gpu === 0 ? null : { count: gpu, milli: 1000, models: [] },
    extended: new Map(),
    hostPorts: [
      ...tcp.map((port) => ({ port, protocol: 'TCP' as const })),
      ...udp.map((port) => ({ port, protocol: 'UDP' as const })),
    ],
    network: eni === 1 ? 'awsvpc' : (mode as TaskTemplate['network']),
    image: null,
    startup:
      startupMs === undefined ? unsaidStartup(context.resolving) : { kind: 'constant', valueMs: startupMs },
    labels: new Map(),
    where: architectureOf(definition),
    distinctInstance: false,
    tolerations: [],
    priority: 0,
    ecs: { ...ecs, cpuUnits: cpu, ...healthCheckOf(reader, definition, tags) },
  };
}

/**
 * The health check of the first essential container that has one (chosen: of several, ECS combines them). What it finds is
 * said by tags: `stowage:ready`, from RUNNING until it answers, and `stowage:failures`, how often it stops to.
 */
function healthCheckOf(
  reader: EcsReader,
  { value }: Definition,
  tags: ReadonlyMap<StowageTag, string>,
): Pick<EcsTemplatePlan, 'healthCheck'> {
  const check = value.containerDefinitions.find(
    ({ essential, healthCheck }) => essential !== false && healthCheck,
  )?.healthCheck;
  if (!check) return {};
  const { interval, timeout, retries, startPeriod } = check;
  const ms = (seconds: number | null | undefined, otherwise: number) =>
    typeof seconds === 'number' ? seconds * SECOND : otherwise;
  const failures = tags.get('stowage:failures');
  const failuresPerHour = failures === undefined ? 0 : parseRatePerHour(failures);
  if (failuresPerHour === undefined)
    reader.error(['tags'], `cannot read stowage:failures "${failures}": expected one like 0.1/h`);
  return {
    healthCheck: {
      intervalMs: ms(interval, HEALTH_CHECK_DEFAULTS.intervalMs),
      timeoutMs: ms(timeout, HEALTH_CHECK_DEFAULTS.timeoutMs),
      retries: retries ?? HEALTH_CHECK_DEFAULTS.retries,
      startPeriodMs: ms(startPeriod, HEALTH_CHECK_DEFAULTS.startPeriodMs),
      ready: { kind: 'constant', valueMs: reader.duration(tags, 'stowage:ready') ?? 0 },
      failuresPerHour: failuresPerHour ?? 0,
    },
  };
}

/** Chosen: ECS does not say that it compares the platform, but a task of another architecture could not start. */
function architectureOf({ value, reader }: Definition): ReadonlyMap<string, string> {
  const { cpuArchitecture, operatingSystemFamily } = value.runtimePlatform ?? {};
  if (operatingSystemFamily && operatingSystemFamily !== 'LINUX') {
    reader.leftOut(
      ['runtimePlatform', 'operatingSystemFamily'],
      `${operatingSystemFamily} is not simulated, Linux is taken`,
    );
  }
  if (!cpuArchitecture) return new Map();
  return new Map([['architecture', cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64']]);
}

function ecsWords(
  reader: EcsReader,
  { value }: Definition,
  wishes: Wishes,
  context: EcsContext,
): Omit<EcsTemplatePlan, 'cpuUnits'> | undefined {
  const { instance, group } = wishes;
  const isNamed = instance !== null;
  const fromTask = entries((value.placementConstraints ?? []) as PlacementConstraint[]);
  const fromRequest = entries((wishes.placementConstraints ?? []) as PlacementConstraint[]);
  const placementStrategy = entries((wishes.placementStrategy ?? []) as PlacementStrategy[]);
  let isSound = true;
  const check = (options: object) => {
    if (!checkPlacement(reader, options)) isSound = false;
  };
  check({ placementConstraints: fromRequest, placementStrategy });
  if (isSound) check({ placementConstraints: [...fromTask, ...fromRequest] });
  const zones = zonesOf(reader, value, wishes, context);
  if (!isSound || zones === undefined) return undefined;
  return {
    group,
    // StartTask: the caller has decided.
    placementStrategy: isNamed ? [] : placementStrategy,
    placementConstraints: isNamed ? [] : [...fromTask, ...fromRequest],
    requiresAttributes: (value.requiresAttributes ?? [])
      .filter(({ name }) => !CAPABILITY.test(name))
      .map(({ name, value: wanted = null }) => ({ name, value: wanted })),
    zones,
    instance,
  };
}

/** Reports what ECS would not take of strategies and constraints (E2011); true when there is nothing. */
export function checkPlacement(reader: EcsReader, options: object): boolean {
  const problems = placementProblems(options);
  for (const { path, message } of problems) reader.error(path, lowerFirst(message));
  return problems.length === 0;
}

/** Zones of the subnets; null where any will do; undefined after E2011. */
function zonesOf(
  reader: EcsReader,
  { networkMode }: EcsShapes['taskDefinition'],
  { networkConfiguration }: Wishes,
  { zones }: EcsContext,
): readonly string[] | null | undefined {
  if (networkMode !== 'awsvpc') return null;
  const path = ['networkConfiguration', 'awsvpcConfiguration', 'subnets'];
  const subnets = networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  if (subnets.length === 0) {
    reader.error(path, 'a task in network mode awsvpc needs subnets');
    return undefined;
  }
  const unknown = subnets.filter((subnet) => !zones.has(subnet));
  if (unknown.length === 0) return [...new Set(subnets.map((subnet) => zones.get(subnet)!))];
  const hint = 'add the output of aws ec2 describe-subnets to workload.ecs';
  reader.leftOut(path, `the zone of ${unknown[0]} is not known, all zones are taken`, hint);
  return null;
}

/** Without what JSON prints for fields that are not set, and without fields that only look alike. */
export function entries(list: readonly (PlacementConstraint & PlacementStrategy)[]): EcsEntry[] {
  return list.map(({ type, field, expression }) => ({
    type: type ?? '',
    ...(typeof field === 'string' && field !== '' && { field }),
    ...(typeof expression === 'string' && { expression }),
  }));
}

/** The end of an ARN: `family:revision`, an instance's id. */
export function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The request's own tags, and those of its task definition where it has none. */
export function tagsOf(
  reader: EcsReader,
  reference: string,
  { definitions }: EcsContext,
): ReadonlyMap<StowageTag, string> {
  const definition = definitions.get(lastPart(reference));
  return new Map([...(definition?.reader.tags() ?? []), ...reader.tags()]);
}
