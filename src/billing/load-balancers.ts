import { GIB } from '../units.ts';
import { type BillContext, require, startedHours } from './bill-context.ts';
import { albCapacityUnits, nlbCapacityUnits } from './capacity-units.ts';
import { type Fraction, ZERO, add, fraction, reduce, whole } from './money.ts';
import { postAddress } from './public-addresses.ts';
import type { LoadBalancerUse } from './usage.ts';

/** What each kind of balancer is billed for beside its hours. */
const TRAFFIC = {
  alb: { dimension: 'alb:lcu', priceName: 'lcu', unit: 'LCU-Hrs' },
  nlb: { dimension: 'nlb:nlcu', priceName: 'nlcu', unit: 'NLCU-Hrs' },
  clb: { dimension: 'clb:gb', priceName: 'gb', unit: 'GB' },
} as const;

/**
 * Posts load balancers: started hours of their own life, in each of them the capacity units of its traffic
 * (application, network) or its GB (classic), and a public address in each zone of an internet-facing one.
 * Source: Elastic Load Balancing pricing page, "each hour or partial hour".
 */
export function billLoadBalancers(context: BillContext, balancers: readonly LoadBalancerUse[]): void {
  for (const balancer of balancers) {
    if (!require(context, Object.hasOwn(TRAFFIC, balancer.kind), 'unknown-kind', balancer.id)) continue;
    const hours = startedHours(context, balancer);
    const { id, region, kind } = balancer;
    post(context, balancer, `${kind}:hours`, 'hour', 'Hrs', whole(hours.to - hours.from));
    const { dimension, priceName, unit } = TRAFFIC[kind];
    post(context, balancer, dimension, priceName, unit, trafficOf(balancer, hours.from, hours.to));
    for (const zone of balancer.publicZones) {
      const { startMs, endMs } = balancer;
      postAddress(context, { id, region, zone, startMs, endMs });
    }
  }
}

function post(
  { ledger, prices }: BillContext,
  { id, region, kind }: LoadBalancerUse,
  dimension: string,
  priceName: string,
  unit: string,
  quantity: Fraction,
): void {
  if (quantity.numerator === 0n) return;
  const price = prices.need(`lb/${region}/${kind}/${priceName}`);
  const key = { service: 'AWSELB', dimension, region, az: '-', type: kind, option: '-', unit, price };
  ledger.postExact(ledger.line(key), id, quantity);
}

/** Units or GB of the hours from `from` to before `to` of the balancer's life. */
function trafficOf(balancer: LoadBalancerUse, from: number, to: number): Fraction {
  let units = ZERO;
  for (const [hour, used] of hourlyUnits(balancer)) {
    if (hour >= from && hour < to) units = reduce(add(units, used));
  }
  return units;
}

function* hourlyUnits(balancer: LoadBalancerUse): Iterable<[hour: number, units: Fraction]> {
  switch (balancer.kind) {
    case 'alb':
      for (const [hour, traffic] of balancer.traffic) yield [hour, albCapacityUnits(traffic)];
      break;
    case 'nlb':
      for (const [hour, traffic] of balancer.traffic) yield [hour, nlbCapacityUnits(traffic)];
      break;
    case 'clb':
      for (const [hour, { bytes }] of balancer.traffic) yield [hour, fraction(BigInt(bytes), BigInt(GIB))];
  }
}
