import { expect, test } from 'vitest';
import { toDecimal } from '../../src/billing/money.ts';
import type { InstanceUse, ReservedInstance } from '../../src/billing/usage.ts';
import { HOUR, JUNE_2026, juneBill, priced } from './builders.ts';

const BOOK = priced({
  'ec2/us-east-1/t2.small/linux/default': '0.023',
  'ec2/us-east-1/t2.large/linux/default': '0.0928',
});

const T2_MEDIUM: ReservedInstance = {
  id: 'ri',
  type: 't2.medium',
  platform: 'linux',
  tenancy: 'default',
  region: 'us-east-1',
  zone: null,
  count: 1,
  years: 1,
  upfront: { numerator: 0n, denominator: 1n },
  hourly: { numerator: 3n, denominator: 100n },
  startMs: JUNE_2026,
};

/** Runs for the first hour of June 2026. */
function anHourOf(type: string, id: string): InstanceUse {
  const place = { region: 'us-east-1', zone: 'us-east-1a', tenancy: 'default' } as const;
  const visits = [{ startMs: JUNE_2026, endMs: JUNE_2026 + HOUR, endedBy: 'user' as const }];
  return { ...place, id, type, platform: 'linux', option: 'od', visits };
}

test.each([
  // Factors 2 and 1: 2 units cover two small ones fully, at 0.03 / 2 each.
  { name: '22a: two t2.small', types: ['t2.small', 't2.small'], lines: ['ec2:ri-covered 2 0.03'] },
  // Factors 2 and 4: half of the hour; the other half costs 0.0928 / 2.
  {
    name: '22b: one t2.large',
    types: ['t2.large'],
    lines: ['ec2:on-demand 0.5 0.0464', 'ec2:ri-covered 0.5 0.03'],
  },
])('billReservedInstances() of worked example $name under a t2.medium', ({ types, lines }) => {
  const instances = types.map((type, index) => anHourOf(type, `i-${index}`));
  const period = { startMs: JUNE_2026, endMs: JUNE_2026 + HOUR };
  const bill = juneBill({ instances, reservedInstances: [T2_MEDIUM] }, BOOK, { period });
  const printed = bill.lines.map(({ dimension, quantity, amount }) => {
    return `${dimension} ${toDecimal(quantity, 4)} ${toDecimal(amount, 4)}`;
  });
  expect(printed.sort()).toEqual(lines);
});
