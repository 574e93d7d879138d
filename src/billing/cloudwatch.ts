import { type BillContext, billedRange, require } from './bill-context.ts';
import { WHOLE_SECONDS, billedMonths } from './billed-time.ts';
import { multiply, whole } from './money.ts';
import { CLOUDWATCH_KINDS, type CloudWatchKind, type CloudWatchUse } from './usage.ts';

const UNITS: Readonly<Record<CloudWatchKind, string>> = {
  'alarm-standard': 'Alarm-Mo',
  'alarm-high': 'Alarm-Mo',
  metric: 'Metric-Mo',
  dashboard: 'Dashboard-Mo',
};

/**
 * Posts alarms, metrics and dashboards: whole seconds over the real length of each month, no minimum. The lower
 * prices beyond 10,000 metrics are not modelled. Source: Amazon CloudWatch pricing page.
 */
export function billCloudWatch(context: BillContext, items: readonly CloudWatchUse[]): void {
  for (const item of items) {
    const { id, region, kind, count, startMs } = item;
    if (!require(context, CLOUDWATCH_KINDS.includes(kind), 'unknown-kind', id)) continue;
    const { from, to } = billedRange(context, item, WHOLE_SECONDS);
    if (to === from || count === 0) continue;
    const line = context.ledger.line({
      service: 'AmazonCloudWatch',
      dimension: `cloudwatch:${kind}`,
      region,
      az: '-',
      type: '-',
      option: '-',
      unit: UNITS[kind],
      price: context.prices.need(`cloudwatch/${region}/${kind}`),
    });
    context.ledger.postExact(line, id, multiply(whole(count), billedMonths(startMs, from, to)));
  }
}
