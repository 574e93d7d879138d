import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CUTS, Ledger, type LineKey } from '../../src/billing/ledger.ts';
import { ZERO, add, fraction, fromE10, multiply, reduce, sum } from '../../src/billing/money.ts';

function key(rest: Partial<LineKey> = {}): LineKey {
  return {
    service: 'AmazonEC2',
    dimension: 'ec2:on-demand',
    region: 'us-east-1',
    az: 'us-east-1a',
    type: 'm5.large',
    option: 'od',
    unit: 'Hrs',
    price: fromE10(960_000_000n),
    ...rest,
  };
}

test('Ledger.lines() joins postings that agree in the key and keeps the rest apart', () => {
  const ledger = new Ledger();
  ledger.post(ledger.line(key()), 'i-1', 60, 3600);
  ledger.post(ledger.line(key()), 'i-2', 90, 3600);
  ledger.post(ledger.line(key({ price: fromE10(1_000_000_000n) })), 'i-1', 3600, 3600);
  // 1/60 + 1/40 = 1/24 h, × 0.096 = 0.004; and 1 h × 0.1
  expect(ledger.lines().map(({ quantity, amount, cents }) => ({ quantity, amount, cents }))).toEqual([
    { quantity: fraction(1n, 24n), amount: fraction(1n, 250n), cents: 0n },
    { quantity: fraction(1n), amount: fraction(1n, 10n), cents: 10n },
  ]);
});

test('Ledger.line() takes equal prices for one, however they are written', () => {
  const ledger = new Ledger();
  expect(ledger.line(key({ price: fraction(1n, 2n) }))).toBe(ledger.line(key({ price: fraction(5n, 10n) })));
});

test('Ledger.lines() are ordered by code unit of each field, prices by value', () => {
  const ledger = new Ledger();
  const keys: Partial<LineKey>[] = [
    { service: 'AmazonEKS' },
    { type: 'x-2' },
    { type: 'x-10' },
    { type: 'a', price: fraction(10n) },
    { type: 'a', price: fraction(9n) },
  ];
  for (const one of keys) ledger.post(ledger.line(key(one)), 'r', 1, 1);
  expect(ledger.lines().map(({ service, type, price }) => `${service} ${type} ${price.numerator}`)).toEqual([
    'AmazonEC2 a 9',
    'AmazonEC2 a 10',
    'AmazonEC2 x-10 12',
    'AmazonEC2 x-2 12',
    'AmazonEKS m5.large 12',
  ]);
});

test('Ledger.post() drops quantity 0 but keeps price 0', () => {
  const ledger = new Ledger();
  ledger.post(ledger.line(key()), 'i-1', 0, 3600);
  ledger.postExact(ledger.line(key()), 'i-1', ZERO);
  expect(ledger.lines()).toEqual([]);
  ledger.post(ledger.line(key({ price: ZERO })), 'i-1', 1, 3600);
  expect(ledger.lines()).toHaveLength(1);
});

test('Ledger.parts() groups by what the caller knows of resources', () => {
  const ledger = new Ledger();
  const line = ledger.line(key());
  ledger.post(line, 'i-1', 3600, 3600);
  ledger.post(line, 'i-2', 1800, 3600);
  ledger.post(line, 'i-3', 60, 3600);
  const parts = ledger.parts((resource) => (resource === 'i-2' ? 'spare' : 'general'));
  expect([...parts].map(([name, [part]]) => [name, part!.quantity])).toEqual([
    ['general', fraction(61n, 60n)],
    ['spare', fraction(1n, 2n)],
  ]);
});

const posting = fc.record({
  service: fc.constantFrom('AmazonEC2', 'AmazonEBS', 'AWSELB'),
  az: fc.constantFrom('a', 'b', '-'),
  resource: fc.constantFrom('i-1', 'i-2', 'vol-1'),
  price: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  units: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.bigInt({ min: 0n, max: 10n ** 30n })),
  per: fc.oneof(fc.constantFrom(1n, 3600n, 2_592_000n), fc.bigInt({ min: 1n, max: 10n ** 20n })),
});

test('Ledger totals of every cut are the plain sum of price times quantity, however large', () => {
  fc.assert(
    fc.property(fc.array(posting, { maxLength: 30 }), (postings) => {
      const ledger = new Ledger();
      let total = ZERO;
      for (const { service, az, resource, price, units, per } of postings) {
        const quantity = fraction(units, per);
        ledger.postExact(ledger.line(key({ service, az, price: fromE10(price) })), resource, quantity);
        total = add(total, multiply(fromE10(price), quantity));
      }
      expect(ledger.total()).toEqual(reduce(total));
      expect(reduce(sum(ledger.lines().map(({ amount }) => amount)))).toEqual(reduce(total));
      for (const cut of CUTS) expect(reduce(sum(ledger.totals(cut).values()))).toEqual(reduce(total));
      const parts = [...ledger.parts((resource) => resource).values()].flat();
      expect(reduce(sum(parts.map(({ amount }) => amount)))).toEqual(reduce(total));
    }),
    { seed: 11, numRuns: 200 },
  );
});
