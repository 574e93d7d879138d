import { type Fraction, type Money, divide, fraction, fromE10, multiply, whole } from '../billing/money.ts';
import { instanceFamily } from '../billing/normalisation.ts';
import { InputError } from '../errors.ts';
import { type PriceBook, instanceKey } from '../billing/price-book.ts';
import type { ReservedInstance, SavingsPlan } from '../billing/usage.ts';
import {
  type Offer,
  type ReservedKey,
  RESERVED_KEYS,
  type SavingsPlanKey,
  SAVINGS_PLAN_KEYS,
  termHours,
} from '../model/offer.ts';
import { HOUR } from '../units.ts';

/** What somebody commits to: a Savings Plan by dollars per hour, or Reserved Instances by number. */
export type Commitment =
  | {
      readonly kind: 'savings-plan';
      readonly key: SavingsPlanKey;
      /** Of an EC2 Instance Savings Plan: `m5`; null for a Compute one. */
      readonly family: string | null;
      readonly usdPerHour: Money;
    }
  | { readonly kind: 'reserved'; readonly key: ReservedKey; readonly type: string; readonly count: number };

/**
 * Effective price over On-Demand by term: medians of 964 rows of the price list of November 2017, Linux, 15 regions
 * (vantage-sh/ec2instances.info www/instances.json @ 94e1f006). Stands in where no list gives the price; a bill that
 * rests on it says so.
 */
export const MEDIAN_RATIOS: Readonly<Record<ReservedKey, Fraction>> = {
  '1y-standard-no-upfront': fraction(672n, 1000n),
  '1y-standard-partial-upfront': fraction(607n, 1000n),
  '1y-standard-all-upfront': fraction(595n, 1000n),
  '1y-convertible-no-upfront': fraction(761n, 1000n),
  '1y-convertible-partial-upfront': fraction(724n, 1000n),
  '1y-convertible-all-upfront': fraction(710n, 1000n),
  '3y-standard-no-upfront': fraction(455n, 1000n),
  '3y-standard-partial-upfront': fraction(413n, 1000n),
  '3y-standard-all-upfront': fraction(389n, 1000n),
  '3y-convertible-no-upfront': fraction(558n, 1000n),
  '3y-convertible-partial-upfront': fraction(514n, 1000n),
  '3y-convertible-all-upfront': fraction(504n, 1000n),
};

/** Prices of commitments in one region: those of an imported list, and estimates where it has none. */
export class CommitmentPrices {
  readonly #offers: ReadonlyMap<string, Offer>;
  readonly #region: string;
  readonly #onDemand: (type: string) => Money | undefined;
  /** Set when a price was asked for that had to be estimated. */
  isEstimated = false;

  constructor(region: string, offers: readonly Offer[], onDemand: (type: string) => Money | undefined) {
    this.#region = region;
    this.#onDemand = onDemand;
    this.#offers = new Map(
      offers
        .filter((offer) => offer.region === region && offer.os === 'linux' && offer.tenancy === 'shared')
        .map((offer) => [offer.type, offer]),
    );
  }

  /** USD per hour of use under a plan; undefined for a type that has no On-Demand price either. */
  rate(key: SavingsPlanKey, type: string): Money | undefined {
    const listed = this.#offers.get(type)?.savingsPlans.get(key);
    if (listed !== undefined) return fromE10(listed);
    const [, plan, rest] = /^(compute|ec2-instance)-(.+)$/.exec(key)!;
    const [term, ...payment] = rest!.split('-');
    // A plan's rate is the effective price of the reservation that covers as much (billing practice).
    const offeringClass = plan === 'compute' ? 'convertible' : 'standard';
    return this.#estimate(`${term}-${offeringClass}-${payment.join('-')}` as ReservedKey, type);
  }

  /** What one Reserved Instance costs: upfront and by the hour, USD. */
  reserved(key: ReservedKey, type: string): { readonly upfront: Money; readonly hourly: Money } | undefined {
    const listed = this.#offers.get(type)?.reserved.get(key);
    if (listed !== undefined)
      return { upfront: fromE10(listed.upfrontE10), hourly: fromE10(listed.hourlyE10) };
    const effective = this.#estimate(key, type);
    if (effective === undefined) return undefined;
    const hours = whole(termHours(yearsOf(key)));
    const half = fraction(1n, 2n);
    const nothing = whole(0);
    if (key.endsWith('no-upfront')) return { upfront: nothing, hourly: effective };
    if (key.endsWith('all-upfront')) return { upfront: multiply(effective, hours), hourly: nothing };
    return { upfront: multiply(multiply(effective, hours), half), hourly: multiply(effective, half) };
  }

  /** Upfront spread over the term, USD per hour. */
  effective(key: ReservedKey, type: string): Money | undefined {
    const price = this.reserved(key, type);
    if (price === undefined) return undefined;
    const upfrontPerHour = divide(price.upfront, whole(termHours(yearsOf(key))));
    return {
      numerator:
        price.hourly.numerator * upfrontPerHour.denominator +
        upfrontPerHour.numerator * price.hourly.denominator,
      denominator: price.hourly.denominator * upfrontPerHour.denominator,
    };
  }

  /** The book with the rates of a plan, for the types that ran. */
  withRates(book: PriceBook, keys: readonly SavingsPlanKey[], types: readonly string[]): PriceBook {
    const rates = new Map<string, Money>();
    for (const key of keys) {
      const prefix = key.startsWith('compute') ? 'sp-compute' : 'sp-ec2';
      for (const type of types) {
        const rate = this.rate(key, type);
        const kind = { type, platform: 'linux', region: this.#region, tenancy: 'default' } as const;
        if (rate !== undefined) rates.set(instanceKey(prefix, kind), rate);
      }
    }
    return { get: (key) => rates.get(key) ?? book.get(key) };
  }

  #estimate(key: ReservedKey, type: string): Money | undefined {
    const onDemand = this.#onDemand(type);
    if (onDemand === undefined) return undefined;
    this.isEstimated = true;
    return multiply(onDemand, MEDIAN_RATIOS[key]);
  }
}

