import { expect, test } from 'vitest';
import { findScheduler, SCHEDULER_NAMES } from '../../src/schedulers/registry.ts';
import { createCluster, joinTable } from '../support/cluster-builder.ts';
import { constantDraws } from '../support/draws.ts';
import { optionsOf } from '../support/laws.ts';

/**
 * One cluster on which every policy prefers another instance for a task of 1024 CPU units and 1024 MiB. All
 * instances are empty but for weightless tasks of the same service everywhere in zone a.
 */
const INSTANCES = `
  name zone cpu  memory
  i1   a    2048 4096
  i2   a    1024 4096
  i3   a    7000 4096
  i4   a    1100 1100
  i5   a    2048 4096
  i6   b    2048 4096
  i7   a    2048 1024`;

const DECISIONS: readonly { name: string; options: unknown; chosen: string }[] = [
  // the first that has room
  { name: 'first-fit', options: null, chosen: 'i1' },
  // least free CPU: 1024, before 1100
  { name: 'best-fit', options: null, chosen: 'i2' },
  // most free CPU: 7000
  { name: 'worst-fit', options: null, chosen: 'i3' },
  // empty instances: 1024 / cpu + 1024 / memory: i1 0.75, i2 1.25, i3 0.40, i4 1.86, i7 1.5
  { name: 'dot-product', options: null, chosen: 'i4' },
  // draw 0.7 of 7 candidates: floor(4.9) = 4, counted from 0
  { name: 'random', options: null, chosen: 'i5' },
  // service default: zone b has no task of the service, zone a six
  { name: 'ecs', options: null, chosen: 'i6' },
  // least free memory: 1024, before 1100
  { name: 'ecs', options: { placementStrategy: [{ type: 'binpack', field: 'memory' }] }, chosen: 'i7' },
];

test.each(DECISIONS)('decide() of $name with $options chooses $chosen', ({ name, options, chosen }) => {
  const cluster = createCluster();
  joinTable(cluster, INSTANCES);
  const weightless = cluster.taskClass({ group: 'web' });
  for (const instance of ['i1', 'i2', 'i3', 'i4', 'i5', 'i7'])
    cluster.put(weightless, cluster.slot(instance));
  const task = cluster.submit(cluster.taskClass({ group: 'web', cpu: 1024, memoryMiB: 1024 }));
  const definition = findScheduler(name)!;
  const scheduler = definition.create(optionsOf(definition, options));
  const slot = scheduler.decide({ view: cluster.store, task, random: constantDraws(0.7), nowMs: 0 });
  expect(cluster.store.instanceName(slot)).toBe(chosen);
});

test('every scheduler of the registry that counts in these units has a row, and no two rows agree', () => {
  const named = new Set(DECISIONS.map(({ name }) => name));
  expect([...named].sort()).toEqual(SCHEDULER_NAMES.filter((name) => name !== 'kubernetes').sort());
  expect(new Set(DECISIONS.map(({ chosen }) => chosen)).size).toBe(DECISIONS.length);
});
