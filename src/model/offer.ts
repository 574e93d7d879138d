/** What AWS asks for an instance type, in every way it can be bought; every price in 1e-10 USD. */

/** Operating systems by their short names; as the price list and the Spot history word them in `io/prices`. */
export const OPERATING_SYSTEMS = ['linux', 'rhel', 'suse', 'ubuntu-pro', 'windows'] as const;
export type OperatingSystem = (typeof OPERATING_SYSTEMS)[number];

/** shared: the default. dedicated: hardware of one account. */
export const TENANCIES = ['shared', 'dedicated'] as const;
export type Tenancy = (typeof TENANCIES)[number];

export const TERM_YEARS = [1, 3] as const;
export const OFFERING_CLASSES = ['standard', 'convertible'] as const;
export const PAYMENTS = ['no-upfront', 'partial-upfront', 'all-upfront'] as const;

/** `1y-standard-no-upfront`. */
export type ReservedKey =
  `${(typeof TERM_YEARS)[number]}y-${(typeof OFFERING_CLASSES)[number]}-${(typeof PAYMENTS)[number]}`;

/** `compute-1y-no-upfront`; ec2-instance plans cover one family in one region. */
export type SavingsPlanKey =
  `${'compute' | 'ec2-instance'}-${(typeof TERM_YEARS)[number]}y-${(typeof PAYMENTS)[number]}`;

/** Every key, in the order in which lists show them. */
export const RESERVED_KEYS: readonly ReservedKey[] = TERM_YEARS.flatMap((years) =>
  OFFERING_CLASSES.flatMap((offeringClass) =>
    PAYMENTS.map((payment): ReservedKey => `${years}y-${offeringClass}-${payment}`),
  ),
);
export const SAVINGS_PLAN_KEYS: readonly SavingsPlanKey[] = (['compute', 'ec2-instance'] as const).flatMap(
  (kind) =>
    TERM_YEARS.flatMap((years) => PAYMENTS.map((payment): SavingsPlanKey => `${kind}-${years}y-${payment}`)),
);

/** What a Reserved Instance costs: once at the start of the term, and in every hour of it. */
export interface ReservedPrice {
  readonly upfrontE10: bigint;
  readonly hourlyE10: bigint;
}

/** One instance type in one region, with one operating system and tenancy. A price that is not known is missing. */
export interface Offer {
  readonly region: string;
  readonly type: string;
  readonly os: OperatingSystem;
  readonly tenancy: Tenancy;
  readonly onDemandE10: bigint | null;
  readonly reserved: ReadonlyMap<ReservedKey, ReservedPrice>;
  /** Per hour of use under the plan. */
  readonly savingsPlans: ReadonlyMap<SavingsPlanKey, bigint>;
}

/** What a price list says of the hardware. */
export interface OfferedShape {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly architecture: 'amd64' | 'arm64';
  readonly gpus: number;
}

/** The Spot price of a pool: each point holds until the next. Times rise. */
export interface SpotSeries {
  readonly zone: string;
  readonly type: string;
  readonly os: OperatingSystem;
  readonly points: readonly SpotPoint[];
}

export interface SpotPoint {
  /** Milliseconds since 1970 UTC. */
  readonly epochMs: number;
  readonly priceE10: bigint;
}

/** What the Spot advisor publishes of a type in a region. */
export interface SpotAdvice {
  /** Average saving of the month before, percent of On-Demand; below 0 where Spot was dearer. */
  readonly savingPercent: number;
  /** Share of instances reclaimed in the month before, see `INTERRUPTION_BANDS`. */
  readonly band: InterruptionBand;
}

export type InterruptionBand = 0 | 1 | 2 | 3 | 4;

/** By band: how the advisor words it, and the share that stands for it: the middle of the band, and 0.30 for the open one. */
export const INTERRUPTION_BANDS: readonly { readonly name: string; readonly monthlyShare: number }[] = [
  { name: '<5%', monthlyShare: 0.025 },
  { name: '5-10%', monthlyShare: 0.075 },
  { name: '10-15%', monthlyShare: 0.125 },
  { name: '15-20%', monthlyShare: 0.175 },
  { name: '>20%', monthlyShare: 0.3 },
];

/** A price list that somebody has imported. */
export interface PriceList {
  /** `AmazonEC2-20260720120000`. */
  readonly id: string;
  /** When AWS published it: `2026-07-20`. */
  readonly date: string;
  /** By region, type, operating system, tenancy. */
  readonly offers: readonly Offer[];
  /** By name. */
  readonly shapes: readonly OfferedShape[];
  /** By zone, type, operating system. */
  readonly spot: readonly SpotSeries[];
}

/** Hours of a term: 8,760 in each year (AWS EC2 user guide, "How you are billed" of Reserved Instances). */
export function termHours(years: number): number {
  return years * 8760;
}
