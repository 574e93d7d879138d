import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { HOUR, SECOND } from '../../src/units.ts';
import { benchPlan, benchPlatform, benchTemplate, benchType } from '../bench/worlds.ts';
import { job } from '../support/plans.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const ecs = benchPlatform('ecs', 'ecs', { placementStrategy: [{ type: 'binpack', field: 'memory' }] });
const kubernetes = benchPlatform('kubernetes', 'kubernetes', {});

/**
 * Bytes of all columns of a run, not counting those of the series over time, with so many instances and so many tasks,
 * in equal parts of so many classes, that run on them.
 */
function columnBytes(platform: PlatformPlan, instances: number, tasks: number, classes: number): number {
  const jobs = Array.from({ length: classes }, (_, n) =>
    job(`job-${n}`, {
      count: tasks / classes,
      template: benchTemplate(10 + n, 0),
      arrivals: { kind: 'at', timesMs: [SECOND] },
      runtime: { kind: 'constant', valueMs: 10 * HOUR },
    }),
  );
  const plan = benchPlan(benchType(64, 256), instances, { jobs }, HOUR);
  collectGarbage();
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  const run = new ClusterRun({
    plan,
    platform,
    tables: new Map(),
    scheduler: findScheduler(platform.scheduler.name)!,
  });
  run.run();
  collectGarbage();
  collectGarbage();
  const bytes = process.memoryUsage().arrayBuffers - before;
  expect([run.store.readyCount, run.store.liveTasks, run.placement.queue.size]).toEqual([
    instances,
    tasks,
    0,
  ]);
  return bytes;
}

// Columns double when they are full: between two sizes of twice as many, each has grown once.
test('a live task takes 122 bytes of columns at most, its events, times and places in lines included', () => {
  const more = columnBytes(ecs, 256, 60_000, 1) - columnBytes(ecs, 256, 28_000, 1);
  expect(more / 32_768).toBeLessThanOrEqual(122);
});

test.each([
  { name: 'ECS', platform: ecs, most: 0.5 },
  { name: 'Kubernetes', platform: kubernetes, most: 14 },
])(
  '$name: an instance takes 512 bytes of columns at most, and $most for each class of tasks',
  ({ platform, most }) => {
    const small = columnBytes(platform, 2000, 4000, 20);
    const perInstance = (columnBytes(platform, 4000, 4000, 20) - small) / 2048;
    const perClass = (columnBytes(platform, 2000, 4000, 40) - small) / 20 / 2048;
    expect(perClass).toBeLessThanOrEqual(most);
    expect(perInstance - 20 * perClass).toBeLessThanOrEqual(512);
  },
);
