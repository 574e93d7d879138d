import { expect, test } from 'vitest';
import type { NodeState } from '../../../src/controllers/karpenter/existing-node.ts';
import type { KarpenterPod } from '../../../src/controllers/karpenter/pod-demand.ts';
import { loadOf } from '../../../src/controllers/karpenter/pod-load.ts';
import { RoomBound } from '../../../src/controllers/karpenter/room-bound.ts';

const node = (free: number, isSettling = false) =>
  ({ available: [free], isSettling }) as unknown as NodeState;
const type = (size: number, price: number) => ({ room: [size], price });
/** Pods of a kind share their requests. */
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
    types: [type(4, Number.POSITIVE_INFINITY)],
    price: 20,
    answer: false,
  },
  // Each kind alone fits the node of 4, but together they are 2 * 2 + 4 * 1 = 8.
  {
    name: 'kinds together',
    free: [4],
    moved: [...pods(2, 2), ...pods(4, 1)],
    types: [],
    price: 0,
    answer: false,
  },
  // 3 * 3 + 2 = 11 of 3 * 3 + 5 * 1 = 14; but only the nodes of 3 have 2 and more, 9 together: 11 - 9 = 2 are left.
  {
    name: 'no nodes that are too small for any of them',
    free: [3, 3, 3, 1, 1, 1, 1, 1],
    moved: [...pods(3, 3), ...pods(1, 2)],
    types: [],
    price: 0,
    answer: false,
  },
  // Those 2 fit the new node of 4.
  {
    name: 'what is left of several kinds on a cheaper node',
    free: [3, 3, 3, 1, 1, 1, 1, 1],
    moved: [...pods(3, 3), ...pods(1, 2)],
    types: [FOUR],
    price: 20,
    answer: true,
  },
  // 4 + 4 on one node of 5: each kind alone leaves nothing, both leave 8 - 5 = 3.
  {
    name: 'what kinds leave together on a new node that is too small',
    free: [5],
    moved: [...pods(1, 4), ...pods(2, 2)],
    types: [type(2, 5)],
    price: 20,
    answer: false,
  },
])('mayHold() counts $name', ({ free, moved, types, price, answer }) => {
  const bound = new RoomBound(
    free.map((one) => node(one)),
    types,
    loadOf([]),
  );
  expect(bound.mayHold(loadOf([moved]), [], price)).toBe(answer);
});

test('mayHold() counts no room of the nodes that go, and none of those that settle', () => {
  const [leaving, other] = [node(4), node(1)];
  const bound = new RoomBound([leaving, other, node(9, true)], [], loadOf([]));
  expect(bound.mayHold(loadOf([pods(2, 2)]), [], 0)).toBe(true);
  expect(bound.mayHold(loadOf([pods(2, 2)]), [leaving], 0)).toBe(false);
});

test('mayHold() counts the pods of several lists together', () => {
  const kind = [2];
  const list = (count: number) =>
    Array.from({ length: count }, () => ({ requests: kind }) as unknown as KarpenterPod);
  // Five of 2 on nodes of 4 and 5: two on each, so that one is left.
  const bound = new RoomBound([node(4), node(5)], [], loadOf([]));
  expect(bound.mayHold(loadOf([list(2), list(2)]), [], 0)).toBe(true);
  expect(bound.mayHold(loadOf([list(2), list(3)]), [], 0)).toBe(false);
});

test('mayHold() leaves room to pods that move anyway, which may go to settling nodes too', () => {
  const kind = [2];
  const list = (count: number) =>
    Array.from({ length: count }, () => ({ requests: kind }) as unknown as KarpenterPod);
  const [three, two] = [loadOf([list(3)]), loadOf([list(2)])];
  const bound = (settling: number, leaving: number) =>
    new RoomBound([node(8), node(settling, true)], [], loadOf([list(leaving)]));
  // The settled node holds four; of two that move anyway the settling node takes one, so that three are left.
  expect(bound(2, 2).mayHold(three, [], 0)).toBe(true);
  expect(bound(0, 2).mayHold(three, [], 0)).toBe(false);
  expect(bound(0, 2).mayHold(two, [], 0)).toBe(true);
  // Room on a settling node that nobody on the way out takes is nobody's.
  expect(bound(8, 0).mayHold(loadOf([list(5)]), [], 0)).toBe(false);
});
