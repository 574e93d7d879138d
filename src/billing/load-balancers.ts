import type { LoadBalancerKind } from '../model/price-list.ts';
import { STARTED_HOURS, billedSeconds, hoursOf } from './billed-time.ts';
import type { Charge } from './ledger.ts';
import type { Money } from './money.ts';

const LINE_TYPES: Readonly<Record<LoadBalancerKind, string>> = {
  classic: 'clb',
  application: 'alb',
  network: 'nlb',
};

/** Billed seconds of a balancer that lived `durationMs`: started hours of its own life, at least one. */
export function billedLoadBalancerSeconds(durationMs: number): number {
  return billedSeconds(durationMs, STARTED_HOURS);
}

/** The balancer's hours. Traffic (capacity units, GB) is not modelled and costs nothing here. */
export function loadBalancerCharge(
  balancer: { readonly name: string; readonly kind: LoadBalancerKind; readonly region: string },
  price: Money,
  seconds: number,
): Charge {
  const type = LINE_TYPES[balancer.kind];
  return {
    service: 'AWSELB',
    dimension: `${type}:hours`,
    region: balancer.region,
    az: '-',
    type,
    option: '-',
    unit: 'Hrs',
    price,
    quantity: hoursOf(seconds),
    resource: balancer.name,
    pool: '-',
  };
}
