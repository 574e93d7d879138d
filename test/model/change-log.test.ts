import { expect, test } from 'vitest';
import { CHANGE, ChangeLog } from '../../src/model/change-log.ts';

test('append() returns the version, and entry v is the change that made version v + 1', () => {
  const log = new ChangeLog(4);
  expect(log.version).toBe(0);
  expect(log.append(CHANGE.joined, 7, -1)).toBe(1);
  expect(log.append(CHANGE.taskAdded, 8, 3)).toBe(2);
  expect([log.kindAt(0), log.slotAt(0), log.classAt(0)]).toEqual([CHANGE.joined, 7, -1]);
  expect([log.kindAt(1), log.slotAt(1), log.classAt(1)]).toEqual([CHANGE.taskAdded, 8, 3]);
  expect(log.version).toBe(2);
});

test('isBehind() turns true with the first entry that is overwritten', () => {
  const log = new ChangeLog(4);
  for (let slot = 0; slot < 4; slot++) log.append(CHANGE.altered, slot, -1);
  // entries 0..3 fill the ring
  expect(log.isBehind(0)).toBe(false);
  expect(log.slotAt(0)).toBe(0);
  // entry 4 takes the place of entry 0
  log.append(CHANGE.altered, 4, -1);
  expect(log.isBehind(0)).toBe(true);
  expect(log.isBehind(1)).toBe(false);
  expect([1, 2, 3, 4].map((cursor) => log.slotAt(cursor))).toEqual([1, 2, 3, 4]);
});

test('a reader at the present is never behind', () => {
  const log = new ChangeLog(2);
  for (let slot = 0; slot < 9; slot++) {
    log.append(CHANGE.images, slot, -1);
    expect(log.isBehind(log.version)).toBe(false);
    expect(log.slotAt(log.version - 1)).toBe(slot);
  }
});
