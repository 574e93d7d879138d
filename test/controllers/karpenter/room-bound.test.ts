import { expect, test } from 'vitest';
import type { NodeState } from '../../../src/controllers/karpenter/existing-node.ts';
import type { OfferedType } from '../../../src/controllers/karpenter/instance-types.ts';
import type { KarpenterPod } from '../../../src/controllers/karpenter/pod-demand.ts';
import { RoomBound } from '../../../src/controllers/karpenter/room-bound.ts';

const node = (free: number, isSettling = false) =>
  ({ available: [free], isSettling }) as unknown as NodeState;
const type = (size: number, price: number, available = true) =>
  ({ allocatable: [size], offerings: [{ price, available }] }) as unknown as OfferedType;
/** Pods of a class share their requests. */
const pods = (count: number, size: number) => {
  const requests = [size];
  return Array.from({ length: count }, () => ({ requests }) as unknown as KarpenterPod);
};

const FOUR = type(4, 10);
const EIGHT = type(8, 20);

test.each([
  // Two nodes of 3 hold one pod of 2 each; the third pod needs a new node of 4 for 10 < 20.
  {
    name: 'what is left on a cheaper node',
    free: [3, 3],
    moved: pods(3, 2),
    types: [FOUR, EIGHT],
    price: 20,
    answer: true,
  },
  // Three are left, 6 together: only 8 holds them, which costs as much as the node that goes.
  {
    name: 'no node as dear as the old one',
    free: [3, 3],
    moved: pods(5, 2),
    types: [FOUR, EIGHT],
    price: 20,
    answer: false,
  },
  // The same for a price of 21.
  {
    name: 'a dearer one for a dearer price',
    free: [3, 3],
    moved: pods(5, 2),
    types: [FOUR, EIGHT],
    price: 21,
    answer: true,
  },
  {
    name: 'nothing new where all find room',
    free: [8],
    moved: pods(4, 2),
    types: [],
    price: 0,
    answer: true,
  },
  {
    name: 'no type that is not to be had',
    free: [],
    moved: pods(1, 2),
    types: [type(4, 10, false)],
    price: 20,
    answer: false,
  },
  // Each class alone fits the node: the bound counts no further than that.
  {
    name: 'classes one by one',
    free: [4],
    moved: [...pods(2, 2), ...pods(4, 1)],
    types: [],
    price: 0,
    answer: true,
  },
])('mayHold() counts $name', ({ free, moved, types, price, answer }) => {
  const bound = new RoomBound(
    free.map((one) => node(one)),
    types,
  );
  expect(bound.mayHold(moved, [], price)).toBe(answer);
});

test('mayHold() counts no room of the nodes that go, and none of those that settle', () => {
  const [leaving, other] = [node(4), node(1)];
  const bound = new RoomBound([leaving, other, node(9, true)], []);
  expect(bound.mayHold(pods(2, 2), [], 0)).toBe(true);
  expect(bound.mayHold(pods(2, 2), [leaving], 0)).toBe(false);
});
