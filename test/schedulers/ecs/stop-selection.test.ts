import { describe, expect, test } from 'vitest';
import { readPlacement } from '../../../src/schedulers/ecs/ecs-options.ts';
import { STOP_TIER, type StopTier, selectTaskToStop } from '../../../src/schedulers/ecs/stop-selection.ts';
import { createCluster } from '../../support/cluster-builder.ts';

/** Zones a: a1, a2; b: b1. Tasks by instance, with their memory in MiB. */
function stop(
  strategy: readonly object[],
  tasks: readonly (readonly [string, number, StopTier?])[],
): string[] {
  const cluster = createCluster();
  for (const name of ['a1', 'a2', 'b1']) cluster.join({ name, zone: name[0]!, cpu: 8192, memoryMiB: 8192 });
  const candidates = tasks.map(([instance, memoryMiB, tier = STOP_TIER.running]) => {
    const taskClass = cluster.taskClass({ group: 'web', memoryMiB });
    const task =
      instance === '-' ? cluster.submit(taskClass) : cluster.put(taskClass, cluster.slot(instance));
    return { task, tier };
  });
  const read = readPlacement({ placementStrategy: strategy });
  if ('problems' in read) throw new Error('bad strategy');
  const { store } = cluster;
  const selection = selectTaskToStop(store, store.groups.id('web'), read.placement.strategy, candidates);
  return (selection?.tied ?? []).map((task) => {
    const slot = store.taskInstance[task]!;
    return slot < 0 ? '-' : store.instanceName(slot);
  });
}

const ZONE = { type: 'spread', field: 'attribute:ecs.availability-zone' };

describe('selectTaskToStop()', () => {
  test.each<[string, readonly object[], readonly (readonly [string, number, StopTier?])[], string[]]>([
    // default: zone a has 3 of 5, and in it a1 has 2
    [
      'default',
      [],
      [
        ['a1', 1],
        ['a1', 1],
        ['a2', 1],
        ['b1', 1],
        ['b1', 1],
      ],
      ['a1', 'a1'],
    ],
    // the zones are even: 2 and 2; then the instance with most
    [
      'default, even zones',
      [],
      [
        ['a1', 1],
        ['a2', 1],
        ['b1', 1],
        ['b1', 1],
      ],
      ['b1', 'b1'],
    ],
    [
      'spread over zones alone',
      [ZONE],
      [
        ['a1', 1],
        ['a2', 1],
        ['b1', 1],
      ],
      ['a1', 'a2'],
    ],
    // left afterwards: a1 8192 - 3000 + 1000, b1 8192 - 5000 + 5000: the most
    [
      'binpack',
      [{ type: 'binpack', field: 'memory' }],
      [
        ['a1', 1000],
        ['a1', 2000],
        ['b1', 5000],
      ],
      ['b1'],
    ],
    [
      'random keeps all',
      [{ type: 'random' }, ZONE],
      [
        ['a1', 1],
        ['b1', 1],
      ],
      ['a1', 'b1'],
    ],
    // a task without an instance goes first, and no strategy is asked
    [
      'unplaced',
      [ZONE],
      [
        ['a1', 1],
        ['a2', 1],
        ['-', 1, STOP_TIER.unplaced],
      ],
      ['-'],
    ],
    // b1 is unhealthy and goes before the fuller zone a, which still counts
    [
      'unhealthy',
      [ZONE],
      [
        ['a1', 1],
        ['a2', 1],
        ['b1', 1, STOP_TIER.unhealthy],
      ],
      ['b1'],
    ],
    ['nothing to stop', [], [], []],
  ])('%s', (_, strategy, tasks, expected) => {
    expect(stop(strategy, tasks)).toEqual(expected);
  });
});
