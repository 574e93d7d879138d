/** How a new Spot instance gets its pool (a type in a zone), as EC2 Auto Scaling, EC2 Fleet and Spot Fleet name it. */
export const ALLOCATION_STRATEGIES = [
  'price-capacity-optimized',
  'capacity-optimized',
  'capacity-optimized-prioritized',
  'lowest-price',
  'diversified',
] as const;
export type AllocationStrategy = (typeof ALLOCATION_STRATEGIES)[number];

/** One sentence each, for the catalogue. */
export const ALLOCATION_ABOUT: Readonly<Record<AllocationStrategy, string>> = {
  'price-capacity-optimized': 'Of the pools with the most spare capacity, the cheapest; what AWS recommends',
  'capacity-optimized': 'The pool with the most spare capacity',
  'capacity-optimized-prioritized': 'The same, but of the roomiest pools the first type in the list',
  'lowest-price': 'Evenly over the cheapest pools: one, or as many as `pools` says',
  diversified: 'Evenly over all pools that are not dearer than On-Demand',
};

/** How the instances of a group are bought, as the mixed instances policy of an Auto Scaling group says it. */
export interface SpotPurchase {
  /** So many instances are On-Demand before the first Spot one. */
  readonly onDemandBase: number;
  /** Percent, 0 to 100, of the instances above the base that are On-Demand too. */
  readonly onDemandPercentAboveBase: number;
  readonly strategy: AllocationStrategy;
  /** lowest-price: over how many of the cheapest pools. */
  readonly pools: number;
  /** Per hour; null: the On-Demand price of the type. Above it an instance is interrupted, and none is launched. */
  readonly maxPriceE10: bigint | null;
  /**
   * Units that an instance of a type is worth; the size of the group, the base and the percentage then count units, and pools
   * compare by the price of a unit. Absent: every instance is one unit.
   */
  readonly weights?: ReadonlyMap<string, number>;
  /** Launch a replacement when a rebalance recommendation comes (Capacity Rebalancing), and end the instance then. */
  readonly rebalance: boolean;
}

/** Units that an instance of the type is worth to a group that buys so; see `SpotPurchase.weights`. */
export function unitsOf(spot: SpotPurchase | undefined, typeName: string): number {
  return spot?.weights?.get(typeName) ?? 1;
}

/** The market that Spot instances are bought on: a model, unless the prices come from a list. */
export interface SpotMarketPlan {
  /** list: the Spot price history in the imported price list; model: a mean-reverting walk around the mean saving. */
  readonly prices: 'list' | 'model';
  /** By type that a Spot group uses, in order of first use. */
  readonly types: readonly SpotTypePlan[];
  /** Standard deviation of the logarithm of the price, and how long the walk remembers (model). */
  readonly swing: number;
  readonly memoryMs: number;
  /** Between two looks at prices and capacity. */
  readonly stepMs: number;
  /** Spare instances of a pool, on average, as far as one buyer sees them; the same walk moves the number. */
  readonly capacity: number;
  /** Share of a pool's instances that one reclaim takes: 1 takes all at once, small values each by itself. */
  readonly perReclaim: number;
  /** From a rebalance recommendation to the notice. 0: it comes with the notice. */
  readonly rebalanceLeadMs: number;
  /** From the notice to the end. */
  readonly noticeMs: number;
}

/** What the market takes a type for. */
export interface SpotTypePlan {
  readonly type: string;
  /** Mean Spot price, percent below On-Demand. */
  readonly savingPercent: number;
  /** Share of instances that are reclaimed in 30 days, 0 to below 1. */
  readonly monthlyShare: number;
}

/** One instance type in one zone. */
export interface SpotPool {
  readonly type: string;
  readonly zone: string;
}
