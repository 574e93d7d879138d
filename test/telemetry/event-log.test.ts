import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../src/errors.ts';
import { INSTANCE_STATE, TASK_END } from '../../src/model/cluster-view.ts';
import { EventLog, MemoryLog } from '../../src/telemetry/event-log.ts';
import { lineSink, parseLog } from '../../src/telemetry/log-format.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { BARE_FACTS, LoggedStore } from '../support/logged-store.ts';
import { tinyLog } from '../support/tiny-log.ts';

/** One record as a short line: time, kind, who, where. */
function line(record: LogRecord): string {
  const { timeMs } = record;
  switch (record.kind) {
    case 'instance':
      return `${timeMs} instance ${record.instance} ${record.type} in ${record.zone}`;
    case 'state':
      return `${timeMs} instance ${record.instance} ${record.state}`;
    case 'class':
      return `${timeMs} class ${record.class} ${record.group}`;
    case 'submitted':
      return `${timeMs} task ${record.task} of class ${record.class}, ${record.startupMs} + ${record.runtimeMs} ms`;
    case 'placed':
      return `${timeMs} task ${record.task}.${record.attempt} on ${record.instance} [${record.devices.join()}]`;
    case 'running':
    case 'requeued':
      return `${timeMs} task ${record.task}.${record.attempt} ${record.kind} on ${record.instance}`;
    case 'ended':
      return `${timeMs} task ${record.task}.${record.attempt} ${record.outcome} on ${record.instance}`;
    default:
      return `${timeMs} ${record.kind}`;
  }
}

const STORY = `
0 run
0 instance 1 m.large in a
0 instance 2 m.large in b
0 instance 3 g.large in a
5 class 0 web
5 task 0 of class 0, 20 + null ms
5 task 1 of class 0, 20 + null ms
5 class 1 batch
5 task 2 of class 1, 0 + 100 ms
5 task 3 of class 1, 0 + 100 ms
5 task 4 of class 1, 0 + 100 ms
5 task 5 of class 1, 0 + 100 ms
5 class 2 train
5 task 6 of class 2, 0 + 300 ms
5 task 7 of class 2, 0 + 300 ms
5 task 8 of class 2, 0 + 300 ms
5 pass
10 instance 1 booting
10 instance 2 booting
10 instance 3 booting
30 instance 1 ready
30 instance 2 ready
30 instance 3 ready
30 task 0.0 on 1 []
30 task 1.0 on 2 []
30 task 2.0 on 1 []
30 task 2.0 running on 1
30 task 3.0 on 2 []
30 task 3.0 running on 2
30 task 6.0 on 3 [0]
30 task 6.0 running on 3
30 task 7.0 on 3 [0]
30 task 7.0 running on 3
30 task 8.0 on 3 [1]
30 task 8.0 running on 3
30 pass
50 task 0.0 running on 1
50 task 1.0 running on 2
130 task 2.0 succeeded on 1
130 task 3.0 succeeded on 2
130 task 4.0 on 1 []
130 task 4.0 running on 1
130 task 5.0 on 2 []
130 task 5.0 running on 2
130 pass
150 instance 2 draining
150 task 1.0 requeued on 2
150 task 5.0 requeued on 2
150 instance 2 terminated
150 instance 4 m.large in b
150 pass
160 instance 4 booting
180 instance 4 ready
180 task 1.1 on 4 []
180 task 5.1 on 4 []
180 task 5.1 running on 4
180 pass
200 task 1.1 running on 4
230 task 4.0 succeeded on 1
280 task 5.1 succeeded on 4
330 task 6.0 succeeded on 3
330 task 7.0 succeeded on 3
330 task 8.0 succeeded on 3
400 task 0.0 stopped on 1
400 task 1.1 stopped on 4
405 class 3 huge
405 task 9 of class 3, 0 + 50 ms
405 task 9.0 rejected on null
410 end
`;

