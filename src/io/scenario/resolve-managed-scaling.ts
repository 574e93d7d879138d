import { type StrategyItem, strategyProblems } from '../../model/capacity-provider-strategy.ts';
import type { Autoscaler, FleetGroup, PlatformPlan } from '../../model/plan.ts';
import { didYouMean } from './did-you-mean.ts';
import type { ManagedScalingInput } from './ecs-schema.ts';
import type { Path } from './locate.ts';
import { durationMs } from './resolve-distribution.ts';
import type { Resolving } from './resolving.ts';

/** ECS managed scaling in milliseconds. */
export function resolveManagedScaling(input: ManagedScalingInput): Autoscaler {
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
export function checkProviders(
  { name, fleet, autoscaler }: Pick<PlatformPlan, 'name' | 'fleet' | 'autoscaler'>,
  path: Path,
  resolving: Resolving,
): void {
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
