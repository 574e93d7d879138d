import { expect, test } from 'vitest';
import { TASK_END } from '../../../src/model/cluster-view.ts';
import { LiveCluster } from '../../../src/schedulers/kubernetes/live-cluster.ts';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { NodeJudge } from '../../../src/schedulers/kubernetes/node-judge.ts';
import { createPluginSet } from '../../../src/schedulers/kubernetes/plugin-set.ts';
import { createResourceTable } from '../../../src/model/resources.ts';
import { rulesByScope } from '../../../src/schedulers/kubernetes/rules-by-scope.ts';
import { below, indexOf, ScoreBuckets } from '../../../src/schedulers/kubernetes/score-buckets.ts';
import { createCluster, type TaskSpec } from '../../support/cluster-builder.ts';
import { optionsOf } from '../../support/laws.ts';

/** 35 equal nodes, a word and a bit, and the buckets of a class; `calls` counts the nodes that rules were asked about. */
function createScene(spec: TaskSpec = {}) {
  const cluster = createCluster({ resources: createResourceTable({ cpuPerVcpu: 1000 }), hostPorts: [80] });
  const { store } = cluster;
  const [options] = optionsOf(kubernetesScheduler, {}).profiles;
  const taskClass = cluster.taskClass({ cpu: 100, memoryMiB: 100, slots: 1, groupKind: 'job', ...spec });
  for (let n = 0; n < 35; n++) cluster.join({ cpu: 1000, memoryMiB: 1000, slots: 5 });
  const live = new LiveCluster(store);
  live.sync();
  const judge = new NodeJudge(live, rulesByScope(createPluginSet(options!, store.resources)));
  const calls = { asked: 0 };
  const { askAll } = judge;
  judge.askAll = (pod, slots, count) => {
    calls.asked += count;
    return askAll.call(judge, pod, slots, count);
  };
  const pod = live.pods.pod(taskClass.id);
  judge.turnTo(pod);
  const buckets = new ScoreBuckets(live, judge, pod, 200);
  const catchUp = () => {
    live.sync();
    judge.turnTo(pod);
    calls.asked = 0;
    buckets.catchUp();
  };
  const refresh = () => [0, 1].forEach((word) => void buckets.refresh(word, -1));
  catchUp();
  refresh();
  return { cluster, store, live, taskClass, buckets, catchUp, refresh, calls };
}

/** Positions of the nodes that have the score. */
function nodesWith({ buckets, bits }: ScoreBuckets, score: number): number[] {
  const row = buckets[score * 2]!;
  return Array.from({ length: 35 }, (_, position) => position).filter(
    (position) => (bits[row + (position >> 5)]! & (1 << position)) !== 0,
  );
}

test('ScoreBuckets ask once about each node, and have all that pass in the bucket of their score', () => {
  const { buckets, refresh, calls } = createScene();
  // LeastAllocated: (900 + 900) / 1000 * 100 / 2 = 90; the balance stays as it is: 75.
  expect(buckets.highest()).toBe(165);
  expect(nodesWith(buckets, 165)).toHaveLength(35);
  expect([...buckets.passing.subarray(0, 2)]).toEqual([-1, 0b111]);
  expect(buckets.nextBelow(165)).toBeLessThan(0);
  calls.asked = 0;
  refresh();
  expect(calls.asked).toBe(0);
});

test('ScoreBuckets move nodes by what is known of their new state, and ask about a state once', () => {
  const { cluster, store, taskClass, buckets, catchUp, refresh, calls } = createScene();
  const tasks = [3, 34, 7].map((slot) => cluster.put(taskClass, slot));
  catchUp();
  // Nobody has met a node with one such pod: they are in no bucket before they have been asked about.
  expect([...buckets.stale.subarray(0, 2)]).toEqual([(1 << 3) | (1 << 7), 1 << 2]);
  expect(nodesWith(buckets, 165)).toHaveLength(32);
  refresh();
  // Those of one word are asked about together; then the state is known.
  expect(calls.asked).toBe(2);
  // (800 + 800) / 1000 * 100 / 2 = 80, and 75.
  expect([buckets.highest(), buckets.nextBelow(165)]).toEqual([165, 155]);
  expect(nodesWith(buckets, 155)).toEqual([3, 7, 34]);
  store.endTask(tasks[0]!, TASK_END.succeeded, 0);
  cluster.put(taskClass, 12);
  catchUp();
  expect(calls.asked).toBe(0);
  expect([...buckets.stale.subarray(0, 2)]).toEqual([0, 0]);
  expect(nodesWith(buckets, 155)).toEqual([7, 12, 34]);
  expect(nodesWith(buckets, 165)).toContain(3);
  buckets.verify();
});

