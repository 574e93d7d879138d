import fc from 'fast-check';
import type { InstanceType } from '../../src/model/instance-type.ts';
import type {
  Arrivals,
  Distribution,
  FleetGroup,
  JobPlan,
  Plan,
  PlatformPlan,
  ServicePlan,
  TaskTemplate,
} from '../../src/model/plan.ts';
import { HOUR, MIB, MINUTE, SECOND } from '../../src/units.ts';
import { type SimpleScheduler, toPlan } from './simple-world.ts';

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;
const GPU_TAINT = { key: 'gpu', value: 'yes', effect: 'NoSchedule' } as const;

const GENERAL_TYPE = toPlan({
  instances: [{ cpu: 4, memoryMiB: 8192 }],
  batches: [],
  scheduler: 'first-fit',
  queue: 'skip',
}).types[0]!;
const GPU_TYPE: InstanceType = { ...GENERAL_TYPE, name: 'gpu', gpus: { count: 2, model: 'T4' }, vcpus: 8 };

const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  fc.nat(90).map((n) => ({ kind: 'constant' as const, valueMs: n * SECOND })),
  fc.integer({ min: 1, max: 120 }).map((n) => ({ kind: 'uniform' as const, minMs: 0, maxMs: n * SECOND })),
  fc.integer({ min: 1, max: 300 }).map((n) => ({ kind: 'exponential' as const, meanMs: n * SECOND })),
);

const wishes = fc.record({
  where: fc.constantFrom<ReadonlyMap<string, string>>(new Map(), new Map(), new Map([['pool', 'general']])),
  distinctInstance: fc.boolean(),
  hostPorts: fc.constantFrom<TaskTemplate['hostPorts']>([], [], [{ port: 8080, protocol: 'TCP' }]),
  gpu: fc.constantFrom<TaskTemplate['gpu']>(
    null,
    null,
    { count: 1, milli: 300, models: [] },
    { count: 2, milli: 1000, models: ['T4'] },
  ),
  priority: fc.nat(2),
  network: fc.constantFrom<TaskTemplate['network']>('bridge', 'awsvpc'),
  image: fc.constantFrom<TaskTemplate['image']>(null, { name: 'web:1', sizeBytes: 300 * MIB }),
});

function template(name: string): fc.Arbitrary<TaskTemplate> {
  return fc
    .record({
      cpuMilli: fc.integer({ min: 1, max: 18 }).map((n) => n * 250),
      memoryBytes: fc.integer({ min: 1, max: 16 }).map((n) => n * 256 * MIB),
      startup: distribution,
      wishes,
    })
    .map(({ wishes: wanted, ...amounts }) => ({
      name,
      ...amounts,
      ...wanted,
      ephemeralBytes: 0,
      extended: new Map(),
      labels: new Map(),
      tolerations: wanted.gpu === null ? [] : [{ key: 'gpu', operator: 'Exists' as const }],
    }));
}

const arrivals: fc.Arbitrary<Arrivals> = fc.oneof(
  fc.integer({ min: 6, max: 120 }).map((perHour) => ({
    kind: 'poisson' as const,
    steps: [
      { atMs: 0, perHour },
      { atMs: 20 * MINUTE, perHour: 0 },
      { atMs: 40 * MINUTE, perHour },
    ],
    repeatMs: null,
  })),
  fc.tuple(fc.integer({ min: 1, max: 15 }), fc.nat(5)).map(([every, first]) => ({
    kind: 'every' as const,
    intervalMs: every * MINUTE,
    firstMs: first * MINUTE,
  })),
);

function job(index: number): fc.Arbitrary<JobPlan> {
  const name = `job-${index}`;
  return fc.record({
    name: fc.constant(name),
    template: template(name),
    arrivals,
    count: fc.integer({ min: 1, max: 4 }),
    runtime: distribution,
  });
}

function service(index: number): fc.Arbitrary<ServicePlan> {
  const name = `service-${index}`;
  const steps = fc.array(fc.nat(8), { minLength: 1, maxLength: 5 });
  return fc.record({
    name: fc.constant(name),
    template: template(name),
    replicas: steps.map((counts) => counts.map((count, step) => ({ atMs: step * 9 * MINUTE, count }))),
    repeatMs: fc.constant(null),
    spread: fc.constantFrom('zone', 'instance', 'none'),
    loadBalancer: fc.constantFrom(null, {
      name: 'front',
      kind: 'application' as const,
      registrationMs: 15 * SECOND,
    }),
  });
}

function group(name: string, type: InstanceType, more: Pick<FleetGroup, 'taints' | 'labels'>) {
  return fc
    .record({
      min: fc.nat(2),
      initial: fc.nat(2),
      max: fc.nat(4),
      zones: fc.integer({ min: 1, max: 3 }),
      launch: distribution,
      boot: distribution,
    })
    .map(({ min, initial, max, zones, launch, boot }): FleetGroup => {
      const size = { min, initial: min + initial, max: Math.max(1, min + initial + max) };
      const rootVolume = { type: 'gp3', sizeGiB: 30, iops: 3000, throughputMiBps: 125 } as const;
      const fixed = { types: [type.name], extended: new Map(), instances: [], rootVolume };
      return { name, ...fixed, ...more, size, zones: ZONES.slice(0, zones), launch, boot };
    });
}

/**
 * Random plans of an hour with everything that the simple worlds leave out: fleets that grow and shrink, boot and
 * start-up times, services that scale, priorities, host ports, GPUs behind a taint, wishes of all kinds.
 */
export function arbitraryRichPlan(scheduler: SimpleScheduler): fc.Arbitrary<Plan> {
  const base = (queue: 'skip' | 'strict') => toPlan({ instances: [], batches: [], scheduler, queue });
  return fc
    .record({
      queue: fc.constantFrom<'skip' | 'strict'>('skip', 'skip', 'strict'),
      seed: fc.nat(1_000_000),
      general: group('general', GENERAL_TYPE, { taints: [], labels: new Map([['pool', 'general']]) }),
      gpus: group('gpus', GPU_TYPE, { taints: [GPU_TAINT], labels: new Map() }),
      services: fc.tuple(service(0), service(1)),
      serviceCount: fc.nat(2),
      jobs: fc.tuple(job(0), job(1), job(2), job(3)),
      jobCount: fc.nat(4),
      autoscaler: fc.constantFrom<PlatformPlan['autoscaler']>(
        { kind: 'none' },
        { kind: 'demand', intervalMs: 10 * SECOND, idleMs: MINUTE },
        { kind: 'demand', intervalMs: 45 * SECOND, idleMs: 10 * SECOND },
      ),
    })
    .map(({ queue, seed, general, gpus, services, serviceCount, jobs, jobCount, autoscaler }) => {
      const plan = base(queue);
      return {
        ...plan,
        seed,
        horizonMs: HOUR,
        types: [GENERAL_TYPE, GPU_TYPE],
        fleet: [general, gpus],
        workload: {
          ...plan.workload,
          services: services.slice(0, serviceCount),
          jobs: jobs.slice(0, jobCount),
        },
        platforms: [{ ...plan.platforms[0]!, autoscaler }],
      };
    });
}
