import type { InstanceType } from '../model/instance-type.ts';
import type { BillPrices } from '../model/price-list.ts';
import { type Money, fromE10, whole } from './money.ts';
import { type PriceBook, type PriceTier, instanceKey } from './price-book.ts';

/** The price list of one region, with the prices of some instance types, as a price book. */
export function regionBook(region: string, types: readonly InstanceType[], prices: BillPrices): PriceBook {
  const book = new Map<string, Money | readonly PriceTier[]>();
  const set = (key: string, priceE10: bigint | null) => {
    if (priceE10 !== null) book.set(key, fromE10(priceE10));
  };
  for (const [type, volume] of Object.entries(prices.ebs)) {
    const key = `ebs/${region}/${type}`;
    set(`${key}/gb`, volume.gbMonthE10);
    set(`${key}/mibps`, volume.mibpsMonthE10);
    if (volume.iopsMonthTiers) book.set(`${key}/iops`, volume.iopsMonthTiers.map(tierOf));
  }
  const { loadBalancerE10PerHour, eksClusterE10PerHour } = prices.services;
  set(`eks/${region}/standard`, eksClusterE10PerHour);
  set(`lb/${region}/alb/hour`, loadBalancerE10PerHour.application);
  set(`lb/${region}/nlb/hour`, loadBalancerE10PerHour.network);
  set(`lb/${region}/clb/hour`, loadBalancerE10PerHour.classic);
  for (const [key, tiers] of prices.list ?? []) {
    const [first, ...rest] = tiers;
    book.set(key, first !== undefined && rest.length === 0 ? fromE10(first.priceE10) : tiers.map(tierOf));
  }
  for (const { name: type, priceE10PerHour } of types) {
    set(instanceKey('ec2', { type, region, platform: 'linux', tenancy: 'default' }), priceE10PerHour);
  }
  return book;
}

function tierOf({ upTo, priceE10 }: { readonly upTo: number | null; readonly priceE10: bigint }): PriceTier {
  return { upTo: upTo === null ? null : whole(upTo), price: fromE10(priceE10) };
}
