import { expect, test } from 'vitest';
import { ganttOf } from '../../../src/report/charts/gantt.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { ECS_BINPACK, sampleRun } from '../../support/results.ts';

const BASE = sampleRun(ECS_BINPACK);
const [ROW] = BASE.tasks();
const stay = (index: number, instance: string, placedMs: number, endMs: number | null) => ({
  ...{ ...ROW!, task: `grading/${index}`, instance, submitMs: 0, placedMs, runningMs: null, endMs },
});
const FRAMES = framesOf({
  ...BASE,
  tasks: () => [
    stay(0, 'i-0000', 0, 100),
    stay(1, 'i-0000', 10, 50),
    stay(2, 'i-0001', 20, null),
    stay(3, 'i-0000', 50, 60),
    stay(4, 'i-0002', 50, 60),
    stay(5, 'i-0000', 100, 200),
  ],
});
const tracksOf = (fromMs: number, toMs: number, most = 100) => {
  const { bars, tracks, leftOut } = ganttOf(FRAMES, [0, 1], { fromMs, toMs, most });
  return { bars: bars.map(({ attempt, row, track }) => [attempt, row, track]), tracks, leftOut };
};

test('ganttOf() puts each stay in the first track that is free', () => {
  // 0 holds the first track to 100, 1 the second to 50, when 3 follows; 5 takes the first again.
  const bars = [
    [0, 0, 0],
    [1, 0, 1],
    [2, 1, 0],
    [3, 0, 1],
    [5, 0, 0],
  ];
  expect(tracksOf(0, 1000)).toEqual({ bars, tracks: [2, 1], leftOut: 0 });
});

test('ganttOf() shows what reaches into the stretch, and counts what is too much', () => {
  expect(tracksOf(55, 100).bars.map(([attempt]) => attempt)).toEqual([0, 2, 3]);
  expect(tracksOf(0, 1000, 2)).toMatchObject({ leftOut: 3 });
});
