import { expect, test } from 'vitest';
import { evictionCost } from '../../../src/controllers/karpenter/node-pods.ts';

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
