import type { Fleet } from '../../controllers/fleet.ts';
import type { StrategyItem } from '../../model/capacity-provider-strategy.ts';
import type { EcsServicePlan, Plan, PlatformPlan } from '../../model/plan.ts';

/** Does anything of the workload say which capacity providers it wants? */
export function namesProviders({ workload }: Plan): boolean {
  return [...workload.services, ...workload.jobs].some(
    ({ ecs }) => ecs?.capacityProviderStrategy !== undefined,
  );
}

/** The capacity providers that anything of the workload names. */
export function namedProviders({ workload }: Plan): ReadonlySet<string> {
  return new Set(
    [...workload.services, ...workload.jobs].flatMap(({ ecs }) =>
      (ecs?.capacityProviderStrategy ?? []).map(({ capacityProvider }) => capacityProvider),
    ),
  );
}

/**
 * The strategy of tasks that say none: that of the platform; with managed scaling and without one, every group has the same
 * share. Empty: tasks go wherever there is room.
 */
export function platformStrategy(
  { autoscaler, fargate }: Extract<PlatformPlan, { kind: 'ecs' }>,
  fleet: Fleet,
): readonly StrategyItem[] {
  if (fargate !== undefined) return fargate.strategy;
  if (autoscaler.kind !== 'managed-scaling') return [];
  if (autoscaler.strategy.length > 0) return autoscaler.strategy;
  // One group alone needs none.
  if (fleet.groups.length === 1) return [];
  return fleet.groups.map(({ name }) => ({ capacityProvider: name, base: 0, weight: 1 }));
}

/** A strategy of one's own where the platform has all of its providers; else that of the platform. */
export function strategyOn(
  own: Pick<EcsServicePlan, 'capacityProviderStrategy'> | undefined,
  fleet: Fleet,
  otherwise: readonly StrategyItem[],
): readonly StrategyItem[] {
  const strategy = own?.capacityProviderStrategy;
  const has = ({ capacityProvider }: StrategyItem) =>
    fleet.groups.some(({ name }) => name === capacityProvider);
  return strategy?.every(has) === true ? strategy : otherwise;
}
