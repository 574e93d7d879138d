import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TASK_FIELD, type TaskField, TaskRecords } from '../../src/model/task-records.ts';

describe('TaskRecords', () => {
  test.each([
    { name: 'the start', timeMs: 0 },
    // 2^31 ms are 24.8 days.
    { name: 'the last of one word', timeMs: 2 ** 31 - 1 },
    { name: 'the first of two', timeMs: 2 ** 31 },
    { name: 'all bits of the lower word', timeMs: 2 ** 32 - 1 },
    { name: 'the longest runtime there is', timeMs: 2 ** 52 },
    { name: 'never', timeMs: Number.POSITIVE_INFINITY },
    { name: 'not yet', timeMs: Number.NaN },
  ])('time() gives back $name, among shorter ones', ({ timeMs }) => {
    const records = new TaskRecords();
    records.ensure(1);
    records.setTime(0, TASK_FIELD.submitMs, 7);
    records.setTime(1, TASK_FIELD.submitMs, timeMs);
    records.setTime(1, TASK_FIELD.sinceMs, 8);
    expect(records.time(1, TASK_FIELD.submitMs)).toBe(timeMs);
    expect([records.time(0, TASK_FIELD.submitMs), records.time(1, TASK_FIELD.sinceMs)]).toEqual([7, 8]);
    // The slot is used again.
    records.setTime(1, TASK_FIELD.submitMs, 9);
    expect(records.time(1, TASK_FIELD.submitMs)).toBe(9);
  });

  test('24 bytes a task, and 24 more from the first long time on', () => {
    const records = new TaskRecords();
    records.ensure(999);
    expect(records.byteLength).toBe(24_000);
    records.setTime(3, TASK_FIELD.runtimeMs, Number.POSITIVE_INFINITY);
    expect(records.byteLength).toBe(24_000);
    records.setTime(3, TASK_FIELD.runtimeMs, 2 ** 31);
    expect(records.byteLength).toBe(48_000);
  });

  test('holds what was written last, whatever the fields and the growth', () => {
    const time = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
    const write = fc.record({
      task: fc.nat(300),
      field: fc.constantFrom<TaskField>(...Object.values(TASK_FIELD)),
      timeMs: time,
    });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 100 }), (writes) => {
        const records = new TaskRecords();
        const plain = new Map<string, number>();
        for (const { task, field, timeMs } of writes) {
          records.ensure(task);
          records.setTime(task, field, timeMs);
          plain.set(`${task} ${field}`, timeMs);
        }
        for (const [key, timeMs] of plain) {
          const [task, field] = key.split(' ').map(Number) as [number, TaskField];
          expect(records.time(task, field)).toBe(timeMs);
        }
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});
