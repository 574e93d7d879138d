import type { ServicePlan } from '../../model/plan.ts';
import type { LoadPlan, PlanEvent, RolloutPlan, ServiceScalingPlan } from '../../model/service-plan.ts';
import { formatBytes, formatDurationMs } from '../../units.ts';
import { formatRatePerHour } from './rates.ts';
import { ownTemplate } from './render-workload.ts';
import type { ScenarioInput } from './scenario-schema.ts';

type ServiceInput = NonNullable<NonNullable<ScenarioInput['workload']>['services']>[number];
type Events = NonNullable<ScenarioInput['events']>;

/** What a service does beyond being a number of tasks. */
export function renderBehaviour(
  service: ServicePlan,
): Pick<ServiceInput, 'rollout' | 'load' | 'autoscaling'> {
  const { rollout, load, scaling } = service;
  return {
    ...(rollout !== undefined && { rollout: renderRollout(rollout) }),
    ...(load !== undefined && { load: renderLoad(load) }),
    ...(scaling !== undefined && { autoscaling: renderScaling(scaling) }),
  };
}

/** A rollout; without a circuit breaker there is no key for it. */
export function renderRollout({
  circuitBreaker,
  ...percents
}: RolloutPlan): NonNullable<ServiceInput['rollout']> {
  return { ...percents, ...(circuitBreaker !== null && { circuitBreaker }) };
}

function renderLoad(load: LoadPlan): NonNullable<ServiceInput['load']> {
  return {
    requests: load.requests.map(({ atMs, perHour }) => ({
      at: formatDurationMs(atMs),
      rate: formatRatePerHour(perHour),
    })),
    ...(load.repeatMs !== null && { repeat: formatDurationMs(load.repeatMs) }),
    cpu: formatDurationMs(load.cpuMs),
    memory: formatBytes(load.memoryBytes),
    memoryPerRequest: formatBytes(load.memoryBytesPerRequest),
  };
}

function renderScaling(scaling: ServiceScalingPlan): NonNullable<ServiceInput['autoscaling']> {
  const bounded = (lower: number | null, upper: number | null) => ({
    ...(lower !== null && { lower }),
    ...(upper !== null && { upper }),
  });
  return {
    min: scaling.minCapacity,
    max: scaling.maxCapacity,
    targets: scaling.targets.map(({ scaleInCooldownMs, ...target }) => ({
      ...target,
      scaleInCooldown: formatDurationMs(scaleInCooldownMs),
    })),
    steps: scaling.steps.map(({ adjustments, cooldownMs, ...step }) => ({
      ...step,
      adjustments: adjustments.map(({ lower, upper, change }) => ({ ...bounded(lower, upper), change })),
      cooldown: formatDurationMs(cooldownMs),
    })),
    scheduled: scaling.scheduled.map(({ atMs, minCapacity, maxCapacity }) => ({
      at: formatDurationMs(atMs),
      ...(minCapacity !== null && { min: minCapacity }),
      ...(maxCapacity !== null && { max: maxCapacity }),
    })),
  };
}

/** Events in the order of the plan. */
export function renderEvents(events: readonly PlanEvent[]): Events {
  return events.map(renderEvent);
}

function renderEvent(event: PlanEvent): Events[number] {
  const at = formatDurationMs(event.atMs);
  switch (event.kind) {
    case 'deploy':
      return {
        kind: 'deploy',
        at,
        service: event.service,
        ...(event.template !== null && { template: ownTemplate(event.service, event.template) }),
        ...(event.failing !== null && { failing: { ...event.failing } }),
      };
    case 'restart':
      return { kind: 'restart', at, object: event.object };
    case 'outage':
      return {
        kind: 'outage',
        at,
        zone: event.zone,
        ...(event.untilMs !== null && { until: formatDurationMs(event.untilMs) }),
      };
    case 'disconnect':
      return {
        kind: 'disconnect',
        at,
        for: formatDurationMs(event.lastingMs),
        group: event.group,
        ...(event.zone !== null && { zone: event.zone }),
        ...(event.count !== null && { count: event.count }),
      };
    case 'drain':
      return {
        kind: 'drain',
        at,
        group: event.group,
        ...(event.zone !== null && { zone: event.zone }),
        ...(event.count !== null && { count: event.count }),
      };
    case 'upgrade':
      return {
        kind: 'upgrade',
        at,
        ...(event.version !== null && { version: event.version }),
        ...(event.groups !== null && { groups: [...event.groups] }),
      };
    case 'master-loss':
      return {
        kind: 'master-loss',
        at,
        count: event.count,
        ...(event.zone !== null && { zone: event.zone }),
      };
  }
}
