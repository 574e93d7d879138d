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

const NAME = '[a-z0-9][a-zA-Z0-9.-]*';
const INSTANCE = `${NAME}/${NAME}/(?:linux|ubuntu-pro|windows|rhel|suse)/(?:default|dedicated)`;

/** Every form that a key of the price book can have. */
const PRICE_KEYS: readonly RegExp[] = [
  `(?:ec2|sp-ec2|sp-compute)/${INSTANCE}`,
  `ebs/${NAME}/(?:gp2|gp3|io1|io2|st1|sc1|standard)/(?:gb|iops|mibps|million-io)`,
  `snapshot/${NAME}`,
  `lb/${NAME}/(?:alb/(?:hour|lcu)|nlb/(?:hour|nlcu)|clb/(?:hour|gb))`,
  `(?:ipv4|ecs-anywhere)/${NAME}`,
  `nat/${NAME}/(?:hour|gb)`,
  `transfer/${NAME}/${NAME}`,
  `eks/${NAME}/(?:standard|extended)`,
  `eks-auto-fraction|ecs-managed-fraction`,
  `ecr/${NAME}/(?:private|public)`,
  `cloudwatch/${NAME}/(?:metric|dashboard|alarm-standard|alarm-high|logs-ingest|logs-scan|logs-store)`,
  `credits/${NAME}/(?:linux|windows|linux-arm)`,
  `(?:fargate|fargate-spot|sp-compute/fargate)/${NAME}/(?:linux-x86|linux-arm|windows)/(?:vcpu|gb)`,
  `fargate/${NAME}/ephemeral`,
].map((form) => new RegExp(`^(?:${form})$`));

/** Whether a bill could ever ask for the price of this key. */
export function isPriceKey(key: string): boolean {
  return PRICE_KEYS.some((form) => form.test(key));
}
