import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANGE } from '../../src/model/change-log.ts';
import { ClusterStore } from '../../src/model/cluster-store.ts';
import {
  INSTANCE_STATE,
  INSTANCE_STATE_NAMES,
  type InstanceShape,
  TASK_END,
  TASK_STATE,
} from '../../src/model/cluster-view.ts';
import { createResourceTable, LANE, UNLIMITED } from '../../src/model/resources.ts';
import type { HostPort, TaskClass } from '../../src/model/task-class.ts';
import { MIB } from '../../src/units.ts';
import { createCluster, type TaskSpec, taskClassSpec } from '../support/cluster-builder.ts';
import {
  type NaiveInstance,
  type NaiveTask,
  naiveFits,
  naiveGpuFits,
  naivePortsFit,
  requestedOf,
  takeDevices,
} from '../support/naive-cluster.ts';

const { requested, booting, ready, draining } = INSTANCE_STATE;
const resources = createResourceTable({ cpuPerVcpu: 1000, extended: ['fpga'], accounting: ['scored'] });
const ADDRESS_80: HostPort = { ip: '10.0.0.1', protocol: 'TCP', port: 80 };
const ANY_80: HostPort = { ip: '0.0.0.0', protocol: 'TCP', port: 80 };
const ANY_22: HostPort = { ip: '0.0.0.0', protocol: 'TCP', port: 22 };
const IMAGES = ['web:1', 'batch:1'];

function shape(cpu: number, devices: number, labels: Record<string, string>): InstanceShape {
  const amounts = [cpu, 1000 * MIB, 4, UNLIMITED, devices * 1000, 1, 2, 0];
  return {
    typeName: `t${cpu}`,
    groupName: 'fleet',
    capacity: amounts.map((amount) => amount * 2),
    allocatable: amounts,
    gpuDevices: devices,
    gpuModel: devices > 0 ? 'T4' : '',
    labels: new Map(Object.entries(labels)),
    taints: [{ key: 'k', value: String(cpu), effect: 'NoSchedule' }],
  };
}

const SHAPES = [shape(1000, 0, { pool: 'x' }), shape(2000, 3, {}), shape(2000, 1, { pool: 'y', disk: '' })];
const TASKS: readonly TaskSpec[] = [
  { group: 'web', cpu: 500, memoryMiB: 300, hostPorts: [ANY_80] },
  { group: 'web', cpu: 100, hostPorts: [ADDRESS_80] },
  { group: 'gpu', gpu: { count: 1, milli: 400, models: [] } },
  { group: 'gpu', gpu: { count: 2, milli: 1000, models: ['T4'] }, cpu: 1 },
  { group: 'ssh', hostPorts: [ANY_22] },
  { group: 'none', slots: 0 },
  { group: 'net', eni: 1 },
];

type Move =
  | { readonly kind: 'join'; readonly shape: number; readonly reserve: boolean; readonly host: boolean }
  | { readonly kind: 'image' | 'advance' | 'drain' | 'remove'; readonly pick: number }
  | { readonly kind: 'submit'; readonly class: number }
  | { readonly kind: 'place'; readonly pick: number; readonly on: number }
  | { readonly kind: 'run' | 'requeue' | 'end'; readonly pick: number };

const pick = fc.nat({ max: 30 });
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('join' as const),
      shape: fc.nat({ max: 2 }),
      reserve: fc.boolean(),
      host: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('advance' as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('image' as const, 'drain' as const, 'remove' as const),
      pick,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('submit' as const), class: fc.nat({ max: 6 }) }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('place' as const), pick, on: pick }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('run' as const, 'requeue' as const, 'end' as const), pick }),
  },
);

/** Columns and objects side by side: every move is made on both, and told to a recorder. */
class Pair {
  readonly store = new ClusterStore({ resources, hostPorts: [ANY_80, ADDRESS_80, ANY_22] });
  readonly classes: readonly TaskClass[];
  instances: NaiveInstance[] = [];
  tasks: NaiveTask[] = [];
  readonly told: string[] = [];
  readonly expected: string[] = [];
  readonly #slots = new Map<NaiveInstance, number>();
  readonly #taskSlots = new Map<NaiveTask, number>();
  #nowMs = 0;
  #joined = 0;
  #submitted = 0;

