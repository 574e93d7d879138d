import { expect, test } from 'vitest';
import { costTree } from '../../src/billing/cost-tree.ts';
import { onDemandLine } from '../../src/billing/instances.ts';
import { Ledger } from '../../src/billing/ledger.ts';
import { fromE10 } from '../../src/billing/money.ts';
import { usd } from './builders.ts';

test('costTree() sums every level, dearest first, equal by name, with quantities at the leaves', () => {
  const ledger = new Ledger();
  const use = (pool: string, type: string, price: string, seconds: number) => {
    const line = onDemandLine({ region: 'r', zone: 'r-a', type }, fromE10(usd(price)));
    ledger.post(ledger.line(line), pool, seconds, 3600);
  };
  use('b', 'small', '0.1', 3600);
  use('a', 'small', '0.1', 3600);
  use('c', 'small', '0.1', 7200);
  use('c', 'large', '0.4', 3600);
  use('c', 'large', '0.4', 1800);
  const tree = costTree(ledger, ({ type }, resource) => [resource, type]);
  // 0.1 + 0.1 + 0.2 + 0.4 + 0.2 = 1
  const leaf = (name: string, dollars: number, detail: string) => ({
    name,
    usd: dollars,
    detail,
    children: [],
  });
  expect(tree).toEqual({
    name: 'total',
    usd: 1,
    detail: '',
    children: [
      {
        name: 'c',
        usd: 0.8,
        detail: '',
        children: [leaf('large', 0.6, '1.5 Hrs at 0.4'), leaf('small', 0.2, '2 Hrs at 0.1')],
      },
      { name: 'a', usd: 0.1, detail: '', children: [leaf('small', 0.1, '1 Hrs at 0.1')] },
      { name: 'b', usd: 0.1, detail: '', children: [leaf('small', 0.1, '1 Hrs at 0.1')] },
    ],
  });
});

test('costTree() of an empty ledger is a total of zero', () => {
  expect(costTree(new Ledger(), () => [])).toEqual({ name: 'total', usd: 0, detail: '', children: [] });
});
