import { expect, test } from 'vitest';
import { leastAllocatedScore } from '../../../../src/schedulers/kubernetes/scoring/least-allocated.ts';
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
