import type { StrategyItem } from '../../model/capacity-provider-strategy.ts';

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
