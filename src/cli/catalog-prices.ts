import type { Catalogue } from '../io/catalogue.ts';
import { INTERRUPTION_BANDS, type Offer, type ReservedPrice, termHours } from '../model/offer.ts';
import { formatScaled } from '../units.ts';
import type { AnswerColumn } from './answer-csv.ts';
import type { Listing } from './catalog.ts';
import type { Arguments } from './commands.ts';
import { priceFooter, regionFor, typeNamed } from './price-input.ts';
import { usage } from './usage.ts';

/** One way to buy an instance type. */
export interface PriceRow {
  readonly region: string;
  readonly type: string;
  readonly os: string;
  readonly tenancy: string;
  /** `on-demand`, `1y-standard-no-upfront`, `compute-3y-all-upfront`. */
  readonly purchase: string;
  /** Upfront spread over the term, rounded half up to 1e-10 USD. */
  readonly hourlyE10: bigint;
  readonly upfrontE10: bigint | null;
  /** Share saved against On-Demand; null where that is not known. */
  readonly saving: number | null;
}

/** Upfront spread over the hours of the term; rounded half up to 1e-10 USD. */
export function effectiveHourlyE10(key: string, { upfrontE10, hourlyE10 }: ReservedPrice): bigint {
  const hours = BigInt(termHours(key.startsWith('1y') ? 1 : 3));
  return hourlyE10 + (2n * upfrontE10 + hours) / (2n * hours);
}

/** Every price of an offer. */
export function priceRowsOf(offer: Offer): PriceRow[] {
  const { region, type, os, tenancy, onDemandE10, reserved, savingsPlans } = offer;
  const thing = { region, type, os, tenancy };
  const saving = (hourlyE10: bigint) =>
    onDemandE10 === null ? null : 1 - Number(hourlyE10) / Number(onDemandE10);
  const rows: PriceRow[] = [];
  if (onDemandE10 !== null) {
    rows.push({ ...thing, purchase: 'on-demand', hourlyE10: onDemandE10, upfrontE10: null, saving: 0 });
  }
  for (const [purchase, price] of reserved) {
    const hourlyE10 = effectiveHourlyE10(purchase, price);
    rows.push({ ...thing, purchase, hourlyE10, upfrontE10: price.upfrontE10, saving: saving(hourlyE10) });
  }
  for (const [purchase, hourlyE10] of savingsPlans) {
    rows.push({ ...thing, purchase, hourlyE10, upfrontE10: null, saving: saving(hourlyE10) });
  }
  return rows;
}

/** Prices as offers, whichever list they come from. */
export function offersOf(catalogue: Catalogue): readonly Offer[] {
  if (catalogue.list !== null && catalogue.list.offers.length > 0) return catalogue.list.offers;
  const nothing = { os: 'linux', tenancy: 'shared', reserved: new Map(), savingsPlans: new Map() } as const;
  return catalogue.regions.flatMap((region) =>
    catalogue
      .search({ region })
      .map(({ name, priceE10PerHour }) => ({ region, type: name, onDemandE10: priceE10PerHour, ...nothing })),
  );
}

/** `catalog prices [TYPE...]`: every price of the types in every region, or of all types in one region. */
export function listPrices(catalogue: Catalogue, args: Arguments): Listing<PriceRow> {
  const names = (args['id'] as readonly string[] | undefined) ?? [];
  const isEverywhere = names.length > 0 && args['region'] === undefined;
  const region = regionFor(args, catalogue);
  const offers = offersOf(catalogue).filter(
    (offer) =>
      (names.length === 0 || names.includes(offer.type)) && (isEverywhere || offer.region === region),
  );
  for (const name of names) {
    if (!offers.some(({ type }) => type === name)) typeNamed(catalogue, name, region);
  }
  const rows = offers.flatMap(priceRowsOf);
  if (rows.length === 0) throw usage(`there are no prices in ${region}`);
  const footer = isEverywhere
    ? `Prices of every region; catalogue ${catalogue.id} of ${catalogue.date}. 'catalog regions' has the month of each.`
    : priceFooter(catalogue, region).replace('On-Demand Linux prices', 'Prices');
  return { columns: PRICE_COLUMNS, rows, footer };
}

