import { expect, test } from 'vitest';
import { randomFit } from '../../../src/schedulers/baselines/random.ts';
import { createCluster } from '../../support/cluster-builder.ts';
import { compareWithOracle } from '../../support/compare-with-oracle.ts';
import { createDraws } from '../../support/draws.ts';
import { plainRandom } from '../../support/oracles/plain-packers.ts';

test('decide() chooses what drawing from a filtered list chooses', () => {
  compareWithOracle(randomFit, null, plainRandom);
});

test('decide() is uniform over the instances with room', () => {
  const cluster = createCluster();
  for (let instance = 0; instance < 4; instance++)
    cluster.join({ cpu: instance === 1 ? 0 : 10, memoryMiB: 10 });
  const task = cluster.submit(cluster.taskClass({ cpu: 1 }));
  const scheduler = randomFit.create(null);
  const random = createDraws(7);
  const hits = [0, 0, 0, 0];
  for (let draw = 0; draw < 3000; draw++) {
    hits[scheduler.decide({ view: cluster.store, task, random, nowMs: 0 })]! += 1;
  }
  expect(hits[1]).toBe(0);
  // 3 equally likely: 1000 each, standard deviation sqrt(3000 * 1/3 * 2/3) = 26; five of them
  for (const slot of [0, 2, 3]) expect(Math.abs(hits[slot]! - 1000)).toBeLessThan(130);
});
