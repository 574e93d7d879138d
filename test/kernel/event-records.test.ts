import { describe, expect, test } from 'vitest';
import { EventRecords } from '../../src/kernel/event-records.ts';

describe('EventRecords', () => {
  test('handles of one slot never repeat, and a slot is used again only after its release', () => {
    const records = new EventRecords();
    const slot = records.add(1, 1, 0, 7);
    const handle = records.handleOf(slot);
    records.bury(slot);
    expect(records.isBuried(slot)).toBe(true);
    expect(records.slotOf(handle)).toBe(-1);
    expect(records.add(2, 2, 0, 8)).not.toBe(slot);
    records.release(slot);
    expect(records.add(3, 3, 0, 9)).toBe(slot);
    expect(records.slotOf(handle)).toBe(-1);
    expect(records.slotOf(records.handleOf(slot))).toBe(slot);
  });

  test('a slot whose generations are used up retires', () => {
    const records = new EventRecords();
    const slot = records.add(0, 0, 0, 0);
    // 2^27 uses of one slot, each with another handle: the last one must not come back as the first.
    let handle = records.handleOf(slot);
    for (let use = 0; use < 2 ** 27 - 1; use += 1) {
      records.release(slot);
      records.add(0, 0, 0, 0);
    }
    expect(records.handleOf(slot)).toBeGreaterThan(handle);
    handle = records.handleOf(slot);
    expect(Number.isSafeInteger(handle)).toBe(true);
    records.release(slot);
    expect(records.slotOf(handle)).toBe(-1);
    expect(records.add(0, 0, 0, 0)).toBe(1);
  });

  test('growing keeps what is there', () => {
    const records = new EventRecords();
    const slots = Array.from({ length: 1000 }, (_, index) =>
      records.add(index, index * 2, index % 7, -index),
    );
    expect(slots.every((slot, index) => records.timeMs(slot) === index)).toBe(true);
    expect(slots.every((slot, index) => index === 0 || records.isBefore(slots[index - 1]!, slot))).toBe(true);
    expect([records.kind(999), records.entity(999)]).toEqual([5, -999]);
    expect(records.slotOf(12_345)).toBe(-1);
  });

  test('sweep() releases the buried and answers the rest', () => {
    const records = new EventRecords();
    const slots = [0, 1, 2, 3].map((entity) => records.add(0, entity, 0, entity));
    records.bury(slots[1]!);
    records.release(slots[3]!);
    expect(records.sweep()).toEqual([slots[0], slots[2]]);
    expect(records.isBuried(slots[1]!)).toBe(false);
    expect(new Set([records.add(0, 9, 0, 0), records.add(0, 9, 0, 0)])).toEqual(
      new Set([slots[1], slots[3]]),
    );
  });
});
