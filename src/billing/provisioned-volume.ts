import { GP3_INCLUDED_IOPS, GP3_INCLUDED_MIBPS, type VolumeRequest } from '../model/ebs-volume.ts';
import { type Money, compare, least, subtract, toNumber, whole } from './money.ts';
import type { Prices } from './price-book.ts';

/** One priced property of a volume: so many units for a month, at a price per unit and month. */
export interface ProvisionedPart {
  readonly dimension: string;
  readonly unit: string;
  readonly units: number;
  readonly price: Money;
}

/**
 * What a volume is billed for: provisioned GiB, and what is provisioned of IOPS and throughput beyond the
 * included 3,000 and 125 MiB/s of gp3; every IOPS of io1 and io2, those of io2 in tiers of each volume. Attached
 * or not. Source: AWS EC2 user guide of 2023-06, ebs-volume-types.md; Amazon EBS pricing page.
 */
export function provisionedParts(
  prices: Prices,
  volume: VolumeRequest & { readonly region: string },
): ProvisionedPart[] {
  const { type, region, sizeGiB } = volume;
  const key = `ebs/${region}/${type}`;
  const price = prices.need(`${key}/gb`);
  const parts: ProvisionedPart[] = [{ dimension: `ebs:${type}`, unit: 'GB-Mo', units: sizeGiB, price }];
  const iops = whole(paidIops(volume));
  if (iops.numerator > 0n) {
    let from = whole(0);
    for (const tier of prices.tiers(`${key}/iops`)) {
      const to = tier.upTo === null ? iops : least(iops, tier.upTo);
      if (compare(to, from) <= 0) continue;
      const units = toNumber(subtract(to, from));
      parts.push({ dimension: `ebs:${type}-iops`, unit: 'IOPS-Mo', units, price: tier.price });
      from = to;
    }
  }
  const throughput = type === 'gp3' ? (volume.throughputMiBps ?? 0) - GP3_INCLUDED_MIBPS : 0;
  if (throughput > 0) {
    const dimension = 'ebs:gp3-throughput';
    parts.push({ dimension, unit: 'MiBps-Mo', units: throughput, price: prices.need(`${key}/mibps`) });
  }
  return parts;
}

function paidIops({ type, iops = 0 }: VolumeRequest): number {
  if (type === 'gp3') return Math.max(0, iops - GP3_INCLUDED_IOPS);
  return type === 'io1' || type === 'io2' ? iops : 0;
}
