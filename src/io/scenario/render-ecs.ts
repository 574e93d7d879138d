import type { EcsServiceSettings } from '../../model/ecs-defaults.ts';
import type { Autoscaler } from '../../model/plan.ts';
import { FARGATE_PROVIDERS, type FargatePlan } from '../../model/fargate-plan.ts';
import type { EcsTaskLifePlan } from '../../model/ecs-task-life.ts';
import type { StartTaskPlan } from '../../model/start-task-plan.ts';
import { formatBytes, formatDurationMs } from '../../units.ts';
import { formatRatePerHour } from './rates.ts';
import { renderDistribution } from './render-distribution.ts';
import type { ScenarioInput } from './scenario-schema.ts';

type EcsInput = Extract<ScenarioInput['platforms'][number], { kind: 'ecs' }>;

/** Managed scaling as a scenario has it, every setting written out. */
export function renderManagedScaling(
  scaler: Extract<Autoscaler, { kind: 'managed-scaling' }>,
): NonNullable<EcsInput['autoscaler']> {
  const { instanceWarmupMs, reactionMs, drainingTimeoutMs, provisioningTimeoutMs, strategy, ...rest } =
    scaler;
  return {
    ...rest,
    instanceWarmup: formatDurationMs(instanceWarmupMs),
    reaction: formatDurationMs(reactionMs),
    drainingTimeout: formatDurationMs(drainingTimeoutMs),
    provisioningTimeout: formatDurationMs(provisioningTimeoutMs),
    capacityProviderStrategy: strategy.map((item) => ({ ...item })),
  };
}

/** What the plan says of the service scheduler; the rest has its defaults. */
export function renderEcsServices(settings: Partial<EcsServiceSettings>): NonNullable<EcsInput['services']> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) =>
      name.endsWith('Ms') ? [name.slice(0, -2), formatDurationMs(value as number)] : [name, value],
    ),
  ) as NonNullable<EcsInput['services']>;
}

/** Every part written out. */
export function renderTaskLife(plan: EcsTaskLifePlan): NonNullable<EcsInput['taskLife']> {
  const { registryBytesPerSecond } = plan;
  return {
    eniAttach: renderDistribution(plan.eniAttach),
    agent: renderDistribution(plan.agent),
    instanceBandwidth: formatBytes(plan.instanceBytesPerSecond),
    registryBandwidth: registryBytesPerSecond === null ? 'unlimited' : formatBytes(registryBytesPerSecond),
    unpack: formatBytes(plan.unpackBytesPerSecond),
    imageCheck: renderDistribution(plan.imageCheck),
    imagePullBehavior: plan.imagePullBehavior,
    containerStart: renderDistribution(plan.containerStart),
    deregistration: formatDurationMs(plan.deregistrationMs),
    exit: renderDistribution(plan.exit),
    stopTimeout: formatDurationMs(plan.stopTimeoutMs),
    eniDetach: renderDistribution(plan.eniDetach),
  };
}

/** Own schedulers as a scenario has them, every setting written out. */
export function renderStartTask(plans: readonly StartTaskPlan[]): NonNullable<EcsInput['startTask']> {
  return plans.map(({ name, use, tasks, pollMs, snapshotAgeMs, retryDelayMs, retryDelayMostMs }) => ({
    name,
    use,
    tasks: [...tasks],
    poll: formatDurationMs(pollMs),
    snapshotAge: formatDurationMs(snapshotAgeMs),
    retryDelay: formatDurationMs(retryDelayMs),
    retryDelayMost: formatDurationMs(retryDelayMostMs),
  }));
}

/** AWS Fargate as a scenario has it, every setting written out. */
export function renderFargate(plan: FargatePlan): NonNullable<EcsInput['fargate']> {
  const { strategy, zones, architecture, launchBurst, launchesPerMinute } = plan;
  return {
    capacityProviderStrategy: strategy.map(({ capacityProvider, base, weight }) => ({
      capacityProvider: FARGATE_PROVIDERS.find((name) => name === capacityProvider)!,
      base,
      weight,
    })),
    zones: [...zones],
    architecture,
    provisioning: renderDistribution(plan.provisioning),
    launchBurst,
    launchesPerMinute,
    interruptions: formatRatePerHour(plan.interruptionsPerHour),
    notice: formatDurationMs(plan.noticeMs),
    retry: formatDurationMs(plan.retryMs),
  };
}
