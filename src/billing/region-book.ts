import type { InstanceType } from '../model/instance-type.ts';
import type { BillPrices } from '../model/price-list.ts';
import { type Fraction, type Money, fromE10, multiply, whole } from './money.ts';
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

/**
 * A book that knows a Savings Plan rate for everything that has an On-Demand price: where none is listed, the
 * price times a ratio by kind of plan.
 */
export function withPlanRates(
  book: PriceBook,
  ratios: { readonly ec2: Fraction; readonly compute: Fraction },
): PriceBook {
  return {
    get(key) {
      const listed = book.get(key);
      const match = /^sp-(ec2|compute)\/(fargate\/)?(.*)$/.exec(key);
      if (listed !== undefined || match === null) return listed;
      const [, kind, fargate, rest] = match;
      const price = book.get(fargate === undefined ? `ec2/${rest}` : `${fargate}${rest}`);
      if (price === undefined || !('numerator' in price)) return undefined;
      return multiply(price, kind === 'ec2' ? ratios.ec2 : ratios.compute);
    },
  };
}
