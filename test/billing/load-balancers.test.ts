import { expect, test } from 'vitest';
import { amountOf } from '../../src/billing/ledger.ts';
import { billedLoadBalancerSeconds, loadBalancerCharge } from '../../src/billing/load-balancers.ts';
import { fraction, fromE10, reduce } from '../../src/billing/money.ts';
import { HOUR, usd } from './builders.ts';

test.each([
  { durationMs: 0, hours: 1 },
  { durationMs: HOUR, hours: 1 },
  { durationMs: HOUR + 1, hours: 2 },
  { durationMs: 1.5 * HOUR, hours: 2 },
])('billedLoadBalancerSeconds() of $durationMs ms is $hours started hours', ({ durationMs, hours }) => {
  expect(billedLoadBalancerSeconds(durationMs)).toBe(hours * 3600);
});

test('loadBalancerCharge() of an application balancer for 90 min is two hours', () => {
  const balancer = { name: 'shop', kind: 'application', region: 'us-east-1' } as const;
  const charge = loadBalancerCharge(balancer, fromE10(usd('0.0225')), billedLoadBalancerSeconds(1.5 * HOUR));
  // 2 × 0.0225 = 0.045
  expect(reduce(amountOf(charge))).toEqual(fraction(9n, 200n));
  expect(charge).toMatchObject({ service: 'AWSELB', dimension: 'alb:hours', type: 'alb', az: '-' });
});
