import { describe, expect, test } from 'vitest';
import { GridRows } from '../../src/schedulers/grid-rows.ts';

describe('GridRows', () => {
  test.each([
    // Of 5, 1, 9 and 3 at least 3 are 3, 5 and 9: the last three in rising order, the first three in falling order.
    { name: 'rise', descends: false, keys: [1, 3, 5, 9], range: [1, 4] },
    { name: 'fall', descends: true, keys: [9, 5, 3, 1], range: [0, 3] },
  ])('keys that $name: ranks are in order, ids stay, and range() has all that are enough', (one) => {
    const rows = new GridRows(one.descends);
    const ids = [5, 1, 9, 3].map((key) => rows.add(key));
    expect(ids).toEqual([0, 1, 2, 3]);
    expect([...rows.ranked.subarray(0, 4)].map((row) => rows.keyOf(row))).toEqual(one.keys);
    expect([rows.find(9), rows.find(4), rows.keyOf(3)]).toEqual([2, -1, 3]);
    expect(rows.range(3)).toEqual(one.range);
    expect(rows.range(Number.NEGATIVE_INFINITY)).toEqual([0, 4]);
    const [from, to] = rows.range(10);
    expect(from).toBe(to);
  });

  test('what raise() promised goes along when rows come before, and through growth', () => {
    const rows = new GridRows(false);
    const promised = new Map<number, number>();
    for (let n = 0; n < 100; n++) {
      // 99, 98, ...: each new row comes first.
      const row = rows.add(99 - n);
      rows.raise(row, n * 2);
      rows.raise(row, n);
      promised.set(row, n * 2);
    }
    rows.verify((row) => promised.get(row)!);
    expect(() => rows.verify((row) => promised.get(row)! + 1)).toThrow('a row of the grid hides room');
    rows.clear();
    expect([rows.count, rows.find(99)]).toEqual([0, -1]);
  });
});
