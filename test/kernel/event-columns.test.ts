import { describe, expect, test } from 'vitest';
import { EventColumns } from '../../src/kernel/event-columns.ts';

describe('EventColumns', () => {
  test('handles of one slot never repeat, and a slot is used again only after its release', () => {
    const columns = new EventColumns();
    const slot = columns.add(1, 1, 0, 7);
    const handle = columns.handleOf(slot);
    columns.bury(slot);
    expect(columns.isBuried(slot)).toBe(true);
    expect(columns.slotOf(handle)).toBe(-1);
    expect(columns.add(2, 2, 0, 8)).not.toBe(slot);
    columns.release(slot);
    expect(columns.add(3, 3, 0, 9)).toBe(slot);
    expect(columns.slotOf(handle)).toBe(-1);
    expect(columns.slotOf(columns.handleOf(slot))).toBe(slot);
  });

  test('a slot whose generations are used up retires', () => {
    const columns = new EventColumns();
    const slot = columns.add(0, 0, 0, 0);
    // 2^27 uses of one slot, each with another handle: the last one must not come back as the first.
    let handle = columns.handleOf(slot);
    for (let use = 0; use < 2 ** 27 - 1; use += 1) {
      columns.release(slot);
      columns.add(0, 0, 0, 0);
    }
    expect(columns.handleOf(slot)).toBeGreaterThan(handle);
    handle = columns.handleOf(slot);
    expect(Number.isSafeInteger(handle)).toBe(true);
    columns.release(slot);
    expect(columns.slotOf(handle)).toBe(-1);
    expect(columns.add(0, 0, 0, 0)).toBe(1);
  });

  test('growing keeps what is there', () => {
    const columns = new EventColumns();
    const slots = Array.from({ length: 1000 }, (_, index) =>
      columns.add(index, index * 2, index % 7, -index),
    );
    expect(slots.every((slot, index) => columns.timesMs[slot] === index)).toBe(true);
    expect([columns.ranks[999], columns.kinds[999], columns.entities[999]]).toEqual([1998, 5, -999]);
    expect(columns.slotOf(12_345)).toBe(-1);
  });

  test('sweep() releases the buried and answers the rest', () => {
    const columns = new EventColumns();
    const slots = [0, 1, 2, 3].map((entity) => columns.add(0, entity, 0, entity));
    columns.bury(slots[1]!);
    columns.release(slots[3]!);
    expect(columns.sweep()).toEqual([slots[0], slots[2]]);
    expect(columns.isBuried(slots[1]!)).toBe(false);
    expect(new Set([columns.add(0, 9, 0, 0), columns.add(0, 9, 0, 0)])).toEqual(
      new Set([slots[1], slots[3]]),
    );
  });
});
