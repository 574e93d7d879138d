import {
  GP3_INCLUDED_IOPS,
  GP3_INCLUDED_MIBPS,
  type VolumeRequest,
  type VolumeType,
} from '../model/ebs-volume.ts';
import type { VolumePrice } from '../model/price-list.ts';
import type { Charge } from './ledger.ts';
import { type Fraction, type Money, fraction, fromE10, multiply } from './money.ts';

export interface BilledVolume {
  readonly id: string;
  readonly type: VolumeType;
  readonly pool: string;
  readonly region: string;
  readonly zone: string;
}

/** One priced property of a volume: so many units for a month, at a price per unit and month. */
export interface VolumePart {
  readonly dimension: string;
  readonly unit: string;
  readonly units: number;
  readonly priceE10: bigint;
}

/**
 * What a volume is billed for: provisioned GiB, and what is provisioned of IOPS and throughput beyond the
 * included 3,000 and 125 MiB/s of gp3; every IOPS of io1 and io2, in tiers. Attached or not. Null when a
 * price that is needed is not known. Source: AWS EC2 user guide of 2023-06, ebs-volume-types.md; Amazon EBS
 * pricing page.
 */
export function volumeParts(volume: VolumeRequest, price: VolumePrice | undefined): VolumePart[] | null {
  if (!price) return null;
  const parts: VolumePart[] = [
    { dimension: `ebs:${volume.type}`, unit: 'GB-Mo', units: volume.sizeGiB, priceE10: price.gbMonthE10 },
  ];
  const iops = paidIops(volume);
  if (iops > 0) {
    if (!price.iopsMonthTiers) return null;
    let from = 0;
    for (const { upTo, priceE10 } of price.iopsMonthTiers) {
      const to = Math.min(iops, upTo ?? iops);
      if (to > from) {
        parts.push({ dimension: `ebs:${volume.type}-iops`, unit: 'IOPS-Mo', units: to - from, priceE10 });
      }
      from = to;
    }
  }
  const throughput = volume.type === 'gp3' ? (volume.throughputMiBps ?? 0) - GP3_INCLUDED_MIBPS : 0;
  if (throughput > 0) {
    if (price.mibpsMonthE10 === null) return null;
    const priceE10 = price.mibpsMonthE10;
    parts.push({ dimension: 'ebs:gp3-throughput', unit: 'MiBps-Mo', units: throughput, priceE10 });
  }
  return parts;
}

/** USD for a month of all parts. */
export function monthlyPrice(parts: readonly VolumePart[]): Money {
  return fromE10(parts.reduce((sumE10, { units, priceE10 }) => sumE10 + BigInt(units) * priceE10, 0n));
}

function paidIops(volume: VolumeRequest): number {
  if (volume.type === 'gp3') return Math.max(0, (volume.iops ?? 0) - GP3_INCLUDED_IOPS);
  return volume.type === 'io1' || volume.type === 'io2' ? (volume.iops ?? 0) : 0;
}

/** The charge for one part over `months` (see `billedMonths`). */
export function volumeCharge(volume: BilledVolume, part: VolumePart, months: Fraction): Charge {
  return {
    service: 'AmazonEBS',
    dimension: part.dimension,
    region: volume.region,
    az: volume.zone,
    type: volume.type,
    option: '-',
    unit: part.unit,
    price: fromE10(part.priceE10),
    quantity: multiply(months, fraction(BigInt(part.units))),
    resource: volume.id,
    pool: volume.pool,
  };
}
