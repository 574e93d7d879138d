import type { StrategyItem } from '../../model/capacity-provider-strategy.ts';
import { strategyProblems } from '../../model/capacity-provider-strategy.ts';
import type { EcsServiceSettings } from '../../model/ecs-defaults.ts';
import type { KubernetesControllerSettings } from '../../model/kubernetes-defaults.ts';
import { RUN_TASK_DEFAULTS, type RunTaskPlan } from '../../model/ecs-run-task.ts';
import type { Autoscaler, FleetGroup, PlatformPlan, SchedulerChoice } from '../../model/plan.ts';
import { EKS_AGENTS, requestsOfAgents } from '../../model/node-agents.ts';
import { findScheduler, SCHEDULER_NAMES } from '../../schedulers/registry.ts';
import { clusterAutoscalerSchema, karpenterSchema } from './autoscaler-schema.ts';
import { didYouMean } from './did-you-mean.ts';
import {
  type EcsServicesInput,
  type ManagedScalingInput,
  managedScalingSchema,
  type RunTaskInput,
} from './ecs-schema.ts';
import { ownFleet } from './load-imports.ts';
import type { Path } from './locate.ts';
import type { PlatformInput } from './platform-schema.ts';
import { resolveClusterAutoscaler, resolveKarpenter } from './resolve-autoscaler.ts';
import { parseRatePerHour } from './rates.ts';
import { resolveControlPlane, resolveUpgrades } from './resolve-control-plane.ts';
import { durationMs, resolveDistribution } from './resolve-distribution.ts';
import { resolveFargateCapacity } from './resolve-fargate-capacity.ts';
import { resolveFleet } from './resolve-fleet.ts';
import { kubernetesChoice } from './resolve-kubernetes-scheduler.ts';
import { resolveKubelet } from './resolve-kubelet.ts';
import { resolveStartTask } from './resolve-start-task.ts';
import { resolveTaskLife } from './resolve-task-life.ts';
import { bytes, cpuMilli, type TypeBook, wholeMiB } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import { isPluginFile } from './plugin-file.ts';
import { present, reportOption } from './scheduler-options.ts';
import type { Entry } from './sections.ts';

type Input<Kind extends PlatformInput['kind']> = Extract<PlatformInput, { kind: Kind }>;

/** Schedulers that belong to a platform, with its units and resource lanes, and cannot stand on a bare one. */
const PLATFORM_SCHEDULERS: readonly string[] = ['ecs', 'kubernetes'];

const NO_SCALER: Autoscaler = { kind: 'none' };

/** The platforms; one whose scheduler cannot be had is reported and left out. */
export function resolvePlatforms(
  fleet: readonly FleetGroup[],
  book: TypeBook,
  resolving: Resolving,
): PlatformPlan[] {
  const names = new Set<string>();
  return resolving.sections.platforms.flatMap((entry) => {
    const { name } = entry.value;
    if (names.has(name)) {
      resolving.problems.error('E1205', [...entry.path, 'name'], `two platforms are named "${name}"`);
    }
    names.add(name);
    return resolvePlatform(entry, { fleet, book, resolving });
  });
}

/** What platforms are resolved with: `fleet` is that of the scenario. */
interface Surroundings {
  readonly fleet: readonly FleetGroup[];
  readonly book: TypeBook;
  readonly resolving: Resolving;
}

function resolvePlatform(entry: Entry<PlatformInput>, surroundings: Surroundings): PlatformPlan[] {
  const { path, value } = entry;
  const { book, resolving } = surroundings;
  const { sections, problems } = resolving;
  const isOnFargate = value.kind === 'ecs' && value.fargate !== undefined;
  if (!isOnFargate && value.fleet === undefined && sections.fleet.length === 0 && sections.isComplete) {
    const message = `platform "${value.name}" has no fleet, and the scenario has none either`;
    const hint = 'fleet: [{ name: general, type: m6i.xlarge, size: 3 }]';
    problems.error('E1101', [...path, 'fleet'], message, { hint });
  }
  const common = {
    name: value.name,
    fleet: value.fleet === undefined ? null : resolveFleet(ownFleet(entry), book, resolving),
    queue: resolveQueue(value.queue),
    autoscaler: isOnFargate ? NO_SCALER : resolveAutoscaler(value.autoscaler),
  };
  checkProviders(common, path, resolving);
  switch (value.kind) {
    case 'ecs':
      return resolveEcs({ path, value }, common, resolving);
    case 'kubernetes':
      return resolveKubernetes({ path, value }, common, surroundings);
    case 'bare':
      return resolveBare({ path, value }, common, resolving);
  }
}

