import { expect, test } from 'vitest';
import type { EksCluster } from '../../src/billing/usage.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { JUNE_2026, accountTotal, juneBill, priced } from './builders.ts';

const BOOK = priced({ 'eks/r/standard': '0.10', 'eks/r/extended': '0.60' });
const eksSupport = new Map([
  ['1.30', { standardUntilMs: JUNE_2026 + DAY, extendedUntilMs: JUNE_2026 + 20 * DAY }],
  ['1.31', { standardUntilMs: JUNE_2026 + 400 * DAY, extendedUntilMs: JUNE_2026 + 800 * DAY }],
]);

function cluster(endMs: number, versions: readonly (readonly [number, string])[]): EksCluster {
  return {
    id: 'c',
    region: 'r',
    startMs: JUNE_2026,
    endMs: JUNE_2026 + endMs,
    versions: versions.map(([afterMs, version]) => ({ fromMs: JUNE_2026 + afterMs, version })),
  };
}

test.each([
  // 720 × 0.10
  { name: '37: 30 days in standard support', one: cluster(30 * DAY, [[0, '1.31']]), usd: '72' },
  // 24 × 0.10 + 24 × 0.60
  { name: 'two days, the second in extended support', one: cluster(2 * DAY, [[0, '1.30']]), usd: '16.8' },
  // 24 × 0.10 + 12 × 0.60 + 12 × 0.10
  {
    name: 'the same, upgraded at noon',
    one: cluster(2 * DAY, [
      [0, '1.30'],
      [1.5 * DAY, '1.31'],
    ]),
    usd: '10.8',
  },
  { name: 'half an hour, prorated', one: cluster(HOUR / 2, [[0, '1.31']]), usd: '0.05' },
] as const)('billEksClusters() of worked example or case $name', ({ one, usd }) => {
  expect(accountTotal({ eksClusters: [one] }, BOOK, { eksSupport })).toBe(usd);
});

test('billEksClusters() by started hours charges a broken one in full', () => {
  const half = cluster(HOUR / 2, [[0, '1.31']]);
  expect(accountTotal({ eksClusters: [half] }, BOOK, { eksSupport, eksHours: 'ceil' })).toBe('0.1');
});

test('billEksClusters() refuses a version that EKS would have upgraded by force, or does not know', () => {
  const bill = (one: EksCluster) => () => juneBill({ eksClusters: [one] }, BOOK, { eksSupport });
  expect(bill(cluster(21 * DAY, [[0, '1.30']]))).toThrow('past the end of extended support');
  expect(bill(cluster(DAY, [[0, '1.99']]))).toThrow('not known');
  expect(bill(cluster(DAY, [[1, '1.31']]))).toThrow('its times fall');
});
