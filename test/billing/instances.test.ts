import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Money, ZERO, compare } from '../../src/billing/money.ts';
import type { BillRules, InstanceUse, Platform, SpotPriceSeries } from '../../src/billing/usage.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';
import { JUNE_2026, accountTotal, juneBill, priced } from './builders.ts';

const BOOK = priced({
  'ec2/r/m4.large/linux/default': '0.10',
  'ec2/r/m4.large/suse/default': '0.20',
  'ec2/r/mac1.metal/linux/default': '1',
});

function host(lengthsMs: readonly number[], rest: Partial<InstanceUse> = {}): InstanceUse {
  const visits = lengthsMs.map((lengthMs, index) => {
    const startMs = JUNE_2026 + index * 3 * DAY;
    return { startMs, endMs: startMs + lengthMs, endedBy: 'user' as const };
  });
  const kind = { id: 'i', type: 'm4.large', platform: 'linux', tenancy: 'default' } as const;
  return { ...kind, region: 'r', zone: 'a', option: 'od', visits, ...rest };
}

describe('billInstances() On-Demand', () => {
  test.each<{ name: string; use: InstanceUse; rules?: Partial<BillRules>; usd: string }>([
    { name: '7: 10 min in the hourly era', use: host([10 * MINUTE]), rules: { era: 'hourly' }, usd: '0.1' },
    { name: '7: 61 min in the hourly era', use: host([61 * MINUTE]), rules: { era: 'hourly' }, usd: '0.2' },
    {
      name: '7: three starts in the hourly era',
      use: host([5 * MINUTE, 5 * MINUTE, 5 * MINUTE]),
      rules: { era: 'hourly' },
      usd: '0.3',
    },
    { name: '10: SUSE for 61 min', use: host([61 * MINUTE], { platform: 'suse' }), usd: '0.4' },
    {
      name: 'a mac for a minute is a day, in every era',
      use: host([MINUTE], { type: 'mac1.metal' }),
      rules: { era: 'hourly' },
      usd: '24',
    },
  ])('of worked example $name', ({ use, rules, usd }) => {
    expect(accountTotal({ instances: [use] }, BOOK, rules)).toBe(usd);
  });

  const total = (
    lengths: number[],
    rest: Partial<InstanceUse> = {},
    era: BillRules['era'] = 'per-second',
  ): Money => juneBill({ instances: [host(lengths, rest)] }, BOOK, { era }).total;
  const length = fc.integer({ min: 0, max: 2 * DAY });
  const platform = fc.constantFrom<Platform>('linux', 'suse');

  test('never falls with run time, nor by splitting; the second is never dearer than the hour', () => {
    fc.assert(
      fc.property(length, length, platform, (one, two, os) => {
        const rest = { platform: os };
        expect(compare(total([one + two], rest), total([one], rest))).toBeGreaterThanOrEqual(0);
        expect(compare(total([one, two], rest), total([one + two], rest))).toBeGreaterThanOrEqual(0);
        const hourly = total([one], rest, 'hourly');
        expect(compare(total([one], rest), hourly)).toBeLessThanOrEqual(0);
        const isWhole = one > 0 && one % HOUR === 0;
        if (os === 'linux')
          expect(compare(total([one], rest), hourly) === 0).toBe(
            isWhole || (one > 0 && Math.ceil(one / 1000) % 3600 === 0),
          );
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});

describe('billInstances() Spot', () => {
  const series = (points: readonly (readonly [number, string])[]): SpotPriceSeries => ({
    region: 'r',
    zone: 'a',
    type: 'm4.large',
    platform: 'linux',
    points: points.map(([afterMs, price]) => ({
      atMs: JUNE_2026 + afterMs,
      price: priced({ p: price }).get('p') as Money,
    })),
  });
  const spot = (endMs: number, endedBy: 'user' | 'aws'): InstanceUse =>
    host([], { option: 'spot', visits: [{ startMs: JUNE_2026, endMs: JUNE_2026 + endMs, endedBy }] });
  const flat = series([[0, '0.0349']]);
  const rising = series([
    [0, '0.030'],
    [30 * MINUTE, '0.036'],
  ]);
  const cheap = series([[0, '0.03']]);

  test.each<{
    name: string;
    use: InstanceUse;
    prices: SpotPriceSeries;
    rules?: Partial<BillRules>;
    usd: string;
  }>([
    { name: '11: the user ends it at 1800 s', use: spot(1_800_000, 'user'), prices: flat, usd: '0.01745' },
    { name: '12: AWS ends it at 3599 s', use: spot(3_599_000, 'aws'), prices: flat, usd: '0' },
    { name: '13: AWS ends it at 5400 s', use: spot(5_400_000, 'aws'), prices: flat, usd: '0.05235' },
    { name: '14: integrated', use: spot(HOUR, 'user'), prices: rising, usd: '0.033' },
    {
      name: '14: latched',
      use: spot(HOUR, 'user'),
      prices: rising,
      rules: { spotPrice: 'hour-latched' },
      usd: '0.03',
    },
    {
      name: '15: hourly era, AWS ends it after 1 h 50 min',
      use: spot(110 * MINUTE, 'aws'),
      prices: cheap,
      rules: { era: 'hourly' },
      usd: '0.03',
    },
    {
      name: '15: hourly era, the user does',
      use: spot(110 * MINUTE, 'user'),
      prices: cheap,
      rules: { era: 'hourly' },
      usd: '0.06',
    },
  ])('of worked example $name', ({ use, prices, rules, usd }) => {
    expect(accountTotal({ instances: [use], spotPrices: [prices] }, BOOK, rules)).toBe(usd);
  });

  test('interrupted at 3600 s is no longer inside the first hour', () => {
    expect(accountTotal({ instances: [spot(HOUR, 'aws')], spotPrices: [flat] }, BOOK)).toBe('0.0349');
  });

  test('of a pool without prices is a problem, not free', () => {
    expect(() => juneBill({ instances: [spot(HOUR, 'user')] }, BOOK)).toThrow('no price is known');
    const late = series([[1, '0.03']]);
    expect(() => juneBill({ instances: [spot(HOUR, 'user')], spotPrices: [late] }, BOOK)).toThrow(
      'no price is known',
    );
  });

  test('costs nothing but what it ran when it never ran', () => {
    expect(juneBill({ instances: [host([], { option: 'spot' })] }, BOOK).total).toEqual(ZERO);
  });
});
