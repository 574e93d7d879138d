import { type BillContext, billedRange } from './bill-context.ts';
import type { Granularity } from './billed-time.ts';
import type { ExternalInstance } from './usage.ts';

/** An hour at least, by the second after it (the latter chosen). Source: Amazon ECS pricing page, ECS Anywhere. */
const SECONDS_FROM_AN_HOUR: Granularity = { stepSeconds: 1, minimumSeconds: 3600 };

/** Posts the instances outside AWS that are registered with ECS. */
export function billExternalInstances(context: BillContext, instances: readonly ExternalInstance[]): void {
  for (const instance of instances) {
    const { from, to } = billedRange(context, instance, SECONDS_FROM_AN_HOUR);
    if (to === from) continue;
    const { id, region } = instance;
    const line = context.ledger.line({
      service: 'AmazonECS',
      dimension: 'ecs:anywhere',
      region,
      az: '-',
      type: '-',
      option: '-',
      unit: 'Hrs',
      price: context.prices.need(`ecs-anywhere/${region}`),
    });
    context.ledger.post(line, id, to - from, 3600);
  }
}
