import { expect, test } from 'vitest';
import { spreadAttribute, spreadInstances } from '../../../../src/schedulers/ecs/strategies/spread.ts';
import type { KeyedStep } from '../../../../src/schedulers/ecs/strategies/step.ts';
import { GroupCounts } from '../../../../src/schedulers/group-counts.ts';
import { createCluster, joinTable } from '../../../support/cluster-builder.ts';

const cluster = createCluster();
joinTable(
  cluster,
  `
  name zone cpu memory rack
  i1   a    99  99     r1
  i2   a    99  99     r2
  i3   b    99  99     -
  i4   c    99  99     r1`,
);
const web = cluster.taskClass({ group: 'web', cpu: 1 });
for (const name of ['i1', 'i3', 'i3', 'i4']) cluster.put(web, cluster.slot(name));
cluster.put(cluster.taskClass({ group: 'api', cpu: 1 }), cluster.slot('i2'));

function kept(step: KeyedStep, names: readonly string[]): string[] {
  const { store } = cluster;
  const counts = new GroupCounts('ecs.availability-zone');
  counts.catchUp(store);
  const candidates = Int32Array.of(...names.map(cluster.slot));
  const count = step.narrow(candidates, candidates.length, store, web.groupId, counts);
  return [...candidates.subarray(0, count)].map((slot) => store.instanceName(slot));
}

const ALL = ['i1', 'i2', 'i3', 'i4'];
test.each<{ name: string; step: KeyedStep; from: string[]; keys: number[]; to: string[] }>([
  // web tasks per instance: the one of api does not count
  { name: 'instances', step: spreadInstances, from: ALL, keys: [1, 0, 2, 1], to: ['i2'] },
  // zones: a 1 + 0, b 2, c 1
  {
    name: 'zones',
    step: spreadAttribute('ecs.availability-zone'),
    from: ALL,
    keys: [1, 1, 2, 1],
    to: ['i1', 'i2', 'i4'],
  },
  // the zone of i1 counts whole although i1 is no candidate
  {
    name: 'zones, some candidates',
    step: spreadAttribute('ecs.availability-zone'),
    from: ['i2', 'i3'],
    keys: [1, 2],
    to: ['i2'],
  },
  // racks: r1 1 + 1, r2 0, none 2
  { name: 'racks', step: spreadAttribute('rack'), from: ALL, keys: [2, 0, 2, 2], to: ['i2'] },
  // nobody has the attribute: one group of 4 tasks
  { name: 'an unknown attribute', step: spreadAttribute('nowhere'), from: ALL, keys: [4, 4, 4, 4], to: ALL },
])('spread over $name keeps the values with fewest tasks of the group', ({ step, from, keys, to }) => {
  expect(step.keys(cluster.store, from.map(cluster.slot), web.groupId)).toEqual(keys);
  expect(kept(step, from)).toEqual(to);
});
