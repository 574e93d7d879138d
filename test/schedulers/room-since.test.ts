import { describe, expect, test } from 'vitest';
import { mayHaveComeSince } from '../../src/schedulers/room-since.ts';
import { MIB } from '../../src/units.ts';
import { createCluster } from '../support/cluster-builder.ts';

/** Two instances of 1000 and 1024 MiB, full; `since`, after what `act` did, of a task of 500 and 512 MiB. */
function scene() {
  const cluster = createCluster();
  const slots = ['a', 'b'].map((name) => cluster.join({ name, cpu: 1000, memoryMiB: 1024 }));
  const put = (slot: number, cpu: number, memoryMiB: number) =>
    cluster.put(cluster.taskClass({ cpu, memoryMiB }), slot);
  const tasks = slots.map((slot) => [put(slot, 600, 600), put(slot, 400, 424)]);
  const since = cluster.store.changes.version;
  const mayHaveCome = (byAdditions = false) =>
    mayHaveComeSince(cluster.store, since, 500, 512 * MIB, byAdditions);
  return { cluster, slots, tasks, put, mayHaveCome };
}

describe('mayHaveComeSince()', () => {
  test('is false when nothing happened, and when too little came free', () => {
    const { cluster, tasks, mayHaveCome } = scene();
    expect(mayHaveCome()).toBe(false);
    // 400 of 1000 are free now.
    cluster.release(tasks[0]![1]!);
    expect(mayHaveCome()).toBe(false);
  });

  test('is true when enough came free on an instance, one release after the other', () => {
    const { cluster, tasks, mayHaveCome } = scene();
    cluster.release(tasks[1]![1]!);
    expect(mayHaveCome()).toBe(false);
    cluster.release(tasks[1]![0]!);
    expect(mayHaveCome()).toBe(true);
  });

  test('is false when what came free was taken again, or is on an instance that takes nothing', () => {
    const { cluster, slots, tasks, put, mayHaveCome } = scene();
    cluster.release(tasks[0]![0]!);
    expect(mayHaveCome()).toBe(true);
    put(slots[0]!, 200, 128);
    expect(mayHaveCome()).toBe(false);
    cluster.release(tasks[1]![0]!);
    cluster.drain(slots[1]!);
    expect(mayHaveCome()).toBe(false);
  });

  test('is true for a new instance', () => {
    const { cluster, mayHaveCome } = scene();
    cluster.join({ cpu: 500, memoryMiB: 512 });
    expect(mayHaveCome()).toBe(true);
  });

  test('counts a task that came where that may help', () => {
    const { cluster } = scene();
    const empty = cluster.join({ cpu: 1000, memoryMiB: 1024 });
    const { store } = cluster;
    const since = store.changes.version;
    cluster.put(cluster.taskClass({ cpu: 100, memoryMiB: 100 }), empty);
    expect(mayHaveComeSince(store, since, 500, 512 * MIB, false)).toBe(false);
    expect(mayHaveComeSince(store, since, 500, 512 * MIB, true)).toBe(true);
  });

  test('is true after more changes than are looked at', () => {
    const { cluster, put, tasks, slots, mayHaveCome } = scene();
    cluster.release(tasks[0]![1]!);
    for (let i = 0; i < 32; i++) cluster.release(put(slots[0]!, 100, 100));
    expect(mayHaveCome()).toBe(true);
  });
});
