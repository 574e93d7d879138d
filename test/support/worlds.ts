import * as fc from 'fast-check';
import { INSTANCE_STATE } from '../../src/model/cluster-view.ts';
import { createResourceTable, type ResourceTable } from '../../src/model/resources.ts';
import type { Taint, TaskClass, TaskClassSpec, Toleration } from '../../src/model/task-class.ts';
import {
  createCluster,
  type InstanceSpec,
  type TaskSpec,
  taskClassSpec,
  type TestCluster,
} from './cluster-builder.ts';

/**
 * Random worlds: what instances and tasks there are, and what happens to them. Plain data, so that fast-check can
 * shrink them and print them. `pick` counts round whatever is there at that moment, in order of appearance.
 */
export interface World {
  readonly shapes: readonly InstanceSpec[];
  readonly classes: readonly TaskSpec[];
  readonly operations: readonly Operation[];
}

export type Operation =
  | { readonly kind: 'join'; readonly shape: number; readonly zone: string; readonly ready: boolean }
  | { readonly kind: 'leave'; readonly pick: number }
  | { readonly kind: 'drain'; readonly pick: number }
  | { readonly kind: 'undrain'; readonly pick: number }
  /** A task of the class arrives and the scheduler under test is asked. */
  | { readonly kind: 'ask'; readonly class: number }
  /** A task of the class lands on some instance with room for it, whatever the scheduler thinks. */
  | { readonly kind: 'put'; readonly class: number; readonly pick: number }
  | { readonly kind: 'release'; readonly pick: number }
  | { readonly kind: 'image'; readonly pick: number }
  /** More changes than the change log holds: whoever follows it must start afresh. */
  | { readonly kind: 'overflow'; readonly pick: number };

export interface WorldOptions {
  /** Default: ECS units, the six fixed lanes. */
  readonly resources?: ResourceTable;
  /** Labels that carry zone and name. Default: ECS's zone attribute, no name. */
  readonly zoneLabel?: string;
  readonly nameLabel?: string;
  /** Labels of every shape in addition to the random ones. */
  readonly shapeLabels?: Readonly<Record<string, string>>;
  /** Default true. */
  readonly taints?: boolean;
  /** What `native` of a class may be; default null. */
  readonly native?: fc.Arbitrary<unknown>;
  /** Last touch on each class before it is interned: accounting lanes, labels. */
  readonly dress?: (spec: TaskClassSpec) => TaskClassSpec;
  /** Default 8 and 30. */
  readonly maxInstances?: number;
  readonly maxOperations?: number;
  /** Default false: costs some milliseconds each. */
  readonly overflow?: boolean;
}

export const ZONES: readonly string[] = ['a', 'b', 'c'];
export const PORTS: readonly number[] = [80, 8080, 22];
export const IMAGES: readonly string[] = ['web:1', 'batch:1'];
const GROUPS: readonly string[] = ['web', 'api', 'batch'];
const TAINTS: readonly Taint[] = [
  { key: 'dedicated', value: 'batch', effect: 'NoSchedule' },
  { key: 'dedicated', value: 'web', effect: 'NoExecute' },
  { key: 'old', value: '', effect: 'PreferNoSchedule' },
];
const TOLERATIONS: readonly Toleration[] = [
  { operator: 'Exists' },
  { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'dedicated', operator: 'Equal', value: 'web' },
  { key: 'dedicated', value: 'batch' },
];

/** Few distinct amounts, so that ties and exact fits are common. */
export function arbitraryWorld(options: WorldOptions = {}): fc.Arbitrary<World> {
  const maxInstances = options.maxInstances ?? 8;
  const shapes = fc.array(arbitraryShape(options), { minLength: 1, maxLength: 4 });
  const classes = fc.array(arbitraryTask(options), { minLength: 1, maxLength: 5 });
  const first = fc.array(arbitraryJoin(), { minLength: 0, maxLength: maxInstances });
  const later = fc.array(arbitraryOperation(options), {
    minLength: 1,
    maxLength: options.maxOperations ?? 30,
    size: 'max',
  });
  return fc
    .record({ shapes, classes, first, later })
    .map(({ shapes, classes, first, later }) => ({ shapes, classes, operations: [...first, ...later] }));
}

