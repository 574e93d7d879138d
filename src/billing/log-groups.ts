import { DAY, GIB } from '../units.ts';
import { type BillContext, billedRange, bytesInPeriod } from './bill-context.ts';
import { WHOLE_SECONDS, billedMonths } from './billed-time.ts';
import { type Fraction, Total, fraction, multiply } from './money.ts';
import type { LogGroup } from './usage.ts';

/**
 * Posts log groups: GB when they come in, GB when queries read them, and GB-months while they are kept, from
 * their coming in until the retention is over; stored bytes are taken to equal those that came in.
 * Source: Amazon CloudWatch pricing page.
 */
export function billLogGroups(context: BillContext, groups: readonly LogGroup[]): void {
  for (const group of groups) {
    const perGb = (bytes: number) => fraction(BigInt(bytes), BigInt(GIB));
    post(context, group, 'ingest', 'GB', perGb(bytesInPeriod(context, group.ingested)));
    post(context, group, 'scan', 'GB', perGb(bytesInPeriod(context, group.scanned)));
    post(context, group, 'store', 'GB-Mo', stored(context, group));
  }
}

function stored(context: BillContext, { ingested, retentionDays }: LogGroup): Fraction {
  const months = new Total();
  for (const { atMs, bytes } of ingested) {
    const endMs = retentionDays === null ? null : atMs + retentionDays * DAY;
    const { from, to } = billedRange(context, { startMs: atMs, endMs }, WHOLE_SECONDS);
    months.add(multiply(fraction(BigInt(bytes), BigInt(GIB)), billedMonths(atMs, from, to)));
  }
  return months.value();
}

function post(
  { ledger, prices }: BillContext,
  { id, region }: LogGroup,
  name: 'ingest' | 'scan' | 'store',
  unit: string,
  quantity: Fraction,
): void {
  if (quantity.numerator === 0n) return;
  const price = prices.need(`cloudwatch/${region}/logs-${name}`);
  const service = 'AmazonCloudWatch';
  const key = { service, dimension: `logs:${name}`, region, az: '-', type: '-', option: '-', unit, price };
  ledger.postExact(ledger.line(key), id, quantity);
}
