import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import { PHASE } from '../../src/model/phases.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { GIB, HOUR, SECOND } from '../../src/units.ts';
import { benchPlan, benchPlatform, benchTemplate, benchType } from '../bench/worlds.ts';
import { engineParts } from '../support/engine-parts.ts';
import { job, platform, template } from '../support/plans.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const ecs = benchPlatform('ecs', 'ecs', { placementStrategy: [{ type: 'binpack', field: 'memory' }] });
const kubernetes = benchPlatform('kubernetes', 'kubernetes', {});

/**
 * Bytes of all columns of a run, not counting those of the series over time, with so many instances and so many tasks,
 * in equal parts of so many classes, that run on them.
 */
function columnBytes(
  platform: PlatformPlan,
  instances: number,
  tasks: number,
  classes: number,
  /** Between one task and the next: with 0 all of a job wait for room at once. */
  gapMs = 0,
): number {
  const jobs = Array.from({ length: classes }, (_, n) =>
    job(`job-${n}`, {
      count: gapMs === 0 ? tasks / classes : 1,
      template: benchTemplate(10 + n, 0),
      arrivals: {
        kind: 'at',
        timesMs: Array.from(
          { length: gapMs === 0 ? 1 : tasks / classes },
          (_, index) => SECOND + index * gapMs,
        ),
      },
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
test.each([
  // 15 in the store's columns, 24 in its record, 24 for its event: 63. Then 16 for two values of how long it waited, which are
  // the result's and stay as long as there are less than a million.
  { name: 'that comes alone', gapMs: 10, most: 15 + 24 + 24 + 16 },
  // Lines in the queue are as long as they have ever been.
  { name: 'that waited with all others', gapMs: 0, most: 15 + 24 + 24 + 16 + 20 },
])('a live task $name takes $most bytes of columns at most', ({ gapMs, most }) => {
  const more = columnBytes(ecs, 256, 60_000, 1, gapMs) - columnBytes(ecs, 256, 28_000, 1, gapMs);
  expect(more / 32_768).toBeLessThanOrEqual(most);
});

test('columns follow the tasks that live, and not those that have lived', () => {
  const { kernel, life, classOf } = engineParts(platform('ecs', {}), 100, new Kernel({ digest: false }));
  const classId = classOf('one', 'job', template({ cpuMilli: 500, memoryBytes: GIB }));
  let submitted = 0;
  // Every 100 ms one that runs for 20 to 40 seconds: about 300 live.
  const arrive = kernel.defineKind('arrive', PHASE.arrival, () => {
    life.submit(classId, 20_000 + ((submitted++ * 7919) % 20_000), 0);
    kernel.after(100, arrive, 0);
  });
  kernel.at(0, arrive, 0);
  const bytesAfter = (tasks: number) => {
    kernel.run({ untilMs: tasks * 100 });
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  };
  const bytes = bytesAfter(5000);
  expect(bytesAfter(50_000)).toBeLessThanOrEqual(bytes);
  expect(submitted).toBeGreaterThan(50_000);
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
