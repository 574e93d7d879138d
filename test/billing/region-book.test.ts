import { expect, test } from 'vitest';
import { fraction, reduce, whole } from '../../src/billing/money.ts';
import type { Money } from '../../src/billing/money.ts';
import { regionBook, withPlanRates } from '../../src/billing/region-book.ts';
import { M5_LARGE, PRICES, priced, usd } from './builders.ts';

test('regionBook() has types, volumes, services and the list, which goes first', () => {
  const list = new Map([
    ['lb/r/alb/hour', [{ upTo: null, priceE10: usd('0.05') }]],
    [
      'transfer/r/internet',
      [
        { upTo: 10, priceE10: usd('0.09') },
        { upTo: null, priceE10: usd('0.08') },
      ],
    ],
  ]);
  const book = regionBook('r', [M5_LARGE], { ...PRICES, list });
  const price = (key: string) => reduce(book.get(key) as Money);
  expect(price('ec2/r/m5.large/linux/default')).toEqual(fraction(12n, 125n));
  expect(price('ebs/r/gp3/gb')).toEqual(fraction(2n, 25n));
  expect(price('lb/r/alb/hour')).toEqual(fraction(1n, 20n));
  expect(price('lb/r/nlb/hour')).toEqual(fraction(9n, 400n));
  expect(book.get('transfer/r/internet')).toMatchObject([{ upTo: whole(10) }, { upTo: null }]);
  expect(book.get('nat/r/hour')).toBeUndefined();
});

test('withPlanRates() takes a share of the On-Demand price where no rate is listed', () => {
  const book = withPlanRates(
    priced({
      'ec2/r/m5.large/linux/default': '0.1',
      'sp-ec2/r/m5.large/linux/default': '0.05',
      'fargate/r/linux-x86/gb': '0.004',
    }),
    { ec2: fraction(6n, 10n), compute: fraction(3n, 4n) },
  );
  const rate = (key: string) => reduce(book.get(key) as Money);
  expect(rate('sp-ec2/r/m5.large/linux/default')).toEqual(fraction(1n, 20n));
  expect(rate('sp-compute/r/m5.large/linux/default')).toEqual(fraction(3n, 40n));
  expect(rate('sp-compute/fargate/r/linux-x86/gb')).toEqual(fraction(3n, 1000n));
  expect(book.get('sp-compute/r/c5.large/linux/default')).toBeUndefined();
});
