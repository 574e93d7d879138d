import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  type Offer,
  type OfferedShape,
  OPERATING_SYSTEMS,
  type PriceList,
  RESERVED_KEYS,
  type ReservedKey,
  type ReservedPrice,
  SAVINGS_PLAN_KEYS,
  type SavingsPlanKey,
  type SpotSeries,
  TENANCIES,
} from '../../model/offer.ts';
import { formatScaled, parsePriceE10 } from '../../units.ts';
import { lines } from '../byte-lines.ts';
import { fileError } from '../gzip.ts';
import { RowProblems } from '../traces/row-problems.ts';

/**
 * The price list that stowage keeps: one JSON object a line, so that it is read line by line and a diff of two shows what
 * changed. The first line names it; then types, offers and Spot series, each kind sorted. Prices are decimal text, USD
 * per hour; a reservation with an upfront part reads `upfront+hourly`.
 */
export const PRICE_FORMAT = 'stowage-prices/1';

/** Points of a Spot series on one line: far below the longest line that is read. */
const POINTS_PER_LINE = 10_000;

/** The lines of a list, each with its line end. */
export function* priceLines(list: PriceList): Generator<string> {
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
  const usd = (priceE10: bigint): string => formatScaled(priceE10, 10);
  yield line({ format: PRICE_FORMAT, id: list.id, date: list.date });
  for (const { name, vcpus, memoryMiB, architecture, gpus } of list.shapes) {
    yield line({ shape: name, vcpus, memoryMiB, architecture, gpus });
  }
  for (const { region, type, os, tenancy, onDemandE10, reserved, savingsPlans } of list.offers) {
    const reservedTexts = [...reserved].map(([key, { upfrontE10, hourlyE10 }]) => [
      key,
      upfrontE10 === 0n ? usd(hourlyE10) : `${usd(upfrontE10)}+${usd(hourlyE10)}`,
    ]);
    const rates = [...savingsPlans].map(([key, rateE10]) => [key, usd(rateE10)]);
    yield line({
      region,
      type,
      os,
      tenancy,
      ...(onDemandE10 !== null && { onDemand: usd(onDemandE10) }),
      ...(reservedTexts.length > 0 && { reserved: Object.fromEntries(reservedTexts) }),
      ...(rates.length > 0 && { savingsPlans: Object.fromEntries(rates) }),
    });
  }
  for (const { zone, type, os, points } of list.spot) {
    for (let from = 0; from < points.length; from += POINTS_PER_LINE) {
      const part = points
        .slice(from, from + POINTS_PER_LINE)
        .map(({ epochMs, priceE10 }) => [new Date(epochMs).toISOString(), usd(priceE10)]);
      yield line({ spot: zone, type, os, points: part });
    }
  }
}

const priceText = z.string().regex(/^\d{1,16}(?:\.\d{1,10})?$/);
const name = z.string().min(1).max(64);
const head = z.strictObject({
  format: z.literal(PRICE_FORMAT),
  id: z.string().max(200),
  date: z.string().max(10),
});
const shape = z.strictObject({
  shape: name,
  vcpus: z.int().min(1),
  memoryMiB: z.int().min(1),
  architecture: z.enum(['amd64', 'arm64']),
  gpus: z.int().min(0),
});
const offer = z.strictObject({
  region: name,
  type: name,
  os: z.enum(OPERATING_SYSTEMS),
  tenancy: z.enum(TENANCIES),
  onDemand: priceText.optional(),
  reserved: z
    .partialRecord(
      z.enum(RESERVED_KEYS as [ReservedKey, ...ReservedKey[]]),
      z.string().regex(/^\d{1,16}(?:\.\d{1,10})?(?:\+\d{1,16}(?:\.\d{1,10})?)?$/),
    )
    .default({}),
  savingsPlans: z
    .partialRecord(z.enum(SAVINGS_PLAN_KEYS as [SavingsPlanKey, ...SavingsPlanKey[]]), priceText)
    .default({}),
});
const spot = z.strictObject({
  spot: name,
  type: name,
  os: z.enum(OPERATING_SYSTEMS),
  points: z.array(z.tuple([z.iso.datetime({ precision: 3 }), priceText])).min(1),
});

