import { expect, test } from 'vitest';
import { KeptScores } from '../../../src/schedulers/kubernetes/kept-scores.ts';
import { createCluster, type TestCluster } from '../../support/cluster-builder.ts';

function clusterOf(nodes: number): TestCluster {
  const cluster = createCluster();
  for (let i = 0; i < nodes; i++) cluster.join({ cpu: 4096, memoryMiB: 4096 });
  return cluster;
}

test('fill() asks again only about nodes that changed, for each class on its own', () => {
  const { store, ...cluster } = clusterOf(3);
  const asked: string[] = [];
  const kept = new KeptScores((view, slot, { groupName }) => {
    asked.push(`${groupName}${slot}`);
    return view.taskCount[slot]! * 10 + slot;
  });
  const [a, b] = [cluster.taskClass({ group: 'a' }), cluster.taskClass({ group: 'b' })];
  const scores = new Float64Array(3);
  const fill = (taskClass: typeof a, slots: number[]) => {
    asked.length = 0;
    kept.fill(store, taskClass, Int32Array.from(slots), slots.length, scores);
    return { scores: [...scores.subarray(0, slots.length)], asked: [...asked] };
  };
  expect(fill(a, [0, 1, 2])).toEqual({ scores: [0, 1, 2], asked: ['a0', 'a1', 'a2'] });
  expect(fill(a, [2, 0])).toEqual({ scores: [2, 0], asked: [] });
  cluster.put(b, 1);
  expect(fill(a, [0, 1, 2])).toEqual({ scores: [0, 11, 2], asked: ['a1'] });
  expect(fill(b, [1])).toEqual({ scores: [11], asked: ['b1'] });
  cluster.join({ cpu: 4096, memoryMiB: 4096 });
  expect(fill(b, [3, 1])).toEqual({ scores: [3, 11], asked: ['b3'] });
});

test('fill() forgets everything when it is shown another cluster', () => {
  let asked = 0;
  const kept = new KeptScores(() => ++asked);
  const scores = new Float64Array(1);
  for (const expected of [1, 2]) {
    const cluster = clusterOf(1);
    const taskClass = cluster.taskClass({});
    for (let time = 0; time < 2; time++) {
      kept.fill(cluster.store, taskClass, Int32Array.of(0), 1, scores);
      expect(scores[0]).toBe(expected);
    }
  }
});
