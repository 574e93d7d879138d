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
  /** Launch a replacement when a rebalance recommendation comes (Capacity Rebalancing), and end the instance then. */
  readonly rebalance: boolean;
}
