import { HOUR } from '../units.ts';
import type { BillContext } from './bill-context.ts';
import type { CoverableUse } from './coverable-use.ts';
import { type Money, Total, add, divide, fraction, multiply, reduce, whole } from './money.ts';
import { instanceFamily, normalisedQuarters } from './normalisation.ts';
import { type BillRules, DEFAULT_ACCOUNT, type InstanceKind, type ReservedInstance } from './usage.ts';

/** Hours of a term: years of 365 days. */
export function termHours(years: 1 | 3): number {
  return 8760 * years;
}

/** Whether a commitment is in force in the clock-hour that begins at `hour` × 1 h, and the period covers it. */
export function isInForce(
  { startMs, years }: { readonly startMs: number; readonly years: 1 | 3 },
  hour: number,
  { period }: BillRules,
): boolean {
  const atMs = hour * HOUR;
  if (atMs < period.startMs || atMs >= period.endMs) return false;
  return startMs <= atMs && atMs < startMs + termHours(years) * HOUR;
}

/** Families whose regional reservations are for one size. Source: AWS EC2 user guide of 2023-06, apply_ri.md. */
const NOT_FLEXIBLE: ReadonlySet<string> = new Set(['g4ad', 'g4dn', 'g5', 'g5g', 'inf1']);

/**
 * A reservation at work. What it has left in an hour is counted in quarters of normalised unit-seconds, which
 * are whole: an instance-second of size large is 16 of them.
 */
export interface ReservationPool {
  readonly reservation: ReservedInstance;
  readonly account: string;
  readonly isFlexible: boolean;
  readonly family: string;
  /** Of one reserved instance-second. */
  readonly quarters: number;
  /** (upfront + hourly × hours) / hours: USD per hour of one reserved instance. */
  readonly effectivePrice: Money;
  readonly unusedLine: number;
  /** In the clock-hour at hand. */
  left: number;
}

/** A reservation that may cover a use, with the line of what it covers. */
export interface ReservationMatch {
  readonly pool: ReservationPool;
  readonly line: number;
}

/** Prepares reservations; a size without normalisation factor is noted as `unknown-size`. */
export function reservationPools(
  context: BillContext,
  reservations: readonly ReservedInstance[],
): ReservationPool[] {
  return reservations.map((reservation) => {
    const { type, region, zone, platform, tenancy } = reservation;
    const quarters = normalisedQuarters(type);
    if (quarters === undefined) context.problems.add('unknown-size', type);
    const family = instanceFamily(type);
    const isPlain = platform === 'linux' && tenancy === 'default';
    const effectivePrice = effectiveHourly(reservation);
    return {
      reservation,
      account: reservation.account ?? DEFAULT_ACCOUNT,
      isFlexible: zone === null && isPlain && !NOT_FLEXIBLE.has(family),
      family,
      quarters: quarters ?? 1,
      effectivePrice,
      unusedLine: context.ledger.line({
        service: 'AmazonEC2',
        dimension: 'ec2:ri-unused',
        region,
        az: zone ?? '-',
        type,
        option: 'ri',
        unit: 'Hrs',
        price: effectivePrice,
      }),
      left: 0,
    };
  });
}

function effectiveHourly({ upfront, hourly, years }: ReservedInstance): Money {
  return reduce(add(hourly, divide(upfront, whole(termHours(years)))));
}

/** The reservations that may cover a use, as listed; none for Fargate. */
export function reservationMatches(
  context: BillContext,
  use: CoverableUse,
  pools: readonly ReservationPool[],
): ReservationMatch[] {
  const { host } = use;
  if (host === null) return [];
  return pools.flatMap((pool) => {
    if (!mayCover(pool, host, host.zone)) return [];
    const quarters = normalisedQuarters(host.type);
    if (quarters === undefined) context.problems.add('unknown-size', host.type);
    const price = multiply(pool.effectivePrice, fraction(BigInt(quarters ?? 1), BigInt(pool.quarters)));
    const line = context.ledger.line({ ...use.covered, dimension: 'ec2:ri-covered', option: 'ri', price });
    return [{ pool, line }];
  });
}

function mayCover(
  { reservation, isFlexible, family }: ReservationPool,
  host: InstanceKind,
  zone: string,
): boolean {
  return (
    host.region === reservation.region &&
    host.platform === reservation.platform &&
    host.tenancy === reservation.tenancy &&
    (reservation.zone === null || reservation.zone === zone) &&
    (isFlexible ? instanceFamily(host.type) === family : host.type === reservation.type)
  );
}

/** What a term costs by cash flow rather than by use, in the period. */
export interface CashPayments {
  readonly upfront: Money;
  readonly recurring: Money;
}

/** Upfront payments of terms that begin in the period, and the hourly ones of their hours in it. */
export function reservedInstancePayments(
  reservations: readonly ReservedInstance[],
  period: BillRules['period'],
): CashPayments {
  const upfront = new Total();
  const recurring = new Total();
  for (const reservation of reservations) {
    const { startMs, years, count } = reservation;
    if (startMs >= period.startMs && startMs < period.endMs) {
      upfront.add(multiply(reservation.upfront, whole(count)));
    }
    const fromMs = Math.max(startMs, period.startMs);
    const toMs = Math.min(startMs + termHours(years) * HOUR, period.endMs);
    const hours = Math.max(0, (toMs - fromMs) / HOUR);
    recurring.add(multiply(reservation.hourly, whole(count * hours)));
  }
  return { upfront: upfront.value(), recurring: recurring.value() };
}
