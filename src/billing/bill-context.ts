import { HOUR } from '../units.ts';
import { type Granularity, billedSeconds, secondsBefore } from './billed-time.ts';
import type { BillingProblemKind, Problems } from './billing-problem.ts';
import type { Ledger } from './ledger.ts';
import type { Prices } from './price-book.ts';
import type { BillRules, BytesAt, Span } from './usage.ts';

/** What every rule works with: where to look prices up, where to post, and what the bill covers. */
export interface BillContext {
  readonly rules: BillRules;
  readonly prices: Prices;
  readonly ledger: Ledger;
  readonly problems: Problems;
  /** Billed seconds that begin at or after this instant are not on this bill. */
  readonly cutMs: number;
}

/** Billed seconds (or hours) `from` (inclusive) to `to` (exclusive) of an item, counted from its start. */
export interface SecondRange {
  readonly from: number;
  readonly to: number;
}

const NOTHING: SecondRange = { from: 0, to: 0 };

/** The instant at which an item ends as far as this bill knows: the last bill there is knows no later one. */
export function endOf({ rules: { period, tail } }: BillContext, { endMs }: Span): number {
  if (endMs === null) return period.endMs;
  return tail === 'owed' ? Math.min(endMs, period.endMs) : endMs;
}

/** The billed seconds of an item that begin inside the period; rounding and minimum look at the whole item. */
export function billedRange(context: BillContext, span: Span, granularity: Granularity): SecondRange {
  if (span.startMs >= context.rules.period.endMs) return NOTHING;
  const seconds = billedSeconds(endOf(context, span) - span.startMs, granularity);
  return rangeInPeriod(context, span.startMs, seconds);
}

/** Of `seconds` billed seconds from `startMs` on, those that begin inside the period. */
export function rangeInPeriod(context: BillContext, startMs: number, seconds: number): SecondRange {
  return {
    from: secondsBefore(startMs, seconds, context.rules.period.startMs),
    to: secondsBefore(startMs, seconds, context.cutMs),
  };
}

/** Whether something that happens at an instant belongs on this bill. */
export function isInPeriod({ rules: { period } }: BillContext, atMs: number): boolean {
  return atMs >= period.startMs && atMs < period.endMs;
}

/** Notes a problem unless `condition` holds, and says whether it does. */
export function require(
  { problems }: BillContext,
  condition: boolean,
  kind: BillingProblemKind,
  resource: string,
): boolean {
  if (!condition) problems.add(kind, resource);
  return condition;
}

/**
 * Started hours of an item's own life, at least one, that begin inside the period: from hour `from` to before
 * hour `to`. Hour k begins `start + k` hours; each belongs whole to the period in which it begins.
 */
export function startedHours(context: BillContext, span: Span): SecondRange {
  if (span.startMs >= context.rules.period.endMs) return NOTHING;
  const hours = Math.max(1, Math.ceil((endOf(context, span) - span.startMs) / HOUR));
  const before = (ms: number) => Math.min(hours, Math.max(0, Math.ceil((ms - span.startMs) / HOUR)));
  return { from: before(context.rules.period.startMs), to: before(context.cutMs) };
}

/** Sum of the bytes that fall into the period. */
export function bytesInPeriod(context: BillContext, traffic: readonly BytesAt[]): number {
  let bytes = 0;
  for (const one of traffic) {
    if (isInPeriod(context, one.atMs)) bytes += one.bytes;
  }
  return bytes;
}
