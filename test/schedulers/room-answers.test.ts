import { describe, expect, test } from 'vitest';
import { LANE } from '../../src/model/resources.ts';
import { GroupCounts } from '../../src/schedulers/group-counts.ts';
import { IndexBudget } from '../../src/schedulers/index-budget.ts';
import { RoomAnswers, UNINDEXED } from '../../src/schedulers/room-answers.ts';
import { createCluster, type TestCluster } from '../support/cluster-builder.ts';

const BINPACK_CPU = {
  key: { by: 'least-free', lane: LANE.cpu },
  attribute: null,
  rule: null,
  groupId: 0,
} as const;

function clusterOf(cpus: readonly number[]): TestCluster {
  const cluster = createCluster();
  for (const cpu of cpus) cluster.join({ cpu, memoryMiB: 1000 });
  return cluster;
}

/** Answers as tests of schedulers have them: every index from the first question on, and compared. */
const verifying = () => new RoomAnswers(new IndexBudget(true), new GroupCounts(), true);

describe('ask()', () => {
  test('goes to a grid for plain classes, and to an order for classes that need more; both find the same', () => {
    const cluster = clusterOf([3, 2, 2, 1]);
    const { store } = cluster;
    const room = verifying().for(BINPACK_CPU);
    const query = { view: store, cpuNeed: 2, memoryNeed: 0, takes: null };
    expect(room.ask(store, query, 0)).toBe(1);
    expect(room.ask(store, { ...query, takes: (slot: number) => slot !== 1 }, 0)).toBe(2);
  });

  test('goes to an order from the time on when too many different amounts are free', () => {
    const cluster = clusterOf(Array.from({ length: 300 }, (_, n) => n + 1));
    const { store } = cluster;
    const room = verifying().for(BINPACK_CPU);
    for (const cpu of [299, 1, 300, 17]) {
      const query = { view: store, cpuNeed: cpu, memoryNeed: 0, takes: null };
      expect(room.ask(store, query, 0)).toBe(cpu - 1);
    }
  });

  test('finds the best while indexes are given up and earned again', () => {
    const instances = 64;
    const cluster = clusterOf(Array.from({ length: instances }, (_, n) => 8 + (n % 5)));
    const { store } = cluster;
    const answers = new RoomAnswers(new IndexBudget(false), new GroupCounts(), false);
    const rooms = [1, 3, 7].map((cpu) => ({ cpu, room: answers.for(BINPACK_CPU) }));
    const free = (slot: number) => store.allocatable[LANE.cpu]![slot]! - store.requested[LANE.cpu]![slot]!;
    const best = (cpu: number) =>
      Array.from({ length: instances }, (_, slot) => slot)
        .filter((slot) => free(slot) >= cpu)
        .sort((a, b) => free(a) - free(b) || a - b)[0] ?? -1;
    const classes = [1, 2, 5].map((cpu) => cluster.taskClass({ cpu }));
    const running: number[] = [];
    let answered = 0;
    for (let step = 0; step < 4000; step++) {
      const { cpu, room } = rooms[step % 3]!;
      const found = room.ask(store, { view: store, cpuNeed: cpu, memoryNeed: 0, takes: null }, 0);
      if (found !== UNINDEXED) {
        answered += 1;
        expect(found).toBe(best(cpu));
      }
      const slot = (step * 31) % instances;
      const taskClass = classes[step % 3]!;
      if (store.fits(slot, taskClass)) running.push(cluster.put(taskClass, slot));
      // Now and then so many changes that following them does not pay.
      const emptied = running.splice(0, step % 300 === 299 ? 40 : 0);
      for (const task of emptied) cluster.release(task);
      for (const task of running.splice(0, running.length > 150 ? 1 : 0)) cluster.release(task);
    }
    // The first grid is earned by 16 questions, each further one by twice as many as the one before.
    expect(answered).toBeGreaterThan(500);
    expect(answered).toBeLessThan(4000 - 16 - 32 - 64);
  });

  test('has no answer while no index has been earned', () => {
    const cluster = clusterOf([1, 2]);
    const answers = new RoomAnswers(new IndexBudget(false), new GroupCounts(), false);
    const query = { view: cluster.store, cpuNeed: 1, memoryNeed: 0, takes: null };
    expect(answers.for(BINPACK_CPU).ask(cluster.store, query, 0)).toBe(UNINDEXED);
  });
});
