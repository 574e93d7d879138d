import { INSTANCE_STATE, type InstanceShape, TASK_END } from '../../src/model/cluster-view.ts';
import { createResourceTable } from '../../src/model/resources.ts';
import type { TaskClassSpec } from '../../src/model/task-class.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { GIB } from '../../src/units.ts';
import { LoggedStore } from './logged-store.ts';

const { booting, ready, draining } = INSTANCE_STATE;
const PORT = { ip: '0.0.0.0', protocol: 'TCP', port: 8080 } as const;

const GENERAL: InstanceShape = {
  typeName: 'm.large',
  groupName: 'general',
  // cpu, memory, slots, ephemeral, gpu, eni, seen (accounting only)
  capacity: [4000, 8 * GIB, 3, 0, 0, 2, 0],
  allocatable: [4000, 8 * GIB, 3, 0, 0, 2, 0],
  gpuDevices: 0,
  gpuModel: '',
  labels: new Map([['disk', 'ssd']]),
  taints: [],
};

const GPU: InstanceShape = {
  ...GENERAL,
  typeName: 'g.large',
  groupName: 'gpus',
  capacity: [4000, 8 * GIB, 3, 0, 2000, 0, 0],
  allocatable: [4000, 8 * GIB, 3, 0, 2000, 0, 0],
  gpuDevices: 2,
  gpuModel: 'T4',
  taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }],
};

const BATCH: TaskClassSpec = {
  group: 'batch',
  groupKind: 'job',
  requests: [2000, GIB, 1, 0, 0, 0, 2000],
  gpu: null,
  hostPorts: [],
  images: [],
  labels: new Map(),
  namespace: 'default',
  priority: 0,
  wishes: { where: new Map(), distinctInstance: false, spread: 'none', tolerations: [] },
  native: null,
};

const WEB: TaskClassSpec = {
  ...BATCH,
  group: 'web',
  groupKind: 'service',
  requests: [1000, GIB, 1, 0, 0, 1, 1000],
  hostPorts: [PORT],
  wishes: { where: new Map([['disk', 'ssd']]), distinctInstance: true, spread: 'zone', tolerations: [] },
};

const TRAIN: TaskClassSpec = {
  ...BATCH,
  group: 'train',
  requests: [500, GIB, 1, 0, 500, 0, 500],
  gpu: { count: 1, milli: 500, models: ['T4'] },
  wishes: { ...BATCH.wishes, tolerations: [{ key: 'gpu', operator: 'Exists' }] },
};

const HUGE: TaskClassSpec = { ...BATCH, group: 'huge', requests: [99_000, GIB, 1, 0, 0, 0, 0] };

/** Planned start-up and runtime by task ordinal. */
const STARTUP_MS = [20, 20, 0, 0, 0, 0, 0, 0, 0, 0];
const FOREVER = Number.POSITIVE_INFINITY;
const RUNTIME_MS = [FOREVER, FOREVER, 100, 100, 100, 100, 300, 300, 300, 50];

/**
 * A whole log in which every kind of thing happens once, small enough to be read:
 *
 * | ms | what |
 * |---|---|
 * | 0 | instances 1, 2 (general: 4 vCPU, 3 slots) and 3 (2 GPUs, tainted) are asked for |
 * | 5 | web 0-1 (distinct, port 8080), batch 2-5 (2 vCPU), train 6-8 (half a GPU); nothing is ready |
 * | 30 | all ready: 0→1, 1→2, 2→1, 3→2, 6→3, 7→3, 8→3; batch 4 and 5 wait |
 * | 130 | batch 2 and 3 end; 4→1, 5→2 |
 * | 150 | instance 2 is lost: 1 and 5 wait again; instance 4 is asked for |
 * | 180 | instance 4 is ready: 1→4, 5→4 |
 * | 405 | a huge task is rejected; before, everything has ended |
 */
export function tinyLog(): LogRecord[] {
  let ordinals = 0;
  const ordinalOf = new Map<number, number>();
  const plan = {
    startupMs: (task: number) => STARTUP_MS[ordinalOf.get(task)!]!,
    runtimeMs: (task: number) => RUNTIME_MS[ordinalOf.get(task)!]!,
  };
  const logged = new LoggedStore({
    plan,
    resources: createResourceTable({ cpuPerVcpu: 1000, accounting: ['seen'] }),
    hostPorts: [PORT],
    facts: {
      groups: [
        { name: 'general', minimum: 2, maximum: 2 },
        { name: 'gpus', minimum: 1, maximum: 1 },
      ],
    },
  });
  const { store, events } = logged;
  const submit = (spec: TaskClassSpec, nowMs: number) => {
    ordinalOf.set(store.nextTaskSlot(), ordinals++);
    return store.addTask(store.internClass(spec).id, nowMs);
  };
  const launch = (shape: InstanceShape, zone: string, nowMs: number) =>
    store.addInstance({ shape, zone, labels: new Map([['zone', zone]]) }, nowMs);
  const place = (task: number, slot: number, nowMs: number, runs = true) => {
    store.place(task, slot, nowMs);
    if (runs) store.startRunning(task, nowMs);
  };
  const end = (tasks: readonly number[], nowMs: number) => {
    for (const task of tasks) store.endTask(task, TASK_END.succeeded, nowMs);
  };

  const one = launch(GENERAL, 'a', 0);
  const two = launch(GENERAL, 'b', 0);
  const three = launch(GPU, 'a', 0);
  const web = [submit(WEB, 5), submit(WEB, 5)];
  const batch = [submit(BATCH, 5), submit(BATCH, 5), submit(BATCH, 5), submit(BATCH, 5)];
  const train = [submit(TRAIN, 5), submit(TRAIN, 5), submit(TRAIN, 5)];
  events.passEnded(5);
  for (const slot of [one, two, three]) store.setInstanceState(slot, booting, 10);
  for (const slot of [one, two, three]) store.setInstanceState(slot, ready, 30);
  place(web[0]!, one, 30, false);
  place(web[1]!, two, 30, false);
  place(batch[0]!, one, 30);
  place(batch[1]!, two, 30);
  for (const task of train) place(task, three, 30);
  events.passEnded(30);
  for (const task of web) store.startRunning(task, 50);
  end([batch[0]!, batch[1]!], 130);
  place(batch[2]!, one, 130);
  place(batch[3]!, two, 130);
  events.passEnded(130);
  store.setInstanceState(two, draining, 150);
  store.requeue(web[1]!, 150);
  store.requeue(batch[3]!, 150);
  store.removeInstance(two, 150);
  const four = launch(GENERAL, 'b', 150);
  events.passEnded(150);
  store.setInstanceState(four, booting, 160);
  store.setInstanceState(four, ready, 180);
  place(web[1]!, four, 180, false);
  place(batch[3]!, four, 180);
  events.passEnded(180);
  store.startRunning(web[1]!, 200);
  end([batch[2]!], 230);
  end([batch[3]!], 280);
  end(train, 330);
  for (const task of web) store.endTask(task, TASK_END.stopped, 400);
  const huge = submit(HUGE, 405);
  store.endTask(huge, TASK_END.rejected, 405);
  return logged.finish(410);
}
