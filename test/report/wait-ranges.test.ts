import { expect, test } from 'vitest';
import type { TaskRow } from '../../src/experiment/result.ts';
import { countWaits } from '../../src/report/wait-ranges.ts';

const row = (task: string, attempt: number, submitMs: number, placedMs: number | null): TaskRow => ({
  task,
  group: 'g',
  attempt,
  cpuMilli: 1,
  memoryMiB: 1,
  gpus: 0,
  gpuMask: 0,
  submitMs,
  placedMs,
  runningMs: null,
  endMs: null,
  instance: '',
  outcome: '',
});

test('countWaits() counts each task once, at the upper end of its range', () => {
  expect(
    countWaits([
      row('a', 1, 5000, 5000),
      row('b', 1, 5000, 6000),
      row('c', 1, 5000, 6001),
      row('d', 1, 0, 30_000),
      row('e', 1, 0, 300_000),
      row('f', 1, 0, 300_001),
      row('g', 1, 0, null),
      // The second attempt of a task whose instance was lost is not a second wait.
      row('h', 1, 0, 10),
      row('h', 2, 0, 900_000),
    ]),
  ).toEqual([3, 2, 1, 1, 1]);
});

test('countWaits() of no tasks is zero everywhere', () => {
  expect(countWaits([])).toEqual([0, 0, 0, 0, 0]);
});
