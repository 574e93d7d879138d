import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fraction, multiply, reduce, whole } from '../../src/billing/money.ts';
import type { VolumeUse } from '../../src/billing/usage.ts';
import { accountBill, DEFAULT_RULES } from '../../src/billing/account-bill.ts';
import { JUNE_2026, accountTotal, juneBill, priced } from './builders.ts';

const TIERS = [
  { upTo: whole(32_000), price: fraction(65n, 1000n) },
  { upTo: whole(64_000), price: fraction(46n, 1000n) },
  { upTo: null, price: fraction(32n, 1000n) },
];
const BOOK = new Map([
  ...(priced({
    'ebs/r/gp3/gb': '0.08',
    'ebs/r/gp3/iops': '0.005',
    'ebs/r/gp3/mibps': '0.04',
    'ebs/r/io2/gb': '0.125',
    'ebs/r/standard/gb': '0.05',
    'ebs/r/standard/million-io': '0.05',
  }) as Map<string, ReturnType<typeof whole>>),
  ['ebs/r/io2/iops', TIERS] as const,
] as [string, ReturnType<typeof whole>][]);

function volume(rest: Partial<VolumeUse>): VolumeUse {
  return {
    id: 'v',
    region: 'r',
    zone: 'a',
    type: 'gp3',
    sizeGiB: 100,
    startMs: JUNE_2026,
    endMs: null,
    ...rest,
  };
}

test.each<{ name: string; one: VolumeUse; usd: string }>([
  // 8 + 15 + 5
  { name: '31: gp3 with IOPS and throughput', one: volume({ iops: 6000, throughputMiBps: 250 }), usd: '28' },
  // 125 + 2080 + 1472 + 192
  { name: '34: io2 in tiers', one: volume({ type: 'io2', sizeGiB: 1000, iops: 70_000 }), usd: '3869' },
])('billVolumes() of worked example $name, for a month', ({ one, usd }) => {
  expect(accountTotal({ volumes: [one] }, BOOK)).toBe(usd);
});

test('billVolumes() counts the requests of a magnetic volume when they happen', () => {
  const requests = [
    { atMs: JUNE_2026 - 1, count: 7_000_000 },
    { atMs: JUNE_2026, count: 2_000_000 },
  ];
  // 100 × 0.05 + 2 × 0.05
  expect(accountTotal({ volumes: [volume({ type: 'standard', requests })] }, BOOK)).toBe('5.1');
});

test('billVolumes() is linear in size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8000 }),
      fc.integer({ min: 0, max: 10 ** 9 }),
      (sizeGiB, lengthMs) => {
        const of = (size: number) =>
          juneBill({ volumes: [volume({ sizeGiB: size, endMs: JUNE_2026 + lengthMs })] }, BOOK).total;
        expect(of(2 * sizeGiB)).toEqual(reduce(multiply(of(sizeGiB), whole(2))));
      },
    ),
    { seed: 9, numRuns: 100 },
  );
});

test.each([1, 2, 3, 4])(
  'billVolumes() of a whole month is the list price: month %i of 2027 and leap February',
  (month) => {
    for (const year of [2027, 2028]) {
      const period = { startMs: Date.UTC(year, month - 1), endMs: Date.UTC(year, month) };
      const one = volume({ startMs: period.startMs });
      expect(accountBill({ volumes: [one] }, BOOK, { ...DEFAULT_RULES, period }).total).toEqual(whole(8));
    }
  },
);

test('billVolumes() refuses what EC2 would refuse', () => {
  expect(() => juneBill({ volumes: [volume({ sizeGiB: 0 })] }, BOOK)).toThrow('EC2 has no such volume');
});
