import { expect, test } from 'vitest';
import { AmountIds } from '../../src/schedulers/amount-ids.ts';
import { GIB } from '../../src/units.ts';

test('find() knows every amount that add() has named, and no other, whatever powers of two they are multiples of', () => {
  const ids = new AmountIds();
  // 0, 1, 2, ... of each unit: a hash of the lower bits alone would put all of a unit into one place.
  const amounts = [1, 250, 2 ** 20, 1.5 * GIB, 2 ** 31, 2 ** 32, 2 ** 40].flatMap((unit) =>
    Array.from({ length: 60 }, (_, n) => (n + 1) * unit),
  );
  const distinct = [...new Set([0, ...amounts])];
  expect(distinct.map((amount) => ids.find(amount))).toEqual(distinct.map(() => -1));
  expect(distinct.map((amount) => ids.add(amount))).toEqual(distinct.map((_, id) => id));
  expect(distinct.map((amount) => ids.find(amount))).toEqual(distinct.map((_, id) => id));
  expect(distinct.map((_, id) => ids.amounts[id])).toEqual(distinct);
  expect(ids.find(2 ** 41 + 1)).toBe(-1);
});

test('clear() forgets all', () => {
  const ids = new AmountIds();
  ids.add(5);
  ids.clear();
  expect(ids.find(5)).toBe(-1);
  expect(ids.add(7)).toBe(0);
});
