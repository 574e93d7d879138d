import { expect, test } from 'vitest';
import { bestFit } from '../../../src/schedulers/baselines/best-fit.ts';
import { createCluster, joinTable } from '../../support/cluster-builder.ts';
import { compareWithOracle } from '../../support/compare-with-oracle.ts';
import { createDraws } from '../../support/draws.ts';
import { optionsOf } from '../../support/laws.ts';
import { plainBestFitCpu, plainBestFitMemory } from '../../support/oracles/plain-packers.ts';

test.each([
  { options: null, oracle: plainBestFitCpu },
  { options: { resource: 'memory' }, oracle: plainBestFitMemory },
])('decide() with $options chooses what sorting by free room chooses', ({ options, oracle }) => {
  compareWithOracle(bestFit, options, oracle);
});

test.each([
  // free CPU 300, 200, 200; 100 has no room for 150: the first of 200
  { options: null, chosen: 'i2' },
  // free memory 30, 40, 20: i3
  { options: { resource: 'memory' }, chosen: 'i3' },
])('decide() with $options takes $chosen', ({ options, chosen }) => {
  const cluster = createCluster();
  joinTable(
    cluster,
    `
    name cpu memory
    i1   300 30
    i2   200 40
    i3   200 20
    i4   100 10`,
  );
  const task = cluster.submit(cluster.taskClass({ cpu: 150, memoryMiB: 5 }));
  const scheduler = bestFit.create(optionsOf(bestFit, options));
  const input = { view: cluster.store, task, random: createDraws(1), nowMs: 0 };
  expect(cluster.store.instanceName(scheduler.decide(input))).toBe(chosen);
});
