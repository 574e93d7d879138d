import { expect, test } from 'vitest';
import { typicalPods } from '../../src/experiment/typical-pods.ts';
import type { TraceShape } from '../../src/model/trace-table.ts';

const pod = (cpuMilli: number, memoryBytes: number, gpu: TraceShape['gpu'] = null): TraceShape => ({
  cpuMilli,
  memoryBytes,
  gpu,
});
const times = (count: number, one: TraceShape) => Array.from({ length: count }, () => one);
const half = { count: 1, milli: 500, models: [] };
const wholeT4 = { count: 2, milli: 1000, models: ['T4'] };

test('typicalPods() takes the most frequent kinds, whatever their memory, until they are enough', () => {
  const pods = [
    ...times(1, pod(900, 1)),
    ...times(4, pod(1000, 1, half)),
    ...times(2, pod(1000, 2, half)),
    ...times(3, pod(2000, 1, wholeT4)),
  ];
  // 6 of 10, then 9 of 10 are 90 %: enough
  expect(typicalPods(pods, 90)).toEqual([
    { cpuMilli: 1000, gpuCount: 1, gpuMilli: 500, models: [], share: 6 / 9 },
    { cpuMilli: 2000, gpuCount: 2, gpuMilli: 1000, models: ['T4'], share: 3 / 9 },
  ]);
  // 9 of 10 are less than 91 %, and pods without GPUs count
  expect(typicalPods(pods, 91).at(-1)).toEqual({
    cpuMilli: 900,
    gpuCount: 0,
    gpuMilli: 0,
    models: [],
    share: 1 / 10,
  });
});

test('typicalPods() are 95 % unless told otherwise, and nothing of nothing', () => {
  const pods = [...times(95, pod(1, 1)), ...times(5, pod(2, 1))];
  expect(typicalPods(pods).map(({ share }) => share)).toEqual([1]);
  expect(typicalPods([])).toEqual([]);
});