describe('EventLog', () => {
  test('tells the whole story of a run, in order, each thing introduced before it is named', () => {
    expect(tinyLog().map(line)).toEqual(STORY.trim().split('\n'));
  });

  test('numbers the records from 0 without gaps', () => {
    expect(tinyLog().map(({ seq }) => seq)).toEqual(tinyLog().map((_, index) => index));
  });

  test('writes what the class and the instance are, in the units of the run', () => {
    const log = tinyLog();
    expect(log.find((record) => record.kind === 'class' && record.group === 'train')).toMatchObject({
      groupKind: 'job',
      requests: [500, 2 ** 30, 1, 0, 500, 0, 500],
      gpu: { count: 1, milli: 500, models: ['T4'] },
      constraints: 'wishes',
      tolerations: [{ key: 'gpu', operator: 'Exists' }],
    });
    expect(log.find((record) => record.kind === 'instance' && record.instance === 3)).toMatchObject({
      name: 'i-0000003',
      group: 'gpus',
      labels: [
        ['disk', 'ssd'],
        ['zone', 'a'],
      ],
      taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }],
      allocatable: [4000, 2 ** 33, 3, 0, 2000, 0, 0],
      gpuDevices: 2,
      gpuModel: 'T4',
    });
    expect(log[0]).toMatchObject({
      kind: 'run',
      cpuPerVcpu: 1000,
      resources: [
        ...['cpu', 'memory', 'slots', 'ephemeral', 'gpu', 'eni'].map((name) => ({ name, limited: true })),
        { name: 'seen', limited: false },
      ],
    });
  });

  test('ends with the counts and integrals of the engine', () => {
    // web 0 holds its slot 30-400, web 1 30-150 and 180-400: 710 ms of 1000 CPU and one interface each
    // batch 2-4 for 100 ms, 5 for 20 and 100: 420 ms of 2000 CPU; train 3 × 300 ms of 500 CPU and 500 GPU
    const hosted = 710 + 420 + 900;
    const cpu = 710 * 1000 + 420 * 2000 + 900 * 500;
    const memory = String(BigInt(hosted) * 2n ** 30n);
    // waiting: nine tasks 5-30, batch 4 and 5 30-130, web 1 and batch 5 150-180
    const pending = 9 * 25 + 2 * 100 + 2 * 30;
    // running instances: 1 and 3 10-410, 2 10-150, 4 160-410
    const instances = 2 * 400 + 140 + 250;
    const amounts = [cpu, memory, hosted, 0, 900 * 500, 710, cpu].map(String);
    const resources = ['cpu', 'memory', 'slots', 'ephemeral', 'gpu', 'eni', 'seen'];
    expect(tinyLog().at(-1)).toMatchObject({
      tasks: { submitted: 10, succeeded: 7, failed: 0, stopped: 2, rejected: 1, pending: 0, running: 0 },
      integrals: {
        requested: resources.map((resource, lane) => ({ resource, amountMs: amounts[lane] })),
        instanceMs: String(instances),
        pendingMs: String(pending),
        hostedMs: String(hosted),
      },
    });
  });

  test('remembers which GPU devices came free when slots and devices are used again', () => {
    const shape = {
      typeName: 'g',
      groupName: 'g',
      capacity: [1000, 0, 9, 0, 2000, 0],
      allocatable: [1000, 0, 9, 0, 2000, 0],
      gpuDevices: 2,
      gpuModel: 'T4',
      labels: new Map(),
      taints: [],
    };
    const logged = new LoggedStore({});
    const { store } = logged;
    const spec = (count: number, milli: number) => ({
      group: `${count}x${milli}`,
      groupKind: 'job' as const,
      requests: [0, 0, 1, 0, count * milli, 0],
      gpu: { count, milli, models: [] },
      hostPorts: [],
      images: [],
      labels: new Map(),
      namespace: 'default',
      priority: 0,
      wishes: { where: new Map(), distinctInstance: false, spread: 'none' as const, tolerations: [] },
      native: null,
    });
    const half = store.internClass(spec(1, 500)).id;
    const pair = store.internClass(spec(2, 1000)).id;
    const ready = () => {
      const slot = store.addInstance({ shape, zone: 'a' }, 0);
      store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
      store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
      return slot;
    };
    const slot = ready();
    const first = store.addTask(half, 0);
    store.place(first, slot, 0);
    store.endTask(first, TASK_END.failed, 1);
    const both = store.addTask(pair, 1);
    store.place(both, slot, 1);
    store.requeue(both, 2);
    store.removeInstance(slot, 2);
    expect(ready()).toBe(slot);
    store.place(both, slot, 3);
    const placed = logged.finish(4).filter((record) => record.kind === 'placed');
    expect(placed.map(({ devices }) => devices)).toEqual([[0], [0, 1], [0, 1]]);
  });

  test('native classes are marked, and those left to another scheduler, whatever the run says of the others', () => {
    const isLeftToOthers = ({ groupName }: { readonly groupName: string }) => groupName === 'b';
    const logged = new LoggedStore({ facts: { constraints: 'wishes-and-more', isLeftToOthers } });
    const spec = {
      group: 'a',
      groupKind: 'job' as const,
      requests: [1, 0, 0, 0, 0, 0],
      gpu: null,
      hostPorts: [],
      images: [],
      labels: new Map(),
      namespace: 'default',
      priority: 0,
      wishes: { where: new Map(), distinctInstance: false, spread: 'none' as const, tolerations: [] },
      native: null,
    };
    logged.store.addTask(logged.store.internClass(spec).id, 0);
    logged.store.addTask(logged.store.internClass({ ...spec, native: { spec: {} } }).id, 0);
    logged.store.addTask(logged.store.internClass({ ...spec, group: 'b', native: { spec: {} } }).id, 0);
    const classes = logged.finish(0).filter((record) => record.kind === 'class');
    expect(classes.map(({ constraints }) => constraints)).toEqual([
      'wishes-and-more',
      'native',
      'left-to-others',
    ]);
  });

  test('a log begins once', () => {
    const logged = new LoggedStore({});
    expect(() => logged.events.beginRun(BARE_FACTS)).toThrow(InvariantError);
  });
});

describe('lineSink()', () => {
  test('writes the lines that parseLog() reads back as the records of a MemoryLog', () => {
    const { store } = new LoggedStore({});
    const plan = { startupMs: () => 0, runtimeMs: () => 0 };
    const lines: string[] = [];
    const memory = new MemoryLog();
    for (const sink of [lineSink((text) => lines.push(text)), memory]) {
      const log = new EventLog(store, sink, plan);
      log.beginRun(BARE_FACTS);
      log.passEnded(7);
    }
    expect(lines.every((text) => text.endsWith('\n'))).toBe(true);
    const text = lines.join('').trimEnd().split('\n');
    expect([...parseLog(text, 'events.ndjson')]).toEqual(memory.records);
    expect(memory.records).toHaveLength(2);
  });
});
