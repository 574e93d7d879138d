import type { AllocationStrategy } from '../model/purchase.ts';

/** A pool that could give one more instance now: it has room, and its price is not above the maximum. */
export interface PoolOffer {
  readonly priceE10: bigint;
  readonly onDemandE10: bigint;
  /** Instances that it could still give. */
  readonly spare: number;
  /** What the group has in it, in units. */
  readonly mine: number;
  /** Units that one of its instances is worth. */
  readonly units: number;
  /** Place of its type in the group's list: the first is preferred. */
  readonly priority: number;
}

/**
 * The pool that the next Spot instance of a group comes from: an index into `pools`, or -1 when none will do.
 *
 * Prices are compared for a unit. lowest-price: the cheapest `poolCount` pools in even parts. diversified: all pools in even parts, without those that
 * cost as much as On-Demand. capacity-optimized: the most spare capacity. capacity-optimized-prioritized and
 * price-capacity-optimized: of the third of the pools with the most spare capacity (chosen: AWS says "highest
 * availability" and no number) the first in the list, and the cheapest.
 *
 * Ties go to the cheaper pool, then to the first. Source: AWS EC2 user guide of 2023-06,
 * ec2-fleet-allocation-strategy.md.
 */
export function chooseSpotPool(
  strategy: AllocationStrategy,
  pools: readonly PoolOffer[],
  poolCount: number,
): number {
  const cheapest = pools.map((_, index) => index).sort(by(pools, price));
  switch (strategy) {
    case 'lowest-price':
      return first(cheapest.slice(0, poolCount), by(pools, mine, price));
    case 'diversified':
      return first(
        cheapest.filter((index) => pools[index]!.priceE10 < pools[index]!.onDemandE10),
        by(pools, mine, price),
      );
    case 'capacity-optimized':
      return first(cheapest, by(pools, mostSpare, price));
    case 'capacity-optimized-prioritized':
      return first(mostAvailable(pools), by(pools, priority, mostSpare, price));
    case 'price-capacity-optimized':
      return first(mostAvailable(pools), by(pools, price));
  }
}

type Order = (a: PoolOffer, b: PoolOffer) => number;

/** Of a unit, without rounding. */
const price: Order = (a, b) => {
  const [left, right] = [a.priceE10 * BigInt(b.units), b.priceE10 * BigInt(a.units)];
  return left < right ? -1 : left > right ? 1 : 0;
};
const mine: Order = (a, b) => a.mine - b.mine;
const mostSpare: Order = (a, b) => b.spare - a.spare;
const priority: Order = (a, b) => a.priority - b.priority;

/** Compares indexes of pools by several orders, then by place. */
function by(pools: readonly PoolOffer[], ...orders: readonly Order[]): (a: number, b: number) => number {
  return (a, b) => {
    for (const order of orders) {
      const difference = order(pools[a]!, pools[b]!);
      if (difference !== 0) return difference;
    }
    return a - b;
  };
}

function first(indexes: readonly number[], order: (a: number, b: number) => number): number {
  return indexes.toSorted(order)[0] ?? -1;
}

/** A third of the pools, rounded up. */
function mostAvailable(pools: readonly PoolOffer[]): number[] {
  const order = pools.map((_, index) => index).sort(by(pools, mostSpare, price));
  return order.slice(0, Math.ceil(pools.length / 3));
}

/**
 * How many of `count` instances, or units, of a group are On-Demand: the base, and the percentage of the rest, rounded up. Source:
 * AWS EC2 Auto Scaling user guide, "Auto Scaling groups with multiple instance types and purchase options".
 */
export function onDemandPart(
  count: number,
  {
    onDemandBase,
    onDemandPercentAboveBase,
  }: { readonly onDemandBase: number; readonly onDemandPercentAboveBase: number },
): number {
  const base = Math.min(count, onDemandBase);
  return base + Math.ceil(((count - base) * onDemandPercentAboveBase) / 100);
}
