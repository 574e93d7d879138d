import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CellHeaps } from '../../src/schedulers/cell-heaps.ts';

const SLOTS = 40;
const HEAPS = 3;

/** Ids that do not follow the slots. */
const idOf = (slot: number) => ((slot * 17) % SLOTS) + 1;

test('added() and removed() keep the lowest id of each heap at its root, whatever comes and goes', () => {
  const step = fc.record({ slot: fc.nat({ max: SLOTS - 1 }), heap: fc.nat({ max: HEAPS - 1 }) });
  const property = fc.property(fc.array(step, { minLength: 50, maxLength: 400, size: 'max' }), (steps) => {
    const heaps = new CellHeaps();
    heaps.clear(SLOTS);
    const roots = Array.from({ length: HEAPS }, () => -1);
    const members = roots.map(() => new Set<number>());
    const heapOf = new Map<number, number>();
    for (const { slot, heap } of steps) {
      const from = heapOf.get(slot);
      if (from === undefined) {
        heaps.setId(slot, idOf(slot));
        roots[heap] = heaps.added(roots[heap]!, slot);
        members[heap]!.add(slot);
        heapOf.set(slot, heap);
      } else {
        roots[from] = heaps.removed(roots[from]!, slot);
        members[from]!.delete(slot);
        heapOf.delete(slot);
      }
      for (let one = 0; one < HEAPS; one++) {
        const expected = [...members[one]!].sort((a, b) => idOf(a) - idOf(b));
        expect(roots[one]).toBe(expected[0] ?? -1);
        const found = roots[one]! < 0 ? [] : [...heaps.slots(roots[one]!)];
        expect(found.sort((a, b) => idOf(a) - idOf(b))).toEqual(expected);
      }
    }
  });
  fc.assert(property, { seed: 1, numRuns: 15 });
});

test('ensure() keeps what is there, and the slots that come are in no heap', () => {
  const heaps = new CellHeaps();
  heaps.clear(2);
  heaps.setId(1, 9);
  heaps.enterCell(1, 4, 5);
  heaps.ensure(10);
  expect([heaps.row(1), heaps.column(1), heaps.id(1)]).toEqual([4, 5, 9]);
  expect([0, 2, 9].map((slot) => heaps.row(slot))).toEqual([-1, -1, -1]);
  // A record is 32 bytes.
  expect(heaps.byteLength).toBe(320);
});
