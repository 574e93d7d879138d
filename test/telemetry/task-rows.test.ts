import { expect, test } from 'vitest';
import { TASK_END, TASK_END_NAMES } from '../../src/model/cluster-view.ts';
import { ATTEMPT_OUTCOMES, type AttemptRow, INTERRUPTED, TaskRows } from '../../src/telemetry/task-rows.ts';
import { attemptsOf } from '../support/attempts.ts';
import { bytesInMemory } from '../support/overflow.ts';

const NEVER = { submitMs: 0, placedMs: Number.NaN, runningMs: Number.NaN, endMs: Number.NaN };

test.each([undefined, 8])(
  'TaskRows.inOrder() sorts by task, then attempt, with %s rows in memory',
  (memoryRows) => {
    const rows = new TaskRows(memoryRows === undefined ? undefined : bytesInMemory(memoryRows));
    const added = [
      [2, 0],
      [0, 1],
      [10, 0],
      [0, 0],
      [1, 0],
      [0, 2],
      [65_536, 1],
      [2 ** 31 - 1, 0],
      [9, 65_535],
      [65_536, 0],
    ] as const;
    for (const [ordinal, attempt] of added) {
      rows.add({ ordinal, attempt, classId: 0, instanceId: 0, outcome: 1, gpuMask: 0, ...NEVER });
    }
    expect(rows.length).toBe(10);
    expect(attemptsOf(rows).map(({ ordinal, attempt }) => [ordinal, attempt])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [2, 0],
      [9, 65_535],
      [10, 0],
      [65_536, 0],
      [65_536, 1],
      [2 ** 31 - 1, 0],
    ]);
  },
);

test.each([undefined, 4096])(
  'TaskRows keeps every field of every row, with %s rows in memory',
  (memoryRows) => {
    const rows = new TaskRows(memoryRows === undefined ? undefined : bytesInMemory(memoryRows));
    const rowOf = (n: number): AttemptRow => ({
      ordinal: n,
      attempt: n % 7,
      classId: n % 11,
      instanceId: n % 13,
      outcome: (n % 8) + 1,
      gpuMask: n % 3,
      submitMs: n,
      placedMs: n + 1,
      runningMs: n % 5 === 0 ? Number.NaN : n + 2,
      endMs: n + 3,
    });
    const added = Array.from({ length: 9000 }, (_, n) => rowOf(n));
    for (const row of added) rows.add(row);
    expect(attemptsOf(rows)).toEqual(added);
  },
);

test('ATTEMPT_OUTCOMES begin with the ways in which a task ends, under the same codes', () => {
  for (const end of Object.values(TASK_END)) expect(ATTEMPT_OUTCOMES[end]).toBe(TASK_END_NAMES[end]);
  expect(ATTEMPT_OUTCOMES[INTERRUPTED]).toBe('interrupted');
});
