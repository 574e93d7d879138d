import { expect, test } from 'vitest';
import { normaliseByMax } from '../../../../src/schedulers/kubernetes/scoring/normalise.ts';

test.each([
  [
    [10, 30, 0],
    [33, 100, 0],
  ],
  [
    [0, 0],
    [0, 0],
  ],
  [
    [0, 1, 3],
    [0, 33, 100],
  ],
])('normaliseByMax() turns %j into %j', (raw, expected) => {
  const scores = Float64Array.from(raw);
  normaliseByMax(scores, scores.length);
  expect([...scores]).toEqual(expected);
});

test('normaliseByMax() leaves entries beyond the count alone', () => {
  const scores = Float64Array.of(5, 10, 99);
  normaliseByMax(scores, 2);
  expect([...scores]).toEqual([50, 100, 99]);
});
