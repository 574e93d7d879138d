import { describe, expect, test } from 'vitest';
import { TASK_END } from '../../src/model/cluster-view.ts';
import { createRunSeries } from '../../src/telemetry/run-series.ts';
import { ATTEMPT_OUTCOMES } from '../../src/telemetry/task-rows.ts';
import { TaskTelemetry } from '../../src/telemetry/task-telemetry.ts';
import { SECOND } from '../../src/units.ts';
import { attemptsOf } from '../support/attempts.ts';
import { createCluster } from '../support/cluster-builder.ts';

/** A cluster with one large instance, whose tasks are watched. */
function watched() {
  const cluster = createCluster();
  const slot = cluster.join({ cpu: 100_000, memoryMiB: 100_000, gpus: 4 });
  const { store } = cluster;
  const series = createRunSeries(10, 100);
  const telemetry = new TaskTelemetry(store, series);
  store.recorder = telemetry;
  return { ...cluster, store, slot, series, telemetry };
}

/** `0#0 placed running end outcome` of every row. */
function rowsOf({ attempts: { rows } }: TaskTelemetry): string[] {
  return attemptsOf(rows).map(({ ordinal, attempt, placedMs, runningMs, endMs, outcome }) =>
    [`${ordinal}#${attempt}`, placedMs, runningMs, endMs, ATTEMPT_OUTCOMES[outcome]].join(' '),
  );
}