function arbitraryShape(options: WorldOptions): fc.Arbitrary<InstanceSpec> {
  const shape = fc.record({
    cpu: steps(1024, 4),
    memoryMiB: steps(2048, 4),
    slots: fc.constantFrom(3, 100),
    eni: fc.constantFrom(0, 2),
    gpus: fc.constantFrom(0, 0, 0, 1, 4),
    gpuModel: fc.constantFrom('T4', 'V100'),
    labels: fc.constantFrom<Record<string, string>>(
      {},
      { pool: 'x' },
      { pool: 'y' },
      { pool: '' },
      { pool: 'x', disk: 'ssd' },
    ),
    taints: options.taints === false ? fc.constant([]) : sometimes(fc.subarray([...TAINTS]), []),
    reservedPorts: fc.constantFrom<number[]>([], [22]),
  });
  return shape.map((each) => ({ ...each, labels: { ...each.labels, ...options.shapeLabels } }));
}

function arbitraryTask(options: WorldOptions): fc.Arbitrary<TaskSpec> {
  return fc.record({
    group: fc.constantFrom(...GROUPS),
    groupKind: fc.constantFrom<TaskClassSpec['groupKind']>('service', 'job', 'trace'),
    cpu: steps(512, 4),
    memoryMiB: steps(1024, 4),
    eni: sometimes(fc.constant(1), 0),
    gpu: sometimes(
      fc.constantFrom(
        { count: 1, milli: 500, models: [] },
        { count: 1, milli: 1000, models: ['V100'] },
        { count: 2, milli: 1000, models: [] },
      ),
      null,
    ),
    hostPorts: sometimes(fc.subarray([...PORTS]), []),
    images: fc.subarray(IMAGES.map((name) => ({ name, sizeBytes: 300_000_000 }))),
    labels: fc.constantFrom<Record<string, string>>({}, { app: 'web' }, { app: 'api', tier: 'front' }),
    where: sometimes(
      fc.constantFrom<Record<string, string>>({ pool: 'x' }, { disk: 'ssd' }, { pool: 'x', disk: 'ssd' }),
      {},
    ),
    distinctInstance: sometimes(fc.constant(true), false),
    spread: fc.constantFrom<'zone' | 'instance' | 'none'>('none', 'none', 'zone', 'instance'),
    tolerations: sometimes(fc.subarray([...TOLERATIONS]), []),
    native: options.native ?? fc.constant(null),
  });
}

function arbitraryJoin(): fc.Arbitrary<Operation> {
  return fc.record({
    kind: fc.constant('join' as const),
    shape: fc.nat({ max: 3 }),
    zone: fc.constantFrom(...ZONES),
    ready: sometimes(fc.constant(false), true),
  });
}

function arbitraryOperation(options: WorldOptions): fc.Arbitrary<Operation> {
  const pick = fc.nat({ max: 40 });
  const ofInstance = (kind: 'leave' | 'drain' | 'undrain' | 'release' | 'image' | 'overflow') =>
    fc.record({ kind: fc.constant(kind), pick }) as fc.Arbitrary<Operation>;
  return fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constant('ask' as const), class: fc.nat({ max: 4 }) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('put' as const), class: fc.nat({ max: 4 }), pick }),
    },
    { weight: 5, arbitrary: ofInstance('release') },
    { weight: 2, arbitrary: arbitraryJoin() },
    { weight: 2, arbitrary: ofInstance('leave') },
    { weight: 1, arbitrary: ofInstance('drain') },
    { weight: 1, arbitrary: ofInstance('undrain') },
    { weight: 1, arbitrary: ofInstance('image') },
    { weight: options.overflow === true ? 1 : 0, arbitrary: ofInstance('overflow') },
  );
}

/** Mostly `usual`. */
function sometimes<T, U>(arbitrary: fc.Arbitrary<T>, usual: U): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });
}

/** `step` × 1..`count`. */
function steps(step: number, count: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: count }).map((times) => times * step);
}

/** A world being played. Two of them fed the same operations stay equal, whatever slots they use. */
export interface PlayedWorld {
  readonly cluster: TestCluster;
  readonly classes: readonly TaskClass[];
  /** Slots of living instances in order of appearance, and tasks with room in order of placement. */
  readonly instances: readonly number[];
  readonly placed: readonly number[];
  /** Applies every operation but `ask`, which is the caller's to answer. */
  apply(operation: Exclude<Operation, { kind: 'ask' }>): void;
  /** A pending task of class number `index` of the world (counted round). */
  submit(index: number): number;
  /** The answer to an `ask`. */
  settle(task: number, slot: number): void;
}