test('ScoreBuckets take full nodes out, and the highest score falls when the last one that has it does', () => {
  const { cluster, store, taskClass, buckets, catchUp, refresh } = createScene();
  for (let slot = 1; slot < 35; slot++) for (let n = 0; n < 5; n++) cluster.put(taskClass, slot);
  catchUp();
  refresh();
  expect([...buckets.passing.subarray(0, 2)]).toEqual([1, 0]);
  cluster.put(taskClass, 0);
  catchUp();
  refresh();
  expect(buckets.highest()).toBe(155);
  store.endTask(store.firstTask[20]!, TASK_END.succeeded, 0);
  catchUp();
  refresh();
  // Four of five: (500 + 500) / 1000 * 100 / 2 = 50 with this one, and 75.
  expect(nodesWith(buckets, 125)).toEqual([20]);
  buckets.verify();
});

test('ScoreBuckets of a pod whose rules look at more than the state ask about each node that changed', () => {
  const { cluster, store, taskClass, buckets, catchUp, refresh, calls } = createScene({ hostPorts: [80] });
  const task = cluster.put(taskClass, 3);
  catchUp();
  refresh();
  expect(calls.asked).toBe(1);
  expect(nodesWith(buckets, 165)).not.toContain(3);
  store.endTask(task, TASK_END.succeeded, 0);
  catchUp();
  refresh();
  expect(calls.asked).toBe(1);
  expect(nodesWith(buckets, 165)).toContain(3);
  // Another node list: what is known of a slot still is.
  cluster.join({ cpu: 1000, memoryMiB: 1000, slots: 5 });
  catchUp();
  refresh();
  expect(calls.asked).toBe(1);
  buckets.verify();
});

test('ScoreBuckets start afresh after more changes than there are instances, and after a change of the list', () => {
  const { cluster, live, store, taskClass, buckets, catchUp, refresh } = createScene();
  for (let n = 0; n < 40; n++) store.endTask(cluster.put(taskClass, 1), TASK_END.succeeded, 0);
  cluster.put(taskClass, 2);
  catchUp();
  refresh();
  buckets.verify();
  expect(nodesWith(buckets, 155)).toEqual([2]);
  cluster.leave(0);
  catchUp();
  refresh();
  buckets.verify();
  expect(live.nodeCount).toBe(34);
  expect(nodesWith(buckets, 155)).toEqual([1]);
  // The slot gets another instance, which is not yet known.
  cluster.join({ cpu: 1000, memoryMiB: 1000, slots: 1 });
  catchUp();
  refresh();
  buckets.verify();
});

test('ScoreBuckets.verify() fails on a node in a wrong bucket, in two, or in none', () => {
  const { cluster, taskClass, buckets, catchUp, refresh } = createScene();
  cluster.put(taskClass, 4);
  catchUp();
  refresh();
  buckets.verify();
  const row = buckets.buckets[155 * 2]!;
  buckets.bits[row]! |= 1 << 9;
  expect(() => buckets.verify()).toThrow('in two buckets');
  buckets.bits[row] = 0;
  expect(() => buckets.verify()).toThrow('not in its bucket');
  buckets.bits[row] = 1 << 4;
  buckets.passing[0]! ^= 1 << 9;
  expect(() => buckets.verify()).toThrow('which nodes pass');
  buckets.passing[0]! ^= 1 << 9;
  buckets.buckets[155 * 2 + 1]! += 1;
  expect(() => buckets.verify()).toThrow('counts more nodes');
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

test('indexOf() numbers bits from the lowest', () => {
  expect([1, 2, 1 << 30, 1 << 31].map(indexOf)).toEqual([0, 1, 30, 31]);
});
