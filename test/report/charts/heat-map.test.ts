import { expect, test } from 'vitest';
import { heatMapOf, meanFullness } from '../../../src/report/charts/heat-map.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { lanesOf } from '../../../src/report/frames/lanes.ts';
import { HOUR } from '../../../src/units.ts';
import { ECS_BINPACK, sampleRun } from '../../support/results.ts';

const BASE = sampleRun(ECS_BINPACK);
const [INSTANCE] = BASE.instances;
const [ROW] = BASE.tasks();
/** One instance of 4 vCPU and 16,000 MiB, ready from 1 to 4 hours. */
const instance = {
  ...{ ...INSTANCE!, allocatableCpuMilli: 4000, allocatableMemoryMiB: 16_000 },
  ...{ requestedMs: 0, readyMs: HOUR, endMs: 4 * HOUR },
};
const task = (cpuMilli: number, memoryMiB: number, from: number, to: number | null) => ({
  ...{ ...ROW!, cpuMilli, memoryMiB, submitMs: 0, runningMs: null, instance: instance.instance },
  ...{ placedMs: from * HOUR, endMs: to === null ? null : to * HOUR },
});
const mapOf = (tasks: ReturnType<typeof task>[], columns: number, from = 0, to = 4) => {
  const frames = framesOf({ ...BASE, instances: [instance], tasks: () => tasks });
  const map = heatMapOf(frames, lanesOf(frames), { fromMs: from * HOUR, toMs: to * HOUR, columns });
  return [...map.values].map((value) => (Number.isNaN(value) ? null : Number(value.toFixed(4))));
};

test('heatMapOf() takes the scarcer of CPU and memory, for as long as it was held', () => {
  // Hour 2: 2000m of 4000m; hour 3: and 12,000 of 16,000 MiB for half of it, so 0.5 × 0.75 < 0.5; hour 4: 12,000 MiB.
  expect(mapOf([task(2000, 0, 1, 3), task(0, 12_000, 2.5, null)], 4)).toEqual([null, 0.5, 0.5, 0.75]);
});

test('heatMapOf() counts presence in part of a column in full', () => {
  // Two hours a column: ready for the second hour of the first alone, and full then.
  expect(mapOf([task(4000, 0, 1, 2)], 2)).toEqual([1, 0]);
});

test('heatMapOf() of a stretch shows what reaches into it from both sides', () => {
  expect(mapOf([task(1000, 0, 1, 4)], 2, 2, 3)).toEqual([0.25, 0.25]);
});

test('meanFullness() weighs every stretch with an instance alike, and is 0 without one', () => {
  // Ready from 1 to 4 hours; half full for the first of them, empty for the others.
  const frames = framesOf({ ...BASE, instances: [instance], tasks: () => [task(2000, 0, 1, 2)] });
  const stretch = { fromMs: 0, toMs: 4 * HOUR };
  expect(meanFullness(frames, lanesOf(frames), stretch)).toBeCloseTo(0.5 / 3, 6);
  expect(meanFullness(frames, lanesOf(frames), { fromMs: 5 * HOUR, toMs: 6 * HOUR })).toBe(0);
});
