import type { StrategyItem } from '../../model/capacity-provider-strategy.ts';
import type { EcsServiceSettings } from '../../model/ecs-defaults.ts';
import type { ServicePlan } from '../../model/plan.ts';
import type { PlanEvent } from '../../model/service-plan.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import { startupSampler } from '../distributions.ts';
import type { Revision } from './service-tasks.ts';
import { taskHealth } from './task-health.ts';

export type Deploy = Extract<PlanEvent, { kind: 'deploy' }>;

/** A service of the plan with what the platform makes of its template. */
export interface PlannedService {
  readonly plan: ServicePlan;
  readonly groupId: number;
  /** The class of a task of the template, in a capacity provider or anywhere, in a zone or anywhere. */
  readonly classId: (
    template: ServicePlan['template'],
    provider: string | null,
    zone: string | null,
  ) => number;
  /** Shares of capacity providers; empty: its tasks go wherever there is room. */
  readonly strategy: readonly StrategyItem[];
  /** No two of its tasks on an instance, whatever is deployed. */
  readonly distinctInstance: boolean;
  /** May ECS even it out over its zones? */
  readonly isRebalanced: boolean;
}

/** What a deployment, or the service as it is planned (null), puts on instances. `number` counts from 1. */
export function revisionOf(
  planned: PlannedService,
  number: number,
  deploy: Deploy | null,
  {
    stream,
    settings,
  }: {
    readonly stream: (purpose: string, group: string) => RandomDraws;
    readonly settings: EcsServiceSettings;
  },
): Revision {
  const { plan } = planned;
  const template = deploy?.template ?? plan.template;
  const startup = startupSampler(template.startup);
  const draws = stream('startup', plan.name);
  const registrationMs = plan.loadBalancer?.registrationMs ?? 0;
  const failing = deploy?.failing ?? null;
  const fates = failing === null ? null : stream('failing', plan.name);
  return {
    number,
    classId: (provider, zone) => planned.classId(template, provider, zone),
    startupMs: () => startup(draws.double()) + registrationMs,
    healthOf: taskHealth(template, plan, settings.healthyAfterMs, () => stream('health', plan.name)),
    fate: () => {
      if (failing === null || fates!.double() >= failing.share) return 'good';
      return failing.at === 'start' ? 'failsToStart' : 'staysUnhealthy';
    },
  };
}
