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

/**
 * Index of the provider that the next task goes to; `counts` runs parallel to the strategy. First the provider below
 * its base, then the one with the least `(count - base) / weight`, the first in the list among equals. There is no
 * fallback: a task whose provider has no room waits there (aws/containers-roadmap issues 773 and 852).
 * The rounding is chosen: AWS publishes none.
 */
export function nextProvider(strategy: readonly StrategyItem[], counts: readonly number[]): number {
  const belowBase = strategy.findIndex(({ base }, index) => counts[index]! < base);
  if (belowBase >= 0) return belowBase;
  if (strategy.length === 1) return 0;
  let best = -1;
  strategy.forEach(({ weight }, index) => {
    if (weight > 0 && (best < 0 || isEmptier(strategy, counts, index, best))) best = index;
  });
  return best;
}

/**
 * Index of the provider that gives up a task first, -1 when none has any. Among the providers above their base the
 * ones without weight, then the one with the most `(count - base) / weight`, the last in the list among equals; when
 * none is above its base, the last one with a task left. Chosen, as the mirror image of `nextProvider`.
 */
export function providerToShrink(strategy: readonly StrategyItem[], counts: readonly number[]): number {
  let best = -1;
  strategy.forEach(({ base }, index) => {
    if (counts[index]! <= base) return;
    if (best < 0 || !isEmptier(strategy, counts, index, best)) best = index;
  });
  if (best >= 0) return best;
  return counts.findLastIndex((tasks) => tasks > 0);
}

/** Is (count - base) / weight of `a` less than of `b`? Exact; without weight the quotient is infinite. */
function isEmptier(
  strategy: readonly StrategyItem[],
  counts: readonly number[],
  a: number,
  b: number,
): boolean {
  const [first, second] = [strategy[a]!, strategy[b]!];
  if (first.weight === 0) return false;
  if (second.weight === 0) return true;
  return (counts[a]! - first.base) * second.weight < (counts[b]! - second.base) * first.weight;
}
