import type { Fleet } from '../../controllers/fleet.ts';
import { SpotBuyer } from '../../controllers/spot-buyer.ts';
import { SpotInterruptions, type SpotInterruptionsOptions } from '../../controllers/spot-interruptions.ts';
import { SpotMarket, type SpotMarketOptions } from '../../controllers/spot-market.ts';
import type { SpotPriceSeries } from '../../billing/usage.ts';
import { fromE10 } from '../../billing/money.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import type { FleetGroup, Plan, PlatformPlan } from '../../model/plan.ts';
import type { SpotMarketPlan, SpotPool } from '../../model/purchase.ts';
import { HOUR } from '../../units.ts';
import type { SpotSummary } from '../result.ts';

export interface SpotRunOptions
  extends Pick<SpotMarketOptions, 'kernel' | 'series' | 'stream'>,
    Pick<SpotInterruptionsOptions, 'store' | 'leavesOnDrain' | 'onEvicted' | 'onDraining'> {
  readonly plan: Plan;
  readonly platform: PlatformPlan;
  readonly groups: readonly FleetGroup[];
  /** The running Spot instance in the slot costs another price from now on. */
  readonly onPrice: (slot: number) => void;
}

/** The Spot side of one run: the market, the books of what was bought there, and what AWS took back. */
export class SpotRun {
  readonly market: SpotMarket;
  readonly buyer: SpotBuyer;
  readonly #options: SpotRunOptions;
  readonly #plan: SpotMarketPlan;
  #interruptions: SpotInterruptions | null = null;

  /** Null when no group of the platform buys Spot. */
  static of(options: SpotRunOptions): SpotRun | null {
    const { plan, groups } = options;
    const buys = groups.some(({ spot }) => spot !== undefined);
    return plan.spot === undefined || !buys ? null : new SpotRun(options, plan.spot);
  }

  private constructor(options: SpotRunOptions, market: SpotMarketPlan) {
    this.#options = options;
    this.#plan = market;
    const { kernel, series, stream, plan, groups } = options;
    const prices = new Map(plan.types.map(({ name, priceE10PerHour }) => [name, priceE10PerHour]));
    this.market = new SpotMarket({
      kernel,
      series,
      stream,
      market,
      pools: poolsOf(groups),
      onDemandE10: (type) => prices.get(type)!,
      startEpochMs: plan.startEpochMs,
      horizonMs: plan.horizonMs,
      onPrice: (pool) => this.#priceChanged(pool),
      onStep: () => this.#interruptions?.restore(),
      onReclaim: (pool) => this.#interruptions?.reclaim(pool),
    });
    this.buyer = new SpotBuyer(this.market, groups);
  }

