import { expect, test } from 'vitest';
import { costTree } from '../../src/billing/cost-tree.ts';
import { onDemandCharge } from '../../src/billing/ec2.ts';
import { fromE10 } from '../../src/billing/money.ts';
import { usd } from './builders.ts';

function use(pool: string, typeName: string, price: string, hours: number) {
  const visit = { id: 'i', pool, typeName, region: 'r', zone: 'r-a', price: fromE10(usd(price)) };
  return onDemandCharge(visit, hours * 3600);
}

test('costTree() sums every level, dearest first, equal by name, with quantities at the leaves', () => {
  const charges = [
    use('b', 'small', '0.1', 1),
    use('a', 'small', '0.1', 1),
    use('c', 'small', '0.1', 2),
    use('c', 'large', '0.4', 1),
    use('c', 'large', '0.4', 0.5),
  ];
  const tree = costTree(charges, ({ pool, type }) => [pool, type]);
  // 0.1 + 0.1 + 0.2 + 0.4 + 0.2 = 1
  expect(tree).toEqual({
    name: 'total',
    usd: 1,
    detail: '',
    children: [
      {
        name: 'c',
        usd: 0.8,
        detail: '',
        children: [
          { name: 'large', usd: 0.6, detail: '1.5 Hrs at 0.4', children: [] },
          { name: 'small', usd: 0.2, detail: '2 Hrs at 0.1', children: [] },
        ],
      },
      {
        name: 'a',
        usd: 0.1,
        detail: '',
        children: [{ name: 'small', usd: 0.1, detail: '1 Hrs at 0.1', children: [] }],
      },
      {
        name: 'b',
        usd: 0.1,
        detail: '',
        children: [{ name: 'small', usd: 0.1, detail: '1 Hrs at 0.1', children: [] }],
      },
    ],
  });
});

test('costTree() of no charges is a total of zero', () => {
  expect(costTree([], () => [])).toEqual({ name: 'total', usd: 0, detail: '', children: [] });
});
