import { GIB } from '../units.ts';
import { type BillContext, bytesInPeriod, startedHours } from './bill-context.ts';
import type { NatGateway } from './usage.ts';

/**
 * Posts NAT gateways: started hours of their own life, and the GB that pass through when they do.
 * Source: Amazon VPC pricing page.
 */
export function billNatGateways(context: BillContext, gateways: readonly NatGateway[]): void {
  const { ledger, prices } = context;
  for (const gateway of gateways) {
    const { id, region, zone: az } = gateway;
    const post = (name: 'hour' | 'gb', dimension: string, unit: string, units: number, per: number) => {
      if (units === 0) return;
      const price = prices.need(`nat/${region}/${name}`);
      const key = { service: 'AmazonVPC', dimension, region, az, type: '-', option: '-', unit, price };
      ledger.post(ledger.line(key), id, units, per);
    };
    const { from, to } = startedHours(context, gateway);
    post('hour', 'nat:hours', 'Hrs', to - from, 1);
    post('gb', 'nat:gb', 'GB', bytesInPeriod(context, gateway.traffic), GIB);
  }
}
