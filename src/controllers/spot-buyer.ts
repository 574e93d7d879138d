import { grown } from '../model/grown.ts';
import type { FleetGroup } from '../model/plan.ts';
import { unitsOf } from '../model/purchase.ts';
import { chooseSpotPool, onDemandPart, type PoolOffer } from './spot-allocation.ts';
import type { SpotMarket } from './spot-market.ts';

/** Where and how the next instance of a group is bought. */
export interface Buy {
  readonly typeName: string;
  /** Index into the zones of the group; -1 leaves it to the fleet. */
  readonly zone: number;
  /** Index of the Spot pool; -1 is On-Demand. */
  readonly pool: number;
}

const ON_DEMAND = -1;

interface GroupBook {
  readonly group: FleetGroup;
  /** In units; so the next. */
  onDemand: number;
  /** By pool: what the group has in it. */
  readonly mine: Map<number, number>;
  /** Pools in order of the group's types, then zones. */
  readonly pools: readonly {
    readonly pool: number;
    readonly typeIndex: number;
    readonly zoneIndex: number;
  }[];
}

/** Keeps the books of what groups bought on the Spot market, and decides how each next instance is bought. */
export class SpotBuyer {
  /** Every Spot instance ever, by id: index of its pool. */
  readonly spotPools = new Map<number, number>();
  readonly #market: SpotMarket;
  readonly #books: readonly GroupBook[];
  /** Slots of the living instances by pool: each takes one of the spare. */
  readonly #slots: readonly Set<number>[];
  /** By slot: pool of the instance there, -1 for On-Demand. */
  #poolOf = new Int32Array(0);
  /** By slot: what the instance there is worth. */
  #units = new Int32Array(0);

  constructor(market: SpotMarket, groups: readonly FleetGroup[]) {
    this.#market = market;
    this.#slots = market.pools.map(() => new Set());
    this.#books = groups.map((group) => ({
      group,
      onDemand: 0,
      mine: new Map(),
      pools: group.spot === undefined ? [] : this.#poolsOf(group),
    }));
  }

  /** Pool of the instance in the slot, -1 for On-Demand. */
  poolOf(slot: number): number {
    return this.#poolOf[slot] ?? ON_DEMAND;
  }

  /** Slots of the living instances from the pool. */
  slotsOf(pool: number): ReadonlySet<number> {
    return this.#slots[pool]!;
  }

  /** How to buy one more instance in a type and zone that will do; null: no Spot pool has room at the price. */
  choose(groupIndex: number, willDo: (typeName: string, zone: string) => boolean): Buy | null {
    const book = this.#books[groupIndex]!;
    const { spot, types, zones } = book.group;
    const fits = (typeName: string) => zones.some((zone) => willDo(typeName, zone));
    const count = book.onDemand + [...book.mine.values()].reduce((sum, mine) => sum + mine, 0);
    if (spot === undefined || book.onDemand < onDemandPart(count + 1, spot)) {
      const typeName = types.find(fits);
      return typeName === undefined ? null : { typeName, zone: -1, pool: ON_DEMAND };
    }
    const open = book.pools.filter(({ pool, typeIndex, zoneIndex }) => {
      const most = spot.maxPriceE10 ?? this.#market.onDemandE10(pool);
      return (
        this.#market.spare(pool) > this.#slots[pool]!.size &&
        this.#market.priceE10(pool) <= most &&
        willDo(types[typeIndex]!, zones[zoneIndex]!)
      );
    });
    const offers = open.map(
      ({ pool, typeIndex }): PoolOffer => ({
        priceE10: this.#market.priceE10(pool),
        onDemandE10: this.#market.onDemandE10(pool),
        spare: this.#market.spare(pool) - this.#slots[pool]!.size,
        mine: book.mine.get(pool) ?? 0,
        units: unitsOf(spot, types[typeIndex]!),
        priority: typeIndex,
      }),
    );
    const chosen = open[chooseSpotPool(spot.strategy, offers, spot.pools)];
    return chosen === undefined
      ? null
      : { typeName: types[chosen.typeIndex]!, zone: chosen.zoneIndex, pool: chosen.pool };
  }

  /** The instance in the slot was bought so. */
  bought(slot: number, id: number, groupIndex: number, { pool, typeName }: Omit<Buy, 'zone'>): void {
    if (pool !== ON_DEMAND) {
      this.spotPools.set(id, pool);
      this.#slots[pool]!.add(slot);
    }
    if (slot >= this.#poolOf.length) {
      const length = Math.max(16, this.#poolOf.length * 2, slot + 1);
      this.#poolOf = grown(Int32Array, this.#poolOf, length, ON_DEMAND);
      this.#units = grown(Int32Array, this.#units, length);
    }
    const units = unitsOf(this.#books[groupIndex]!.group.spot, typeName);
    this.#poolOf[slot] = pool;
    this.#units[slot] = units;
    this.#count(groupIndex, pool, units);
  }

  /** It is gone. */
  ended(slot: number, groupIndex: number): void {
    const pool = this.poolOf(slot);
    this.#count(groupIndex, pool, -this.#units[slot]!);
    if (pool !== ON_DEMAND) this.#slots[pool]!.delete(slot);
    this.#poolOf[slot] = ON_DEMAND;
  }

  #count(groupIndex: number, pool: number, change: number): void {
    const book = this.#books[groupIndex]!;
    if (pool === ON_DEMAND) {
      book.onDemand += change;
      return;
    }
    book.mine.set(pool, (book.mine.get(pool) ?? 0) + change);
  }

  #poolsOf({ types, zones }: FleetGroup): GroupBook['pools'] {
    return types.flatMap((type, typeIndex) =>
      zones.map((zone, zoneIndex) => ({
        pool: this.#market.pools.findIndex((pool) => pool.type === type && pool.zone === zone),
        typeIndex,
        zoneIndex,
      })),
    );
  }
}
