import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { SpotSeries } from '../model/offer.ts';
import { PHASE } from '../model/phases.ts';
import type { SpotMarketPlan, SpotPool } from '../model/purchase.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { nextReclaimMs, reclaimsPerHour, spotWalk } from './spot-walk.ts';

/** A price from a time of the run on; it may lie before the start. */
export interface MarketPoint {
  readonly atMs: number;
  readonly priceE10: bigint;
}

export interface SpotMarketOptions {
  readonly kernel: Kernel;
  readonly market: SpotMarketPlan;
  /** Every pool that a group may buy in, each once. */
  readonly pools: readonly SpotPool[];
  readonly onDemandE10: (type: string) => bigint;
  /** Spot price history of the imported list; used when the market says so. */
  readonly series: readonly SpotSeries[];
  readonly startEpochMs: number;
  readonly horizonMs: number;
  /** Streams belong to pools alone, so every platform meets the same market. */
  readonly stream: (purpose: string, entity: string) => RandomDraws;
  /** The price of a pool has changed. */
  readonly onPrice: (pool: number) => void;
  /** Prices and capacity have had their turn. */
  readonly onStep: () => void;
  /** AWS wants instances of the pool back. */
  readonly onReclaim: (pool: number) => void;
}

interface PoolState {
  priceE10: bigint;
  /** Spare instances, as the market has them; those that the run has taken are not subtracted. */
  spare: number;
  readonly nextPrice: () => bigint;
  readonly nextSpare: () => number;
  readonly reclaims: RandomDraws;
  readonly reclaimsPerHour: number;
  readonly history: MarketPoint[];
}

/** Prices are whole multiples of this, 1e-6 USD: what the Spot price history prints. */
const PRICE_STEP_E10 = 10_000;

/**
 * Prices, spare capacity and reclaims of the pools over time. A price of the model walks around the mean of its type and
 * never exceeds On-Demand (AWS EC2 user guide, "Spot Instance pricing history"); one of the list is what the history
 * says, from its instant on. Capacity is hidden from buyers in reality, and a walk here. Reclaims of a pool are a Poisson
 * process whose rate follows from the share that the Spot advisor publishes.
 */
export class SpotMarket {
  readonly pools: readonly SpotPool[];
  readonly #options: SpotMarketOptions;
  readonly #states: readonly PoolState[];
  readonly #step: EventKind;
  readonly #change: EventKind;
  readonly #reclaim: EventKind;
  /** By pool: the coming points of the list, and the next of them. */
  readonly #listed: readonly (readonly MarketPoint[])[];
  readonly #nextListed: number[];

  constructor(options: SpotMarketOptions) {
    this.#options = options;
    this.pools = options.pools;
    const { kernel, market, pools } = options;
    this.#listed = pools.map((pool) => (market.prices === 'list' ? this.#listedPoints(pool) : []));
    this.#nextListed = pools.map(() => 0);
    this.#states = pools.map((pool, index) => this.#stateOf(pool, index));
    this.#step = kernel.defineKind('spot-step', PHASE.failure, () => this.#steps());
    this.#change = kernel.defineKind('spot-price', PHASE.failure, (pool) => this.#changes(pool));
    this.#reclaim = kernel.defineKind('spot-reclaim', PHASE.failure, (pool) => this.#reclaims(pool));
  }

  priceE10(pool: number): bigint {
    return this.#states[pool]!.priceE10;
  }

  /** Spare instances before the run took any. */
  spare(pool: number): number {
    return this.#states[pool]!.spare;
  }

  onDemandE10(pool: number): bigint {
    return this.#options.onDemandE10(this.pools[pool]!.type);
  }

  /** The price of the pool over the run so far, for the bill; the first point holds at the start. */
  history(pool: number): readonly MarketPoint[] {
    return this.#states[pool]!.history;
  }

  /** Whether an instance of the pool is among those that a reclaim takes. One draw. */
  takes(pool: number): boolean {
    return this.#states[pool]!.reclaims.double() < this.#options.market.perReclaim;
  }

