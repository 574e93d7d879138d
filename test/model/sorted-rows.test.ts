import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SortedRows } from '../../src/model/sorted-rows.ts';
import { bytesInMemory } from '../support/overflow.ts';

const LAYOUT = { key: Float64Array, number: Int32Array, half: Uint16Array, byte: Uint8Array } as const;

function rowsOf(keys: readonly number[], memoryRows: number | null): SortedRows<typeof LAYOUT> {
  const rows = new SortedRows({
    layout: LAYOUT,
    key: ({ key }, row) => key[row]!,
    overflow: memoryRows === null ? undefined : bytesInMemory(memoryRows),
  });
  for (const [number, key] of keys.entries()) {
    const at = rows.add();
    const { open } = rows;
    open.key[at] = key;
    open.number[at] = number;
    open.half[at] = number * 3;
    open.byte[at] = number * 5;
  }
  return rows;
}

/** Key and number of each row; the other columns must fit. */
function read(rows: SortedRows<typeof LAYOUT>): number[][] {
  const found: number[][] = [];
  for (const cursor = rows.inOrder(); cursor.next(); ) {
    const { columns, row } = cursor;
    const number = columns.number[row]!;
    expect([columns.half[row], columns.byte[row]]).toEqual([(number * 3) % 65_536, (number * 5) % 256]);
    found.push([columns.key[row]!, number]);
  }
  return found;
}

const sorted = (keys: readonly number[]) => keys.map((key, row) => [key, row]).sort(([a], [b]) => a! - b!);

describe('SortedRows', () => {
  // Few distinct keys, so that ties are frequent, and more rows than several times what memory holds.
  const keys = fc.array(fc.oneof(fc.nat(9), fc.integer({ min: 0, max: 2 ** 53 - 1 })), { maxLength: 150 });

  test('reads in order of key, ties in order of addition, however few rows memory holds', () => {
    fc.assert(
      fc.property(keys, fc.constantFrom(null, 8, 16, 64), (all, memoryRows) => {
        expect(read(rowsOf(all, memoryRows))).toEqual(sorted(all));
      }),
      { seed: 2, numRuns: 400 },
    );
  });

  test('is read by several cursors at once, each by itself, and again after more rows', () => {
    const rows = rowsOf([5, 3, 9, 1, 7, 2, 8, 4, 6, 0, 3, 3, 5, 1, 9, 9, 2], 8);
    const [first, second] = [rows.inOrder(), rows.inOrder()];
    for (let n = 0; n < 10; n++) first.next();
    second.next();
    expect([first.columns.key[first.row], second.columns.key[second.row]]).toEqual([5, 0]);
    const at = rows.add();
    rows.open.key[at] = 4;
    expect(read(rows).map(([key]) => key)).toEqual([0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 9, 9]);
  });

  test('alter() reaches every row once, and the order follows the new keys', () => {
    fc.assert(
      fc.property(keys, fc.constantFrom(null, 8, 16), (all, memoryRows) => {
        const rows = rowsOf(
          all.map(() => 0),
          memoryRows,
        );
        rows.alter(({ key, number }, length) => {
          for (let row = 0; row < length; row++) key[row] = key[row]! + all[number[row]!]!;
        });
        expect(read(rows)).toEqual(sorted(all));
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('takes no more memory for more rows than memory shall hold', () => {
    const keysOf = (rows: number) => Array.from({ length: rows }, (_, row) => (row * 7919) % 104_729);
    const [small, large] = [rowsOf(keysOf(4 * 512), 512), rowsOf(keysOf(16 * 512), 512)];
    // 512 rows of 8 + 4 + 2 + 1 bytes
    expect([small.byteLength, large.byteLength]).toEqual([512 * 15, 512 * 15]);
    expect(rowsOf(keysOf(2 * 1024), null).byteLength).toBe(2 * 1024 * 15);
  });
});
