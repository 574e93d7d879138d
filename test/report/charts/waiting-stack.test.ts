import { expect, test } from 'vitest';
import { stackHeight, waitingStack } from '../../../src/report/charts/waiting-stack.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { Playback } from '../../../src/report/frames/playback.ts';
import { ECS_BINPACK, sampleRun } from '../../support/results.ts';

const BASE = sampleRun(ECS_BINPACK);
const [ROW] = BASE.tasks();
/** A point for 100 millicores and for 100 MiB. */
const SCALE = { perCpuMilli: 0.01, perMemoryMiB: 0.01 };
const framesFor = (requests: readonly (readonly [cpuMilli: number, memoryMiB: number])[], placedMs: number) =>
  framesOf({
    ...BASE,
    tasks: () =>
      requests.map(([cpuMilli, memoryMiB], index) => ({
        ...{ ...ROW!, task: `grading/${index}`, cpuMilli, memoryMiB, submitMs: 0, placedMs, endMs: null },
      })),
  });

test('waitingStack() piles tasks up in columns, as large as they would be in the boxes', () => {
  const requests = [
    [1000, 2000],
    [2000, 1000],
    [1000, 4000],
    [1000, 1000],
  ] as const;
  const { tasks, leftOut } = waitingStack(framesFor(requests, 5), [0, 1, 2, 3], SCALE, {
    ...{ x: 0, y: 0, width: 100, height: 40 },
  });
  // 10 × 20 and, 1.25 above it (an eighth of its height), 20 × 10; then, right of the wider one by an eighth of its own
  // width, a task that the 40 points hold alone; then the last one.
  expect(tasks.map(({ width, height }) => [width, height])).toEqual([
    [10, 20],
    [20, 10],
    [10, 40],
    [10, 10],
  ]);
  expect(tasks.map(({ x, y }) => [x, y])).toEqual([
    [0, 20],
    [0, 8.75],
    [21.25, 0],
    [32.5, 30],
  ]);
  expect(leftOut).toBe(0);
});

test('waitingStack() counts those that there is no place for', () => {
  const frames = framesFor(
    Array.from({ length: 9 }, () => [1000, 4000] as const),
    5,
  );
  // Columns of 10 and a gap of 1.25: the fourth would end at 43.75.
  const place = { x: 0, y: 0, width: 40, height: 40 };
  const { tasks, leftOut } = waitingStack(frames, [0, 1, 2, 3, 4, 5, 6, 7, 8], SCALE, place);
  expect([tasks.length, leftOut]).toEqual([3, 6]);
});

test('stackHeight() holds the tallest task that ever waits, and is nothing when none does', () => {
  expect(stackHeight(new Playback(framesFor([[1000, 9000]], 5)), SCALE)).toBe(90);
  // Two rows of small ones may stand above each other; what is taller than the stack is cut off.
  expect(stackHeight(new Playback(framesFor([[1000, 1000]], 5)), SCALE)).toBe(56);
  expect(stackHeight(new Playback(framesFor([[1000, 90_000]], 5)), SCALE)).toBe(240);
  expect(stackHeight(new Playback(framesFor([[1000, 9000]], 0)), SCALE)).toBe(0);
});
