import type { EcsServiceSettings } from '../../model/ecs-defaults.ts';
import type { Autoscaler } from '../../model/plan.ts';
import { formatDurationMs } from '../../units.ts';
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
  const { passMs, healthyAfterMs, ...rest } = settings;
  return {
    ...rest,
    ...(passMs !== undefined && { pass: formatDurationMs(passMs) }),
    ...(healthyAfterMs !== undefined && { healthyAfter: formatDurationMs(healthyAfterMs) }),
  };
}
