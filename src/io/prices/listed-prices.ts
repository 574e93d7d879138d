import type { PriceList } from '../../model/offer.ts';
import type { InstancePrices, RegionRow } from '../catalogue-data.ts';

/** Regions of a list that have known zones, in order of name; their prices are as old as the list. */
export function regionsOf(list: PriceList, all: ReadonlyMap<string, RegionRow>): Map<string, RegionRow> {
  const names = new Set(list.offers.map(({ region }) => region));
  return new Map(
    [...all].flatMap(([name, { zones }]) =>
      names.has(name) ? [[name, { zones, pricesAsOf: list.date }] as const] : [],
    ),
  );
}

/** On-Demand, Linux, shared hardware. */
export function linuxPrices(list: PriceList): InstancePrices {
  const prices = new Map<string, bigint>();
  for (const { region, type, os, tenancy, onDemandE10 } of list.offers) {
    if (os === 'linux' && tenancy === 'shared' && onDemandE10 !== null) {
      prices.set(`${region} ${type}`, onDemandE10);
    }
  }
  return (type, region) => prices.get(`${region} ${type}`);
}
