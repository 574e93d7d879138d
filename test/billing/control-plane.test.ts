import { expect, test } from 'vitest';
import { billedClusterSeconds, eksCharge } from '../../src/billing/control-plane.ts';
import { amountOf } from '../../src/billing/ledger.ts';
import { fraction, fromE10, reduce } from '../../src/billing/money.ts';
import { DAY, usd } from './builders.ts';

test('billedClusterSeconds() rounds up to whole seconds without a minimum', () => {
  expect(billedClusterSeconds(0)).toBe(0);
  expect(billedClusterSeconds(1500)).toBe(2);
});

test('eksCharge() of 30 days is 72 dollars', () => {
  const cluster = { name: 'c', region: 'us-east-1' };
  // 720 h × 0.10
  const charge = eksCharge(cluster, fromE10(usd('0.1')), billedClusterSeconds(30 * DAY));
  expect(reduce(amountOf(charge))).toEqual(fraction(72n));
  expect(charge).toMatchObject({ service: 'AmazonEKS', dimension: 'eks:standard', az: '-', type: '-' });
});
