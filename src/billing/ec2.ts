import { SECONDS_FROM_A_MINUTE, billedSeconds, hoursOf } from './billed-time.ts';
import type { Charge } from './ledger.ts';
import type { Money } from './money.ts';

/** One stay of an instance in state running: from the transition to running, to shutting-down or stopping. */
export interface InstanceVisit {
  readonly id: string;
  readonly pool: string;
  readonly typeName: string;
  readonly region: string;
  readonly zone: string;
  /** USD per hour. */
  readonly price: Money;
}

/**
 * Billed seconds of a visit of `durationMs` of a Linux instance: whole seconds, rounded up, at least 60, each
 * start anew; 0 ms costs 60 s. Pending, stopping and shutting-down are free. Source: AWS EC2 user guide of
 * 2023-06, ec2-instance-lifecycle.md.
 */
export function billedInstanceSeconds(durationMs: number): number {
  return billedSeconds(durationMs, SECONDS_FROM_A_MINUTE);
}

/** On-Demand use: price per hour × seconds / 3600. */
export function onDemandCharge(visit: InstanceVisit, seconds: number): Charge {
  return {
    service: 'AmazonEC2',
    dimension: 'ec2:on-demand',
    region: visit.region,
    az: visit.zone,
    type: visit.typeName,
    option: 'od',
    unit: 'Hrs',
    price: visit.price,
    quantity: hoursOf(seconds),
    resource: visit.id,
    pool: visit.pool,
  };
}