  /** Lets time act on the market. */
  start(): void {
    const { kernel, market } = this.#options;
    kernel.after(market.stepMs, this.#step, 0);
    this.pools.forEach((_, pool) => {
      this.#scheduleReclaim(pool);
      const next = this.#listed[pool]![this.#nextListed[pool]!];
      if (next !== undefined) kernel.at(next.atMs, this.#change, pool);
    });
  }

  #stateOf({ type, zone }: SpotPool, index: number): PoolState {
    const { market, stream, onDemandE10 } = this.#options;
    const entity = `${type}/${zone}`;
    const facts = market.types.find((one) => one.type === type)!;
    const topE10 = onDemandE10(type);
    const meanE10 = (Number(topE10) * (100 - facts.savingPercent)) / 100;
    const listed = this.#listed[index]!;
    const walk = market.prices === 'model' ? spotWalk(market, stream('spot-price', entity)) : null;
    const nextPrice =
      walk === null
        ? () => listed[this.#nextListed[index]!]!.priceE10
        : () => modelPrice(meanE10 * walk(), topE10);
    const spareWalk = spotWalk(market, stream('spot-capacity', entity));
    const nextSpare = () => Math.round(market.capacity * spareWalk());
    const priceE10 = nextPrice();
    if (walk === null) this.#nextListed[index] = 1;
    return {
      priceE10,
      spare: nextSpare(),
      nextPrice,
      nextSpare,
      reclaims: stream('spot-reclaim', entity),
      reclaimsPerHour: reclaimsPerHour(facts.monthlyShare, market.perReclaim),
      history: [{ atMs: Math.min(0, listed[0]?.atMs ?? 0), priceE10 }],
    };
  }

  /** From the point that holds at the start on; the plan was refused if there is none. */
  #listedPoints({ type, zone }: SpotPool): MarketPoint[] {
    const { series, startEpochMs, horizonMs } = this.#options;
    const found = series.find((one) => one.type === type && one.zone === zone && one.os === 'linux');
    const points = (found?.points ?? []).map(({ epochMs, priceE10 }) => ({
      atMs: epochMs - startEpochMs,
      priceE10,
    }));
    const holding = points.findLastIndex(({ atMs }) => atMs <= 0);
    return points.slice(Math.max(0, holding)).filter(({ atMs }) => atMs < horizonMs);
  }

  #steps(): void {
    const { kernel, market, onPrice, onStep } = this.#options;
    this.#states.forEach((state, pool) => {
      state.spare = state.nextSpare();
      if (market.prices === 'list') return;
      this.#setPrice(pool, state.nextPrice());
      onPrice(pool);
    });
    onStep();
    kernel.after(market.stepMs, this.#step, 0);
  }

  #changes(pool: number): void {
    const { kernel, onPrice } = this.#options;
    this.#setPrice(pool, this.#states[pool]!.nextPrice());
    const next = this.#listed[pool]![++this.#nextListed[pool]!];
    if (next !== undefined) kernel.at(next.atMs, this.#change, pool);
    onPrice(pool);
  }

  #setPrice(pool: number, priceE10: bigint): void {
    const state = this.#states[pool]!;
    if (priceE10 === state.priceE10) return;
    state.priceE10 = priceE10;
    state.history.push({ atMs: this.#options.kernel.nowMs, priceE10 });
  }

  #scheduleReclaim(pool: number): void {
    const { kernel, horizonMs } = this.#options;
    const state = this.#states[pool]!;
    const delayMs = nextReclaimMs(state.reclaimsPerHour, state.reclaims);
    if (kernel.nowMs + delayMs < horizonMs) kernel.after(delayMs, this.#reclaim, pool);
  }

  #reclaims(pool: number): void {
    this.#options.onReclaim(pool);
    this.#scheduleReclaim(pool);
  }
}

/** Whole steps, at least one, at most On-Demand. */
function modelPrice(priceE10: number, topE10: bigint): bigint {
  const steps = BigInt(Math.max(1, Math.round(priceE10 / PRICE_STEP_E10)));
  const rounded = steps * BigInt(PRICE_STEP_E10);
  return rounded < topE10 ? rounded : topE10;
}
