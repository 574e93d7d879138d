import { expect, test } from 'vitest';
import {
  bySavings,
  type Candidate,
  type ClusterNode,
  disruptionCost,
  evictionCost,
} from '../../../src/controllers/karpenter/candidates.ts';

test.each([
  { deletion: 0, priority: 0, cost: 1 },
  // 1 + 2147483647 / 2^27 = 17, cut to 10
  { deletion: 2_147_483_647, priority: 0, cost: 10 },
  { deletion: -2_147_483_647, priority: 0, cost: -10 },
  // 1 + 1000000 / 2^25 = 1.0298
  { deletion: 0, priority: 1_000_000, cost: 1.0298 },
])(
  'evictionCost() of deletion cost $deletion and priority $priority is $cost',
  ({ deletion, priority, cost }) => {
    expect(evictionCost(deletion, priority)).toBeCloseTo(cost, 4);
  },
);

test('the node that saves more for each pod that it disturbs goes first', () => {
  const node = (name: string, pods: number) =>
    ({
      state: { name },
      pods: Array.from({ length: pods }, () => ({ reschedulable: true, evictionCost: 1 })),
    }) as unknown as ClusterNode;
  const candidate = (of: ClusterNode, price: number) =>
    ({ node: of, price, disruptionCost: disruptionCost(of) }) as unknown as Candidate;
  // 0.192 / (1 + 5) = 0.032, 0.096 / (1 + 1) = 0.048
  const five = candidate(node('five', 5), 0.192);
  const one = candidate(node('one', 1), 0.096);
  expect([five.disruptionCost, one.disruptionCost]).toEqual([6, 2]);
  expect(bySavings([five, one])).toEqual([one, five]);
});
