import { expect, test } from 'vitest';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import {
  AttributeVerdicts,
  FAILS,
  NodeVerdicts,
  PASSES,
  RecentlyUsed,
  STALE,
  UNKNOWN,
} from '../../../src/schedulers/kubernetes/verdict-cache.ts';
import { createCluster } from '../../support/cluster-builder.ts';

test('RecentlyUsed drops what was not asked for longest', () => {
  const made: number[] = [];
  const cache = new RecentlyUsed((key: number) => {
    made.push(key);
    return key * 10;
  });
  for (const key of [1, 2, 1, 3]) expect(cache.get(key, 2)).toBe(key * 10);
  // 2 gave way to 3.
  expect(cache.get(1, 2)).toBe(10);
  cache.get(2, 2);
  expect(made).toEqual([1, 2, 3, 2]);
});

test('NodeVerdicts know nothing at first, and forget what changed', () => {
  const cluster = createCluster({ resources: kubernetesResourceTable([]) });
  const taskClass = cluster.taskClass({ cpu: 100 });
  const slots = ['a', 'b', 'c', 'd'].map((name) => cluster.join({ cpu: 1000, memoryMiB: 1024, name }));
  const verdicts = new NodeVerdicts();
  const kept = () => slots.map((slot) => verdicts.scores[slot]);
  verdicts.catchUp(cluster.store);
  expect(kept()).toEqual([STALE, STALE, STALE, STALE]);
  slots.forEach((slot) => {
    verdicts.scores[slot] = 7;
  });
  cluster.put(taskClass, slots[2]!);
  verdicts.catchUp(cluster.store);
  expect(kept()).toEqual([7, 7, STALE, 7]);
  // More changes than slots: everything is asked for again.
  for (let i = 0; i < 5; i++) cluster.put(taskClass, slots[0]!);
  verdicts.catchUp(cluster.store);
  expect(kept()).toEqual([STALE, STALE, STALE, STALE]);
});

test('AttributeVerdicts forget nodes whose attributes changed, and only those', () => {
  const attributesVersion = Float64Array.of(1, 2, 3);
  const log = { view: { slotCount: 3 }, attributesVersion, attributeChanges: 3 };
  const attributes = new AttributeVerdicts(1);
  attributes.catchUp(log);
  for (const slot of [0, 1, 2]) attributes.learn(slot, attributesVersion[slot]!, slot !== 1);
  attributes.catchUp(log);
  expect([...attributes.verdicts.subarray(0, 3)]).toEqual([PASSES, FAILS, PASSES]);
  attributesVersion[1] = 9;
  attributes.catchUp({ ...log, attributeChanges: 4 });
  expect([...attributes.verdicts.subarray(0, 3)]).toEqual([PASSES, UNKNOWN, PASSES]);
});