/** A price list, and the SHA-256, in hex, of its lines: what a plan that used it is checked against. */
export interface ReadPriceList {
  readonly list: PriceList;
  readonly sha256: string;
}

/**
 * Reads what `priceLines` wrote, packed with gzip or not. Errors: those of `lineBlocks`, E4008 for a file that is no such
 * list, E3001 with position for lines that cannot be read, all of them together.
 */
export async function readPriceFile(file: string): Promise<ReadPriceList> {
  const problems = new RowProblems(file);
  const hash = createHash('sha256');
  const shapes: OfferedShape[] = [];
  const offers: Offer[] = [];
  const series: (SpotSeries & { points: SpotSeries['points'][number][] })[] = [];
  let named: z.output<typeof head> | undefined;
  for await (const { bytes, line } of lines(file)) {
    hash.update(bytes).update('\n');
    const place = { bytes, line, start: 0, end: bytes.length };
    const value = parsed(bytes);
    if (named === undefined) {
      const read = head.safeParse(value);
      if (!read.success) throw notAList(file);
      named = read.data;
      continue;
    }
    const isRecord = (key: string): boolean => typeof value === 'object' && value !== null && key in value;
    const read = (isRecord('shape') ? shape : isRecord('spot') ? spot : offer).safeParse(value);
    if (!read.success) {
      const { path, message } = read.error.issues[0]!;
      problems.row(
        place,
        `Cannot read the line${path.length > 0 ? ` at ${path.join('.')}` : ''}: ${message}`,
      );
    } else if ('shape' in read.data) {
      const { shape: shapeName, ...rest } = read.data;
      shapes.push({ name: shapeName, ...rest });
    } else if ('spot' in read.data) {
      addSeries(series, read.data, (message) => problems.row(place, message));
    } else offers.push(offerOf(read.data));
  }
  problems.throwAny();
  if (named === undefined) throw notAList(file);
  const { id, date } = named;
  return { list: { id, date, offers, shapes, spot: series }, sha256: hash.digest('hex') };
}

function notAList(file: string): Error {
  return fileError(
    'E4008',
    file,
    'This is no price list of stowage',
    'stowage import prices FILE... --out makes one',
  );
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The schema has checked the text. */
function e10(text: string): bigint {
  return parsePriceE10(text)!;
}

function offerOf({
  region,
  type,
  os,
  tenancy,
  onDemand,
  reserved,
  savingsPlans,
}: z.output<typeof offer>): Offer {
  const prices = new Map<ReservedKey, ReservedPrice>();
  for (const key of RESERVED_KEYS) {
    const text = reserved[key];
    if (text === undefined) continue;
    const [first, second] = text.split('+') as [string, string?];
    prices.set(
      key,
      second === undefined
        ? { upfrontE10: 0n, hourlyE10: e10(first) }
        : { upfrontE10: e10(first), hourlyE10: e10(second) },
    );
  }
  const rates = new Map<SavingsPlanKey, bigint>();
  for (const key of SAVINGS_PLAN_KEYS) {
    const text = savingsPlans[key];
    if (text !== undefined) rates.set(key, e10(text));
  }
  return {
    region,
    type,
    os,
    tenancy,
    onDemandE10: onDemand === undefined ? null : e10(onDemand),
    reserved: prices,
    savingsPlans: rates,
  };
}

/** A long series stands on several lines, one behind the other. */
function addSeries(
  series: (SpotSeries & { points: SpotSeries['points'][number][] })[],
  { spot: zone, type, os, points }: z.output<typeof spot>,
  fail: (message: string) => void,
): void {
  const read = points.map(([time, price]) => ({ epochMs: Date.parse(time), priceE10: e10(price) }));
  const last = series.at(-1);
  const goesOn = last !== undefined && last.zone === zone && last.type === type && last.os === os;
  const before = goesOn ? last.points.at(-1)!.epochMs : Number.NEGATIVE_INFINITY;
  if (read.some(({ epochMs }, index) => epochMs <= (index === 0 ? before : read[index - 1]!.epochMs))) {
    fail('The times of a Spot series must rise');
    return;
  }
  if (goesOn) last.points.push(...read);
  else series.push({ zone, type, os, points: read });
}
