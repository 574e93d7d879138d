import { expect, test } from 'vitest';
import { isDistinct } from '../../../../src/schedulers/ecs/constraints/distinct-instance.ts';
import { createCluster } from '../../../support/cluster-builder.ts';

test('isDistinct() is false from the placement of a task of the group until it leaves', () => {
  const cluster = createCluster();
  const slot = cluster.join({ cpu: 10, memoryMiB: 10 });
  const web = cluster.taskClass({ group: 'web', cpu: 1 });
  const heavierWeb = cluster.taskClass({ group: 'web', cpu: 2 });
  const other = cluster.taskClass({ group: 'api', cpu: 1 });
  cluster.put(other, slot);
  expect(isDistinct(cluster.store, slot, web.groupId)).toBe(true);
  const task = cluster.put(heavierWeb, slot);
  expect(isDistinct(cluster.store, slot, web.groupId)).toBe(false);
  cluster.release(task);
  expect(isDistinct(cluster.store, slot, web.groupId)).toBe(true);
});