type Common = Pick<PlatformPlan, 'name' | 'fleet' | 'queue' | 'autoscaler'>;

function resolveEcs(
  { path, value }: Entry<Input<'ecs'>>,
  common: Common,
  resolving: Resolving,
): PlatformPlan[] {
  const { placementStrategy, placementConstraints, tieBreak, agentVersion } = value;
  const options = present({ placementStrategy, placementConstraints, tieBreak, agentVersion });
  const scheduler = chosen('ecs', options, path, resolving);
  if (scheduler === undefined) return [];
  const reservedMemoryMiB = wholeMiB(value.reservedMemory);
  const services = value.services === undefined ? {} : { services: resolveEcsServices(value.services) };
  const { awsvpcTrunking, spotDraining, taskLife, agentLosses } = value;
  const drains = spotDraining === true ? { drainsOnNotice: true } : {};
  const life = taskLife && { taskLife: resolveTaskLife(taskLife, [...path, 'taskLife'], resolving) };
  const losses = agentLosses && {
    agentLosses: {
      perHour: parseRatePerHour(agentLosses.rate)!,
      lasting: resolveDistribution(agentLosses.lasting, [...path, 'agentLosses', 'lasting'], resolving),
    },
  };
  const fargate = value.fargate && {
    fargate: resolveFargateCapacity(value.fargate, value, path, resolving),
  };
  const runTask = value.runTask && resolveRunTask(value.runTask, value, path, resolving);
  const own = resolveStartTask(value, path, resolving);
  const quotas = value.quotas && { quotas: present(value.quotas) };
  const more = { ...services, ...life, ...losses, ...fargate, ...runTask, ...own, ...quotas };
  const ecs = { reservedMemoryMiB, awsvpcTrunking, ...more };
  return [{ ...common, ...drains, kind: 'ecs', scheduler, ...ecs }];
}

/** RunTask can only fail where nothing waits in PROVISIONING. */
function resolveRunTask(
  { unplaced, retries, retryDelay }: RunTaskInput,
  { name, autoscaler, fargate }: Input<'ecs'>,
  path: Path,
  { problems }: Resolving,
): { readonly runTask?: RunTaskPlan } {
  const at = [...path, 'runTask'];
  const problem = (message: string, key: string) =>
    problems.error('E1103', [...at, key], `platform "${name}": ${message}`, { part: 'key' });
  if (unplaced === 'wait') {
    if (retries !== undefined) problem('tasks that wait are not asked for again', 'retries');
    if (retryDelay !== undefined) problem('tasks that wait are not asked for again', 'retryDelay');
    return {};
  }
  const kind = typeof autoscaler === 'string' ? autoscaler : autoscaler.kind;
  if (kind === 'managed-scaling') problem('with managed scaling tasks wait in PROVISIONING', 'unplaced');
  if (fargate !== undefined) problem('on AWS Fargate there always is room', 'unplaced');
  return {
    runTask: {
      retries: retries ?? RUN_TASK_DEFAULTS.retries,
      retryDelayMs: retryDelay === undefined ? RUN_TASK_DEFAULTS.retryDelayMs : durationMs(retryDelay),
    },
  };
}

function resolveKubernetes(
  { path, value }: Entry<Input<'kubernetes'>>,
  common: Common,
  { fleet, book, resolving }: Surroundings,
): PlatformPlan[] {
  const { version } = value;
  const scheduler = kubernetesChoice({ path, value }, resolving);
  if (scheduler === undefined) return [];
  const daemons = resolveDaemons(value.daemons, [...path, 'daemons'], resolving);
  const drains = value.terminationHandler === false ? { drainsOnNotice: false } : {};
  const controllers =
    value.controllers === undefined ? {} : { controllers: resolveControllers(value.controllers) };
  const at = [...path, 'controlPlane'];
  const controlPlane = resolveControlPlane(value.controlPlane, common.fleet ?? fleet, {
    path: at,
    book,
    resolving,
  });
  const upgrades = resolveUpgrades(value.upgrades, controlPlane, { path: [...path, 'upgrades'], resolving });
  const kubelet = resolveKubelet(value.kubelet, controlPlane, { path: [...path, 'kubelet'], resolving });
  const more = {
    ...controllers,
    ...(upgrades !== undefined && { upgrades }),
    ...(kubelet !== undefined && { kubelet }),
  };
  return [{ ...common, ...drains, kind: 'kubernetes', scheduler, version, controlPlane, daemons, ...more }];
}

