import { HOUR } from '../units.ts';
import type { BillContext } from './bill-context.ts';
import { secondsBefore } from './billed-time.ts';
import type { BilledVisit, CoverableUse } from './coverable-use.ts';
import { termHours } from './reserved-instances.ts';

/** Consecutive clock-hours that are all alike. */
export interface HourStretch {
  /** The first of them, in hours since 1970 UTC. */
  readonly hour: number;
  /** How many. */
  readonly hours: number;
  /** Billed seconds in each of the hours, by position of the use; may exceed 3600. */
  readonly seconds: ReadonlyMap<number, number>;
}

interface OpenVisit {
  readonly use: number;
  readonly visit: BilledVisit;
  readonly firstHour: number;
  readonly lastHour: number;
}

/**
 * Cuts the time in which anything is used or committed into clock-hours, equal neighbours together: between
 * the hours in which a visit or a term begins or ends, all hours are alike, whatever is decided in them.
 */
export function* clockHourStretches(
  context: BillContext,
  uses: readonly CoverableUse[],
  commitments: readonly { readonly startMs: number; readonly years: 1 | 3 }[],
): Iterable<HourStretch> {
  const visits = uses
    .flatMap((use, index) => use.visits.map((visit) => openVisit(index, visit)))
    .sort((a, b) => a.firstHour - b.firstHour);
  const { period } = context.rules;
  const edges = new Set([period.startMs / HOUR, period.endMs / HOUR]);
  for (const { firstHour, lastHour } of visits) {
    edges.add(firstHour).add(firstHour + 1);
    edges.add(lastHour).add(lastHour + 1);
  }
  for (const { startMs, years } of commitments) {
    for (const ms of [startMs, startMs + termHours(years) * HOUR]) {
      if (ms > period.startMs && ms < period.endMs) edges.add(ms / HOUR);
    }
  }
  const hours = [...edges].sort((a, b) => a - b);
  let next = 0;
  let open: OpenVisit[] = [];
  for (const [index, hour] of hours.entries()) {
    const until = hours[index + 1];
    if (until === undefined) return;
    open = open.filter(({ lastHour }) => lastHour >= hour);
    for (; next < visits.length && visits[next]!.firstHour <= hour; next++) open.push(visits[next]!);
    yield { hour, hours: until - hour, seconds: secondsIn(hour, open) };
  }
}

function openVisit(use: number, visit: BilledVisit): OpenVisit {
  const hourOf = (second: number) => Math.floor((visit.startMs + 1000 * second) / HOUR);
  return { use, visit, firstHour: hourOf(visit.from), lastHour: hourOf(visit.to - 1) };
}

function secondsIn(hour: number, open: readonly OpenVisit[]): Map<number, number> {
  const seconds = new Map<number, number>();
  for (const { use, visit } of open) {
    const { startMs, from, to } = visit;
    const before = Math.max(from, secondsBefore(startMs, to, hour * HOUR));
    const count = secondsBefore(startMs, to, (hour + 1) * HOUR) - before;
    if (count > 0) seconds.set(use, (seconds.get(use) ?? 0) + count);
  }
  return seconds;
}
