import { type VolumeType, volumeProblem } from '../model/ebs-volume.ts';
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
  const known = new Map<string, readonly PricedPart[]>();
  for (const volume of volumes) {
    if (!require(context, volumeProblem(volume) === undefined, 'volume-out-of-range', volume.id)) continue;
    const range = billedRange(context, volume, granularity);
    if (range.to > range.from) {
      const parts = pricedParts(context, known, volume);
      postMonths(context, volume, range, parts);
    }
    if (volume.requests) postRequests(context, volume, volume.requests);
  }
}

function pricedParts(
  context: BillContext,
  known: Map<string, readonly PricedPart[]>,
  volume: VolumeUse,
): readonly PricedPart[] {
  const { region, zone, type, sizeGiB, iops, throughputMiBps } = volume;
  const key = `${type}|${sizeGiB}|${iops}|${throughputMiBps}|${zone}|${region}`;
  let parts = known.get(key);
  if (parts === undefined) {
    parts = provisionedParts(context.prices, volume).map((part) => priced(context, volume, part));
    known.set(key, parts);
  }
  return parts;
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