/** Agents by name, or what they ask for together: not both. */
function resolveDaemons(
  { agents, ...own }: Input<'kubernetes'>['daemons'],
  path: Path,
  { problems }: Resolving,
): Extract<PlatformPlan, { kind: 'kubernetes' }>['daemons'] {
  const [stated] = Object.keys(present(own));
  if (agents !== undefined && stated !== undefined) {
    const message = `daemons say agents and ${stated}: the agents bring their own requests`;
    problems.error('E1203', [...path, stated], message, { part: 'key' });
  }
  if (agents !== undefined) return requestsOfAgents(agents);
  const standard = requestsOfAgents(EKS_AGENTS);
  return {
    cpuMilli: own.cpu === undefined ? standard.cpuMilli : cpuMilli(own.cpu),
    memoryBytes: own.memory === undefined ? standard.memoryBytes : bytes(own.memory),
    pods: own.pods ?? standard.pods,
  };
}

function resolveBare(
  { path, value }: Entry<Input<'bare'>>,
  common: Common,
  resolving: Resolving,
): PlatformPlan[] {
  const scheduler = resolveBareScheduler(value.scheduler, [...path, 'scheduler'], resolving);
  return scheduler === undefined ? [] : [{ ...common, kind: 'bare', scheduler }];
}

function resolveBareScheduler(
  input: Input<'bare'>['scheduler'],
  path: Path,
  resolving: Resolving,
): SchedulerChoice | undefined {
  if (typeof input === 'string') return bareChoice(input, {}, path, path, resolving);
  if ('use' in input) return pluginChoice(input as { use: string }, path, resolving);
  const { name, ...options } = input as { name: string };
  return bareChoice(name, options, path, [...path, 'name'], resolving);
}

function bareChoice(
  name: string,
  options: object,
  path: Path,
  namePath: Path,
  resolving: Resolving,
): SchedulerChoice | undefined {
  const { problems } = resolving;
  if (PLATFORM_SCHEDULERS.includes(name)) {
    const message = `scheduler "${name}" belongs to its platform and cannot stand on a bare one`;
    problems.error('E1204', namePath, message, { hint: `write kind: ${name}` });
    return undefined;
  }
  if (findScheduler(name) === undefined) {
    const names = SCHEDULER_NAMES.filter((known) => !PLATFORM_SCHEDULERS.includes(known));
    problems.error('E1204', namePath, `there is no scheduler "${name}"`, { hint: didYouMean(name, names) });
    return undefined;
  }
  return chosen(name, options, path, resolving);
}

function pluginChoice(
  { use, ...options }: { readonly use: string },
  path: Path,
  resolving: Resolving,
): SchedulerChoice | undefined {
  if (!isPluginFile(use, [...path, 'use'], resolving)) return undefined;
  return { name: 'plugin', options, plugin: use };
}

/** Lets the scheduler's own definition read the options; its findings become positions in the scenario. */
function chosen(
  name: string,
  options: object,
  at: Path,
  { problems, placeOf }: Resolving,
): SchedulerChoice | undefined {
  const definition = findScheduler(name);
  if (definition === undefined) {
    problems.error('E1206', at, `the scheduler "${name}" is not part of this version`);
    return undefined;
  }
  const result = definition.readOptions(options);
  if ('options' in result) return { name, options, plugin: null };
  for (const problem of result.problems) {
    reportOption(problem, options, [...at, ...problem.path], `${placeOf(at)}: `, problems);
  }
  return undefined;
}

function resolveQueue(input: PlatformInput['queue']): PlatformPlan['queue'] {
  if (input === 'skip' || input === 'strict') return input;
  const { cycle, bind, grace } = input === 'kube' ? { cycle: '1ms', bind: '10ms', grace: '30s' } : input;
  return { kind: 'kube', cycleMs: durationMs(cycle), bindMs: durationMs(bind), graceMs: durationMs(grace) };
}

