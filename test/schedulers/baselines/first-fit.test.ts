import { expect, test } from 'vitest';
import { firstFit } from '../../../src/schedulers/baselines/first-fit.ts';
import { createCluster } from '../../support/cluster-builder.ts';
import { compareWithOracle } from '../../support/compare-with-oracle.ts';
import { createDraws } from '../../support/draws.ts';
import { plainFirstFit } from '../../support/oracles/plain-packers.ts';

test('decide() chooses what filtering a list in order of id chooses', () => {
  compareWithOracle(firstFit, null, plainFirstFit);
});

test('decide() goes by id, not by slot: an instance in a reused slot comes last', () => {
  const cluster = createCluster();
  const first = cluster.join({ name: 'i1', cpu: 10, memoryMiB: 10 });
  cluster.join({ name: 'i2', cpu: 10, memoryMiB: 10 });
  cluster.leave(first);
  expect(cluster.join({ name: 'i3', cpu: 10, memoryMiB: 10 })).toBe(first);
  const task = cluster.submit(cluster.taskClass({ cpu: 1 }));
  const slot = firstFit.create(null).decide({ view: cluster.store, task, random: createDraws(1), nowMs: 0 });
  expect(cluster.store.instanceName(slot)).toBe('i2');
});
