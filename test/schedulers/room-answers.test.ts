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

  test('has no answer while no index has been earned', () => {
    const cluster = clusterOf([1, 2]);
    const answers = new RoomAnswers(new IndexBudget(false), new GroupCounts(), false);
    const query = { view: cluster.store, cpuNeed: 1, memoryNeed: 0, takes: null };
    expect(answers.for(BINPACK_CPU).ask(cluster.store, query, 0)).toBe(UNINDEXED);
  });
});
