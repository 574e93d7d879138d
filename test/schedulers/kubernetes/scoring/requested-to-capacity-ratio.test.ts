import { expect, test } from 'vitest';
import {
  brokenLine,
  requestedToCapacityRatioScore,
} from '../../../../src/schedulers/kubernetes/scoring/requested-to-capacity-ratio.ts';
import { columnsOf } from './columns.ts';

const shapeOf = (...points: [utilisation: number, score: number][]) =>
  points.map(([utilisation, score]) => ({ utilisation, score }));
const rising = shapeOf([0, 0], [100, 100]);

test.each([
  { shape: rising, utilisation: 37, score: 37 },
  { shape: shapeOf([0, 100], [100, 0]), utilisation: 37, score: 63 },
  // 100 + trunc(-100 * 33 / 70) = 100 - 47
  { shape: shapeOf([0, 100], [70, 0]), utilisation: 33, score: 53 },
  { shape: shapeOf([0, 100], [70, 0]), utilisation: 71, score: 0 },
  // 30 + 70 * 10 / 40 = 47
  { shape: shapeOf([0, 0], [40, 30], [80, 100]), utilisation: 50, score: 47 },
  { shape: shapeOf([0, 0], [40, 30], [80, 100]), utilisation: 90, score: 100 },
  { shape: shapeOf([20, 10], [50, 90]), utilisation: 5, score: 10 },
])('brokenLine() at $utilisation is $score', ({ shape, utilisation, score }) => {
  expect(brokenLine(shape, utilisation)).toBe(score);
});

test.each([
  // floor(37 * 1 + 62 * 3) / 4 = 55.75, rounded
  { name: 'rounds', requested: [37, 62], weights: [1, 3], score: 56 },
  { name: 'drops resources with score 0', requested: [0, 62], weights: [1, 3], score: 62 },
  { name: 'takes overfull as full', requested: [200], weights: [1], score: 100 },
  { name: 'gives 0 for nothing', requested: [0, 0], weights: [1, 1], score: 0 },
])('requestedToCapacityRatioScore() $name', ({ requested, weights, score }) => {
  const columns = columnsOf(requested, new Array<number>(requested.length).fill(100), weights);
  expect(requestedToCapacityRatioScore(columns, rising)).toBe(score);
});
