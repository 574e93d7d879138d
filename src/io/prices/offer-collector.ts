import type {
  Offer,
  OfferedShape,
  OperatingSystem,
  PriceList,
  ReservedKey,
  ReservedPrice,
  SavingsPlanKey,
  SpotPoint,
  Tenancy,
} from '../../model/offer.ts';
import { RESERVED_KEYS, SAVINGS_PLAN_KEYS } from '../../model/offer.ts';
import type { Product } from './product.ts';
import type { Term } from './term.ts';

interface Entry {
  readonly region: string;
  readonly type: string;
  readonly os: OperatingSystem;
  readonly tenancy: Tenancy;
  onDemandE10: bigint | null;
  readonly reserved: Map<ReservedKey, { upfrontE10: bigint | null; hourlyE10: bigint | null }>;
  readonly savingsPlans: Map<SavingsPlanKey, bigint>;
}

/** What the files say of themselves; the newest offer file names the list. */
export interface Edition {
  readonly id: string;
  readonly date: string;
}

/** Regions and operating systems to keep; empty sets keep all. */
export interface OfferFilter {
  readonly regions: ReadonlySet<string>;
  readonly systems: ReadonlySet<string>;
}

/** Why a price of another region or system is left out. */
export const NOT_ASKED_FOR = 'not asked for (--region, --os)';

const SEPARATOR = '\u001f';

/**
 * Gathers prices from any number of files into one list. Memory grows with what is kept (one entry per region, type,
 * operating system and tenancy), not with the files. What is left out is counted by reason, in `dropped`.
 */
export class OfferCollector {
  readonly dropped = new Map<string, number>();
  /** Prices taken. */
  kept = 0;
  readonly #filter: OfferFilter;
  readonly #entries = new Map<string, Entry>();
  readonly #shapes = new Map<string, OfferedShape>();
  readonly #spot = new Map<
    string,
    { zone: string; type: string; os: OperatingSystem; points: Map<number, bigint> }
  >();
  #edition: Edition | undefined;
  #lastSpotMs = Number.NEGATIVE_INFINITY;

  constructor(filter: OfferFilter) {
    this.#filter = filter;
  }

  /** Counts one row or record that is not taken. */
  drop(reason: string): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  /** A file has said which edition it is. */
  edition(edition: Edition): void {
    if (this.#edition === undefined || edition.date > this.#edition.date) this.#edition = edition;
  }

  /** A price of a product. Of two different prices for the same thing the first stays, and the other is counted. */
  add(product: Product, term: Term): void {
    const { shape, region, os, tenancy } = product;
    if (!this.#takes(region, os)) return;
    const entry = this.#entryOf(region, shape.name, os, tenancy);
    if (!this.#shapes.has(shape.name)) this.#shapes.set(shape.name, shape);
    if (term.kind === 'on-demand') {
      if (!this.#isFirst(entry.onDemandE10, term.priceE10)) return;
      entry.onDemandE10 = term.priceE10;
      return;
    }
    let parts = entry.reserved.get(term.key);
    if (parts === undefined) {
      parts = { upfrontE10: null, hourlyE10: null };
      entry.reserved.set(term.key, parts);
    }
    const field = term.part === 'upfront' ? 'upfrontE10' : 'hourlyE10';
    if (this.#isFirst(parts[field], term.priceE10)) parts[field] = term.priceE10;
  }

  /** The rate of a Savings Plan. */
  addRate(
    { region, type, os, tenancy }: Pick<Offer, 'region' | 'type' | 'os' | 'tenancy'>,
    key: SavingsPlanKey,
    rateE10: bigint,
  ): void {
    if (!this.#takes(region, os)) return;
    const { savingsPlans } = this.#entryOf(region, type, os, tenancy);
    if (this.#isFirst(savingsPlans.get(key) ?? null, rateE10)) savingsPlans.set(key, rateE10);
  }

  /** A point of the Spot price history. */
  addSpot(zone: string, type: string, os: OperatingSystem, { epochMs, priceE10 }: SpotPoint): void {
    // us-east-1a, us-west-2-lax-1a: the region is what stands before the zone's letter, or before a local zone's name.
    if (!this.#takes(regionOfZone(zone), os)) return;
    const key = [zone, type, os].join(SEPARATOR);
    let series = this.#spot.get(key);
    if (series === undefined) {
      series = { zone, type, os, points: new Map() };
      this.#spot.set(key, series);
    }
    if (!this.#isFirst(series.points.get(epochMs) ?? null, priceE10)) return;
    series.points.set(epochMs, priceE10);
    this.#lastSpotMs = Math.max(this.#lastSpotMs, epochMs);
  }

  /** Everything kept, in order. A reservation of which one part was never seen has that part at 0. */
  list(): PriceList {
    const offers = [...this.#entries].sort(byKey).map(([, entry]): Offer => {
      const reserved = new Map<ReservedKey, ReservedPrice>();
      for (const key of RESERVED_KEYS) {
        const parts = entry.reserved.get(key);
        if (parts === undefined) continue;
        reserved.set(key, { upfrontE10: parts.upfrontE10 ?? 0n, hourlyE10: parts.hourlyE10 ?? 0n });
      }
      const savingsPlans = new Map<SavingsPlanKey, bigint>();
      for (const key of SAVINGS_PLAN_KEYS) {
        const rate = entry.savingsPlans.get(key);
        if (rate !== undefined) savingsPlans.set(key, rate);
      }
      const { region, type, os, tenancy, onDemandE10 } = entry;
      return { region, type, os, tenancy, onDemandE10, reserved, savingsPlans };
    });
    const spot = [...this.#spot].sort(byKey).map(([, { zone, type, os, points }]) => ({
      zone,
      type,
      os,
      points: [...points].sort(([a], [b]) => a - b).map(([epochMs, priceE10]) => ({ epochMs, priceE10 })),
    }));
    const shapes = [...this.#shapes].sort(byKey).map(([, shape]) => shape);
    return { ...this.#named(), offers, shapes, spot };
  }

  #named(): Edition {
    if (this.#edition !== undefined) return this.#edition;
    if (this.#lastSpotMs === Number.NEGATIVE_INFINITY) return { id: 'rates', date: '' };
    const date = new Date(this.#lastSpotMs).toISOString().slice(0, 10);
    return { id: `spot-${date}`, date };
  }

  /** Was it asked for? */
  isWanted(region: string, os: string): boolean {
    const { regions, systems } = this.#filter;
    return (regions.size === 0 || regions.has(region)) && (systems.size === 0 || systems.has(os));
  }

  #takes(region: string, os: string): boolean {
    const isWanted = this.isWanted(region, os);
    if (!isWanted) this.drop(NOT_ASKED_FOR);
    return isWanted;
  }

  /** Counts a price: is it the first for its thing, or the same again? */
  #isFirst(known: bigint | null, priceE10: bigint): boolean {
    if (known === null) this.kept += 1;
    else if (known === priceE10) this.drop('said twice');
    else this.drop('another price for the same thing: the first is kept');
    return known === null;
  }

  #entryOf(region: string, type: string, os: OperatingSystem, tenancy: Tenancy): Entry {
    const key = [region, type, os, tenancy].join(SEPARATOR);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { region, type, os, tenancy, onDemandE10: null, reserved: new Map(), savingsPlans: new Map() };
      this.#entries.set(key, entry);
    }
    return entry;
  }
}

/** `us-east-1a` → `us-east-1`; `us-west-2-lax-1a` → `us-west-2`. */
export function regionOfZone(zone: string): string {
  return /^[a-z]{2}(?:-[a-z]+)+-\d+/.exec(zone)?.[0] ?? zone;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