/** Slots that `scrambled` keeps apart from order of appearance. */
const SCRAMBLED_SLOTS = 16;

/**
 * A fresh cluster for the world. `scrambled`: the first instances get slots in an order far from that of their ids,
 * as after a long life of a cluster; names and relative order of ids stay the same.
 */
export function playWorld(world: World, options: WorldOptions = {}, scrambled = false): PlayedWorld {
  const resources = options.resources ?? createResourceTable({ cpuPerVcpu: 1024 });
  const cluster = createCluster({
    resources,
    hostPorts: PORTS,
    zoneLabel: options.zoneLabel ?? 'ecs.availability-zone',
    ...(options.nameLabel === undefined ? {} : { nameLabel: options.nameLabel }),
  });
  const { store } = cluster;
  if (scrambled) scrambleSlots(cluster);
  const dress = options.dress ?? ((spec: TaskClassSpec) => spec);
  const classes = world.classes.map((spec) => store.internClass(dress(taskClassSpec(resources, spec))));
  let joined = 0;
  let instances: number[] = [];
  let placed: number[] = [];
  const drop = (task: number) => {
    placed = placed.filter((other) => other !== task);
    cluster.release(task);
  };
  const apply: PlayedWorld['apply'] = (operation) => {
    if (operation.kind === 'join') {
      const shape = world.shapes[operation.shape % world.shapes.length]!;
      joined += 1;
      const name = `n-${String(joined).padStart(4, '0')}`;
      instances.push(cluster.join({ ...shape, zone: operation.zone, name, ready: operation.ready }));
      return;
    }
    if (operation.kind === 'release') {
      const task = picked(placed, operation.pick);
      if (task !== undefined) drop(task);
      return;
    }
    if (operation.kind === 'put') {
      const taskClass = classes[operation.class % classes.length]!;
      const fitting = instances.filter((slot) => store.accepts[slot] === 1 && store.fits(slot, taskClass));
      const slot = picked(fitting, operation.pick);
      if (slot !== undefined) placed.push(cluster.put(taskClass, slot));
      return;
    }
    const slot = picked(instances, operation.pick);
    if (slot === undefined) return;
    if (operation.kind === 'leave') {
      for (const task of placed.filter((task) => store.taskInstance[task] === slot)) drop(task);
      cluster.leave(slot);
      instances = instances.filter((other) => other !== slot);
    } else if (operation.kind === 'drain') {
      if (store.state[slot] === INSTANCE_STATE.ready) cluster.drain(slot);
    } else if (operation.kind === 'undrain') {
      if (store.state[slot] === INSTANCE_STATE.booting || store.state[slot] === INSTANCE_STATE.draining) {
        store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
      }
    } else if (operation.kind === 'image') {
      store.addImage(slot, IMAGES[operation.pick % IMAGES.length]!);
    } else {
      overflowChangeLog(cluster, slot);
    }
  };
  return {
    cluster,
    classes,
    get instances() {
      return instances;
    },
    get placed() {
      return placed;
    },
    apply,
    submit: (index) => cluster.submit(classes[index % classes.length]!),
    settle(task, slot) {
      if (slot < 0) {
        cluster.release(task);
        return;
      }
      store.place(task, slot, 0);
      placed.push(task);
    },
  };
}

function picked<T>(list: readonly T[], pick: number): T | undefined {
  return list.length === 0 ? undefined : list[pick % list.length];
}

/** Frees the first slots in a mixed order: the store hands them out again, last freed first. */
function scrambleSlots(cluster: TestCluster): void {
  const slots = Array.from({ length: SCRAMBLED_SLOTS }, () => cluster.join({ cpu: 1024, memoryMiB: 1024 }));
  for (let step = 0; step < slots.length; step++) cluster.leave(slots[(step * 7 + 3) % slots.length]!);
}

/** 70,000 changes: an image cannot vanish, so a state goes back and forth. */
function overflowChangeLog(cluster: TestCluster, slot: number): void {
  const { store } = cluster;
  const state = store.state[slot]!;
  if (state !== INSTANCE_STATE.ready && state !== INSTANCE_STATE.draining) return;
  const other = state === INSTANCE_STATE.ready ? INSTANCE_STATE.draining : INSTANCE_STATE.ready;
  for (let step = 0; step < 35_000; step++) {
    store.setInstanceState(slot, other, 0);
    store.setInstanceState(slot, state, 0);
  }
}
