import {
  MAX_GROUP_LENGTH,
  MAX_RUN_TASK_COUNT,
  MAX_START_TASK_INSTANCES,
  MAX_STARTED_BY_LENGTH,
} from '../../model/ecs/request-limits.ts';
import type { Arrivals, EcsJobPlan, JobPlan, ServicePlan } from '../../model/plan.ts';
import { REGISTRATION_DEFAULTS_MS } from '../../model/load-balancer-defaults.ts';
import { SECOND } from '../../units.ts';
import { parseScheduleExpression } from '../../model/schedule-expression.ts';
import type { EcsShapes } from './ecs-documents.ts';
import type { EcsReader, StowageTag } from './ecs-reader.ts';
import { type EcsContext, lastPart, tagsOf, templateOf } from './ecs-task-template.ts';
import type { Path } from './locate.ts';
import { durationMs } from './resolve-distribution.ts';
import { findInStrategy } from './resolve-ecs-service.ts';

/** A service or request, and the entry of the scenario that it came with. */
export interface RequestEntry {
  readonly reader: EcsReader;
  readonly entry: Path;
}

/** The service of the plan; an empty list when it is left out. */
export function serviceOf({ reader, entry }: RequestEntry, context: EcsContext): ServicePlan[] {
  const service = reader.read('service');
  if (service === undefined || !isSimulated(reader, service.launchType, context)) return [];
  const isDaemon = service.schedulingStrategy === 'DAEMON';
  if (isDaemon && hasFargate(context)) {
    reader.error(['schedulingStrategy'], 'AWS Fargate runs no daemons, and a platform is on Fargate');
  }
  const { serviceName: name } = service;
  if (name.length > 63) reader.error(['serviceName'], 'the name has more than 63 characters');
  else context.claim(name, entry);
  const template = templateOf(reader, { ...service, name, group: null, instance: null }, context);
  const balancer = service.loadBalancers?.[0];
  if (balancer !== undefined && !balancer.loadBalancerName) {
    reader.leftOut(
      ['loadBalancers'],
      'the kind of load balancer is not known, an application load balancer is taken',
    );
  }
  return template === undefined
    ? []
    : [
        {
          name,
          template,
          replicas: [{ atMs: 0, count: isDaemon ? 0 : (service.desiredCount ?? 1) }],
          repeatMs: null,
          spread: 'none',
          loadBalancer:
            balancer === undefined
              ? null
              : {
                  name: balancerName(balancer) ?? name,
                  kind: balancer.loadBalancerName ? 'classic' : 'application',
                  registrationMs:
                    REGISTRATION_DEFAULTS_MS[balancer.loadBalancerName ? 'classic' : 'application'],
                },
          ...(isDaemon && { daemon: true }),
          ...rolloutOf(reader, service.deploymentConfiguration),
          ...ecsServiceOf(reader, service, context),
        },
      ];
}

type Providers = Pick<EcsShapes['runTask'], 'capacityProviderStrategy' | 'launchType'>;

/** What the request says to ECS alone; nothing when it says none of it. */
function ecsServiceOf(
  reader: EcsReader,
  service: EcsShapes['service'],
  context: EcsContext,
): Pick<ServicePlan, 'ecs'> {
  const { availabilityZoneRebalancing, healthCheckGracePeriodSeconds: grace } = service;
  const ecs = {
    ...strategyIn(reader, service, context),
    ...(availabilityZoneRebalancing && { availabilityZoneRebalancing }),
    ...(typeof grace === 'number' && grace > 0 && { healthCheckGraceMs: grace * SECOND }),
  };
  if (service.schedulingStrategy === 'DAEMON' && 'capacityProviderStrategy' in ecs)
    reader.error(['capacityProviderStrategy'], 'a DAEMON service has none: it runs on every instance');
  return Object.keys(ecs).length === 0 ? {} : { ecs };
}

/** The strategy as ECS reads it; what ECS would refuse, or no platform has, is reported. */
function strategyIn(
  reader: EcsReader,
  { capacityProviderStrategy, launchType }: Providers,
  { resolving }: EcsContext,
): EcsJobPlan {
  if (!capacityProviderStrategy || capacityProviderStrategy.length === 0) return {};
  const strategy = capacityProviderStrategy.map(({ capacityProvider, base, weight }) => ({
    capacityProvider,
    base: base ?? 0,
    weight: weight ?? 0,
  }));
  if (launchType) reader.error(['launchType'], 'launchType and capacityProviderStrategy exclude each other');
  for (const { index, code, message, hint } of findInStrategy(strategy, resolving)) {
    const at = ['capacityProviderStrategy', ...(index === null ? [] : [index, 'capacityProvider'])];
    if (code === 'W2011') reader.leftOut(at, message, hint);
    else reader.error(at, message, hint);
  }
  return { capacityProviderStrategy: strategy };
}

