import type { VolumeType } from './ebs-volume.ts';

/** List prices of one region other than those of instances; every amount in 1e-10 USD. */

/** Prices of one volume type, per month. `null`: the type has no such part, or its price is not known. */
export interface VolumePrice {
  readonly gbMonthE10: bigint;
  /** By number of provisioned IOPS that are paid for; bounds rise, the last is null (no bound). */
  readonly iopsMonthTiers: readonly { readonly upTo: number | null; readonly priceE10: bigint }[] | null;
  readonly mibpsMonthE10: bigint | null;
}

/** Volume types whose price in the region is known. */
export type EbsPrices = Readonly<Partial<Record<VolumeType, VolumePrice>>>;

/** Per hour; `null` where the price in the region is not known. Never zero for "unknown". */
export interface ServicePrices {
  readonly eksClusterE10PerHour: bigint | null;
  readonly loadBalancerE10PerHour: Readonly<Record<LoadBalancerKind, bigint | null>>;
}

export type LoadBalancerKind = 'classic' | 'application' | 'network';

/** A price in tiers by amount; one tier without bound is a plain price. */
export type ListPrice = readonly { readonly upTo: number | null; readonly priceE10: bigint }[];

/** What a bill needs beside the prices of the instance types. */
export interface BillPrices {
  readonly ebs: EbsPrices;
  readonly services: ServicePrices;
  /** Everything else that is known, by key of the price book; also what takes the place of a listed price. */
  readonly list?: ReadonlyMap<string, ListPrice>;
}
