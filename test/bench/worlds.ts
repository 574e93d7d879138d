import type { InstanceType } from '../../src/model/instance-type.ts';
import type { FleetGroup, JobPlan, Plan, PlatformPlan, TaskTemplate } from '../../src/model/plan.ts';
import { DAY, GIB } from '../../src/units.ts';

const constant = (valueMs: number) => ({ kind: 'constant', valueMs }) as const;
const ZONES = ['zone-a', 'zone-b', 'zone-c'];

/** A made-up type with whole numbers everywhere, so that results can be checked by hand. */
export function benchType(vcpus: number, memoryGiB: number): InstanceType {
  return {
    name: `bench.${vcpus}x${memoryGiB}`,
    vcpus,
    memoryMiB: memoryGiB * 1024,
    architecture: 'amd64',
    gpus: null,
    maxEnis: 4,
    ipv4PerEni: 15,
    maxPods: 110,
    awsvpcTasks: { plain: 3, trunked: 18 },
    linuxMemoryMiB: memoryGiB * 1024,
    eksAllocatable: { cpuMilli: vcpus * 1000, memoryMiB: memoryGiB * 1024 },
    priceE10PerHour: 1_000_000_000n,
  };
}

export function benchTemplate(cpuMilli: number, memoryGiB: number): TaskTemplate {
  return {
    name: `${cpuMilli}m-${memoryGiB}`,
    cpuMilli,
    memoryBytes: memoryGiB * GIB,
    ephemeralBytes: 0,
    gpu: null,
    extended: new Map(),
    hostPorts: [],
    network: 'bridge',
    image: null,
    startup: constant(0),
    labels: new Map(),
    where: new Map(),
    distinctInstance: false,
    tolerations: [],
    priority: 0,
  };
}

/** A fleet of `count` equal instances in three zones by turns, and a workload to be filled in. */
export function benchPlan(
  type: InstanceType,
  count: number,
  workload: Partial<Plan['workload']>,
  horizonMs: number = DAY,
): Plan {
  const group: FleetGroup = {
    name: 'bench',
    types: [type.name],
    zones: ZONES,
    size: { min: count, max: count, initial: count },
    launch: constant(0),
    boot: constant(0),
    rootVolume: { type: 'gp3', sizeGiB: 30, iops: 3000, throughputMiBps: 125 },
    labels: new Map(),
    taints: [],
    extended: new Map(),
    instances: [],
  };
  return {
    version: 1,
    name: 'bench',
    description: '',
    seed: 1,
    startEpochMs: Date.UTC(2026, 2, 2),
    horizonMs,
    region: 'us-east-1',
    types: [type],
    catalogue: { id: 'bench', date: '2026-03-02' },
    fleet: [group],
    workload: { services: [], jobs: [], traces: [], distributions: [], ...workload },
    platforms: [],
    checks: [],
  };
}

/** Eight classes of tasks, four sizes of CPU by two of memory, that together keep `vcpus` about `load` busy. */
export function benchJobs(vcpus: number, load: number, meanRuntimeMs: number): JobPlan[] {
  const sizes = [500, 1000, 2000, 4000].flatMap((cpuMilli) => [2, 4].map((memoryGiB) => ({ cpuMilli, memoryGiB })));
  const perHour = (load * vcpus * 3_600_000) / meanRuntimeMs / sizes.reduce((sum, { cpuMilli }) => sum + cpuMilli / 1000, 0);
  return sizes.map(({ cpuMilli, memoryGiB }) => ({
    name: `job-${cpuMilli}-${memoryGiB}`,
    template: benchTemplate(cpuMilli, memoryGiB),
    arrivals: { kind: 'poisson', steps: [{ atMs: 0, perHour }], repeatMs: null },
    count: 1,
    runtime: { kind: 'exponential', meanMs: meanRuntimeMs },
  }));
}

/** A platform without autoscaler; `raw` are the scheduler's options as a scenario would write them. */
export function benchPlatform(
  kind: PlatformPlan['kind'],
  scheduler: string,
  raw: unknown,
  queue: 'skip' | 'strict' = 'skip',
): PlatformPlan {
  const common = {
    name: scheduler,
    fleet: null,
    queue,
    autoscaler: { kind: 'none' },
    scheduler: { name: scheduler, options: raw, plugin: null },
  } as const;
  switch (kind) {
    case 'ecs':
      return { ...common, kind, reservedMemoryMiB: 0, awsvpcTrunking: false };
    case 'kubernetes':
      return { ...common, kind, version: '1.36', controlPlane: 'none', daemons: { cpuMilli: 0, memoryBytes: 0, pods: 0 } };
    case 'bare':
      return { ...common, kind };
  }
}
