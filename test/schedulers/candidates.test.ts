import { describe, expect, test } from 'vitest';
import { Candidates, type ClassDemands, need } from '../../src/schedulers/candidates.ts';
import { extremeFree } from '../../src/schedulers/extreme-free.ts';
import { GroupCounts } from '../../src/schedulers/group-counts.ts';
import { NO_INSTANCE } from '../../src/schedulers/scheduler.ts';
import { createCluster, joinTable, type TestCluster } from '../support/cluster-builder.ts';

const POOL_X: ClassDemands['rule'] = {
  key: 'pool x',
  admits: (view, slot) => view.label(slot, 'pool') === 'x',
};

function clusterOf(): TestCluster {
  const cluster = createCluster({ hostPorts: [80] });
  joinTable(
    cluster,
    `
    name cpu memory pool
    i1   10  10     x
    i2   20  10     y
    i3   30  10     x`,
  );
  return cluster;
}

function candidatesWith(demands: ClassDemands): Candidates<ClassDemands> {
  return new Candidates(() => demands, new GroupCounts());
}

describe('Candidates', () => {
  test('list() keeps the ready instances that satisfy the rule, and follows them', () => {
    const cluster = clusterOf();
    const { store } = cluster;
    const taskClass = cluster.taskClass({ cpu: 1 });
    const candidates = candidatesWith({ rule: POOL_X, distinctInstance: false, question: null });
    const eligible = () => {
      candidates.prepare(store, taskClass);
      candidates.list(store);
      return [...candidates.eligible.subarray(0, candidates.eligibleCount)].map((slot) =>
        store.instanceName(slot),
      );
    };
    expect(eligible()).toEqual(['i1', 'i3']);
    cluster.drain(cluster.slot('i1'));
    expect(eligible()).toEqual(['i3']);
    cluster.leave(cluster.slot('i3'));
    cluster.join({ name: 'i4', cpu: 1, memoryMiB: 1, labels: { pool: 'x' } });
    expect(eligible()).toEqual(['i4']);
  });

  test('collect() finds room in every lane, port and device, and a second task of a distinct group finds none', () => {
    const cluster = clusterOf();
    const { store } = cluster;
    const collected = (spec: Parameters<TestCluster['taskClass']>[0], distinctInstance = false) => {
      const candidates = candidatesWith({ rule: null, distinctInstance, question: null });
      const taskClass = cluster.taskClass(spec);
      candidates.prepare(store, taskClass);
      const count = candidates.collect(store, taskClass);
      return [...candidates.found.subarray(0, count)].map((slot) => store.instanceName(slot));
    };
    expect(collected({ cpu: 20 })).toEqual(['i2', 'i3']);
    // one byte more than 10 MiB
    expect(collected({ memoryMiB: 10 + 2 ** -20 })).toEqual([]);
    expect(collected({ eni: 1 })).toEqual([]);
    cluster.put(cluster.taskClass({ hostPorts: [80] }), cluster.slot('i2'));
    expect(collected({ hostPorts: [80] })).toEqual(['i1', 'i3']);
    cluster.put(cluster.taskClass({ group: 'one' }), cluster.slot('i1'));
    expect(collected({ group: 'one' }, true)).toEqual(['i2', 'i3']);
    expect(collected({ group: 'two' }, true)).toEqual(['i1', 'i2', 'i3']);
  });

  test('the number of tasks on an instance is checked where a shape limits it', () => {
    const cluster = createCluster();
    const full = cluster.join({ cpu: 10, memoryMiB: 10, slots: 1 });
    const unlimited = cluster.join({ cpu: 10, memoryMiB: 10 });
    const taskClass = cluster.taskClass({ cpu: 1 });
    cluster.put(taskClass, full);
    const candidates = candidatesWith({ rule: null, distinctInstance: false, question: null });
    candidates.prepare(cluster.store, taskClass);
    expect(candidates.collect(cluster.store, taskClass)).toBe(1);
    expect(candidates.found[0]).toBe(unlimited);
  });

  test('prepare() starts afresh on another view, whose classes have the same numbers', () => {
    const candidates = new Candidates<ClassDemands>(
      ({ wishes }) => ({ rule: null, distinctInstance: wishes.distinctInstance, question: null }),
      new GroupCounts(),
    );
    const first = clusterOf();
    expect(
      candidates.prepare(first.store, first.taskClass({ distinctInstance: true })).distinctInstance,
    ).toBe(true);
    const second = clusterOf();
    expect(candidates.prepare(second.store, second.taskClass({})).distinctInstance).toBe(false);
  });

  test('need() of nothing is satisfied by nothing', () => {
    const cluster = createCluster();
    expect(need(cluster.taskClass({ cpu: 0 }), 0)).toBe(Number.NEGATIVE_INFINITY);
    expect(need(cluster.taskClass({ cpu: 7 }), 0)).toBe(7);
  });
});

describe('extremeFree()', () => {
  test.each([
    // free CPU 10, 20, 30
    { cpu: 5, lane: 0 as const, which: 'least' as const, chosen: 'i1' },
    { cpu: 11, lane: 0 as const, which: 'least' as const, chosen: 'i2' },
    { cpu: 5, lane: 0 as const, which: 'most' as const, chosen: 'i3' },
    // free memory is 10 everywhere: the lowest id with enough CPU
    { cpu: 15, lane: 1 as const, which: 'least' as const, chosen: 'i2' },
    { cpu: 15, lane: 1 as const, which: 'most' as const, chosen: 'i2' },
    { cpu: 31, lane: 0 as const, which: 'most' as const, chosen: 'none' },
  ])('$which free of lane $lane for $cpu CPU is $chosen', ({ cpu, lane, which, chosen }) => {
    const cluster = clusterOf();
    const taskClass = cluster.taskClass({ cpu });
    const candidates = candidatesWith({ rule: null, distinctInstance: false, question: null });
    candidates.prepare(cluster.store, taskClass);
    const slot = extremeFree(candidates, cluster.store, taskClass, lane, which);
    expect(slot === NO_INSTANCE ? 'none' : cluster.store.instanceName(slot)).toBe(chosen);
  });
});
