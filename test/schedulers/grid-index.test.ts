import { describe, expect, test } from 'vitest';
import { LANE } from '../../src/model/resources.ts';
import { GridIndex } from '../../src/schedulers/grid-index.ts';
import { MOST_AMOUNTS } from '../../src/schedulers/room-grid.ts';
import { createCluster, type TestCluster } from '../support/cluster-builder.ts';

function clusterOf(instances: number): TestCluster {
  const cluster = createCluster();
  for (let n = 0; n < instances; n++) cluster.join({ cpu: 8 + (n % 3) * 4, memoryMiB: 32 });
  return cluster;
}

describe('GridIndex', () => {
  const needsOf = (cpuNeed: number, memoryNeed: number, cluster: TestCluster) => ({
    view: cluster.store,
    cpuNeed,
    memoryNeed,
    takes: null,
  });

  test('best() follows tasks and instances through the change log', () => {
    const cluster = clusterOf(3);
    const { store } = cluster;
    const index = new GridIndex('least', LANE.cpu, null);
    expect(index.lag(store)).toBe(Number.POSITIVE_INFINITY);
    index.build(store);
    const cpu = (n: number) => cluster.taskClass({ cpu: n }).requests[LANE.cpu]!;
    const query = index.queryFor(needsOf(cpu(4), 0, cluster));
    // 8, 12 and 16 free: the least of them.
    expect(index.best(query)).toBe(0);
    cluster.put(cluster.taskClass({ cpu: 6 }), 0);
    expect(index.lag(store)).toBe(1);
    expect(() => index.verify(store)).toThrow('a grid of instances is not what a scan finds');
    index.catchUp(store);
    index.verify(store);
    // 2, 12 and 16.
    expect(index.best(query)).toBe(1);
    cluster.drain(1);
    index.catchUp(store);
    index.verify(store);
    expect(index.best(query)).toBe(2);
    cluster.leave(2);
    cluster.join({ cpu: 4, memoryMiB: 32 });
    index.catchUp(store);
    index.verify(store);
    // The slot of the one that has gone, with another instance.
    expect(index.best(query)).toBe(2);
    expect(index.best(index.queryFor(needsOf(cpu(5), 0, cluster)))).toBe(-1);
  });

  test('isTooFine stays false while old amounts can be forgotten, and turns true when too many are there at once', () => {
    const cluster = createCluster();
    const instances = MOST_AMOUNTS + 1;
    for (let n = 0; n < instances; n++) cluster.join({ cpu: 1000, memoryMiB: 1000 });
    const index = new GridIndex('least', LANE.cpu, null);
    index.build(cluster.store);
    // One instance has 999, 998, ... free by turns: more amounts than there may be, but never two at once.
    for (let n = 1; n <= MOST_AMOUNTS + 10; n++) {
      const task = cluster.put(cluster.taskClass({ cpu: n }), 0);
      index.catchUp(cluster.store);
      cluster.release(task);
      index.catchUp(cluster.store);
      expect(index.isTooFine).toBe(false);
    }
    index.verify(cluster.store);
    for (let n = 1; n < instances; n++) cluster.put(cluster.taskClass({ cpu: n }), n);
    index.catchUp(cluster.store);
    expect(index.isTooFine).toBe(true);
  });
});
