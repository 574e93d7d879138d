import { describe, expect, test } from 'vitest';
import { INSTANCE_STATE, TASK_END } from '../../src/model/cluster-view.ts';
import { MIB } from '../../src/units.ts';
import { InstanceTelemetry } from '../../src/telemetry/instance-telemetry.ts';
import { createRunSeries } from '../../src/telemetry/run-series.ts';
import { createCluster } from '../support/cluster-builder.ts';

/** A cluster whose moves have times; 2048 CPU and 8192 MiB on each instance, at a price of 7. */
function watched() {
  const { store, taskClass } = createCluster();
  const series = createRunSeries(10, 100);
  const telemetry = new InstanceTelemetry(store, series, () => 7);
  store.recorder = telemetry;
  const lanes = [2048, 8192 * MIB, 2 ** 42, 2 ** 42, 0, 0];
  const shape = {
    typeName: 'm',
    groupName: 'pool',
    capacity: lanes,
    allocatable: lanes,
    gpuDevices: 0,
    gpuModel: '',
    labels: new Map<string, string>(),
    taints: [],
  };
  return {
    store,
    telemetry,
    series,
    taskClass,
    request: (nowMs: number) => store.addInstance({ shape, zone: 'a' }, nowMs),
    boot: (slot: number, nowMs: number) => store.setInstanceState(slot, INSTANCE_STATE.booting, nowMs),
    ready: (slot: number, nowMs: number) => store.setInstanceState(slot, INSTANCE_STATE.ready, nowMs),
    /** A task of the class, placed at once. */
    put(classId: number, slot: number, nowMs: number): number {
      const task = store.addTask(classId, nowMs);
      store.place(task, slot, nowMs);
      return task;
    },
    end: (task: number, nowMs: number) => store.endTask(task, TASK_END.succeeded, nowMs),
  };
}