  /** The fleet that buys; set once, because each needs the other. */
  attach(fleet: Fleet): void {
    const { kernel, store, leavesOnDrain, onEvicted, onDraining, platform, groups } = this.#options;
    this.#interruptions = new SpotInterruptions({
      kernel,
      store,
      fleet,
      market: this.market,
      buyer: this.buyer,
      plan: this.#plan,
      drains: platform.drainsOnNotice ?? platform.kind === 'kubernetes',
      leavesOnDrain,
      onEvicted,
      onDraining,
      // Without an autoscaler nobody changes the wanted number: it stays what it was at the start.
      kept: (group) => groups[group]!.size[platform.autoscaler.kind === 'none' ? 'initial' : 'min'],
    });
  }

  /** Lets the market move, once the fleet has started. */
  start(): void {
    this.market.start();
    this.#interruptions?.restore();
  }

  /** A fresh instance takes tasks. */
  ready(slot: number): void {
    this.#interruptions?.ready(slot);
  }

  /** What the instance in the slot costs per hour now; undefined for On-Demand. */
  priceE10Of(slot: number): bigint | undefined {
    const pool = this.buyer.poolOf(slot);
    return pool < 0 ? undefined : this.market.priceE10(pool);
  }

  /** What an instance of the type in the zone would cost per hour now; undefined where no group buys Spot. */
  offeredPriceE10(typeName: string, zone: string): bigint | undefined {
    const pool = this.market.pools.findIndex((one) => one.type === typeName && one.zone === zone);
    return pool < 0 ? undefined : this.market.priceE10(pool);
  }

  #priceChanged(pool: number): void {
    const { store, onPrice } = this.#options;
    for (const slot of this.buyer.slotsOf(pool)) {
      if (store.state[slot] !== INSTANCE_STATE.requested) onPrice(slot);
    }
    this.#interruptions?.priceChanged(pool);
  }

  /** How an instance, by its id, was bought, and who ended it. */
  termsOf(id: number): { readonly option: 'od' | 'spot'; readonly endedBy: 'user' | 'aws' } {
    const isSpot = this.buyer.spotPools.has(id);
    const isTaken = this.#interruptions?.endedByAws.has(id) === true;
    return { option: isSpot ? 'spot' : 'od', endedBy: isTaken ? 'aws' : 'user' };
  }

  /** Prices of every pool over the run, on the calendar, as a bill wants them. */
  priceSeries(): SpotPriceSeries[] {
    const { plan } = this.#options;
    return this.market.pools.map(({ type, zone }, pool) => ({
      region: plan.region,
      zone,
      type,
      platform: 'linux',
      points: this.market.history(pool).map(({ atMs, priceE10 }) => ({
        atMs: plan.startEpochMs + atMs,
        price: fromE10(priceE10),
      })),
    }));
  }

  /** For the result. */
  summary(endMs: number): SpotSummary {
    const { notices, ...counts } = this.#interruptions!.counts;
    const launched = new Map<number, number>();
    for (const pool of this.buyer.spotPools.values()) launched.set(pool, (launched.get(pool) ?? 0) + 1);
    return {
      instances: this.buyer.spotPools.size,
      ...counts,
      noticesForCapacity: notices.capacity,
      noticesForPrice: notices.price,
      pools: this.market.pools.map(({ type, zone }, pool) => ({
        type,
        zone,
        launched: launched.get(pool) ?? 0,
        meanUsdPerHour: meanUsd(this.market.history(pool), endMs),
      })),
    };
  }

  /** What the reader must know of the model. */
  notes(): string[] {
    const { prices, capacity, perReclaim, noticeMs, rebalanceLeadMs } = this.#plan;
    const drains = this.#options.platform.drainsOnNotice ?? this.#options.platform.kind === 'kubernetes';
    const source =
      prices === 'list'
        ? 'Spot prices are those of the imported history'
        : 'Spot prices are a model: a walk around the saving that the Spot advisor of 2025-06 shows, never above On-Demand';
    return [
      `${source}. Capacity is hidden in reality and a model here (${capacity} spare instances a pool on average); reclaims follow ` +
        `the advisor's band and take ${Math.round(perReclaim * 100)} % of a pool at once; the notice is ${noticeMs / 1000} s` +
        `${rebalanceLeadMs === 0 ? '' : `, a rebalance recommendation comes ${rebalanceLeadMs / 1000} s before it`}. ` +
        (drains
          ? 'An instance is drained at its notice.'
          : 'Nobody drains an instance at its notice: its tasks run until it ends, and new ones may still be placed on it.'),
    ];
  }
}

function poolsOf(groups: readonly FleetGroup[]): SpotPool[] {
  const pools = new Map<string, SpotPool>();
  for (const { spot, types, zones } of groups) {
    if (spot === undefined) continue;
    for (const type of types) for (const zone of zones) pools.set(`${type}/${zone}`, { type, zone });
  }
  return [...pools.values()];
}

/** Mean over the time of the run, not over the points. */
function meanUsd(
  points: readonly { readonly atMs: number; readonly priceE10: bigint }[],
  endMs: number,
): number {
  let sum = 0;
  points.forEach(({ atMs, priceE10 }, index) => {
    const until = Math.min(endMs, points[index + 1]?.atMs ?? endMs);
    sum += ((Number(priceE10) / 1e10) * Math.max(0, until - Math.max(0, atMs))) / HOUR;
  });
  return endMs === 0 ? Number(points[0]!.priceE10) / 1e10 : sum / (endMs / HOUR);
}
