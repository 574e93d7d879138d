import { expect, test } from 'vitest';
import { fraction, whole } from '../../src/billing/money.ts';
import type { PriceBook } from '../../src/billing/price-book.ts';
import type { Place, Transfer } from '../../src/billing/usage.ts';
import { DAY, GIB } from '../../src/units.ts';
import { JUNE_2026, accountTotal, priced } from './builders.ts';

const INTERNET = [
  { upTo: whole(10_240), price: fraction(9n, 100n) },
  { upTo: null, price: fraction(85n, 1000n) },
];
const PLAIN = priced({ 'transfer/r/az': '0.01', 'transfer/r/s': '0.02', 'transfer/s/az': '0.01' });
const BOOK: PriceBook = { get: (key) => (key.endsWith('/internet') ? INTERNET : PLAIN.get(key)) };
const A: Place = { region: 'r', zone: 'a' };
const B: Place = { region: 'r', zone: 'b' };
const FAR: Place = { region: 's', zone: 'a' };

function move(
  kind: Transfer['kind'],
  gib: number,
  from: Place,
  to: Place | null,
  day = 0,
  id = `${kind}/${day}`,
): Transfer {
  return { id, kind, from, to, bytes: gib * GIB, atMs: JUNE_2026 + day * DAY };
}

test.each<{ name: string; transfers: Transfer[]; free?: number; usd: string }>([
  // 10 + 10
  { name: '48: 1000 GB between zones', transfers: [move('private', 1000, A, B)], usd: '20' },
  // 921.60 + 149.60
  {
    name: '49: 12,000 GB to the internet',
    transfers: [move('internet-out', 12_000, A, null)],
    usd: '1071.2',
  },
  { name: 'nothing inside a zone', transfers: [move('private', 1000, A, A)], usd: '0' },
  {
    name: 'both directions by public address, even inside a zone',
    transfers: [move('public-ip', 1000, A, A)],
    usd: '20',
  },
  { name: 'the sender to another region', transfers: [move('private', 1000, A, FAR)], usd: '20' },
  { name: 'nothing behind an application balancer', transfers: [move('alb-target', 1000, A, B)], usd: '0' },
  { name: 'nothing that comes in', transfers: [move('internet-in', 1000, A, null)], usd: '0' },
  // 100 free GB leave 10,140 in the first tier: 10,140 × 0.09 + 1,760 × 0.085
  {
    name: 'the free amount first, and towards the tiers',
    transfers: [move('internet-out', 12_000, A, null)],
    free: 100,
    usd: '1062.2',
  },
  // May fills the first tier of May, not of June
  {
    name: 'tiers anew each month',
    transfers: [move('internet-out', 20_000, A, null, -1), move('internet-out', 100, A, null, 1)],
    usd: '9',
  },
])('billTransfers() charges $name', ({ transfers, free = 0, usd }) => {
  expect(accountTotal({ transfers }, BOOK, { internetFreeGb: whole(free) })).toBe(usd);
});

test('billTransfers() fills the tiers from the first of the month, though the bill begins later', () => {
  const period = { startMs: JUNE_2026 + 10 * DAY, endMs: JUNE_2026 + 30 * DAY };
  const transfers = [move('internet-out', 10_240, A, null, 1), move('internet-out', 100, A, null, 12)];
  expect(accountTotal({ transfers }, BOOK, { period })).toBe('8.5');
});