/** Source: AWS ECS API reference, DeploymentConfiguration. */
function rolloutOf(
  reader: EcsReader,
  configuration: EcsShapes['service']['deploymentConfiguration'],
): Pick<ServicePlan, 'rollout'> {
  if (configuration === undefined || configuration === null) return {};
  const {
    minimumHealthyPercent,
    maximumPercent,
    deploymentCircuitBreaker: breaker,
    strategy,
  } = configuration;
  if (strategy && strategy !== 'ROLLING') {
    const message = `the strategy ${strategy} is not simulated, ROLLING is taken`;
    reader.leftOut(['deploymentConfiguration', 'strategy'], message);
  }
  const circuitBreaker =
    breaker?.enable === true
      ? {
          rollback: breaker.rollback ?? false,
          resetOnHealthyTask: breaker.resetOnHealthyTask ?? true,
          threshold: {
            type: breaker.thresholdConfiguration?.type ?? ('BOUNDED_PERCENT' as const),
            value: breaker.thresholdConfiguration?.value ?? 50,
          },
        }
      : null;
  return {
    rollout: {
      ...(typeof minimumHealthyPercent === 'number' && { minimumHealthyPercent }),
      ...(typeof maximumPercent === 'number' && { maximumPercent }),
      circuitBreaker,
    },
  };
}

type LoadBalancer = NonNullable<EcsShapes['service']['loadBalancers']>[number];

/** `arn:...:targetgroup/NAME/ID` or the name itself, where it can be a name. */
function balancerName(balancer: LoadBalancer): string | undefined {
  const name = balancer.loadBalancerName ?? balancer.targetGroupArn?.split('/')[1];
  return name !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name) ? name : undefined;
}

/** The job of a RunTask request; an empty list when it is left out. */
export function runTaskOf({ reader, entry }: RequestEntry, context: EcsContext): JobPlan[] {
  const request = reader.read('runTask');
  if (request === undefined || !isSimulated(reader, request.launchType, context)) return [];
  const count = request.count ?? 1;
  checkCall(reader, request, {
    key: 'count',
    size: count,
    max: MAX_RUN_TASK_COUNT,
    startedBy: MAX_STARTED_BY_LENGTH.runTask,
  });
  return jobOf(reader, entry, request, { instance: null, count }, context);
}

/** A job for each instance of a StartTask request. */
export function startTaskOf({ reader, entry }: RequestEntry, context: EcsContext): JobPlan[] {
  const request = reader.read('startTask');
  if (request === undefined) return [];
  const { containerInstances } = request;
  const size = containerInstances.length;
  checkCall(reader, request, {
    key: 'containerInstances',
    size,
    max: MAX_START_TASK_INSTANCES,
    startedBy: MAX_STARTED_BY_LENGTH.startTask,
  });
  return containerInstances.flatMap((instance) =>
    jobOf(reader, entry, request, { instance: lastPart(instance), count: 1 }, context),
  );
}

function checkCall(
  reader: EcsReader,
  {
    group,
    startedBy,
  }: { readonly group?: string | null | undefined; readonly startedBy?: string | null | undefined },
  call: { readonly key: string; readonly size: number; readonly max: number; readonly startedBy: number },
): void {
  const tooLong = (key: string, text: string, max: number) => {
    if (text.length > max) reader.error([key], `it has ${text.length} characters, allowed are ${max}`);
  };
  tooLong('group', group ?? '', MAX_GROUP_LENGTH);
  tooLong('startedBy', startedBy ?? '', call.startedBy);
  if (call.size >= 1 && call.size <= call.max) return;
  reader.error([call.key], `${call.size} tasks in a call, allowed are 1 to ${call.max}`);
}

function jobOf(
  reader: EcsReader,
  entry: Path,
  request: EcsShapes['runTask'] | EcsShapes['startTask'],
  { instance, count }: { readonly instance: string | null; readonly count: number },
  context: EcsContext,
): JobPlan[] {
  const family = lastPart(request.taskDefinition).replace(/:\d+$/, '');
  const name = context.nameOf(family);
  context.claim(name, entry);
  const tags = tagsOf(reader, request.taskDefinition, context);
  const arrivals = arrivalsOf(reader, tags);
  const horizonMs = durationMs(context.resolving.sections.head.horizon);
  const valueMs = reader.duration(tags, 'stowage:runtime') ?? horizonMs;
  const group = request.group || `family:${family}`;
  const template = templateOf(reader, { ...request, name, group, instance }, context);
  const ecs = 'capacityProviderStrategy' in request ? strategyIn(reader, request as Providers, context) : {};
  return template === undefined
    ? []
    : [
        {
          name,
          template,
          arrivals,
          count,
          runtime: { kind: 'constant', valueMs },
          ...(Object.keys(ecs).length > 0 && { ecs }),
        },
      ];
}

function arrivalsOf(reader: EcsReader, tags: ReadonlyMap<StowageTag, string>): Arrivals {
  const expression = tags.get('stowage:schedule');
  if (expression === undefined) return { kind: 'at', timesMs: [reader.duration(tags, 'stowage:at') ?? 0] };
  const parsed = parseScheduleExpression(expression, { frontEnd: 'scheduler' });
  if ('problem' in parsed)
    reader.error(['tags'], `cannot read stowage:schedule "${expression}": ${parsed.problem}`);
  return { kind: 'schedule', expression, timezone: 'UTC' };
}

/** A platform decides what its tasks run on: those of FARGATE need one that is on Fargate, to be compared with others. */
function isSimulated(reader: EcsReader, launchType: string | null | undefined, context: EcsContext): boolean {
  if (launchType === undefined || launchType === null || launchType === '' || launchType === 'EC2')
    return true;
  if (launchType === 'FARGATE' && hasFargate(context)) return true;
  reader.leftOut(['launchType'], `launch type ${launchType} is not simulated, it is left out`);
  return false;
}

function hasFargate({ resolving }: EcsContext): boolean {
  return resolving.sections.platforms.some(
    ({ value }) => value.kind === 'ecs' && value.fargate !== undefined,
  );
}
