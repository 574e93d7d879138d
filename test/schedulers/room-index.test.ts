import { describe, expect, test } from 'vitest';
import { CHANGE } from '../../src/model/change-log.ts';
import type { RandomDraws } from '../../src/schedulers/scheduler.ts';
import { GroupCounts } from '../../src/schedulers/group-counts.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { RoomIndex, specKey } from '../../src/schedulers/room-index.ts';
import { createCluster, type TestCluster } from '../support/cluster-builder.ts';
import { createDraws } from '../support/draws.ts';
import { optionsOf } from '../support/laws.ts';

const ZONE = 'ecs.availability-zone';
const SPREAD_ZONE = { type: 'spread', field: `attribute:${ZONE}` };

/** Instances of three zones and three sizes; enough that indexes pay. */
function largeCluster(instances: number): TestCluster {
  const cluster = createCluster({ zoneLabel: ZONE, hostPorts: [80] });
  for (let n = 0; n < instances; n++) {
    const zone = ['a', 'b', 'c'][n % 3]!;
    cluster.join({ cpu: 8 + (n % 3) * 4, memoryMiB: 32, zone, labels: n % 4 === 0 ? { pool: 'x' } : {} });
  }
  return cluster;
}

describe('schedulers whose questions have earned an index', () => {
  test.each([
    { name: 'first-fit', options: null },
    { name: 'best-fit', options: null },
    { name: 'worst-fit', options: { resource: 'memory' } },
    { name: 'random', options: null },
    { name: 'dot-product', options: null },
    { name: 'ecs', options: { placementStrategy: [{ type: 'binpack', field: 'memory' }] } },
    { name: 'ecs', options: { placementStrategy: [SPREAD_ZONE, { type: 'binpack', field: 'cpu' }] } },
    { name: 'ecs', options: { placementStrategy: [SPREAD_ZONE, { type: 'spread', field: 'instanceId' }] } },
    { name: 'ecs', options: { placementStrategy: [SPREAD_ZONE] } },
    { name: 'ecs', options: { placementStrategy: [{ type: 'random' }] } },
  ])('$name with $options decides what explain says, while tasks and instances come and go', (one) => {
    const definition = findScheduler(one.name)!;
    const scheduler = definition.create(optionsOf(definition, one.options));
    const cluster = largeCluster(90);
    const { store } = cluster;
    const classes = [
      cluster.taskClass({ group: 'web', cpu: 1, memoryMiB: 2 }),
      cluster.taskClass({ group: 'web', cpu: 3, memoryMiB: 1 }),
      cluster.taskClass({ group: 'apart', cpu: 1, memoryMiB: 1, distinctInstance: true }),
      cluster.taskClass({ group: 'pool', cpu: 2, memoryMiB: 6, where: { pool: 'x' } }),
      cluster.taskClass({ group: 'port', cpu: 1, memoryMiB: 1, hostPorts: [80] }),
    ];
    const draws = createDraws(7);
    const choices = createDraws(8);
    let tasks: number[] = [];
    for (let step = 0; step < 500; step++) {
      const task = cluster.submit(classes[step % classes.length]!);
      const input = { view: store, task, random: draws as RandomDraws, nowMs: 0 };
      // One in five is explained: that takes as long as all the rest.
      const expected = step % 5 === 0 ? scheduler.explain(input).chosen : undefined;
      const slot = scheduler.decide(input);
      if (expected !== undefined) expect(slot).toBe(expected);
      if (slot < 0) cluster.release(task);
      else {
        store.place(task, slot, 0);
        tasks.push(task);
      }
      while (tasks.length > 150) {
        const leaving = tasks[Math.floor(choices.double() * tasks.length)]!;
        tasks = tasks.filter((other) => other !== leaving);
        cluster.release(leaving);
      }
      if (step % 60 === 59) {
        const gone = Math.floor(choices.double() * 90);
        tasks = tasks.filter((other) => store.taskInstance[other] !== gone);
        cluster.leave(gone);
        cluster.join({ cpu: 16, memoryMiB: 64, zone: 'b' });
      }
    }
  });
});

describe('RoomIndex', () => {
  const spec = { rule: null, key: { by: 'least-free', lane: 0 }, attribute: null, groupId: 0 } as const;

  test('lag() counts what it has not seen, and is infinite before it is built and for another view', () => {
    const cluster = largeCluster(3);
    const index = new RoomIndex(spec, new GroupCounts(ZONE));
    expect(index.lag(cluster.store)).toBe(Number.POSITIVE_INFINITY);
    index.build(cluster.store);
    expect(index.lag(cluster.store)).toBe(0);
    cluster.put(cluster.taskClass({ cpu: 1 }), 0);
    expect(cluster.store.changes.kindAt(cluster.store.changes.version - 1)).toBe(CHANGE.taskAdded);
    expect(index.lag(cluster.store)).toBe(1);
    expect(index.lag(largeCluster(3).store)).toBe(Number.POSITIVE_INFINITY);
  });

  test('verify() notices a change that was not followed', () => {
    const cluster = largeCluster(3);
    const index = new RoomIndex(spec, new GroupCounts(ZONE));
    index.build(cluster.store);
    cluster.put(cluster.taskClass({ cpu: 1 }), 0);
    expect(() => index.verify(cluster.store)).toThrow('an instance has other room than is known');
    index.catchUp(cluster.store);
    index.verify(cluster.store);
  });

  test('specKey() tells groups apart only where the key counts their tasks', () => {
    const other = { ...spec, groupId: 5 };
    expect(specKey(other)).toBe(specKey(spec));
    const byTasks = { ...spec, key: { by: 'tasks-of-group' } } as const;
    expect(specKey({ ...byTasks, groupId: 5 })).not.toBe(specKey(byTasks));
  });
});