  constructor() {
    const { store, told } = this;
    store.recorder = {
      instance: (ms, slot, state) =>
        told.push(`${ms} ${store.instanceName(slot)} ${INSTANCE_STATE_NAMES[state]}`),
      submitted: (ms, task) => told.push(`${ms} ${store.taskName(task)} submitted`),
      placed: (ms, task, slot) => told.push(`${ms} ${store.taskName(task)} on ${store.instanceName(slot)}`),
      running: (ms, task, slot) =>
        told.push(`${ms} ${store.taskName(task)} runs on ${store.instanceName(slot)}`),
      requeued: (ms, task, slot, since) =>
        told.push(`${ms} ${store.taskName(task)} off ${store.instanceName(slot)} since ${since}`),
      ended: (ms, task, slot, end, since) => {
        const where = slot < 0 ? '' : ` on ${store.instanceName(slot)} since ${since}`;
        told.push(`${ms} ${store.taskName(task)} ended ${end}${where}`);
      },
    };
    this.classes = TASKS.map((spec) => store.internClass(taskClassSpec(resources, spec)));
  }

  slotOf(instance: NaiveInstance): number {
    return this.#slots.get(instance)!;
  }

  taskSlotOf(task: NaiveTask): number {
    return this.#taskSlots.get(task)!;
  }

  make(move: Move): void {
    this.#nowMs += 1;
    if (move.kind === 'join') this.#join(SHAPES[move.shape]!, move.reserve, move.host);
    else if (move.kind === 'submit') this.#submit(this.classes[move.class]!);
    else if (move.kind === 'place')
      this.#place(picked(this.tasks, move.pick), picked(this.instances, move.on));
    else if (move.kind === 'run' || move.kind === 'requeue' || move.kind === 'end') {
      const task = picked(this.tasks, move.pick);
      if (task !== undefined) this.#progress(move.kind, task);
    } else {
      const instance = picked(this.instances, move.pick);
      if (instance !== undefined) this.#change(move.kind, instance, move.pick);
    }
  }

