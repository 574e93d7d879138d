import fc from 'fast-check';
import type { RunSummary } from '../../src/experiment/result.ts';
import type { InstanceType } from '../../src/model/instance-type.ts';
import type {
  Distribution,
  FleetGroup,
  JobPlan,
  Plan,
  PlatformPlan,
  TaskTemplate,
} from '../../src/model/plan.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { MIB, SECOND } from '../../src/units.ts';

/**
 * A world small enough for oracles: a fixed fleet that is ready at 0, and batches of tasks with known sizes and
 * runtimes. CPU is whole vCPUs and memory whole MiB, which every platform counts without rounding.
 */
export interface SimpleWorld {
  readonly instances: readonly SimpleSize[];
  /** In order of submission; those of one instant in this order. */
  readonly batches: readonly SimpleBatch[];
  readonly scheduler: SimpleScheduler;
  readonly queue: 'skip' | 'strict';
}

export interface SimpleSize {
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** `count` equal tasks. */
export interface SimpleBatch extends SimpleSize {
  readonly submitMs: number;
  readonly runtimeMs: number;
  readonly count: number;
}

export const SIMPLE_SCHEDULERS = {
  'first-fit': { kind: 'bare', name: 'first-fit', options: {} },
  'best-fit': { kind: 'bare', name: 'best-fit', options: {} },
  'worst-fit': { kind: 'bare', name: 'worst-fit', options: {} },
  'dot-product': { kind: 'bare', name: 'dot-product', options: {} },
  random: { kind: 'bare', name: 'random', options: {} },
  'ecs-binpack': ecs([{ type: 'binpack', field: 'cpu' }]),
  'ecs-spread': ecs([{ type: 'spread', field: 'instanceId' }]),
  'ecs-random': ecs([{ type: 'random' }], 'random'),
  kubernetes: { kind: 'kubernetes', name: 'kubernetes', options: {} },
} as const;
export type SimpleScheduler = keyof typeof SIMPLE_SCHEDULERS;
export const SIMPLE_SCHEDULER_NAMES = Object.keys(SIMPLE_SCHEDULERS) as readonly SimpleScheduler[];

function ecs(placementStrategy: readonly object[], tieBreak = 'lowestId') {
  return { kind: 'ecs', name: 'ecs', options: { placementStrategy, tieBreak } } as const;
}

/** What a property test needs of a run. */
export interface EngineRun {
  /** Empty when no log was asked for. */
  readonly log: readonly LogRecord[];
  readonly summary: Pick<RunSummary, 'fingerprint' | 'metrics' | 'tasks'>;
}

/** Runs the only platform of the plan to its horizon; without `log` nobody looks on. */
export type RunEngine = (plan: Plan, options: { readonly log: boolean }) => EngineRun;

/** Tasks of the world one by one, in order of submission: index = ordinal. */
export function tasksOf(world: SimpleWorld): (SimpleSize & { submitMs: number; runtimeMs: number })[] {
  return world.batches.flatMap(({ count, ...task }) => Array.from({ length: count }, () => task));
}

/** Late enough for every task to end, even one after the other. */
export function horizonOf(world: SimpleWorld): number {
  const tasks = tasksOf(world);
  const lastMs = Math.max(0, ...tasks.map(({ submitMs }) => submitMs));
  return lastMs + tasks.reduce((sum, { runtimeMs }) => sum + runtimeMs, 0) + 60 * SECOND;
}

const ZONE = 'us-east-1a';
const AT_ONCE: Distribution = { kind: 'constant', valueMs: 0 };

/** The plan of a world, every field filled. `prefix` stands before the names of jobs, groups, types and instances. */
export function toPlan(world: SimpleWorld, prefix = ''): Plan {
  const sizes = [...new Map(world.instances.map((size) => [typeName(size, prefix), size]))];
  const { length } = world.instances;
  const fleet: FleetGroup = {
    name: `${prefix}fleet`,
    types: sizes.map(([name]) => name),
    zones: [ZONE],
    size: { min: length, max: length, initial: length },
    launch: AT_ONCE,
    boot: AT_ONCE,
    rootVolume: { type: 'gp3', sizeGiB: 8, iops: 3000, throughputMiBps: 125 },
    labels: new Map(),
    taints: [],
    extended: new Map(),
    instances: world.instances.map((size, index) => ({
      name: `${prefix}i-${String(index + 1).padStart(4, '0')}`,
      type: typeName(size, prefix),
      zone: ZONE,
    })),
  };
  return {
    version: 1,
    name: 'simple',
    description: '',
    seed: 1,
    startEpochMs: Date.UTC(2026, 2, 2),
    horizonMs: horizonOf(world),
    region: 'us-east-1',
    types: sizes.map(([name, size]) => instanceType(name, size)),
    catalogue: { id: 'simple', date: '2026-03-01' },
    fleet: [fleet],
    workload: {
      services: [],
      jobs: world.batches.map((batch, index) => job(batch, `${prefix}job-${String(index).padStart(4, '0')}`)),
      traces: [],
      distributions: [],
    },
    platforms: [platform(world, 'platform')],
    checks: [],
  };
}

function typeName({ cpu, memoryMiB }: SimpleSize, prefix: string): string {
  return `${prefix}c${cpu}.m${memoryMiB}`;
}

/** A type that every platform sees alike: nothing is kept back, 10 cents an hour per vCPU. */
function instanceType(name: string, { cpu, memoryMiB }: SimpleSize): InstanceType {
  return {
    name,
    vcpus: cpu,
    memoryMiB,
    architecture: 'amd64',
    gpus: null,
    maxEnis: 4,
    ipv4PerEni: 15,
    maxPods: 1000,
    awsvpcTasks: { plain: 3, trunked: 3 },
    linuxMemoryMiB: memoryMiB,
    eksAllocatable: { cpuMilli: cpu * 1000, memoryMiB },
    priceE10PerHour: BigInt(cpu) * 1_000_000_000n,
  };
}

function job({ cpu, memoryMiB, submitMs, runtimeMs, count }: SimpleBatch, name: string): JobPlan {
  const template: TaskTemplate = {
    name,
    cpuMilli: cpu * 1000,
    memoryBytes: memoryMiB * MIB,
    ephemeralBytes: 0,
    gpu: null,
    extended: new Map(),
    hostPorts: [],
    network: 'bridge',
    image: null,
    startup: AT_ONCE,
    labels: new Map(),
    where: new Map(),
    distinctInstance: false,
    tolerations: [],
    priority: 0,
  };
  const runtime: Distribution = { kind: 'constant', valueMs: runtimeMs };
  return { name, template, arrivals: { kind: 'at', timesMs: [submitMs] }, count, runtime };
}

function platform(world: SimpleWorld, name: string): PlatformPlan {
  const { kind, name: scheduler, options } = SIMPLE_SCHEDULERS[world.scheduler];
  const common = {
    name,
    fleet: null,
    queue: world.queue,
    autoscaler: { kind: 'none' },
    scheduler: { name: scheduler, options, plugin: null },
  } as const;
  switch (kind) {
    case 'ecs':
      return { ...common, kind, reservedMemoryMiB: 0, awsvpcTrunking: false };
    case 'kubernetes': {
      const daemons = { cpuMilli: 0, memoryBytes: 0, pods: 0 };
      return { ...common, kind, version: '1.36', controlPlane: 'none', daemons };
    }
    case 'bare':
      return { ...common, kind };
  }
}

/** Where and when a task ran; null: never placed. */
export type Stay = {
  readonly instance: number;
  readonly startMs: number;
  /** null: still there at the end. */
  readonly endMs: number | null;
} | null;

/** By task ordinal, from a log without restarts. */
export function staysOf(log: readonly LogRecord[]): Stay[] {
  const stays: Stay[] = [];
  for (const record of log) {
    if (record.kind === 'submitted') stays[record.task] = null;
    if (record.kind === 'placed') {
      stays[record.task] = { instance: record.instance, startMs: record.timeMs, endMs: null };
    }
    const stay = record.kind === 'ended' ? stays[record.task] : null;
    if (record.kind === 'ended' && stay) stays[record.task] = { ...stay, endMs: record.timeMs };
  }
  return stays;
}

const size = fc.record({
  cpu: fc.integer({ min: 1, max: 8 }),
  memoryMiB: fc.integer({ min: 1, max: 8 }).map((n) => n * 512),
});

/** Batches of tasks, each of which fits on at least one instance of the fleet, at few distinct times so that ties are common. */
function batchesFor(instances: readonly SimpleSize[], maxBatches: number): fc.Arbitrary<SimpleBatch[]> {
  const batch = fc
    .record({
      host: fc.nat(instances.length - 1),
      cpu: fc.integer({ min: 1, max: 4 }),
      memoryMiB: fc.integer({ min: 1, max: 6 }).map((n) => n * 256),
      submitMs: fc.nat(12).map((n) => n * 5 * SECOND),
      runtimeMs: fc.integer({ min: 1, max: 12 }).map((n) => n * 5 * SECOND),
      count: fc.constantFrom(1, 1, 1, 2, 4),
    })
    .map(({ host, ...wanted }) => ({
      ...wanted,
      cpu: Math.min(wanted.cpu, instances[host]!.cpu),
      memoryMiB: Math.min(wanted.memoryMiB, instances[host]!.memoryMiB),
    }));
  return fc
    .array(batch, { minLength: 1, maxLength: maxBatches })
    .map((batches) => batches.sort((a, b) => a.submitMs - b.submitMs));
}

/** Random worlds of up to `maxInstances` instances of any sizes and up to `maxBatches` batches. */
export function arbitraryWorld(
  scheduler: SimpleScheduler,
  { maxInstances = 5, maxBatches = 20 } = {},
): fc.Arbitrary<SimpleWorld> {
  return fc.array(size, { minLength: 1, maxLength: maxInstances }).chain((instances) =>
    fc.record({
      instances: fc.constant(instances),
      batches: batchesFor(instances, maxBatches),
      scheduler: fc.constant(scheduler),
      queue: fc.constantFrom('skip', 'strict'),
    }),
  );
}

/** Single-slot tasks for `servers` slots: a world of one-slot instances, or of one instance with all slots. */
export interface SlotWorld {
  readonly servers: number;
  readonly jobs: readonly { readonly submitMs: number; readonly runtimeMs: number }[];
}

export const arbitrarySlotWorld: fc.Arbitrary<SlotWorld> = fc.record({
  servers: fc.integer({ min: 1, max: 20 }),
  jobs: fc
    .array(fc.record({ submitMs: fc.nat(60_000), runtimeMs: fc.integer({ min: 1, max: 30_000 }) }), {
      minLength: 1,
      maxLength: 300,
      size: 'large',
    })
    .map((jobs) => jobs.sort((a, b) => a.submitMs - b.submitMs)),
});

/** `apart`: one-slot instances; `together`: one instance with a slot each. */
export function slotWorld(
  { servers, jobs }: SlotWorld,
  layout: 'apart' | 'together',
  scheduler: SimpleScheduler,
): SimpleWorld {
  const slots = (count: number) => ({ cpu: count, memoryMiB: count * 256 });
  return {
    instances: layout === 'apart' ? Array.from({ length: servers }, () => slots(1)) : [slots(servers)],
    batches: jobs.map((one) => ({ ...one, ...slots(1), count: 1 })),
    scheduler,
    queue: 'skip',
  };
}
