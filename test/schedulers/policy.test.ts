import { describe, expect, test } from 'vitest';
import { definePolicy } from '../../src/schedulers/policy.ts';
import { NO_INSTANCE } from '../../src/schedulers/scheduler.ts';
import { LANE } from '../../src/model/resources.ts';
import { createCluster } from '../support/cluster-builder.ts';
import { createDraws } from '../support/draws.ts';
import { checkSchedulerLaws, optionsOf } from '../support/laws.ts';

const mostTasks = definePolicy({ name: 'most-tasks', score: (view, slot) => view.taskCount[slot]! });

describe('definePolicy()', () => {
  test.each([
    mostTasks,
    definePolicy({ name: 'constant', score: () => 0 }),
    definePolicy({ name: 'never', score: () => Number.NEGATIVE_INFINITY }),
    definePolicy({
      name: 'snug',
      score: (view, slot, { requests }) =>
        requests[LANE.cpu]! / (1 + view.allocatable[LANE.cpu]![slot]! - view.requested[LANE.cpu]![slot]!),
    }),
  ])('keeps every law of schedulers: $name', (policy) => {
    checkSchedulerLaws(policy, undefined, { numRuns: 100 });
  });

  test('takes the highest score, the lowest id of equals, and only what has room', () => {
    const cluster = createCluster();
    const hosts = [1024, 4096, 4096, 4096].map((cpu) => cluster.join({ cpu, memoryMiB: 8192 }));
    const small = cluster.taskClass({ cpu: 256 });
    for (const slot of [hosts[0]!, hosts[0]!, hosts[2]!, hosts[3]!]) cluster.put(small, slot);
    const decide = (cpu: number) =>
      mostTasks.create(null).decide({
        view: cluster.store,
        task: cluster.submit(cluster.taskClass({ cpu })),
        random: createDraws(1),
        nowMs: 0,
      });
    // Two tasks on the first, none on the second, one on each of the others.
    expect(decide(512)).toBe(hosts[0]);
    expect(decide(1024)).toBe(hosts[2]);
    expect(decide(4096)).toBe(hosts[1]);
    expect(decide(4097)).toBe(NO_INSTANCE);
  });

  test('has a name and a summary, takes no options, and proves with a refusal that nothing fits', () => {
    expect(mostTasks.name).toBe('most-tasks');
    expect(definePolicy({ name: 'x', summary: 'Why not.', score: () => 0 }).summary).toBe('Why not.');
    expect(mostTasks.summary).not.toBe('');
    expect(optionsOf(mostTasks, {})).toBeNull();
    expect(mostTasks.readOptions({ depth: 3 })).toMatchObject({ problems: [{ path: ['depth'] }] });
    expect(mostTasks.complete(null)).toBe(true);
  });
});