describe('TaskTelemetry', () => {
  test('follows a task from submission to success', () => {
    const { store, slot, series, telemetry, taskClass } = watched();
    const { id, groupId } = taskClass({ cpu: 500, memoryMiB: 100 });
    const task = store.addTask(id, 10);
    expect([series.pending.value, series.running.value]).toEqual([1, 0]);
    store.place(task, slot, 30);
    expect([series.pending.value, series.running.value, series.cpuRequested.value]).toEqual([0, 1, 500]);
    store.startRunning(task, 40);
    store.endTask(task, TASK_END.succeeded, 90);
    expect([series.pending.value, series.running.value, series.cpuRequested.value]).toEqual([0, 0, 0]);
    expect(telemetry.groups[groupId]).toMatchObject({ submitted: 1, placed: 1, succeeded: 1 });
    expect(telemetry.groups[groupId]!.waitsMs.sum).toBe(20);
    expect([telemetry.waitsMs.max, telemetry.responsesMs.max]).toEqual([20, 80]);
    expect([telemetry.firstSubmitMs, telemetry.lastEndMs]).toEqual([10, 90]);
    // Held from 30 to 90.
    expect(telemetry.heldMs.of(id)).toBe(60n);
    expect(rowsOf(telemetry)).toEqual(['0#0 30 40 90 succeeded']);
  });

  test('takes for the last end that of a success or a failure, not a stop or a rejection', () => {
    const { store, slot, telemetry, taskClass } = watched();
    const { id } = taskClass({ cpu: 1 });
    const [failing, stopping] = [store.addTask(id, 0), store.addTask(id, 0)];
    for (const task of [failing, stopping]) {
      store.place(task, slot, 5);
      store.startRunning(task, 10);
    }
    store.endTask(failing, TASK_END.failed, 20);
    store.endTask(stopping, TASK_END.stopped, 30);
    store.endTask(store.addTask(id, 35), TASK_END.rejected, 40);
    expect(telemetry.lastEndMs).toBe(20);
  });

  test('counts the wait for the first placement alone, and every attempt as a row', () => {
    const { store, slot, telemetry, taskClass } = watched();
    const { id } = taskClass({ cpu: 1 });
    const task = store.addTask(id, 0);
    store.place(task, slot, 5);
    store.startRunning(task, 10);
    store.requeue(task, 20);
    store.place(task, slot, 50);
    store.requeue(task, 60);
    store.place(task, slot, 70);
    store.startRunning(task, 80);
    store.endTask(task, TASK_END.succeeded, 100);
    expect([telemetry.waitsMs.count, telemetry.waitsMs.sum]).toEqual([1, 5]);
    expect(telemetry.interruptedCount).toBe(2);
    expect(rowsOf(telemetry)).toEqual([
      '0#0 5 10 20 interrupted',
      '0#1 50 NaN 60 interrupted',
      '0#2 70 80 100 succeeded',
    ]);
    // 15 + 10 + 30
    expect(telemetry.heldMs.of(id)).toBe(55n);
  });

  test.each([
    // Response 40 s, run 20 s: 40 / 20 = 2
    { waitS: 20, runS: 20, slowdown: 2 },
    // Runs below 10 s count as 10 s: (15 + 5) / 10 = 2
    { waitS: 15, runS: 5, slowdown: 2 },
    // ... but no slowdown is below 1
    { waitS: 1, runS: 2, slowdown: 1 },
  ])('a wait of $waitS s before $runS s of work is a slowdown of $slowdown', ({ waitS, runS, slowdown }) => {
    const { store, slot, telemetry, taskClass } = watched();
    const task = store.addTask(taskClass({ cpu: 1 }).id, 0);
    store.place(task, slot, waitS * SECOND);
    store.startRunning(task, waitS * SECOND);
    store.endTask(task, TASK_END.succeeded, (waitS + runS) * SECOND);
    expect(telemetry.slowdowns.max).toBe(slowdown);
  });

  test('tasks that were rejected, stopped or failed are no successes', () => {
    const { store, slot, series, telemetry, taskClass } = watched();
    const { id, groupId } = taskClass({ cpu: 1 });
    store.endTask(store.addTask(id, 1), TASK_END.rejected, 1);
    store.endTask(store.addTask(id, 2), TASK_END.stopped, 5);
    const failed = store.addTask(id, 6);
    store.place(failed, slot, 7);
    store.endTask(failed, TASK_END.failed, 9);
    expect([...telemetry.ends]).toEqual([0, 0, 1, 1, 1]);
    expect(telemetry.groups[groupId]).toMatchObject({ submitted: 3, placed: 1, succeeded: 0 });
    expect(telemetry.responsesMs.count).toBe(0);
    expect(rowsOf(telemetry)).toEqual([
      '0#0 NaN NaN 1 rejected',
      '1#0 NaN NaN 5 stopped',
      '2#0 7 NaN 9 failed',
    ]);
    expect(series.pending.value).toBe(0);
  });

  test('finish() adds what is still there, and the time that it held its room', () => {
    const { store, slot, telemetry, taskClass } = watched();
    const { id } = taskClass({ cpu: 1 });
    const [waiting, starting, running] = [store.addTask(id, 0), store.addTask(id, 0), store.addTask(id, 0)];
    store.place(starting, slot, 10);
    store.place(running, slot, 20);
    store.startRunning(running, 30);
    expect(store.taskState[waiting]).toBe(1);
    expect(telemetry.finish(100)).toEqual({ pending: 1, running: 2 });
    expect(rowsOf(telemetry)).toEqual([
      '0#0 NaN NaN NaN pending',
      '1#0 10 NaN NaN starting',
      '2#0 20 30 NaN running',
    ]);
    expect(telemetry.heldMs.of(id)).toBe(90n + 80n);
  });

  test('integrates the running and the wanted tasks of a service', () => {
    const { store, slot, telemetry, taskClass } = watched();
    const { id, groupId } = taskClass({ cpu: 1, groupKind: 'service' });
    telemetry.desired(10, groupId, 2);
    const [a, b, c] = [store.addTask(id, 10), store.addTask(id, 10), store.addTask(id, 10)];
    for (const task of [a, b, c]) store.place(task, slot, 20);
    store.startRunning(a, 30);
    store.startRunning(b, 40);
    // One too many serves nobody.
    store.startRunning(c, 50);
    telemetry.desired(70, groupId, 1);
    telemetry.finish(100);
    // Wanted: 2 for 60, 1 for 30. Served: 1 for 10, 2 for 30, 1 for 30.
    expect(telemetry.groups[groupId]).toMatchObject({ desiredMs: 150, servedMs: 100 });
  });

  test('follows the GPUs that tasks hold', () => {
    const { store, slot, series, taskClass } = watched();
    const { id } = taskClass({ gpu: { count: 2, milli: 1000, models: [] } });
    const task = store.addTask(id, 0);
    store.place(task, slot, 10);
    expect(series.gpuRequested.value).toBe(2000);
    store.endTask(task, TASK_END.stopped, 20);
    expect(series.gpuRequested.value).toBe(0);
  });

  test('a task slot that is used again starts afresh', () => {
    const { store, slot, telemetry, taskClass } = watched();
    const { id } = taskClass({ cpu: 1 });
    const first = store.addTask(id, 0);
    store.place(first, slot, 0);
    store.startRunning(first, 1);
    store.endTask(first, TASK_END.succeeded, 2);
    const second = store.addTask(id, 3);
    expect(second).toBe(first);
    store.place(second, slot, 4);
    store.endTask(second, TASK_END.stopped, 5);
    expect(rowsOf(telemetry)).toEqual(['0#0 0 1 2 succeeded', '1#0 4 NaN 5 stopped']);
  });
});
