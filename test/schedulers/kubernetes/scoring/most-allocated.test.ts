import { expect, test } from 'vitest';
import { mostAllocatedScore } from '../../../../src/schedulers/kubernetes/scoring/most-allocated.ts';
import { columnsOf } from './columns.ts';

test.each([
  // cpu floor(5000*100/8000) = 62, memory floor(4096*100/16384) = 25, node floor(87 / 2) = 43
  { name: 'mixed load', requested: [5000, 4096], allocatable: [8000, 16384], weights: [1, 1], score: 43 },
  // floor((3*62 + 25) / 4) = 52
  {
    name: 'cpu three times',
    requested: [5000, 4096],
    allocatable: [8000, 16384],
    weights: [3, 1],
    score: 52,
  },
  { name: 'overfull counts as full', requested: [4100], allocatable: [4000], weights: [1], score: 100 },
  { name: 'no resources', requested: [], allocatable: [], weights: [], score: 0 },
])('mostAllocatedScore() $name', ({ requested, allocatable, weights, score }) => {
  expect(mostAllocatedScore(columnsOf(requested, allocatable, weights))).toBe(score);
});
