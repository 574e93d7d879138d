import { VOLUME_TYPES, type VolumeType, volumeProblem } from '../model/ebs-volume.ts';
import { type BillContext, type SecondRange, billedRange, isInPeriod, require } from './bill-context.ts';
import { SECONDS_FROM_A_MINUTE, STARTED_HOURS, billedMonths } from './billed-time.ts';
import { type ProvisionedPart, provisionedParts } from './provisioned-volume.ts';
import type { VolumeUse } from './usage.ts';

/** A part of a volume with its line. */
interface PricedPart {
  readonly units: number;
  readonly line: number;
}

const MILLION = 1_000_000;

/**
 * Posts EBS volumes: what is provisioned (GiB, IOPS, MiB/s), from creation to deletion, attached or not, by the
 * second from a minute on, over the real length of each month; and the requests of magnetic volumes when they
 * happen. A volume that EC2 would refuse is noted as `volume-out-of-range`.
 * Source: AWS News Blog, "New: Per-Second Billing for EC2 Instances and EBS Volumes"; Amazon EBS pricing page.
 */
export function billVolumes(context: BillContext, volumes: readonly VolumeUse[]): void {
  const granularity = context.rules.era === 'hourly' ? STARTED_HOURS : SECONDS_FROM_A_MINUTE;
  const known: KnownParts = new Map();
  for (const volume of volumes) {
    const isLegal = VOLUME_TYPES.includes(volume.type) && volumeProblem(volume) === undefined;
    if (!require(context, isLegal, 'volume-out-of-range', volume.id)) continue;
    const range = billedRange(context, volume, granularity);
    if (range.to > range.from) {
      const parts = pricedParts(context, known, volume);
      postMonths(context, volume, range, parts);
    }
    if (volume.requests) postRequests(context, volume, volume.requests);
  }
}

/** Parts of volumes seen before, by zone: looked up for every volume, so without building a key. */
type KnownParts = Map<string, { readonly like: VolumeUse; readonly parts: readonly PricedPart[] }[]>;

function pricedParts(context: BillContext, known: KnownParts, volume: VolumeUse): readonly PricedPart[] {
  let candidates = known.get(volume.zone);
  if (candidates === undefined) {
    candidates = [];
    known.set(volume.zone, candidates);
  }
  for (const { like, parts } of candidates) {
    if (isLike(like, volume)) return parts;
  }
  const parts = provisionedParts(context.prices, volume).map((part) => priced(context, volume, part));
  candidates.push({ like: volume, parts });
  return parts;
}

function isLike(a: VolumeUse, b: VolumeUse): boolean {
  return (
    a.type === b.type &&
    a.sizeGiB === b.sizeGiB &&
    a.iops === b.iops &&
    a.throughputMiBps === b.throughputMiBps &&
    a.region === b.region
  );
}

function priced(
  { ledger }: BillContext,
  { region, zone, type }: { readonly region: string; readonly zone: string; readonly type: VolumeType },
  { dimension, unit, units, price }: ProvisionedPart,
): PricedPart {
  const service = 'AmazonEBS';
  return {
    units,
    line: ledger.line({ service, dimension, region, az: zone, type, option: '-', unit, price }),
  };
}

function postMonths(
  { ledger }: BillContext,
  volume: VolumeUse,
  { from, to }: SecondRange,
  parts: readonly PricedPart[],
): void {
  const months = billedMonths(volume.startMs, from, to);
  const [seconds, monthSeconds] = [Number(months.numerator), Number(months.denominator)];
  for (const { units, line } of parts) {
    const total = units * seconds;
    if (Number.isSafeInteger(total) && Number.isSafeInteger(monthSeconds)) {
      ledger.post(line, volume.id, total, monthSeconds);
    } else {
      ledger.postExact(line, volume.id, { ...months, numerator: BigInt(units) * months.numerator });
    }
  }
}

function postRequests(
  context: BillContext,
  volume: VolumeUse,
  requests: NonNullable<VolumeUse['requests']>,
): void {
  const { ledger, prices } = context;
  let count = 0;
  for (const request of requests) {
    if (isInPeriod(context, request.atMs)) count += request.count;
  }
  if (count === 0) return;
  const price = prices.need(`ebs/${volume.region}/standard/million-io`);
  const part = { dimension: 'ebs:standard-io', unit: '1M-IO', units: count, price };
  ledger.post(priced(context, volume, part).line, volume.id, count, MILLION);
}
