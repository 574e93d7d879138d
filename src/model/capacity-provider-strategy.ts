/** One entry of a `capacityProviderStrategy`. */
export interface StrategyItem {
  readonly capacityProvider: string;
  /** Tasks that go here before any weight counts. Default 0. */
  readonly base: number;
  /** Share of the tasks beyond the bases. Default 0. */
  readonly weight: number;
}

/** Sources: Amazon ECS API reference, CapacityProviderStrategyItem; AWS ECS developer guide, service quotas. */
export const STRATEGY_LIMITS = { providers: 20, base: 100_000, weight: 1000 } as const;

const FARGATE_PROVIDERS: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];

/**
 * What is wrong with a strategy; empty when it can be used. Source: Amazon ECS API reference,
 * CapacityProviderStrategyItem.
 */
export function strategyProblems(strategy: readonly StrategyItem[]): readonly string[] {
  const problems: string[] = [];
  const names = strategy.map(({ capacityProvider }) => capacityProvider);
  if (strategy.length === 0) problems.push('a strategy names at least one capacity provider');
  if (strategy.length > STRATEGY_LIMITS.providers)
    problems.push(`a strategy names at most ${STRATEGY_LIMITS.providers} capacity providers`);
  for (const { capacityProvider, base, weight } of strategy) {
    if (!isWholeUpTo(base, STRATEGY_LIMITS.base))
      problems.push(`base of ${capacityProvider} is a whole number from 0 to ${STRATEGY_LIMITS.base}`);
    if (!isWholeUpTo(weight, STRATEGY_LIMITS.weight))
      problems.push(`weight of ${capacityProvider} is a whole number from 0 to ${STRATEGY_LIMITS.weight}`);
  }
  if (new Set(names).size < names.length) problems.push('a strategy names a capacity provider only once');
  if (strategy.filter(({ base }) => base > 0).length > 1)
    problems.push('only one capacity provider of a strategy has a base');
  if (strategy.length > 1 && strategy.every(({ weight }) => weight === 0))
    problems.push('a strategy of several capacity providers gives at least one of them a weight');
  const fargate = names.filter((name) => FARGATE_PROVIDERS.includes(name)).length;
  if (fargate > 0 && fargate < names.length)
    problems.push('a strategy does not mix Fargate and Auto Scaling group providers');
  return problems;
}

function isWholeUpTo(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
