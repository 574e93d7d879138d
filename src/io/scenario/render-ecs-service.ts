import type { EcsServicePlan, HealthCheckPlan } from '../../model/plan.ts';
import { formatDurationMs } from '../../units.ts';
import type { EcsServiceInput, EcsTemplateInput } from './ecs-template-schema.ts';
import { formatRatePerHour } from './rates.ts';
import { renderDistribution } from './render-distribution.ts';

/** What a service or job says to ECS alone, as a scenario has it. */
export function renderEcsService({
  capacityProviderStrategy,
  availabilityZoneRebalancing,
  healthCheckGraceMs,
}: EcsServicePlan): EcsServiceInput {
  return {
    ...(capacityProviderStrategy !== undefined && {
      capacityProviderStrategy: capacityProviderStrategy.map((item) => ({ ...item })),
    }),
    ...(availabilityZoneRebalancing !== undefined && { availabilityZoneRebalancing }),
    ...(healthCheckGraceMs !== undefined && { healthCheckGracePeriod: formatDurationMs(healthCheckGraceMs) }),
  };
}

/** A health check as a scenario has it, every setting written out. */
export function renderHealthCheck(check: HealthCheckPlan): NonNullable<EcsTemplateInput['healthCheck']> {
  const { intervalMs, timeoutMs, retries, startPeriodMs, ready, failuresPerHour } = check;
  return {
    interval: formatDurationMs(intervalMs),
    timeout: formatDurationMs(timeoutMs),
    retries,
    startPeriod: formatDurationMs(startPeriodMs),
    ready: renderDistribution(ready),
    failures: formatRatePerHour(failuresPerHour),
  };
}
