import { expect, test } from 'vitest';
import { dotProduct } from '../../../src/schedulers/baselines/dot-product.ts';
import { createCluster } from '../../support/cluster-builder.ts';
import { compareWithOracle } from '../../support/compare-with-oracle.ts';
import { createDraws } from '../../support/draws.ts';
import { plainDotProduct } from '../../support/oracles/plain-packers.ts';

test('decide() chooses what sorting by alignment chooses', () => {
  compareWithOracle(dotProduct, null, plainDotProduct);
});

test('explain() shows the alignment of request and free room', () => {
  const cluster = createCluster();
  cluster.join({ cpu: 1000, memoryMiB: 400, gpus: 2 });
  const slot = cluster.join({ cpu: 500, memoryMiB: 800, gpus: 2 });
  cluster.put(cluster.taskClass({ cpu: 100 }), slot);
  const spec = { cpu: 100, memoryMiB: 200, gpu: { count: 1, milli: 1000, models: [] } };
  const task = cluster.submit(cluster.taskClass(spec));
  const { verdicts } = dotProduct
    .create(null)
    .explain({ view: cluster.store, task, random: createDraws(1), nowMs: 0 });
  // 100 * 1000 / 1000^2 + 200 * 400 / 400^2 + 1000 * 2000 / 2000^2 = 0.1 + 0.5 + 0.5
  // 100 * 400 / 500^2 + 200 * 800 / 800^2 + 0.5 = 0.16 + 0.25 + 0.5; the unlimited number of tasks adds nothing
  expect(verdicts[0]!.total).toBeCloseTo(1.1, 12);
  expect(verdicts[1]!.total).toBeCloseTo(0.91, 12);
});
