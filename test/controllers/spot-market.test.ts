import { describe, expect, test } from 'vitest';
import { SpotBuyer } from '../../src/controllers/spot-buyer.ts';
import { SpotMarket, type SpotMarketOptions } from '../../src/controllers/spot-market.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import { RandomStreams } from '../../src/kernel/random-streams.ts';
import type { SpotMarketPlan, SpotPurchase } from '../../src/model/purchase.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { group } from '../support/plans.ts';

const PLAN: SpotMarketPlan = {
  prices: 'model',
  types: [{ type: 'a.large', savingPercent: 60, monthlyShare: 0.9 }],
  swing: 1,
  memoryMs: 6 * HOUR,
  stepMs: HOUR,
  capacity: 20,
  perReclaim: 0.5,
  rebalanceLeadMs: 0,
  noticeMs: 120_000,
};
const POOLS = ['z-1a', 'z-1b'].map((zone) => ({ type: 'a.large', zone }));
const TOP = 1_000_000_000n;

function market(rest: Partial<SpotMarketOptions> = {}) {
  const kernel = new Kernel();
  const streams = new RandomStreams(7, 0);
  const reclaims: number[] = [];
  const made = new SpotMarket({
    kernel,
    market: PLAN,
    pools: POOLS,
    onDemandE10: () => TOP,
    series: [],
    startEpochMs: 0,
    horizonMs: 30 * DAY,
    stream: (purpose, entity) => streams.stream(purpose, entity),
    onPrice: () => {},
    onStep: () => {},
    onReclaim: () => void reclaims.push(kernel.nowMs),
    ...rest,
  });
  made.start();
  return { kernel, market: made, reclaims };
}

describe('SpotMarket', () => {
  test('model: whole millionths of a dollar, never above On-Demand, a change at most each step', () => {
    const { kernel, market: made } = market();
    kernel.run({ untilMs: 30 * DAY });
    const points = made.history(0);
    expect(points.length).toBeGreaterThan(300);
    for (const { atMs, priceE10 } of points) {
      expect(priceE10 > 0n && priceE10 <= TOP && (priceE10 % 10_000n === 0n || priceE10 === TOP)).toBe(true);
      expect(atMs % HOUR).toBe(0);
    }
    // A swing of 1 around 40 % of On-Demand reaches the ceiling now and then, and does not stay there.
    expect(points.some(({ priceE10 }) => priceE10 === TOP)).toBe(true);
    expect(points.some(({ priceE10 }) => priceE10 < TOP / 4n)).toBe(true);
  });

  test('pools move by themselves, and each by its own name alone', () => {
    const both = market();
    const alone = market({ pools: [POOLS[1]!] });
    for (const { kernel } of [both, alone]) kernel.run({ untilMs: 10 * DAY });
    expect(both.market.history(0)).not.toEqual(both.market.history(1));
    expect(alone.market.history(0)).toEqual(both.market.history(1));
  });

  test('a history holds from its instants on, and ends with the horizon', () => {
    const points = [-5, 10, 20, 40].map((hour, index) => ({
      epochMs: hour * HOUR,
      priceE10: BigInt(index + 1),
    }));
    const series = [{ zone: 'z-1a', type: 'a.large', os: 'linux' as const, points }];
    const plan = { ...PLAN, prices: 'list' as const };
    const { kernel, market: made } = market({
      series,
      market: plan,
      pools: [POOLS[0]!],
      horizonMs: 30 * HOUR,
    });
    expect(made.priceE10(0)).toBe(1n);
    kernel.run({ untilMs: 30 * HOUR });
    expect(made.history(0)).toEqual([
      { atMs: -5 * HOUR, priceE10: 1n },
      { atMs: 10 * HOUR, priceE10: 2n },
      { atMs: 20 * HOUR, priceE10: 3n },
    ]);
  });
});

describe('SpotBuyer', () => {
  const purchase: SpotPurchase = {
    onDemandBase: 1,
    onDemandPercentAboveBase: 50,
    strategy: 'lowest-price',
    pools: 2,
    maxPriceE10: null,
    rebalance: false,
  };
  const still = { ...PLAN, swing: 0, capacity: 2 };
  const buyerOf = (rest: Partial<SpotPurchase> = {}) => {
    const zones = ['z-1a', 'z-1b'];
    const fleet = [group(9, { types: ['a.large'], zones, spot: { ...purchase, ...rest } })];
    return new SpotBuyer(market({ market: still }).market, fleet);
  };

  test('keeps base and percentage as instances come and go', () => {
    const buyer = buyerOf();
    const bought = (slot: number) => {
      const buy = buyer.choose(0, () => true)!;
      buyer.bought(slot, slot + 1, 0, buy);
      return buy.pool < 0 ? 'on-demand' : 'spot';
    };
    // 1 base; of the 3 above it ceil(1.5) = 2 are On-Demand; they come first, as they are short.
    expect([0, 1, 2, 3].map(bought)).toEqual(['on-demand', 'on-demand', 'spot', 'on-demand']);
    buyer.ended(0, 0);
    expect(bought(0)).toBe('on-demand');
    expect(buyer.poolOf(2)).toBeGreaterThanOrEqual(0);
    expect([...buyer.spotPools.keys()]).toEqual([3]);
  });

  test('takes no more of a pool than there is, and none above its price', () => {
    const buyer = buyerOf({ onDemandBase: 0, onDemandPercentAboveBase: 0 });
    for (let slot = 0; slot < 4; slot++) buyer.bought(slot, slot, 0, buyer.choose(0, () => true)!);
    expect([0, 1].map((pool) => buyer.slotsOf(pool).size)).toEqual([2, 2]);
    expect(buyer.choose(0, () => true)).toBeNull();
    buyer.ended(3, 0);
    expect(buyer.choose(0, () => true)).not.toBeNull();
    expect(buyer.choose(0, () => false)).toBeNull();
    const poor = buyerOf({ onDemandBase: 0, onDemandPercentAboveBase: 0, maxPriceE10: 399_990_000n });
    expect(poor.choose(0, () => true)).toBeNull();
    const enough = buyerOf({ onDemandBase: 0, onDemandPercentAboveBase: 0, maxPriceE10: 400_000_000n });
    expect(enough.choose(0, () => true)).not.toBeNull();
  });
});