/** 1 or 3: keys begin with it, or have it behind the kind of plan. */
export function yearsOf(key: ReservedKey | SavingsPlanKey): 1 | 3 {
  return /(?:^|-)1y-/.test(key) ? 1 : 3;
}

/**
 * The commitments as an account has them; terms begin with the clock-hour in which the run begins. Throws InputError
 * E2101 for reservations whose price is not known.
 */
export function committed(
  commitments: readonly Commitment[],
  { region, startEpochMs, prices }: { region: string; startEpochMs: number; prices: CommitmentPrices },
): { readonly reservedInstances: ReservedInstance[]; readonly savingsPlans: SavingsPlan[] } {
  const startMs = Math.floor(startEpochMs / HOUR) * HOUR;
  const reservedInstances: ReservedInstance[] = [];
  const savingsPlans: SavingsPlan[] = [];
  commitments.forEach((commitment, index) => {
    const common = { id: `commitment-${index + 1}`, years: yearsOf(commitment.key), startMs };
    if (commitment.kind === 'savings-plan') {
      const { family, usdPerHour } = commitment;
      const terms = { ...common, commitment: usdPerHour };
      savingsPlans.push(
        family === null ? { ...terms, kind: 'compute' } : { ...terms, kind: 'ec2', region, family },
      );
      return;
    }
    const { type, count, key } = commitment;
    const price = prices.reserved(key, type);
    if (price === undefined) {
      const message = `Cannot reserve ${type} in ${region}: no price is known`;
      const hint = 'reserve a type that ran, or take a list that has it: --prices FILE';
      throw new InputError([{ severity: 'error', code: 'E2101', message, hint }]);
    }
    const kind = { type, region, platform: 'linux', tenancy: 'default' } as const;
    reservedInstances.push({ ...common, ...kind, ...price, zone: null, count });
  });
  return { reservedInstances, savingsPlans };
}

/** `compute-1y-no-upfront:0.5`, `ec2-instance-1y-no-upfront:m6i:0.5`, `1y-standard-no-upfront:m6i.xlarge:3`. */
export function commitmentText(commitment: Commitment): string {
  if (commitment.kind === 'reserved') return `${commitment.key}:${commitment.type}:${commitment.count}`;
  const { key, family, usdPerHour } = commitment;
  const usd = Number(usdPerHour.numerator) / Number(usdPerHour.denominator);
  return [key, ...(family === null ? [] : [family]), String(usd)].join(':');
}

/** Reads what `commitmentText` writes; a text that says what is wrong otherwise. */
export function parseCommitment(text: string): Commitment | string {
  const [key = '', ...rest] = text.split(':');
  if ((RESERVED_KEYS as readonly string[]).includes(key)) {
    const [type = '', count = ''] = rest;
    if (!type.includes('.') || !/^[1-9]\d{0,5}$/.test(count) || rest.length !== 2) {
      return `write ${key}:m6i.xlarge:3 for three reservations`;
    }
    return { kind: 'reserved', key: key as ReservedKey, type, count: Number(count) };
  }
  if (!(SAVINGS_PLAN_KEYS as readonly string[]).includes(key)) {
    return `begin with one of ${[...SAVINGS_PLAN_KEYS, ...RESERVED_KEYS].join(', ')}`;
  }
  const isCompute = key.startsWith('compute');
  const [first = '', second = ''] = rest;
  const [family, amount] = isCompute ? [null, first] : [first, second];
  if (
    rest.length !== (isCompute ? 1 : 2) ||
    !/^\d{1,6}(?:\.\d{1,5})?$/.test(amount) ||
    Number(amount) === 0
  ) {
    return `write ${key}:${isCompute ? '' : 'm6i:'}0.5 for half a dollar an hour`;
  }
  const [wholes = '0', decimals = ''] = amount.split('.');
  const usdPerHour = fraction(BigInt(wholes + decimals), 10n ** BigInt(decimals.length));
  return { kind: 'savings-plan', key: key as SavingsPlanKey, family, usdPerHour };
}

/** Families that ran, in order of name. */
export function familiesOf(types: readonly string[]): string[] {
  return [...new Set(types.map(instanceFamily))].sort();
}