describe('InstanceTelemetry', () => {
  test('keeps the times of an instance, NaN until they are reached', () => {
    const { telemetry, request, boot, ready, store } = watched();
    const slot = request(1);
    const [record] = telemetry.records;
    expect(record).toMatchObject({ id: 1, name: 'i-0000001', zone: 'a', requestedMs: 1 });
    expect([record!.runningMs, record!.readyMs, record!.endMs]).toEqual([NaN, NaN, NaN]);
    boot(slot, 4);
    ready(slot, 9);
    // Draining and back: it was ready from 9 on.
    store.setInstanceState(slot, INSTANCE_STATE.draining, 12);
    ready(slot, 15);
    store.removeInstance(slot, 20);
    expect([record!.runningMs, record!.readyMs, record!.endMs]).toEqual([4, 9, 20]);
    expect(telemetry.readyMs.of(0)).toBe(11n);
  });

  test('knows since when an instance drains, unless it was called back', () => {
    const { telemetry, request, boot, ready, store } = watched();
    const slot = request(1);
    boot(slot, 2);
    ready(slot, 3);
    const [record] = telemetry.records;
    expect(record!.drainingMs).toBeNaN();
    store.setInstanceState(slot, INSTANCE_STATE.draining, 5);
    expect(record!.drainingMs).toBe(5);
    ready(slot, 6);
    expect([record!.readyMs, record!.drainingMs]).toEqual([3, NaN]);
    store.setInstanceState(slot, INSTANCE_STATE.draining, 8);
    store.removeInstance(slot, 9);
    expect([record!.drainingMs, record!.endMs]).toEqual([8, 9]);
  });

  test('tells instances of one slot apart', () => {
    const { telemetry, request, boot, ready, store, put, taskClass } = watched();
    const first = request(0);
    boot(first, 0);
    ready(first, 0);
    store.removeInstance(first, 10);
    const second = request(20);
    expect(second).toBe(first);
    boot(second, 20);
    ready(second, 20);
    put(taskClass({ cpu: 1 }).id, second, 30);
    telemetry.finish(50);
    expect(telemetry.records.map(({ name, endMs }) => [name, endMs])).toEqual([
      ['i-0000001', 10],
      ['i-0000002', NaN],
    ]);
    expect(telemetry.records.map(({ usage }) => usage.size)).toEqual([0, 1]);
    expect(telemetry.readyMs.of(0)).toBe(40n);
  });

  test('adds up who used how much: request times time held, per group', () => {
    const { telemetry, request, boot, ready, put, end, store, taskClass } = watched();
    const slot = request(0);
    boot(slot, 0);
    ready(slot, 0);
    const web = taskClass({ group: 'web', cpu: 100, memoryMiB: 10 });
    const wide = taskClass({ group: 'web', cpu: 10, memoryMiB: 1000 });
    const batch = taskClass({ group: 'batch', cpu: 1000, memoryMiB: 1 });
    const one = put(web.id, slot, 10);
    put(wide.id, slot, 20);
    const lost = put(batch.id, slot, 30);
    end(one, 50);
    store.requeue(lost, 70);
    telemetry.finish(100);
    const { usage } = telemetry.records[0]!;
    // web: 100 × 40 + 10 × 80 CPU, 10 × 40 + 1000 × 80 MiB; batch: 1000 × 40 and 1 × 40
    expect(usage.get(web.groupId)).toEqual({ cpu: 4800, memoryMiB: 80_400 });
    expect(usage.get(batch.groupId)).toEqual({ cpu: 40_000, memoryMiB: 40 });
  });

  test('knows for how long instances had at least one task', () => {
    const { telemetry, request, boot, ready, put, end, taskClass } = watched();
    const slots = [request(0), request(0)];
    for (const slot of slots) {
      boot(slot, 0);
      ready(slot, 10);
    }
    const { id } = taskClass({ cpu: 1 });
    const [a, b] = [put(id, slots[0]!, 20), put(id, slots[0]!, 30)];
    end(a, 40);
    end(b, 60);
    put(id, slots[0]!, 70);
    put(id, slots[1]!, 95);
    telemetry.finish(100);
    // The first from 20 to 60 and from 70 to 100, the second from 95 to 100; both ready from 10 to 100.
    expect(telemetry.busyMs.of(0)).toBe(40n + 30n + 5n);
    expect(telemetry.readyMs.of(0)).toBe(180n);
  });

  test('one that never became ready offers nothing, though it is billed', () => {
    const { telemetry, series, request, boot, store } = watched();
    const slot = request(0);
    boot(slot, 10);
    expect([series.instances.value, series.cpuAllocatable.value, series.priceE10PerHour.value]).toEqual([
      1, 0, 7,
    ]);
    store.removeInstance(slot, 30);
    telemetry.finish(100);
    expect([series.instances.value, series.priceE10PerHour.value]).toEqual([0, 0]);
    expect(telemetry.readyMs.of(0)).toBe(0n);
  });

  test('one that ends before it runs is neither billed nor counted', () => {
    const { telemetry, series, request, store } = watched();
    const slot = request(0);
    store.removeInstance(slot, 30);
    expect([series.instances.value, series.priceE10PerHour.value]).toEqual([0, 0]);
    expect([telemetry.records[0]!.runningMs, telemetry.records[0]!.endMs]).toEqual([NaN, 30]);
  });

  test('what is allocatable comes with ready instances and goes with them', () => {
    const { series, request, boot, ready, store } = watched();
    const slot = request(0);
    boot(slot, 10);
    ready(slot, 20);
    expect([series.cpuAllocatable.value, series.memoryAllocatableMiB.value]).toEqual([2048, 8192]);
    store.setInstanceState(slot, INSTANCE_STATE.draining, 30);
    ready(slot, 40);
    expect(series.cpuAllocatable.value).toBe(2048);
    store.removeInstance(slot, 50);
    expect([series.cpuAllocatable.value, series.memoryAllocatableMiB.value]).toEqual([0, 0]);
  });
});
