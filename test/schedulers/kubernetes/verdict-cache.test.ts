import { expect, test } from 'vitest';
import { NodeVerdicts, RecentlyUsed } from '../../../src/schedulers/kubernetes/verdict-cache.ts';

test('RecentlyUsed drops what was not asked for longest', () => {
  const made: number[] = [];
  const cache = new RecentlyUsed((key: number) => {
    made.push(key);
    return key * 10;
  });
  for (const key of [1, 2, 1, 3]) expect(cache.get(key, 2)).toBe(key * 10);
  // 2 gave way to 3.
  expect(cache.get(1, 2)).toBe(10);
  cache.get(2, 2);
  expect(made).toEqual([1, 2, 3, 2]);
});

test('NodeVerdicts grow without forgetting, and new slots match no revision', () => {
  const verdicts = new NodeVerdicts();
  verdicts.ensure(2);
  verdicts.cells[2] = 5;
  verdicts.ensure(100);
  expect(verdicts.cells[2]).toBe(5);
  expect(verdicts.cells[198]).toBe(-1);
});
