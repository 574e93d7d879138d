import { expect, test } from 'vitest';
import { dominantShare, jainIndex } from '../../src/experiment/fairness.ts';

test.each([
  { values: [1, 1, 1, 1, 0], index: 0.8 },
  // 100 / (4 × 30)
  { values: [1, 2, 3, 4], index: 0.8333333333 },
  { values: [5], index: 1 },
])('jainIndex() of $values is $index', ({ values, index }) => {
  expect(jainIndex(values)).toBeCloseTo(index, 9);
});

test('jainIndex() of nothing, or of nothing but zeros, is null', () => {
  expect([jainIndex([]), jainIndex([0, 0])]).toEqual([null, null]);
});

test('dominantShare() with progressive filling gives the allocation of the DRF paper', () => {
  // Tasks of <1 CPU, 4 GB> and <3 CPU, 1 GB> on <9 CPU, 18 GB>: three of the one, two of the other, share 2/3 each.
  const capacity = [9, 18];
  const users = [
    { demand: [1, 4], used: [0, 0], tasks: 0 },
    { demand: [3, 1], used: [0, 0], tasks: 0 },
  ];
  for (;;) {
    const free = capacity.map((amount, r) => amount - users.reduce((sum, { used }) => sum + used[r]!, 0));
    const poorest = [...users]
      .filter(({ demand }) => demand.every((amount, r) => amount <= free[r]!))
      .sort((a, b) => dominantShare(a.used, capacity) - dominantShare(b.used, capacity))[0];
    if (poorest === undefined) break;
    poorest.demand.forEach((amount, r) => {
      poorest.used[r]! += amount;
    });
    poorest.tasks += 1;
  }
  expect(users.map(({ tasks }) => tasks)).toEqual([3, 2]);
  for (const { used } of users) expect(dominantShare(used, capacity)).toBeCloseTo(2 / 3, 12);
});

test('dominantShare() leaves out resources that there are none of', () => {
  expect(dominantShare([1, 5], [4, 0])).toBe(0.25);
});
