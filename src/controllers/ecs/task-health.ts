import { type HealthChange, healthChanges } from '../../model/ecs/container-health.ts';
import type { ServicePlan, TaskTemplate } from '../../model/plan.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import { HOUR } from '../../units.ts';
import { sampler } from '../distributions.ts';
import type { Revision } from './service-tasks.ts';

/**
 * What the service scheduler finds about the health of a revision's tasks, from RUNNING on. Behind a load balancer without
 * a health check of the container: healthy at once, because its checks have passed during the start-up that registration
 * adds to; without either `healthyAfterMs` later; with a health check when that says so, and again when it changes. A task
 * that stays unhealthy answers nobody. What is unhealthy within the grace period counts at its end, if it still is so.
 * Sources: Amazon ECS API reference, DeploymentConfiguration and Service, healthCheckGracePeriodSeconds.
 */
export function taskHealth(
  { ecs }: TaskTemplate,
  { loadBalancer, ecs: service }: ServicePlan,
  healthyAfterMs: number,
  stream: () => RandomDraws,
): Revision['healthOf'] {
  const graceMs = service?.healthCheckGraceMs ?? 0;
  const check = ecs?.healthCheck;
  if (check === undefined) {
    const afterMs = loadBalancer === null ? healthyAfterMs : 0;
    return (fate) => withoutGrace([{ afterMs, isHealthy: fate === 'good' }], graceMs);
  }
  const draws = stream();
  const ready = sampler(check.ready);
  const { failuresPerHour } = check;
  const healthy =
    failuresPerHour === 0 ? null : sampler({ kind: 'exponential', meanMs: HOUR / failuresPerHour });
  return (fate) => {
    const drawnMs = ready(draws.double());
    const answersMs = healthy?.(draws.double()) ?? Number.POSITIVE_INFINITY;
    const readyMs = fate === 'good' ? drawnMs : Number.POSITIVE_INFINITY;
    const changes = healthChanges(check, { readyMs, sickMs: readyMs + answersMs });
    return withoutGrace(changes, graceMs);
  };
}

/** What is found unhealthy before the grace period is over is found at its end, unless it has changed by then. */
function withoutGrace(changes: readonly HealthChange[], graceMs: number): readonly HealthChange[] {
  return changes.flatMap((change, index) => {
    if (change.isHealthy || change.afterMs >= graceMs) return [change];
    const next = changes[index + 1];
    return next !== undefined && next.afterMs <= graceMs ? [] : [{ ...change, afterMs: graceMs }];
  });
}
