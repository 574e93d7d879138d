import { expect, test } from 'vitest';
import { feasibleNodesToFind } from '../../../src/schedulers/kubernetes/sampling.ts';

test.each([
  // adaptive: n * max(50 - n/125, 5) / 100, at least 100
  [50, 0, 50],
  [99, 0, 99],
  [100, 0, 100],
  [200, 0, 100],
  [250, 0, 120],
  [375, 0, 176],
  [500, 0, 230],
  [1000, 0, 420],
  [2000, 0, 680],
  [2500, 0, 750],
  [5000, 0, 500],
  [5624, 0, 337],
  [5625, 0, 281],
  [6000, 0, 300],
  [15000, 0, 750],
  [1000, 30, 300],
  // 84, raised to 100
  [120, 70, 100],
  [5000, 100, 5000],
  [99, 5, 99],
])('feasibleNodesToFind() of %i nodes at %i percent is %i', (nodes, percentage, wanted) => {
  expect(feasibleNodesToFind(nodes, percentage)).toBe(wanted);
});
