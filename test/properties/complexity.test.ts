import { expect, test } from 'vitest';
import { placementLoop } from '../bench/placement-loops.ts';
import { benchPlatform } from '../bench/worlds.ts';

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
