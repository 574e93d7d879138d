import { expect, test } from 'vitest';
import { billedInstanceSeconds, onDemandCharge } from '../../src/billing/ec2.ts';
import { amountOf } from '../../src/billing/ledger.ts';
import { fraction, fromE10, reduce } from '../../src/billing/money.ts';
import { usd } from './builders.ts';

test.each([
  { durationMs: 0, seconds: 60 },
  { durationMs: 59_000, seconds: 60 },
  { durationMs: 60_200, seconds: 61 },
  { durationMs: 61_000, seconds: 61 },
  { durationMs: 90_000, seconds: 90 },
])('billedInstanceSeconds() of $durationMs ms is $seconds', ({ durationMs, seconds }) => {
  expect(billedInstanceSeconds(durationMs)).toBe(seconds);
});

test.each([
  // 0.096 × 90 / 3600 = 0.0024
  { seconds: 90, amount: fraction(3n, 1250n) },
  // 0.096 × 60 / 3600 = 1/625
  { seconds: 60, amount: fraction(1n, 625n) },
  // 0.096 × 61 / 3600 = 61/37500
  { seconds: 61, amount: fraction(61n, 37_500n) },
])('onDemandCharge() of m5.large for $seconds s is exact', ({ seconds, amount }) => {
  const charge = onDemandCharge(
    { id: 'i-1', pool: 'p', typeName: 'm5.large', region: 'r', zone: 'r-a', price: fromE10(usd('0.096')) },
    seconds,
  );
  expect(reduce(amountOf(charge))).toEqual(amount);
  expect(charge).toMatchObject({
    dimension: 'ec2:on-demand',
    option: 'od',
    unit: 'Hrs',
    az: 'r-a',
    pool: 'p',
  });
});
