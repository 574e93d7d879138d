import { expect, test } from 'vitest';
import { gpuSlots } from '../../../src/report/charts/gpu-slots.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { ECS_BINPACK, sampleRun } from '../../support/results.ts';

const BASE = sampleRun(ECS_BINPACK);
const [ROW] = BASE.tasks();
const task = (ordinal: number, gpus: number, gpuMask: number) => ({
  ...{ ...ROW!, task: `grading/${ordinal}`, gpus, gpuMask, submitMs: 0, placedMs: ordinal, endMs: null },
});

test('gpuSlots() fills each device from the bottom by the shares of it that tasks hold', () => {
  // Two whole ones on devices 0 and 2, then 0.5 and 0.25 of device 3; device 1 is free.
  const rows = [task(0, 2, 0b0101), task(1, 0.5, 0b1000), task(2, 0.25, 0b1000)];
  const { attempts, classes } = framesOf({ ...BASE, tasks: () => rows });
  const row = { x: 100, y: 10, width: 12, height: 2 };
  const slots = gpuSlots(attempts, classes, { holders: [0, 1, 2], devices: 4, row });
  expect(slots.map(({ free }) => free)).toEqual([0, 1, 0, 0.25]);
  // Three points each, without a gap: they are too narrow for one.
  expect(slots.map(({ x, width }) => [x, width])).toEqual([
    [100, 3],
    [103, 3],
    [106, 3],
    [109, 3],
  ]);
  expect(slots[0]!.parts).toEqual([{ attempt: 0, x: 100, y: 10, width: 3, height: 2 }]);
  expect(slots[3]!.parts).toEqual([
    { attempt: 1, x: 109, y: 11, width: 3, height: 1 },
    { attempt: 2, x: 109, y: 10.5, width: 3, height: 0.5 },
  ]);
});
