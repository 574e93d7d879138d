import { expect, test } from 'vitest';
import { billedMonths } from '../../src/billing/billed-time.ts';
import { monthlyPrice, volumeCharge, volumeParts } from '../../src/billing/ebs.ts';
import { amountOf } from '../../src/billing/ledger.ts';
import { add, fraction, reduce } from '../../src/billing/money.ts';
import type { VolumeRequest } from '../../src/model/ebs-volume.ts';
import type { VolumePrice } from '../../src/model/price-list.ts';
import { JUNE_2026, PRICES, usd } from './builders.ts';

const IO2: VolumePrice = {
  gbMonthE10: usd('0.125'),
  iopsMonthTiers: [
    { upTo: 32_000, priceE10: usd('0.065') },
    { upTo: 64_000, priceE10: usd('0.046') },
    { upTo: null, priceE10: usd('0.032') },
  ],
  mibpsMonthE10: null,
};

test.each<{ name: string; volume: VolumeRequest; price: VolumePrice; parts: string[]; usdPerMonth: bigint }>([
  {
    // 100 × 0.08 + 3000 × 0.005 + 125 × 0.04 = 8 + 15 + 5
    name: 'gp3 beyond what is included',
    volume: { type: 'gp3', sizeGiB: 100, iops: 6000, throughputMiBps: 250 },
    price: PRICES.ebs.gp3!,
    parts: ['ebs:gp3 100', 'ebs:gp3-iops 3000', 'ebs:gp3-throughput 125'],
    usdPerMonth: 28n,
  },
  {
    // 100 × 0.08
    name: 'gp3 as it comes',
    volume: { type: 'gp3', sizeGiB: 100 },
    price: PRICES.ebs.gp3!,
    parts: ['ebs:gp3 100'],
    usdPerMonth: 8n,
  },
  {
    // 100 × 0.1; the IOPS of gp2 come with the size
    name: 'gp2',
    volume: { type: 'gp2', sizeGiB: 100, iops: 300, throughputMiBps: 128 },
    price: PRICES.ebs.gp2!,
    parts: ['ebs:gp2 100'],
    usdPerMonth: 10n,
  },
  {
    // 1000 × 0.125 + 32000 × 0.065 + 32000 × 0.046 + 6000 × 0.032 = 125 + 2080 + 1472 + 192
    name: 'io2 in three tiers',
    volume: { type: 'io2', sizeGiB: 1000, iops: 70_000 },
    price: IO2,
    parts: ['ebs:io2 1000', 'ebs:io2-iops 32000', 'ebs:io2-iops 32000', 'ebs:io2-iops 6000'],
    usdPerMonth: 3869n,
  },
  {
    // 1000 × 0.125 + 32000 × 0.065: an empty second tier makes no part
    name: 'io2 up to the first bound',
    volume: { type: 'io2', sizeGiB: 1000, iops: 32_000 },
    price: IO2,
    parts: ['ebs:io2 1000', 'ebs:io2-iops 32000'],
    usdPerMonth: 2205n,
  },
])('volumeParts() of $name', ({ volume, price, parts, usdPerMonth }) => {
  const found = volumeParts(volume, price)!;
  expect(found.map(({ dimension, units }) => `${dimension} ${units}`)).toEqual(parts);
  expect(reduce(monthlyPrice(found))).toEqual(fraction(usdPerMonth));
});

test('volumeParts() is null when a price that is needed is missing', () => {
  const bare: VolumePrice = { gbMonthE10: usd('0.08'), iopsMonthTiers: null, mibpsMonthE10: null };
  expect(volumeParts({ type: 'gp3', sizeGiB: 10 }, undefined)).toBeNull();
  expect(volumeParts({ type: 'gp3', sizeGiB: 10, iops: 3001 }, bare)).toBeNull();
  expect(volumeParts({ type: 'gp3', sizeGiB: 10, throughputMiBps: 126 }, bare)).toBeNull();
  expect(volumeParts({ type: 'gp3', sizeGiB: 10, iops: 3000, throughputMiBps: 125 }, bare)).toHaveLength(1);
});

test.each([
  // gp3 above, 12 h of a 30-day month: 28 / 60
  { name: '12 h', type: 'gp3', seconds: 43_200, amount: fraction(7n, 15n) },
  // gp2 100 GiB, 20 min: 10 × 1200 / 2592000 = 1/216
  { name: '20 min', type: 'gp2', seconds: 1200, amount: fraction(1n, 216n) },
  // the 60 s of a volume that lived 10 s: 10 × 60 / 2592000 = 1/4320
  { name: '60 s', type: 'gp2', seconds: 60, amount: fraction(1n, 4320n) },
] as const)('volumeCharge() prorates over the month: $name', ({ type, seconds, amount }) => {
  const request = { type, sizeGiB: 100, iops: 6000, throughputMiBps: 250 };
  const volume = { id: 'v', type, pool: 'p', region: 'us-east-1', zone: 'us-east-1a' };
  const months = billedMonths(JUNE_2026, 0, seconds);
  const charges = volumeParts(request, PRICES.ebs[type])!.map((part) => volumeCharge(volume, part, months));
  expect(reduce(charges.map(amountOf).reduce(add))).toEqual(amount);
  expect(charges[0]).toMatchObject({ service: 'AmazonEBS', unit: 'GB-Mo', type, option: '-', resource: 'v' });
});
