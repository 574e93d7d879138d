import { HOUR } from '../units.ts';
import type { BillContext } from './bill-context.ts';
import { secondsBefore } from './billed-time.ts';
import type { BilledVisit } from './coverable-use.ts';
import type { Money } from './money.ts';
import type { InstanceUse, SpotPricePoint, SpotPriceSeries } from './usage.ts';

type Pool = Pick<SpotPriceSeries, 'region' | 'zone' | 'type' | 'platform'>;

/** Price histories by pool: type and platform in a zone. */
export class SpotMarket {
  readonly #series = new Map<string, readonly SpotPricePoint[]>();

  constructor(series: readonly SpotPriceSeries[]) {
    for (const one of series) this.#series.set(poolKey(one), one.points);
  }

  /** Undefined when nothing is known of the pool. */
  seriesOf(pool: Pool): readonly SpotPricePoint[] | undefined {
    return this.#series.get(poolKey(pool));
  }
}

function poolKey({ region, zone, type, platform }: Pool): string {
  return `${region}/${zone}/${type}/${platform}`;
}

/**
 * Posts a Spot visit, a line for each price: each second has the price in effect when it begins, or, latched,
 * the price in effect when its instance-hour begins; instance-hours count from the start of the visit. What
 * AWS samples inside an hour is not published: chosen.
 */
export function postSpot(
  context: BillContext,
  use: InstanceUse,
  visit: BilledVisit,
  series: readonly SpotPricePoint[],
  isHourly: boolean,
): void {
  const { startMs, from, to } = visit;
  const isLatched = isHourly || context.rules.spotPrice === 'hour-latched';
  let second = from;
  while (second < to) {
    const hourStart = second - (second % 3600);
    const atMs = startMs + 1000 * (isLatched ? hourStart : second);
    const index = lastAtOrBefore(series, atMs);
    const point = series[index];
    if (point === undefined) {
      context.problems.add('missing-price', use.id);
      return;
    }
    const next = series[index + 1];
    const untilNext = next === undefined ? to : secondsBefore(startMs, to, next.atMs);
    const until = isLatched ? Math.min(to, hourStart + HOUR / 1000) : untilNext;
    context.ledger.post(spotLine(context, use, point.price), use.id, until - second, 3600);
    second = until;
  }
}

function spotLine({ ledger }: BillContext, { region, zone, type }: InstanceUse, price: Money): number {
  const service = 'AmazonEC2';
  const key = { service, dimension: 'ec2:spot', region, az: zone, type, option: 'spot', unit: 'Hrs', price };
  return ledger.line(key);
}

/** Index of the last point at or before the instant, -1 when there is none; logarithmic. */
function lastAtOrBefore(series: readonly SpotPricePoint[], atMs: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (series[middle]!.atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
