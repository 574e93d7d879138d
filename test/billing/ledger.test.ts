import { expect, test } from 'vitest';
import { type Charge, Ledger, amountOf } from '../../src/billing/ledger.ts';
import { Total, fraction, fromE10 } from '../../src/billing/money.ts';

function charge(rest: Partial<Charge> = {}): Charge {
  return {
    service: 'AmazonEC2',
    dimension: 'ec2:on-demand',
    region: 'us-east-1',
    az: 'us-east-1a',
    type: 'm5.large',
    option: 'od',
    unit: 'Hrs',
    price: fromE10(960_000_000n),
    quantity: fraction(1n),
    resource: 'i-1',
    pool: 'general',
    ...rest,
  };
}

test('Ledger.lines() joins charges that agree in the key and keeps the rest apart', () => {
  const ledger = new Ledger();
  ledger.post(charge({ quantity: fraction(1n, 60n) }));
  ledger.post(charge({ quantity: fraction(1n, 40n), resource: 'i-2', pool: 'other' }));
  ledger.post(charge({ price: fromE10(1_000_000_000n) }));
  // 1/60 + 1/40 = 1/24 h, × 0.096 = 0.004; and 1 h × 0.1
  expect(ledger.lines().map(({ quantity, amount, cents }) => ({ quantity, amount, cents }))).toEqual([
    { quantity: fraction(1n, 24n), amount: fraction(1n, 250n), cents: 0n },
    { quantity: fraction(1n), amount: fraction(1n, 10n), cents: 10n },
  ]);
});

test('Ledger.lines() are ordered by code unit of each field, prices by value', () => {
  const ledger = new Ledger();
  const keys: Partial<Charge>[] = [
    { service: 'AmazonEKS' },
    { type: 'x-2' },
    { type: 'x-10' },
    { type: 'a', price: fromE10(10n) },
    { type: 'a', price: fromE10(9n) },
  ];
  for (const key of keys) ledger.post(charge(key));
  expect(ledger.lines().map(({ service, type, price }) => `${service} ${type} ${price.numerator}`)).toEqual([
    'AmazonEC2 a 9',
    'AmazonEC2 a 1',
    'AmazonEC2 x-10 12',
    'AmazonEC2 x-2 12',
    'AmazonEKS m5.large 12',
  ]);
});

test('Ledger.post() drops quantity 0 but keeps price 0', () => {
  const ledger = new Ledger();
  ledger.post(charge({ quantity: fraction(0n, 3600n) }));
  ledger.post(charge({ price: fromE10(0n) }));
  expect(ledger.lines()).toHaveLength(1);
  expect(ledger.charges).toHaveLength(1);
});

test('Ledger.totals() of every cut sum to total()', () => {
  const ledger = new Ledger();
  ledger.post(charge({ quantity: fraction(1n, 7n) }));
  ledger.post(charge({ az: 'us-east-1b', resource: 'i-2', quantity: fraction(2n, 11n) }));
  ledger.post(
    charge({ service: 'AmazonEBS', type: 'gp3', option: '-', pool: '-', quantity: fraction(3n, 13n) }),
  );
  for (const cut of ['service', 'region', 'az', 'type', 'option', 'resource', 'pool'] as const) {
    const total = new Total();
    for (const amount of ledger.totals(cut).values()) total.add(amount);
    expect(total.value()).toEqual(ledger.total());
  }
  // 0.096 × (1/7 + 2/11) in us-east-1a and b
  expect([...ledger.totals('az').keys()]).toEqual(['us-east-1a', 'us-east-1b']);
});

test('amountOf() is price times quantity', () => {
  expect(amountOf(charge({ quantity: fraction(90n, 3600n) }))).toEqual({
    numerator: 960_000_000n * 90n,
    denominator: 3600n * 10n ** 10n,
  });
});
