import { expect, test } from 'vitest';
import { priceBook } from '../../src/billing/bill-prices.ts';
import { fromE10 } from '../../src/billing/money.ts';
import { HOUR, PRICES, billInput, instance, usd } from './builders.ts';

test('priceBook() finds what is needed and asks for nothing else', () => {
  const { eksClusterE10PerHour: _, ...rest } = PRICES.services;
  const input = billInput({
    instances: [instance('a', 0, HOUR), instance('b', 0, HOUR)],
    loadBalancers: [{ name: 'lb', kind: 'network', fromMs: 0, toMs: HOUR }],
    prices: {
      ebs: { gp3: PRICES.ebs.gp3! },
      services: {
        eksClusterE10PerHour: null,
        loadBalancerE10PerHour: { ...rest.loadBalancerE10PerHour, classic: null },
      },
    },
  });
  const book = priceBook(input);
  expect(book.instance.get('m5.large')).toEqual(fromE10(usd('0.096')));
  expect([...book.loadBalancer]).toEqual([['network', fromE10(usd('0.0225'))]]);
  expect(book.cluster).toBeNull();
  expect([...book.volume.values()].map((parts) => parts.map(({ units }) => units))).toEqual([[30]]);
});

test('priceBook() knows free types from missing ones', () => {
  const type = { ...billInput().types[0]!, priceE10PerHour: 0n };
  const book = priceBook(billInput({ types: [type], instances: [instance('a', 0, HOUR)] }));
  expect(book.instance.get('m5.large')!.numerator).toBe(0n);
});
