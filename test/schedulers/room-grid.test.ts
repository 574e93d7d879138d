import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GridQuery, MOST_AMOUNTS, RoomGrid } from '../../src/schedulers/room-grid.ts';

const SLOTS = 120;

interface Listed {
  readonly id: number;
  readonly key: number;
  readonly other: number;
}

/** The plain way: sort everything that has room. */
function expectedFirst(
  listed: ReadonlyMap<number, Listed>,
  which: 'least' | 'most',
  query: GridQuery,
): number {
  const sign = which === 'least' ? 1 : -1;
  const fitting = [...listed].filter(
    ([, { key, other }]) => key >= query.keyNeed && other >= query.otherNeed,
  );
  fitting.sort(([, a], [, b]) => sign * (a.key - b.key) || a.id - b.id);
  return fitting[0]?.[0] ?? -1;
}

describe('RoomGrid', () => {
  test.each(['least', 'most'] as const)(
    'first() finds the %s of the key that has room, as a sort of everything does',
    (which) => {
      const step = fc.record({
        slot: fc.nat({ max: SLOTS - 1 }),
        // More columns than the first words have bits, more rows than the first table.
        key: fc.nat({ max: 45 }),
        other: fc.nat({ max: 80 }),
        leaves: fc.boolean(),
      });
      const property = fc.property(
        fc.array(step, { minLength: 100, maxLength: 500, size: 'max' }),
        (steps) => {
          const grid = new RoomGrid(which);
          grid.clear(SLOTS);
          const listed = new Map<number, Listed>();
          const queries = [0, 3, 20, 44].flatMap((key) =>
            [0, 31, 32, 79].map((other) => new GridQuery(key, other)),
          );
          queries.push(new GridQuery(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY));
          steps.forEach(({ slot, key, other, leaves }, at) => {
            const id = 1000 - slot;
            if (!listed.has(slot)) grid.add(slot, id, key, other);
            else if (leaves) grid.remove(slot);
            else grid.move(slot, key, other);
            if (listed.has(slot) && leaves) listed.delete(slot);
            else listed.set(slot, { id, key, other });
            expect(grid.isListed(slot)).toBe(listed.has(slot));
            const query = queries[at % queries.length]!;
            expect(grid.first(query)).toBe(expectedFirst(listed, which, query));
            if (at % 40 === 0) grid.verify();
          });
          for (const query of queries) expect(grid.first(query)).toBe(expectedFirst(listed, which, query));
        },
      );
      fc.assert(property, { seed: 2, numRuns: 15 });
    },
  );

  test('a query can be asked of one grid after another', () => {
    const query = new GridQuery(4, 1);
    // Both have one row and one column: 5 is enough, 3 is not.
    const grids = [5, 3].map((key) => {
      const grid = new RoomGrid('least');
      grid.clear(1);
      grid.add(0, 1, key, 1);
      return grid;
    });
    expect([0, 1, 0, 1].map((n) => grids[n]!.first(query))).toEqual([0, -1, 0, -1]);
  });

  test('isTooFine says that amounts are too many, until clear()', () => {
    const grid = new RoomGrid('least');
    grid.clear(MOST_AMOUNTS + 1);
    for (let slot = 0; slot < MOST_AMOUNTS; slot++) grid.add(slot, slot + 1, slot * 10, 1);
    expect(grid.isTooFine).toBe(false);
    expect(grid.amounts).toEqual([MOST_AMOUNTS, 1]);
    expect(grid.first(new GridQuery(2555, 1))).toBe(-1);
    expect(grid.first(new GridQuery(2545, 1))).toBe(MOST_AMOUNTS - 1);
    grid.add(MOST_AMOUNTS, MOST_AMOUNTS + 1, 5, 1);
    expect(grid.isTooFine).toBe(true);
    grid.clear(MOST_AMOUNTS + 1);
    expect(grid.isTooFine).toBe(false);
    expect(grid.isListed(3)).toBe(false);
    expect(grid.first(new GridQuery(0, 0))).toBe(-1);
  });

  test('a grid of 256 by 256 amounts takes 600 kB at most beside 32 bytes an instance', () => {
    const grid = new RoomGrid('least');
    const slots = MOST_AMOUNTS ** 2;
    grid.clear(slots);
    for (let slot = 0; slot < slots; slot++) grid.add(slot, slot + 1, slot >> 8, slot & 255);
    expect(grid.isTooFine).toBe(false);
    expect(grid.byteLength - slots * 32).toBeLessThan(600_000);
  });
});
