import { expect, test } from 'vitest';
import { TASK_END, TASK_END_NAMES } from '../../src/model/cluster-view.ts';
import { ATTEMPT_OUTCOMES, INTERRUPTED, TaskRows } from '../../src/telemetry/task-rows.ts';

const NOWHERE = { placement: -1, gpuMask: 0 };
const NEVER = { submitMs: 0, placedMs: Number.NaN, runningMs: Number.NaN, endMs: Number.NaN };

test('TaskRows.inOrder() sorts by task, then attempt, whatever the order of addition', () => {
  const rows = new TaskRows();
  const added = [
    [2, 0],
    [0, 1],
    [10, 0],
    [0, 0],
    [1, 0],
    [0, 2],
  ] as const;
  for (const [ordinal, attempt] of added) {
    rows.add({ ordinal, attempt, classId: 0, instanceId: 0, outcome: 1, ...NOWHERE, ...NEVER });
  }
  expect([...rows.inOrder()].map((row) => [rows.ordinal[row], rows.attempt[row]])).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [2, 0],
    [10, 0],
  ]);
});

test('TaskRows keeps every column of every row, read after the last row or in between', () => {
  const rows = new TaskRows();
  for (let n = 0; n < 9000; n++) {
    rows.add({
      ordinal: n,
      attempt: n % 7,
      classId: n % 11,
      instanceId: n % 13,
      outcome: (n % 8) + 1,
      placement: n + 5,
      gpuMask: n % 3,
      submitMs: n,
      placedMs: n + 1,
      runningMs: n + 2,
      endMs: n + 3,
    });
    if (n % 3000 === 5) expect([rows.ordinal.length, rows.ordinal[n]]).toEqual([n + 1, n]);
  }
  expect(rows.length).toBe(9000);
  const { ordinal, attempt, classId, instanceId, outcome, submitMs, placedMs, runningMs, endMs } = rows;
  for (const n of [0, 4095, 4096, 8191, 8192, 8999]) {
    expect([ordinal[n], attempt[n], classId[n], instanceId[n], outcome[n]]).toEqual([
      n,
      n % 7,
      n % 11,
      n % 13,
      (n % 8) + 1,
    ]);
    expect([rows.placement[n], rows.gpuMask[n]]).toEqual([n + 5, n % 3]);
    expect([submitMs[n], placedMs[n], runningMs[n], endMs[n]]).toEqual([n, n + 1, n + 2, n + 3]);
  }
});

test('ATTEMPT_OUTCOMES begin with the ways in which a task ends, under the same codes', () => {
  for (const end of Object.values(TASK_END)) expect(ATTEMPT_OUTCOMES[end]).toBe(TASK_END_NAMES[end]);
  expect(ATTEMPT_OUTCOMES[INTERRUPTED]).toBe('interrupted');
});
