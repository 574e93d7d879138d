import type { EcsServiceSettings } from '../../model/ecs-defaults.ts';
import { RUN_TASK_DEFAULTS, type RunTaskPlan } from '../../model/ecs-run-task.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import type { EcsServicesInput, RunTaskInput } from './ecs-schema.ts';
import type { Path } from './locate.ts';
import type { PlatformInput } from './platform-schema.ts';
import { parseRatePerHour } from './rates.ts';
import { durationMs, resolveDistribution } from './resolve-distribution.ts';
import { resolveFargateCapacity } from './resolve-fargate-capacity.ts';
import { chosen } from './resolve-scheduler.ts';
import { resolveStartTask } from './resolve-start-task.ts';
import { resolveTaskLife } from './resolve-task-life.ts';
import { wholeMiB } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import { present } from './scheduler-options.ts';
import type { Entry } from './sections.ts';

type EcsInput = Extract<PlatformInput, { kind: 'ecs' }>;

/** Amazon ECS with all that it says of itself; nothing after a problem with its scheduler. */
export function resolveEcsPlatform(
  { path, value }: Entry<EcsInput>,
  common: Pick<PlatformPlan, 'name' | 'fleet' | 'queue' | 'autoscaler'>,
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
  { name, autoscaler, fargate }: EcsInput,
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
