import { expect, test } from 'vitest';
import type { LoadBalancerUse } from '../../src/billing/usage.ts';
import { HOUR } from '../../src/units.ts';
import { JUNE_2026, accountTotal, priced } from './builders.ts';

const BOOK = priced({
  'lb/us-east-1/alb/hour': '0.0225',
  'lb/us-east-1/alb/lcu': '0.008',
  'ipv4/us-east-1': '0.005',
});

function balancer(lifeMs: number, rest: Partial<LoadBalancerUse> = {}): LoadBalancerUse {
  const span = { startMs: JUNE_2026, endMs: JUNE_2026 + lifeMs };
  return {
    id: 'lb',
    region: 'us-east-1',
    kind: 'alb',
    traffic: new Map(),
    publicZones: [],
    ...span,
    ...rest,
  } as LoadBalancerUse;
}

test.each([
  { name: '0 ms is one hour', lifeMs: 0, total: '0.0225' },
  { name: 'an hour is one', lifeMs: HOUR, total: '0.0225' },
  { name: 'an hour and 1 ms is two', lifeMs: HOUR + 1, total: '0.045' },
])('billLoadBalancers() bills started hours: $name', ({ lifeMs, total }) => {
  expect(accountTotal({ loadBalancers: [balancer(lifeMs)] }, BOOK)).toBe(total);
});

test('billLoadBalancers() bills the largest dimension of each hour of its life, and one address per zone', () => {
  const hour = { newConnections: 0, activeConnectionMinutes: 0, lambdaBytes: 0, requests: 0, rules: 0 };
  // Hour 0: 2 GiB are 2 LCUs; hour 1: 90,000 connections are 1 LCU; hour 5 is not of its life.
  const traffic = new Map([
    [0, { ...hour, bytes: 2 * 2 ** 30 }],
    [1, { ...hour, bytes: 0, newConnections: 90_000 }],
    [5, { ...hour, bytes: 2 ** 40 }],
  ]);
  const one = balancer(1.5 * HOUR, { kind: 'alb', traffic, publicZones: ['a', 'b'] });
  // 2 × 0.0225 + 3 × 0.008 + 2 × 1.5 × 0.005 = 0.084
  expect(accountTotal({ loadBalancers: [one] }, BOOK)).toBe('0.084');
});