function resolveAutoscaler(input: PlatformInput['autoscaler']): Autoscaler {
  if (input === 'none') return { kind: 'none' };
  if (input === 'managed-scaling') return resolveManagedScaling(managedScalingSchema.parse({ kind: input }));
  if (typeof input !== 'string' && input.kind === 'managed-scaling') return resolveManagedScaling(input);
  if (input === 'karpenter') return resolveAutoscaler(karpenterSchema.parse({ kind: input }));
  if (input === 'cluster-autoscaler')
    return resolveAutoscaler(clusterAutoscalerSchema.parse({ kind: input }));
  if (typeof input !== 'string' && input.kind === 'karpenter') {
    return { kind: input.kind, ...resolveKarpenter(input) };
  }
  if (typeof input !== 'string' && input.kind === 'cluster-autoscaler') {
    return { kind: input.kind, ...resolveClusterAutoscaler(input) };
  }
  const { interval, idle } = input === 'demand' ? { interval: '10s', idle: '5m' } : input;
  return { kind: 'demand', intervalMs: durationMs(interval), idleMs: durationMs(idle) };
}

function resolveManagedScaling(input: ManagedScalingInput): Autoscaler {
  const {
    instanceWarmup,
    reaction,
    drainingTimeout,
    provisioningTimeout,
    capacityProviderStrategy,
    scaleInDatapoints,
    firstInstances,
    ...rest
  } = input;
  return {
    ...rest,
    ...(scaleInDatapoints !== undefined && { scaleInDatapoints }),
    ...(firstInstances !== undefined && { firstInstances }),
    instanceWarmupMs: durationMs(instanceWarmup),
    reactionMs: durationMs(reaction),
    drainingTimeoutMs: durationMs(drainingTimeout),
    provisioningTimeoutMs: durationMs(provisioningTimeout),
    strategy: capacityProviderStrategy,
  };
}

/** Providers of a strategy are instance groups of the platform; managed scaling launches into groups of a size. */
function checkProviders({ name, fleet, autoscaler }: Common, path: Path, resolving: Resolving): void {
  const { problems, sections } = resolving;
  if (autoscaler.kind !== 'managed-scaling' || autoscaler.strategy.length === 0) return;
  const at = [...path, 'autoscaler', 'capacityProviderStrategy'];
  const problem = (message: string) => problems.error('E1103', at, `platform "${name}": ${message}`);
  for (const message of strategyProblems(autoscaler.strategy)) problem(message);
  const groups =
    (fleet as readonly Pick<FleetGroup, 'name'>[] | null) ?? sections.fleet.map(({ value }) => value);
  const names = groups.map((group) => group.name);
  autoscaler.strategy.forEach(({ capacityProvider }: StrategyItem, index) => {
    if (names.includes(capacityProvider) || !sections.isComplete) return;
    const hint = didYouMean(capacityProvider, names);
    problems.error(
      'E1204',
      [...at, index, 'capacityProvider'],
      `there is no instance group "${capacityProvider}"`,
      {
        hint,
      },
    );
  });
}

/** What the scenario says; the rest has the defaults of the platform. */
function resolveEcsServices(input: EcsServicesInput): Partial<EcsServiceSettings> {
  const {
    pass,
    healthyAfter,
    retryEvery,
    retryEagerly,
    retryLater,
    retryMost,
    startFailure,
    daemonRetry,
    ...rest
  } = input;
  const ms = (text: typeof pass) => (text === undefined ? undefined : durationMs(text));
  return present({
    ...rest,
    passMs: ms(pass),
    healthyAfterMs: ms(healthyAfter),
    retryEveryMs: ms(retryEvery),
    retryEagerlyMs: ms(retryEagerly),
    retryLaterMs: ms(retryLater),
    retryMostMs: ms(retryMost),
    startFailureMs: ms(startFailure),
    daemonRetryMs: ms(daemonRetry),
  }) as Partial<EcsServiceSettings>;
}

function resolveControllers(
  input: NonNullable<Input<'kubernetes'>['controllers']>,
): Partial<KubernetesControllerSettings> {
  const { latency, autoscalerPeriod, nodeGrace, evictionRetry, ...rest } = input;
  const ms = (text: typeof latency) => (text === undefined ? undefined : durationMs(text));
  return present({
    ...rest,
    latencyMs: ms(latency),
    autoscalerPeriodMs: ms(autoscalerPeriod),
    nodeGraceMs: ms(nodeGrace),
    evictionRetryMs: ms(evictionRetry),
  }) as Partial<KubernetesControllerSettings>;
}
