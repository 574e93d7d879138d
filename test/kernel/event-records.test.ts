import { describe, expect, test } from 'vitest';
import { EventRecords } from '../../src/kernel/event-records.ts';

describe('EventRecords', () => {
  test('handles of one slot never repeat, and a slot is used again only after its release', () => {
    const records = new EventRecords();
    const slot = records.add(1, 0, 0, 7);
    const handle = records.handleOf(slot);
    records.bury(slot);
    expect(records.isBuried(slot)).toBe(true);
    expect(records.slotOf(handle)).toBe(-1);
    expect(records.add(2, 0, 0, 8)).not.toBe(slot);
    records.release(slot);
    expect(records.add(3, 0, 0, 9)).toBe(slot);
    expect(records.slotOf(handle)).toBe(-1);
    expect(records.slotOf(records.handleOf(slot))).toBe(slot);
  });

  test('a slot whose generations are used up retires', () => {
    const records = new EventRecords();
    const slot = records.add(0, 0, 0, 0);
    // 2^14 uses of one slot, each with another handle: the last one must not come back as the first.
    let handle = records.handleOf(slot);
    for (let use = 0; use < 2 ** 14 - 1; use += 1) {
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
      records.add(index, index % 16, index % 7, -index),
    );
    expect(slots.every((slot, index) => records.timeMs(slot) === index)).toBe(true);
    expect(slots.every((slot, index) => index === 0 || records.isBefore(slots[index - 1]!, slot))).toBe(true);
    expect([records.kind(999), records.entity(999)]).toEqual([5, -999]);
    expect(records.slotOf(12_345)).toBe(-1);
  });

  test.each([
    { name: 'phase', earlier: { phase: 7, kind: 16_381 }, later: { phase: 8, kind: 0 } },
    { name: 'insertion', earlier: { phase: 15, kind: 9 }, later: { phase: 15, kind: 3 } },
  ])('isBefore() goes by $name at one time, and kind, phase and entity do not mix', ({ earlier, later }) => {
    const records = new EventRecords();
    const first = records.add(5, earlier.phase, earlier.kind, -1);
    const second = records.add(5, later.phase, later.kind, 2 ** 31 - 1);
    expect([records.isBefore(first, second), records.isBefore(second, first)]).toEqual([true, false]);
    expect([records.kind(first), records.kind(second)]).toEqual([earlier.kind, later.kind]);
    expect([records.entity(first), records.entity(second)]).toEqual([-1, 2 ** 31 - 1]);
    // Added again, it is the last of its phase, and keeps its handle.
    const handle = records.handleOf(first);
    records.readd(first, 5);
    expect(records.isBefore(first, second)).toBe(earlier.phase < later.phase);
    expect([records.slotOf(handle), records.kind(first), records.entity(first)]).toEqual([
      first,
      earlier.kind,
      -1,
    ]);
  });

  test('events keep the order of insertion when the numbers of insertions begin anew', () => {
    const records = new EventRecords(8);
    const waiting: number[] = [];
    // At most 5 at a time, each added 8 insertions or less after the ones that it is compared with, and some cancelled.
    for (let n = 0; n < 100; n++) {
      waiting.push(records.add(1, 0, 0, n));
      if (n % 3 === 0) records.bury(waiting.at(-1)!);
      for (let i = 1; i < waiting.length; i++) {
        expect(records.isBefore(waiting[i - 1]!, waiting[i]!)).toBe(true);
      }
      if (waiting.length === 5) for (let i = 0; i < 1 + (n % 4); i++) records.release(waiting.shift()!);
    }
    const full = new EventRecords(8);
    for (let n = 0; n < 8; n++) full.add(1, 0, 0, n);
    expect(() => full.add(1, 0, 0, 8)).toThrow('too many events queued');
  });

  test('sweep() releases the buried and answers the rest', () => {
    const records = new EventRecords();
    const slots = [0, 1, 2, 3].map((entity) => records.add(0, 0, 0, entity));
    records.bury(slots[1]!);
    records.release(slots[3]!);
    expect(records.sweep()).toEqual([slots[0], slots[2]]);
    expect(records.isBuried(slots[1]!)).toBe(false);
    expect(new Set([records.add(0, 0, 0, 0), records.add(0, 0, 0, 0)])).toEqual(
      new Set([slots[1], slots[3]]),
    );
  });
});
