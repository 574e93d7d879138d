import { expect, test } from 'vitest';
import { drawIndex } from '../../../../src/schedulers/ecs/strategies/random.ts';
import { constantDraws, createDraws } from '../../../support/draws.ts';

test.each([
  // floor(u * n)
  { draw: 0, count: 3, index: 0 },
  { draw: 0.34, count: 3, index: 1 },
  { draw: 2 / 3, count: 3, index: 2 },
  // the largest draw there is stays below n
  { draw: 1 - 2 ** -53, count: 3, index: 2 },
  { draw: 1 - 2 ** -53, count: 100_000, index: 99_999 },
])('drawIndex() of $count by $draw is $index', ({ draw, count, index }) => {
  expect(drawIndex(count, constantDraws(draw))).toBe(index);
});

test('drawIndex() of one candidate spends no draw', () => {
  const draws = createDraws(1);
  expect(drawIndex(1, draws)).toBe(0);
  expect(draws.spent).toBe(0);
});