const PRICE_COLUMNS: readonly AnswerColumn<PriceRow>[] = [
  { title: 'region', align: 'left', name: 'region', value: ({ region }) => region },
  { title: 'type', align: 'left', name: 'type', value: ({ type }) => type },
  { title: 'system', align: 'left', name: 'os', value: ({ os }) => os },
  { title: 'tenancy', align: 'left', name: 'tenancy', value: ({ tenancy }) => tenancy },
  { title: 'bought as', align: 'left', name: 'purchase', value: ({ purchase }) => purchase },
  {
    title: 'USD/h',
    align: 'right',
    name: 'usd_per_hour',
    value: ({ hourlyE10 }) => Number(formatScaled(hourlyE10, 10)),
    text: ({ hourlyE10 }) => (Number(hourlyE10) / 1e10).toFixed(6),
  },
  {
    title: 'upfront USD',
    align: 'right',
    name: 'upfront_usd',
    value: ({ upfrontE10 }) => (upfrontE10 === null ? null : Number(formatScaled(upfrontE10, 10))),
  },
  {
    title: 'saves',
    align: 'right',
    name: 'saving_ratio',
    value: ({ saving }) => saving,
    text: ({ saving }) => (saving === null || saving === 0 ? '' : `${(saving * 100).toFixed(1)}%`),
  },
];

/** A type as the Spot advisor sees it. */
interface SpotRow {
  readonly type: string;
  readonly onDemandE10: bigint;
  readonly savingPercent: number;
  readonly band: string;
  readonly monthlyShare: number;
}

/** `catalog spot [TYPE...]`: saving and risk of interruption, cheapest first. */
export function listSpot(catalogue: Catalogue, args: Arguments): Listing<SpotRow> {
  const names = (args['id'] as readonly string[] | undefined) ?? [];
  const region = regionFor(args, catalogue);
  const types =
    names.length === 0
      ? catalogue.search({ region })
      : names.map((name) => typeNamed(catalogue, name, region));
  const rows = types.flatMap(({ name, priceE10PerHour }): SpotRow[] => {
    const advice = catalogue.spotAdvice(name, region);
    if (advice === null) return [];
    const { name: band, monthlyShare } = INTERRUPTION_BANDS[advice.band]!;
    const { savingPercent } = advice;
    return [{ type: name, onDemandE10: priceE10PerHour, savingPercent, band, monthlyShare }];
  });
  if (rows.length === 0) throw usage(`the Spot advisor says nothing of that in ${region}`);
  rows.sort((a, b) => spotUsd(a) - spotUsd(b) || (a.type < b.type ? -1 : 1));
  const footer = `${priceFooter(catalogue, region)} Spot advisor of 2025-06-28: averages of a month, no quotes.`;
  return { columns: SPOT_COLUMNS, rows, footer };
}

function spotUsd({ onDemandE10, savingPercent }: SpotRow): number {
  return Number(formatScaled((onDemandE10 * BigInt(100 - savingPercent)) / 100n, 10));
}

const SPOT_COLUMNS: readonly AnswerColumn<SpotRow>[] = [
  { title: 'type', align: 'left', name: 'type', value: ({ type }) => type },
  {
    title: 'On-Demand',
    align: 'right',
    name: 'on_demand_usd_per_hour',
    value: ({ onDemandE10 }) => Number(formatScaled(onDemandE10, 10)),
    text: ({ onDemandE10 }) => (Number(onDemandE10) / 1e10).toFixed(4),
  },
  { title: 'saves %', align: 'right', name: 'saving_percent', value: ({ savingPercent }) => savingPercent },
  {
    title: 'Spot, about',
    align: 'right',
    name: 'implied_usd_per_hour',
    value: spotUsd,
    text: (row) => spotUsd(row).toFixed(4),
  },
  { title: 'reclaimed a month', align: 'right', name: 'interruption_band', value: ({ band }) => band },
  {
    title: 'taken as',
    align: 'right',
    name: 'monthly_share',
    value: ({ monthlyShare }) => monthlyShare,
  },
];
