import { expect, test } from 'vitest';
import { placementLoop } from '../bench/placement-loops.ts';
import { benchJobs, benchPlan, benchPlatform, benchType } from '../bench/worlds.ts';
import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { HOUR } from '../../src/units.ts';

const ecs = (...placementStrategy: readonly object[]) => benchPlatform('ecs', 'ecs', { placementStrategy });
const ZONE = { type: 'spread', field: 'attribute:ecs.availability-zone' };

/** Processor time of one placement, the least of five loops: whatever else goes on only adds to it. */
function costOf(platform: Parameters<typeof placementLoop>[0], instances: number): number {
  const loop = placementLoop(platform, instances);
  const costs = [1, 2, 3, 4, 5].map(() => {
    const before = process.cpuUsage();
    loop.run(10_000);
    return process.cpuUsage(before).user;
  });
  return Math.min(...costs);
}

// Twenty times the instances: a scan would take twenty times as long, and caches cost a factor of two or three.
test.each([
  { name: 'ecs binpack', platform: ecs({ type: 'binpack', field: 'memory' }) },
  { name: 'ecs spread, binpack', platform: ecs(ZONE, { type: 'binpack', field: 'cpu' }) },
  { name: 'ecs random', platform: ecs({ type: 'random' }) },
  { name: 'best fit', platform: benchPlatform('bare', 'best-fit', {}) },
])('$name: a placement among 20,000 instances costs less than 8 of those among 1,000', ({ platform }) => {
  expect(costOf(platform, 20_000) / costOf(platform, 1000)).toBeLessThan(8);
});

/** Processor time of a whole run with about so many tasks on 500 instances, the least of several. */
function runCostOf(platform: PlatformPlan, tasks: number, times: number): number {
  // The eight jobs submit 35,840 tasks an hour.
  const horizonMs = Math.ceil((tasks / 35_840) * HOUR);
  const plan = benchPlan(benchType(32, 128), 500, { jobs: benchJobs(16_000, 0.7, HOUR / 6) }, horizonMs);
  const costs = Array.from({ length: times }, () => {
    const scheduler = findScheduler(platform.scheduler.name)!;
    const run = new ClusterRun({ plan, platform, tables: new Map(), scheduler });
    const before = process.cpuUsage();
    run.run();
    expect(run.tasks.submittedCount / tasks).toBeCloseTo(1, 1);
    return process.cpuUsage(before).user;
  });
  return Math.min(...costs);
}

// 10 by arithmetic; 13 is asked of a quiet machine.
test('ten times the tasks cost less than 20 times as much', () => {
  const platform = ecs({ type: 'binpack', field: 'memory' });
  const few = runCostOf(platform, 5000, 8);
  expect(runCostOf(platform, 50_000, 1) / few).toBeLessThan(20);
});
