import { expect, test } from 'vitest';
import { below, ScoreBlocks } from '../../../src/schedulers/kubernetes/score-blocks.ts';
import { createCluster } from '../../support/cluster-builder.ts';

/** 35 nodes, one block and a bit; the node list is that of the slots backwards. */
function createScene() {
  const cluster = createCluster();
  const slots = Array.from({ length: 35 }, () => cluster.join({ cpu: 1000, memoryMiB: 1024 }));
  const nodes = Int32Array.from(slots).reverse();
  const positionOf = nodes.map((_, slot) => nodes.indexOf(slot));
  const blocks = new ScoreBlocks();
  const ordered = { view: cluster.store, nodes, positionOf };
  const taskClass = cluster.taskClass({ cpu: 1 });
  const stale = new Int32Array(64);
  return {
    blocks,
    catchUp: () => blocks.catchUp(ordered),
    touch: (position: number) => cluster.put(taskClass, nodes[position]!),
    take: (from: number, until: number) => [
      ...stale.subarray(0, blocks.takeStale(from, until, stale)).map((slot) => positionOf[slot]!),
    ],
  };
}

test('ScoreBlocks know nothing at first, and every node is to be judged once', () => {
  const { blocks, catchUp, take } = createScene();
  catchUp();
  expect(take(0, 1)).toEqual(Array.from({ length: 32 }, (_, position) => position));
  expect(take(0, 2)).toEqual([32, 33, 34]);
  catchUp();
  expect(take(0, 2)).toEqual([]);
  expect([...blocks.passing.subarray(0, 2)]).toEqual([0, 0]);
});

test('ScoreBlocks tell who passes and who is best; only nodes that changed are judged again', () => {
  const { blocks, catchUp, touch, take } = createScene();
  catchUp();
  take(0, 2);
  blocks.enter(3, 50);
  blocks.enter(31, 70);
  blocks.enter(5, 70);
  blocks.enter(33, 10);
  expect([blocks.passing[0], blocks.bestAt[0], blocks.best[0]]).toEqual([
    (1 << 3) | (1 << 31) | (1 << 5),
    (1 << 31) | (1 << 5),
    70,
  ]);
  expect([blocks.passing[1], blocks.bestAt[1], blocks.best[1]]).toEqual([0b10, 0b10, 10]);
  touch(31);
  touch(31);
  catchUp();
  // Whatever it scores now, it is among the best no longer before it has been judged.
  expect(blocks.bestAt[0]).toBe(1 << 5);
  expect(take(0, 2)).toEqual([31]);
  blocks.enter(31, 60);
  expect([blocks.bestAt[0], blocks.best[0]]).toEqual([1 << 5, 70]);
});

test('ScoreBlocks settle who is best when those that were have left', () => {
  const { blocks, catchUp, touch, take } = createScene();
  catchUp();
  take(0, 2);
  blocks.enter(0, 40);
  blocks.enter(7, 90);
  blocks.enter(9, 40);
  touch(7);
  catchUp();
  take(0, 2);
  // 7 is refused now: 90 is too high, and nobody has it.
  expect([blocks.bestAt[0], blocks.best[0]]).toEqual([0, 90]);
  blocks.settle(0);
  expect([blocks.bestAt[0], blocks.best[0]]).toEqual([(1 << 0) | (1 << 9), 40]);
  blocks.settle(1);
  expect([blocks.bestAt[1], blocks.best[1]]).toEqual([0, -1]);
});

test('ScoreBlocks.verify() fails on a score that is not what the rules say, and on wrong sums', () => {
  const { blocks, catchUp, take } = createScene();
  catchUp();
  take(0, 2);
  blocks.enter(4, 12);
  const ask = (slot: number) => (slot === 30 ? 12 : -1);
  blocks.verify(ask);
  expect(() => blocks.verify(() => -1)).toThrow('a kept score');
  blocks.bestAt[0] = 0;
  expect(() => blocks.verify(ask)).toThrow('who is best');
  blocks.bestAt[0] = 1 << 4;
  blocks.best[0] = 11;
  expect(() => blocks.verify(ask)).toThrow('highest score');
});

test.each([
  [0, 0],
  [1, 1],
  [31, 2 ** 31 - 1],
  [32, 0],
  [35, 7],
])('below(%i) has the bits %i', (position, bits) => {
  expect(below(position)).toBe(bits);
});
