import { describe, expect, test } from 'vitest';
import { chooseSpotPool, onDemandPart, type PoolOffer } from '../../src/controllers/spot-allocation.ts';
import type { AllocationStrategy } from '../../src/model/purchase.ts';

/** price USD/h, On-Demand USD/h, spare, mine, priority */
function pool(price: number, onDemand: number, spare: number, mine: number, priority: number): PoolOffer {
  const e10 = (usd: number) => BigInt(Math.round(usd * 1e10));
  return { priceE10: e10(price), onDemandE10: e10(onDemand), spare, mine, units: 1, priority };
}

/** A pool on which the strategies disagree: index 0 cheapest, 1 dear as On-Demand, 2 roomiest, 3 roomy and cheap. */
const POOLS = [
  pool(0.05, 0.2, 3, 4, 3),
  pool(0.2, 0.2, 50, 0, 0),
  pool(0.09, 0.2, 90, 1, 2),
  pool(0.07, 0.2, 80, 2, 1),
];

describe('chooseSpotPool()', () => {
  test.each<[AllocationStrategy, number, number]>([
    // One pool: the cheapest, however many instances are in it.
    ['lowest-price', 1, 0],
    // Of the two cheapest (0, 3) the one with fewer of ours: 2 against 4.
    ['lowest-price', 2, 3],
    // Pool 1 has none of ours, but costs as much as On-Demand; of the others pool 2 has fewest.
    ['diversified', 1, 2],
    ['capacity-optimized', 1, 2],
    // ceil(4 / 3) = 2 roomiest: 2 and 3. Priority 1 goes before 2.
    ['capacity-optimized-prioritized', 1, 3],
    // The same two: 0.07 is cheaper than 0.09.
    ['price-capacity-optimized', 1, 3],
  ])('%s over %i pools takes pool %i', (strategy, count, chosen) => {
    expect(chooseSpotPool(strategy, POOLS, count)).toBe(chosen);
  });

  test.each<AllocationStrategy>([
    'lowest-price',
    'diversified',
    'capacity-optimized',
    'capacity-optimized-prioritized',
    'price-capacity-optimized',
  ])('%s: no pool is -1; equal pools give the first', (strategy) => {
    expect(chooseSpotPool(strategy, [], 1)).toBe(-1);
    const same = pool(0.1, 0.2, 5, 0, 0);
    expect(chooseSpotPool(strategy, [same, same, same], 1)).toBe(0);
  });

  test('diversified takes nothing when every pool costs as much as On-Demand', () => {
    expect(chooseSpotPool('diversified', [pool(0.2, 0.2, 9, 0, 0)], 1)).toBe(-1);
  });

  test('lowest-price over k pools fills them evenly', () => {
    const mine = [0, 0, 0];
    for (let n = 0; n < 10; n++) {
      const pools = [0.03, 0.01, 0.02].map((price, index) => pool(price, 1, 99, mine[index]!, index));
      mine[chooseSpotPool('lowest-price', pools, 2)]! += 1;
    }
    expect(mine).toEqual([0, 5, 5]);
  });
});

test.each([
  // base 2, 25 % of the rest, rounded up: 10 → 2 + ceil(8 × 0.25) = 4
  { count: 10, base: 2, percent: 25, part: 4 },
  // 3 → 2 + ceil(0.25) = 3
  { count: 3, base: 2, percent: 25, part: 3 },
  { count: 1, base: 2, percent: 0, part: 1 },
  { count: 7, base: 0, percent: 0, part: 0 },
  { count: 7, base: 0, percent: 100, part: 7 },
])(
  'onDemandPart() of $count with base $base and $percent % above is $part',
  ({ count, base, percent, part }) => {
    expect(onDemandPart(count, { onDemandBase: base, onDemandPercentAboveBase: percent })).toBe(part);
  },
);
