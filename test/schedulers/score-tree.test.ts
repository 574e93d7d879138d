import { expect, test } from 'vitest';
import { ReadyOrder } from '../../src/schedulers/ready-order.ts';
import { ScoreTree } from '../../src/schedulers/score-tree.ts';
import { createCluster } from '../support/cluster-builder.ts';

test('best() is the highest score and the lowest id, through changes of every instance in turn', () => {
  const cluster = createCluster();
  const { store } = cluster;
  // Three levels: 300 scores, 19 maxima of 16, 2 of those, 1.
  const slots = Array.from({ length: 300 }, () => cluster.join({ cpu: 10, memoryMiB: 10 }));
  const scores = slots.map((_, n) => (n * 7) % 13);
  const order = new ReadyOrder();
  const tree = new ScoreTree(order, (slot) => scores[slot]!);
  const small = cluster.taskClass({ cpu: 1, memoryMiB: 1 });
  order.catchUp(store);
  tree.build(store);
  const expected = () => {
    const highest = Math.max(...scores);
    return highest === Number.NEGATIVE_INFINITY ? -1 : scores.indexOf(highest);
  };
  expect(tree.best()).toBe(expected());
  for (let step = 0; step < 900; step++) {
    const slot = (step * 101) % 300;
    scores[slot] = step < 600 ? (step * 31) % 17 : Number.NEGATIVE_INFINITY;
    cluster.release(cluster.put(small, slot));
    order.catchUp(store);
    expect(tree.lag(store)).toBe(2);
    tree.catchUp(store);
    tree.verify();
    expect(tree.best()).toBe(expected());
  }
  expect(tree.best()).toBe(-1);
  // An instance less: everything is built afresh.
  scores.fill(1);
  cluster.drain(slots[0]!);
  order.catchUp(store);
  tree.catchUp(store);
  expect(tree.best()).toBe(slots[1]);
});

test('verify() notices a score that was not followed', () => {
  const cluster = createCluster();
  cluster.join({ cpu: 10, memoryMiB: 10 });
  const order = new ReadyOrder();
  let score = 1;
  const tree = new ScoreTree(order, () => score);
  order.catchUp(cluster.store);
  tree.build(cluster.store);
  score = 2;
  expect(() => tree.verify()).toThrow('a kept score is not what its rule says');
});
