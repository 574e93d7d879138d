import { expect, test } from 'vitest';
import { binpack } from '../../../../src/schedulers/ecs/strategies/binpack.ts';
import { GroupCounts } from '../../../../src/schedulers/group-counts.ts';
import { createCluster, joinTable } from '../../../support/cluster-builder.ts';

const cluster = createCluster();
joinTable(
  cluster,
  `
  name cpu  memory
  i1   2048 1000
  i2   1024 2000
  i3   2048 2000
  i4   1024 1000`,
);
// i1 has 2048 - 1024 = 1024 CPU units left: as much as i2 and i4
cluster.put(cluster.taskClass({ cpu: 1024 }), cluster.slot('i1'));

test.each([
  { field: 'cpu' as const, kept: ['i1', 'i2', 'i4'], keys: [1024, 1024, 2048, 1024] },
  {
    field: 'memory' as const,
    kept: ['i1', 'i4'],
    keys: [1000, 2000, 2000, 1000].map((memoryMiB) => memoryMiB * 2 ** 20),
  },
])('binpack($field) keeps the instances with least left, in their order', ({ field, kept, keys }) => {
  const { store } = cluster;
  const step = binpack(field);
  const candidates = Int32Array.of(...['i1', 'i2', 'i3', 'i4'].map(cluster.slot));
  expect(step.keys(store, [...candidates], 1)).toEqual(keys);
  const count = step.narrow(candidates, 4, store, 1, new GroupCounts());
  expect([...candidates.subarray(0, count)].map((slot) => store.instanceName(slot))).toEqual(kept);
});
