import { expect, test } from 'vitest';
import {
  leastAllocatedScore,
  leastAllocatedScores,
} from '../../../../src/schedulers/kubernetes/scoring/least-allocated.ts';
import { columnsOf } from './columns.ts';

test.each([
  // cpu floor(3000*100/8000) = 37, memory floor(12288*100/16384) = 75, node floor((37 + 75) / 2) = 56
  { name: 'mixed load', requested: [5000, 4096], allocatable: [8000, 16384], weights: [1, 1], score: 56 },
  // floor((3*37 + 75) / 4) = 46
  {
    name: 'cpu three times',
    requested: [5000, 4096],
    allocatable: [8000, 16384],
    weights: [3, 1],
    score: 46,
  },
  { name: 'empty', requested: [0], allocatable: [8000], weights: [1], score: 100 },
  { name: 'overfull counts 0', requested: [4100, 0], allocatable: [4000, 100], weights: [1, 1], score: 50 },
  { name: 'no resources', requested: [], allocatable: [], weights: [], score: 0 },
])('leastAllocatedScore() $name', ({ requested, allocatable, weights, score }) => {
  expect(leastAllocatedScore(columnsOf(requested, allocatable, weights))).toBe(score);
});

test('leastAllocatedScores() are those of each node, by what it offers', () => {
  // Of four nodes: cpu floor(3000*100/8000) = 37, memory floor(12288*100/16384) = 75; with a pod of 1000 and 4096.
  const allocatable = [Float64Array.of(8000, 0, 8000, 0), Float64Array.of(16_384, 16_384, 4000, 0)];
  const requested = [Float64Array.of(4000, 0, 4000, 0), Float64Array.of(0, 0, 0, 0)];
  const whole = (values: Float64Array) => ({ values, stride: 1, offset: 0 });
  const scores = new Float64Array(4);
  const many = {
    allocatable: allocatable.map(whole),
    requested: requested.map(whole),
    wanted: Float64Array.of(1000, 4096),
    weights: Float64Array.of(3, 1),
    size: 2,
  };
  leastAllocatedScores(many, Int32Array.of(3, 0, 2, 1), 4, scores, new Float64Array(4));
  // Nothing offered: 0. floor((3*37 + 75) / 4) = 46. Memory overfull: floor((3*37 + 0) / 4) = 27. Memory alone: 75.
  expect([...scores]).toEqual([0, 46, 27, 75]);
});