  #tell(text: string): void {
    this.expected.push(`${this.#nowMs} ${text}`);
  }

  #join(shape: InstanceShape, reserve: boolean, host: boolean): void {
    this.#joined += 1;
    const name = `i-${String(this.#joined).padStart(7, '0')}`;
    const zone = this.#joined % 2 === 0 ? 'a' : 'b';
    const own: [string, string][] = [['pool', 'own'], ...(host ? [['host', name] as [string, string]] : [])];
    const instance: NaiveInstance = {
      id: this.#joined,
      name,
      zone,
      shape,
      labels: new Map([...shape.labels, ...own]),
      reservedPorts: reserve ? [ANY_22] : [],
      state: 'requested',
      images: new Set(),
      tasks: [],
      gpuFree: new Array<number>(shape.gpuDevices).fill(1000),
    };
    const slot = this.store.addInstance(
      {
        shape,
        zone,
        labels: new Map([['pool', 'own']]),
        reservedPorts: instance.reservedPorts,
        ...(host ? { hostnameLabel: 'host' } : {}),
      },
      this.#nowMs,
    );
    this.instances.push(instance);
    this.#slots.set(instance, slot);
    this.#tell(`${name} requested`);
  }

  #change(kind: 'image' | 'advance' | 'drain' | 'remove', instance: NaiveInstance, pick: number): void {
    const slot = this.slotOf(instance);
    if (kind === 'image') {
      instance.images.add(IMAGES[pick % 2]!);
      this.store.addImage(slot, IMAGES[pick % 2]!);
    } else if (kind === 'remove') {
      if (instance.tasks.length > 0) {
        expect(() => this.store.removeInstance(slot, this.#nowMs)).toThrow(/with tasks/);
        return;
      }
      this.store.removeInstance(slot, this.#nowMs);
      this.instances = this.instances.filter((other) => other !== instance);
      this.#tell(`${instance.name} terminated`);
    } else {
      const next =
        kind === 'drain'
          ? 'draining'
          : { requested: 'booting', booting: 'ready', draining: 'ready', ready: 'ready' }[instance.state];
      const set = () =>
        this.store.setInstanceState(slot, INSTANCE_STATE_NAMES.indexOf(next) as 1, this.#nowMs);
      const legal = next === 'draining' ? instance.state === 'ready' : instance.state !== 'ready';
      if (!legal) {
        expect(set).toThrow(/illegal change/);
        return;
      }
      set();
      instance.state = next as NaiveInstance['state'];
      this.#tell(`${instance.name} ${next}`);
    }
  }

  #submit(taskClass: TaskClass): void {
    const slot = this.store.nextTaskSlot();
    expect(this.store.addTask(taskClass.id, this.#nowMs)).toBe(slot);
    const task: NaiveTask = {
      ordinal: this.#submitted,
      taskClass,
      state: 'pending',
      instance: null,
      attempt: 0,
      submitMs: this.#nowMs,
      sinceMs: this.#nowMs,
      devices: [],
    };
    this.#submitted += 1;
    this.tasks.push(task);
    this.#taskSlots.set(task, slot);
    this.#tell(`${nameOf(task)} submitted`);
  }

  #place(task: NaiveTask | undefined, instance: NaiveInstance | undefined): void {
    if (task === undefined || instance === undefined) return;
    const place = () => this.store.place(this.taskSlotOf(task), this.slotOf(instance), this.#nowMs);
    const legal =
      task.state === 'pending' &&
      instance.state === 'ready' &&
      naiveFits(instance, task.taskClass, resources.limited);
    if (!legal) {
      expect(place).toThrow(/only a pending task|only a ready instance|does not fit/);
      return;
    }
    place();
    instance.tasks.push(task);
    if (task.taskClass.gpu !== null) task.devices = takeDevices(instance, task.taskClass.gpu);
    Object.assign(task, { state: 'starting', instance, sinceMs: this.#nowMs });
    this.#tell(`${nameOf(task)} on ${instance.name}`);
  }

  #progress(kind: 'run' | 'requeue' | 'end', task: NaiveTask): void {
    const slot = this.taskSlotOf(task);
    const { instance, sinceMs } = task;
    if (kind === 'end') {
      this.store.endTask(slot, TASK_END.failed, this.#nowMs);
      this.#free(task);
      this.tasks = this.tasks.filter((other) => other !== task);
      const where = instance === null ? '' : ` on ${instance.name} since ${sinceMs}`;
      this.#tell(`${nameOf(task)} ended ${TASK_END.failed}${where}`);
    } else if (kind === 'run') {
      if (task.state !== 'starting') {
        expect(() => this.store.startRunning(slot, this.#nowMs)).toThrow(/only a starting task/);
        return;
      }
      this.store.startRunning(slot, this.#nowMs);
      task.state = 'running';
      this.#tell(`${nameOf(task)} runs on ${instance!.name}`);
    } else if (instance === null) {
      expect(() => this.store.requeue(slot, this.#nowMs)).toThrow(/no room to give back/);
    } else {
      this.store.requeue(slot, this.#nowMs);
      this.#free(task);
      Object.assign(task, { state: 'pending', sinceMs: this.#nowMs, attempt: task.attempt + 1 });
      this.#tell(`${nameOf(task)} off ${instance.name} since ${sinceMs}`);
    }
  }

  #free(task: NaiveTask): void {
    const { instance } = task;
    if (instance === null) return;
    instance.tasks = instance.tasks.filter((other) => other !== task);
    for (const device of task.devices) instance.gpuFree[device]! += task.taskClass.gpu!.milli;
    task.devices = [];
    task.instance = null;
  }
}

function picked<T>(list: readonly T[], index: number): T | undefined {
  return list.length === 0 ? undefined : list[index % list.length];
}

function nameOf(task: NaiveTask): string {
  return `${task.taskClass.groupName}/${task.ordinal}`;
}

/** Everything a view shows about an instance, as plain data. */
function shown(store: ClusterStore, slot: number, classes: readonly TaskClass[]): unknown {
  const tasks: number[] = [];
  for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!)
    tasks.push(store.taskOrdinal(task));
  return {
    state: INSTANCE_STATE_NAMES[store.state[slot]!],
    accepts: store.accepts[slot] === 1,
    id: store.instanceId[slot],
    name: store.instanceName(slot),
    zone: store.strings.name(store.zone[slot]!),
    shape: store.shapes[store.shapeOf[slot]!],
    taints: store.taints(slot),
    capacity: store.capacity.map((column) => column[slot]),
    allocatable: store.allocatable.map((column) => column[slot]),
    requested: store.requested.map((column) => column[slot]),
    labels: ['pool', 'disk', 'host'].map((key) => store.label(slot, key)),
    images: IMAGES.map((name) => store.hasImage(slot, store.strings.id(name))),
    gpuFree: Array.from({ length: 4 }, (_, device) => store.gpuFree(slot, device)),
    taskCount: store.taskCount[slot],
    tasks,
    fits: classes.map((taskClass) => store.fits(slot, taskClass)),
    portsFit: classes.map((taskClass) => store.portsFit(slot, taskClass)),
    gpuFits: classes.map((taskClass) => store.gpuFits(slot, taskClass)),
  };
}

function meant(instance: NaiveInstance, classes: readonly TaskClass[]): unknown {
  const lanes = [...resources.names.keys()];
  return {
    state: instance.state,
    accepts: instance.state === 'ready',
    id: instance.id,
    name: instance.name,
    zone: instance.zone,
    shape: instance.shape,
    taints: instance.shape.taints,
    capacity: instance.shape.capacity,
    allocatable: instance.shape.allocatable,
    requested: lanes.map((lane) => requestedOf(instance, lane)),
    labels: ['pool', 'disk', 'host'].map((key) => instance.labels.get(key)),
    images: IMAGES.map((name) => instance.images.has(name)),
    gpuFree: Array.from({ length: 4 }, (_, device) => instance.gpuFree[device] ?? 0),
    taskCount: instance.tasks.length,
    tasks: instance.tasks.map(({ ordinal }) => ordinal),
    fits: classes.map((taskClass) => naiveFits(instance, taskClass, resources.limited)),
    portsFit: classes.map((taskClass) => naivePortsFit(instance, taskClass)),
    gpuFits: classes.map((taskClass) => naiveGpuFits(instance, taskClass)),
  };
}

function compare(pair: Pair): void {
  const { store, classes, instances, tasks } = pair;
  for (const instance of instances) {
    const slot = pair.slotOf(instance);
    expect(shown(store, slot, classes)).toEqual(meant(instance, classes));
  }
  for (const task of tasks) {
    const slot = pair.taskSlotOf(task);
    expect({
      state: Object.keys(TASK_STATE)[store.taskState[slot]!],
      classId: store.taskClass[slot],
      instance: store.taskInstance[slot],
      attempt: store.taskAttempt(slot),
      submitMs: store.taskSubmitMs(slot),
      sinceMs: store.taskSinceMs(slot),
    }).toEqual({
      state: task.state,
      classId: task.taskClass.id,
      instance: task.instance === null ? -1 : pair.slotOf(task.instance),
      attempt: task.attempt,
      submitMs: task.submitMs,
      sinceMs: task.sinceMs,
    });
  }
  const living = new Set(instances.map((instance) => pair.slotOf(instance)));
  const occupied = Array.from({ length: store.slotCount }, (_, slot) => slot).filter(
    (slot) => store.state[slot] !== 0,
  );
  expect(occupied).toEqual([...living].sort((a, b) => a - b));
  expect(store.readyCount).toBe(instances.filter(({ state }) => state === 'ready').length);
  expect(store.liveTasks).toBe(tasks.length);
  for (const name of IMAGES) {
    const holders = instances.filter(({ images }) => images.has(name)).length;
    expect(store.imageCount(store.strings.id(name))).toBe(holders);
  }
  expect(pair.told).toEqual(pair.expected);
}

/** The change log names every slot that changed, and `revision` its last entry. */
function checkChanges(store: ClusterStore): void {
  const last = new Map<number, number>();
  for (let cursor = 0; cursor < store.changes.version; cursor++)
    last.set(store.changes.slotAt(cursor), cursor + 1);
  for (let slot = 0; slot < store.slotCount; slot++) expect(store.revision[slot]).toBe(last.get(slot));
}

test('ClusterStore shows what a cluster of plain objects holds, after any sequence of moves', () => {
  const property = fc.property(fc.array(move, { maxLength: 80, size: 'max' }), (moves) => {
    const pair = new Pair();
    for (const each of moves) {
      pair.make(each);
      compare(pair);
    }
    checkChanges(pair.store);
  });
  fc.assert(property, { seed: 1, numRuns: 300 });
});

test('columns keep their contents when they grow', () => {
  const cluster = createCluster({ hostPorts: [80] });
  const spec: TaskSpec = { cpu: 1, hostPorts: [80], gpu: { count: 1, milli: 250, models: [] } };
  for (let instance = 0; instance < 100; instance++) {
    const slot = cluster.join({ cpu: instance, memoryMiB: 1, gpus: 1, labels: { n: String(instance) } });
    cluster.store.addImage(slot, `image-${instance % 3}`);
    if (instance > 0) cluster.put(cluster.taskClass(spec), slot);
  }
  const { store } = cluster;
  for (let slot = 1; slot < 100; slot++) {
    expect(store.allocatable[LANE.cpu]![slot]).toBe(slot);
    expect(store.requested[LANE.cpu]![slot]).toBe(1);
    expect(store.label(slot, 'n')).toBe(String(slot));
    expect(store.gpuFree(slot, 0)).toBe(750);
    expect(store.portsFit(slot, cluster.taskClass(spec))).toBe(false);
    expect(store.hasImage(slot, store.strings.id(`image-${slot % 3}`))).toBe(true);
  }
});

describe('setInstanceState() and removeInstance()', () => {
  const path = { 0: [], 1: [], 2: [booting], 3: [booting, ready], 4: [booting, ready, draining] } as const;
  const states = [requested, booting, ready, draining] as const;
  const legal = ['1>2', '2>3', '3>4', '4>3'];
  const pairs = states.flatMap((from) =>
    states.map((to) => ({ from, to, allowed: legal.includes(`${from}>${to}`) })),
  );

  test.each(pairs)('$from to $to is legal: $allowed', ({ from, to, allowed }) => {
    const store = new ClusterStore({ resources });
    const slot = store.addInstance({ shape: SHAPES[0]!, zone: 'a' }, 0);
    for (const state of path[from]) store.setInstanceState(slot, state, 0);
    const change = () => store.setInstanceState(slot, to, 0);
    if (allowed) expect(change).not.toThrow();
    else expect(change).toThrow(/illegal change of instance state/);
  });

  test.each(states)('an empty instance can end in state %i', (state) => {
    const store = new ClusterStore({ resources });
    const slot = store.addInstance({ shape: SHAPES[0]!, zone: 'a' }, 0);
    for (const step of path[state]) store.setInstanceState(slot, step, 0);
    store.removeInstance(slot, 0);
    expect(store.state[slot]).toBe(INSTANCE_STATE.free);
    expect(store.readyCount).toBe(0);
    expect(() => store.removeInstance(slot, 0)).toThrow(/only a living instance/);
  });
});

test('a slot is reused, an id never', () => {
  const cluster = createCluster();
  const first = cluster.join({ cpu: 1, memoryMiB: 1, labels: { pool: 'x' } });
  cluster.leave(first);
  const second = cluster.join({ cpu: 2, memoryMiB: 2 });
  expect(second).toBe(first);
  expect(cluster.store.instanceId[second]).toBe(2);
  // nothing of the instance before is left
  expect(cluster.store.label(second, 'pool')).toBeUndefined();
});

describe('evict()', () => {
  const facts = () => {
    const cluster = createCluster({});
    const slot = cluster.join({ cpu: 4000, memoryMiB: 8192 });
    const low = cluster.taskClass({ cpu: 1000 });
    const task = cluster.put(low, slot);
    return {
      store: cluster.store,
      slot,
      low,
      task,
      waiting: cluster.submit(cluster.taskClass({ priority: 9 })),
    };
  };

  test('keeps state and room, makes the task one of the evicted class, and says so in the change log', () => {
    const { store, slot, low, task, waiting } = facts();
    const before = store.changes.version;
    store.evict(task, waiting, 30, 5);
    expect(store.taskState[task]).toBe(TASK_STATE.starting);
    expect([store.taskCount[slot], store.requested[0]![slot]]).toEqual([1, 1000]);
    const evicted = store.classes[store.taskClass[task]!]!;
    expect(evicted).toMatchObject({ groupId: low.groupId, evicted: true });
    const changes = [before, before + 1].map((at) => [store.changes.kindAt(at), store.changes.classAt(at)]);
    expect(changes).toEqual([
      [CHANGE.taskRemoved, low.id],
      [CHANGE.taskAdded, evicted.id],
    ]);
    expect(store.revision[slot]).toBe(store.changes.version);
  });

  test('a task that waits again is of its own class again', () => {
    const { store, slot, low, task, waiting } = facts();
    store.evict(task, waiting, 30, 5);
    store.requeue(task, 30);
    expect(store.taskClass[task]).toBe(low.id);
    expect(store.requested[0]![slot]).toBe(0);
    store.place(task, slot, 31);
    expect(store.taskClass[task]).toBe(low.id);
  });

  test('is for tasks with room, once, and for the sake of one that waits', () => {
    const { store, slot, task, waiting } = facts();
    expect(() => store.evict(waiting, waiting, 30, 5)).toThrow(/only a task with room/);
    expect(() => store.evict(task, task, 30, 5)).toThrow(/for one that waits/);
    store.evict(task, waiting, 30, 5);
    expect(() => store.evict(task, waiting, 30, 5)).toThrow(/not evicted again/);
    store.endTask(task, TASK_END.succeeded, 6);
    expect(store.requested[0]![slot]).toBe(0);
  });
});
