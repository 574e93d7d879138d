import { expect, test } from 'vitest';
import {
  bySavings,
  type Candidate,
  type ClusterNode,
} from '../../../src/controllers/karpenter/candidates.ts';
import { disruptionCost } from '../../../src/controllers/karpenter/node-pods.ts';

test('the node that saves more for each pod that it disturbs goes first', () => {
  const node = (name: string, pods: number) =>
    ({
      state: { name },
      pods: Array.from({ length: pods }, () => ({ pod: { spec: {} }, reschedulable: true, evictionCost: 1 })),
    }) as unknown as ClusterNode;
  const candidate = (of: ClusterNode, price: number) =>
    ({ node: of, price, disruptionCost: disruptionCost(of) }) as unknown as Candidate;
  // 0.192 / (1 + 5) = 0.032, 0.096 / (1 + 1) = 0.048
  const five = candidate(node('five', 5), 0.192);
  const one = candidate(node('one', 1), 0.096);
  expect([five.disruptionCost, one.disruptionCost]).toEqual([6, 2]);
  expect(bySavings([five, one])).toEqual([one, five]);
});
