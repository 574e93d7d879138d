import type { InstanceType } from '../../src/model/instance-type.ts';
import type {
  Autoscaler,
  Distribution,
  FleetGroup,
  JobPlan,
  KubeQueue,
  Plan,
  PlatformPlan,
  ServicePlan,
  TaskTemplate,
} from '../../src/model/plan.ts';
import { GIB, HOUR, SECOND } from '../../src/units.ts';

/**
 * Plans in few words: every builder fills in what a test does not care about with the plainest there is. Numbers are
 * round, so that results can be worked out by hand.
 */

/** Always `seconds`. */
export function seconds(count: number): Distribution {
  return { kind: 'constant', valueMs: count * SECOND };
}

/** `vcpus` and `memoryGiB`, all of it for tasks on every platform; a dollar for 10,000 vCPU-seconds. */
export function instanceType(
  vcpus: number,
  memoryGiB: number,
  rest: Partial<InstanceType> = {},
): InstanceType {
  return {
    name: `t${vcpus}x${memoryGiB}`,
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
    priceE10PerHour: BigInt(vcpus) * 3_600_000_000n,
    ...rest,
  };
}

/** 4 vCPU and 16 GiB at 1.44 USD an hour, which is 0.0004 USD a second. */
export const TYPE: InstanceType = instanceType(4, 16);

/** Instances of `TYPE` in one zone, there and ready from the start; a number of them, or a range. */
export function group(
  size: number | { readonly min: number; readonly max: number; readonly initial?: number },
  rest: Partial<FleetGroup> = {},
): FleetGroup {
  const range =
    typeof size === 'number' ? { min: size, max: size, initial: size } : { initial: size.min, ...size };
  return {
    name: 'pool',
    types: [TYPE.name],
    zones: ['zone-a'],
    size: range,
    launch: seconds(0),
    boot: seconds(0),
    rootVolume: { type: 'gp3', sizeGiB: 30, iops: 3000, throughputMiBps: 125 },
    labels: new Map(),
    taints: [],
    extended: new Map(),
    instances: [],
    ...rest,
  };
}

/** 1 vCPU and 1 GiB; it starts at once. */
export function template(rest: Partial<TaskTemplate> = {}): TaskTemplate {
  return {
    name: 'task',
    cpuMilli: 1000,
    memoryBytes: GIB,
    ephemeralBytes: 0,
    gpu: null,
    extended: new Map(),
    hostPorts: [],
    network: 'bridge',
    image: null,
    startup: seconds(0),
    labels: new Map(),
    where: new Map(),
    distinctInstance: false,
    tolerations: [],
    priority: 0,
    ...rest,
  };
}

/** Tasks that arrive at the given seconds and run for `runS` seconds; for ever when that is Infinity. */
export function job(
  name: string,
  { at = [0], runS = 10, ...rest }: { at?: readonly number[]; runS?: number } & Partial<JobPlan> = {},
): JobPlan {
  return {
    name,
    template: template(),
    arrivals: { kind: 'at', timesMs: at.map((second) => second * SECOND) },
    count: 1,
    runtime: seconds(runS),
    ...rest,
  };
}

/** Counts from each second on: `[[0, 3], [60, 1]]`. */
export function service(
  name: string,
  replicas: readonly (readonly [second: number, count: number])[],
  rest: Partial<ServicePlan> = {},
): ServicePlan {
  return {
    name,
    template: template(),
    replicas: replicas.map(([second, count]) => ({ atMs: second * SECOND, count })),
    repeatMs: null,
    spread: 'none',
    loadBalancer: null,
    ...rest,
  };
}

/** An hour of the workload on one instance; its region is that of `PRICES` in play.ts. */
export function plan(
  workload: Partial<Plan['workload']>,
  rest: Partial<Plan> & { readonly horizonS?: number } = {},
): Plan {
  const { horizonS, ...fields } = rest;
  return {
    version: 1,
    name: 'by-hand',
    description: '',
    seed: 1,
    startEpochMs: Date.UTC(2026, 2, 2),
    horizonMs: horizonS === undefined ? HOUR : horizonS * SECOND,
    region: 'us-east-1',
    types: [TYPE],
    catalogue: { id: 'by-hand', date: '2026-03-02' },
    fleet: [group(1)],
    workload: { services: [], jobs: [], traces: [], distributions: [], ...workload },
    platforms: [],
    checks: [],
    ...fields,
  };
}

type PlatformRest = Partial<Pick<PlatformPlan, 'name' | 'fleet' | 'queue' | 'autoscaler'>>;

/** A platform without autoscaler that keeps nothing back; `options` as a scenario has them. */
export function platform(
  kind: PlatformPlan['kind'],
  options: object = {},
  rest: PlatformRest & { readonly scheduler?: string } = {},
): PlatformPlan {
  const { scheduler = kind === 'bare' ? 'first-fit' : kind, ...fields } = rest;
  const common = {
    name: kind,
    fleet: null,
    queue: 'skip' as const,
    autoscaler: { kind: 'none' as const },
    scheduler: { name: scheduler, options, plugin: null },
    ...fields,
  };
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

/** kube-scheduler's queue in which nothing takes time but going, which takes 30 s. */
export function kubeQueue(rest: Partial<KubeQueue> = {}): KubeQueue {
  return { kind: 'kube', cycleMs: 0, bindMs: 0, graceMs: 30_000, ...rest };
}

/** First fit on a bare platform. */
export const FIRST_FIT: PlatformPlan = platform('bare');

/** Looks every 10 s, ends instances that were empty for 60 s. */
export const DEMAND: Autoscaler = { kind: 'demand', intervalMs: 10 * SECOND, idleMs: 60 * SECOND };
