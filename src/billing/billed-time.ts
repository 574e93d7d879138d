import { assert } from '../errors.ts';
import { type Fraction, ZERO, add } from './money.ts';

/**
 * How running time becomes billed time. Second k = 0, 1, ... of an item begins `start + 1000 k` ms and
 * belongs to the month (and bill) that holds that instant, the seconds that a minimum adds included.
 */
export interface Granularity {
  /** Time is rounded up to a multiple of this. */
  readonly stepSeconds: number;
  readonly minimumSeconds: number;
}

/**
 * Linux instances and EBS volumes, each start anew. Source: AWS News Blog, "New: Per-Second Billing for EC2
 * Instances and EBS Volumes", in force since 2017-10-02.
 */
export const SECONDS_FROM_A_MINUTE: Granularity = { stepSeconds: 1, minimumSeconds: 60 };
/** An EKS control plane. Whether a broken hour is prorated is not documented: chosen. */
export const WHOLE_SECONDS: Granularity = { stepSeconds: 1, minimumSeconds: 0 };
/** Load balancers: "each hour or partial hour". Source: Elastic Load Balancing pricing page. */
export const STARTED_HOURS: Granularity = { stepSeconds: 3600, minimumSeconds: 3600 };

/**
 * Billed seconds of an item that existed for `durationMs`, at least 0; the minimum applies after rounding up.
 */
export function billedSeconds(durationMs: number, granularity: Granularity): number {
  assert(Number.isSafeInteger(durationMs) && durationMs >= 0, 'a billed duration is a non-negative integer');
  const stepMs = granularity.stepSeconds * 1000;
  return Math.max(granularity.minimumSeconds, Math.ceil(durationMs / stepMs) * granularity.stepSeconds);
}

/** How many of an item's `seconds` billed seconds begin before `instantMs`; both times on one clock. */
export function secondsBefore(startMs: number, seconds: number, instantMs: number): number {
  return Math.min(seconds, Math.max(0, Math.ceil((instantMs - startMs) / 1000)));
}

/** Hours as an exact fraction. */
export function hoursOf(seconds: number): Fraction {
  return { numerator: BigInt(seconds), denominator: 3600n };
}

/** The part of a calendar month that some billed seconds make up. */
export interface MonthPart {
  /** Calendar months since January 1970, UTC. */
  readonly month: number;
  /** Seconds over the real length of the month. */
  readonly part: Fraction;
}

/**
 * The billed seconds `fromSecond` (inclusive) to `toSecond` (exclusive) of an item, by calendar month (UTC), each
 * over the real length of that month. A whole month is exactly 1, of 28 days or of 31.
 */
export function monthParts(startEpochMs: number, fromSecond: number, toSecond: number): MonthPart[] {
  const parts: MonthPart[] = [];
  let done = fromSecond;
  for (let month = monthOf(startEpochMs + fromSecond * 1000); done < toSecond; month += 1) {
    const until = secondsBefore(startEpochMs, toSecond, monthStartMs(month + 1));
    if (until > done) {
      const part = { numerator: BigInt(until - done), denominator: BigInt(monthSeconds(month)) };
      parts.push({ month, part });
    }
    done = Math.max(done, until);
  }
  return parts;
}

/** Sum of `monthParts`: months that the seconds make up. */
export function billedMonths(startEpochMs: number, fromSecond: number, toSecond: number): Fraction {
  const [first, ...rest] = monthParts(startEpochMs, fromSecond, toSecond);
  return rest.reduce((months, { part }) => add(months, part), first?.part ?? ZERO);
}

/** Months between two instants, without any rounding. */
export function elapsedMonths(fromEpochMs: number, toEpochMs: number): Fraction {
  let months = ZERO;
  let doneMs = fromEpochMs;
  for (let month = monthOf(fromEpochMs); doneMs < toEpochMs; month += 1) {
    const untilMs = Math.min(toEpochMs, monthStartMs(month + 1));
    months = add(months, {
      numerator: BigInt(untilMs - doneMs),
      denominator: 1000n * BigInt(monthSeconds(month)),
    });
    doneMs = untilMs;
  }
  return months;
}

/** Calendar months since January 1970, UTC. */
export function monthOf(epochMs: number): number {
  let month = Math.floor(epochMs / MEAN_MONTH_MS);
  while (monthStartMs(month) > epochMs) month -= 1;
  while (monthStartMs(month + 1) <= epochMs) month += 1;
  return month;
}

/** A twelfth of the mean Gregorian year of 365.2425 days: a first guess, off by a month at most. */
const MEAN_MONTH_MS = 30.436875 * 86_400_000;

/** Starts of months by number: each is asked for again and again. */
const monthStarts: number[] = [];

function monthStartMs(month: number): number {
  const known = monthStarts[month];
  if (known !== undefined) return known;
  const startMs = Date.UTC(1970, month);
  if (month >= 0) monthStarts[month] = startMs;
  return startMs;
}

function monthSeconds(month: number): number {
  return (monthStartMs(month + 1) - monthStartMs(month)) / 1000;
}
