import { describe, expect, test } from 'vitest';
import { createPlatform } from '../../../src/experiment/platforms/index.ts';
import type { TaskOrigin } from '../../../src/experiment/platforms/platform.ts';
import { ClusterStore } from '../../../src/model/cluster-store.ts';
import type { InstanceType } from '../../../src/model/instance-type.ts';
import type { FleetGroup, PlatformPlan, TaskTemplate } from '../../../src/model/plan.ts';
import { LANE, UNLIMITED } from '../../../src/model/resources.ts';
import { findScheduler } from '../../../src/schedulers/registry.ts';
import { GIB, MIB } from '../../../src/units.ts';
import { group, instanceType, platform, template } from '../../support/plans.ts';

/** 4 vCPU and 16 GiB, of which Linux sees 15,800 MiB and EKS leaves 3,920m and 14,900 MiB. */
const TYPE: InstanceType = instanceType(4, 16, {
  name: 'm',
  linuxMemoryMiB: 15_800,
  eksAllocatable: { cpuMilli: 3920, memoryMiB: 14_900 },
  maxPods: 58,
  gpus: { count: 1, model: 'T4' },
});
const ARM: InstanceType = { ...TYPE, name: 'arm', architecture: 'arm64', gpus: null };
const FPGA = 'example.com/fpga';
const taints = [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] as const;
const POOL: FleetGroup = group(1, {
  types: ['m', 'arm'],
  labels: new Map([['pool', 'x']]),
  taints,
  extended: new Map([[FPGA, 2]]),
});

const ECS = { ...platform('ecs'), reservedMemoryMiB: 300 } as PlatformPlan;
const TRUNKED = { ...ECS, awsvpcTrunking: true } as PlatformPlan;
const KUBERNETES = {
  ...platform('kubernetes'),
  daemons: { cpuMilli: 150, memoryBytes: 100 * MIB, pods: 2 },
} as PlatformPlan;
const BARE = platform('bare');

function door(plan: PlatformPlan, hostPorts = 0) {
  const types = new Map([TYPE, ARM].map((type) => [type.name, type]));
  return createPlatform(plan, { types, region: 'us-east-1', extended: [FPGA], hostPorts });
}

function specOf(plan: PlatformPlan, one: TaskTemplate, rest: Partial<TaskOrigin> = {}) {
  return door(plan).taskClass(one, { group: 'g', kind: 'job', spread: 'none', amounts: one, ...rest });
}

describe('an instance offers', () => {
  const { cpu, memory, slots, ephemeral, gpu, eni } = LANE;

  test('bare: its whole hardware', () => {
    const { capacity, allocatable } = door(BARE).shape(POOL, 'm');
    expect(allocatable).toEqual([4000, 16 * GIB, UNLIMITED, 30 * GIB, 1000, UNLIMITED, 2]);
    expect(capacity).toEqual(allocatable);
  });

  test('ECS: 1024 units per vCPU, and the memory that Linux sees less what is reserved', () => {
    const { capacity, allocatable } = door(ECS).shape(POOL, 'm');
    expect(allocatable).toEqual([4096, 15_500 * MIB, UNLIMITED, UNLIMITED, 1000, 3, 2]);
    expect(capacity[memory]).toBe(16 * GIB);
    expect(door(TRUNKED).shape(POOL, 'm').allocatable[eni]).toBe(18);
    const all = { ...ECS, reservedMemoryMiB: 15_800 } as PlatformPlan;
    expect(door(all).shape(POOL, 'm').allocatable[memory]).toBe(0);
  });

  test('ECS: host ports as an amount, where the workload could run out of them', () => {
    // 100 less the 5 of the system
    const { resources, shape } = door(ECS, 96);
    expect(shape(POOL, 'm').allocatable[resources.lane('PORTS')]).toBe(95);
    expect(door(ECS, 95).resources.names).not.toContain('PORTS');
  });

  test('Kubernetes: what EKS leaves of it, less the agents of every node', () => {
    const { resources, shape } = door(KUBERNETES);
    const { capacity, allocatable } = shape(POOL, 'm');
    expect([allocatable[cpu], allocatable[memory], allocatable[slots]]).toEqual([3770, 14_800 * MIB, 56]);
    expect([capacity[cpu], capacity[memory], capacity[slots]]).toEqual([4000, 16 * GIB, 58]);
    // 90 % of 30 GiB less 1 GiB
    expect(allocatable[ephemeral]).toBe(26 * GIB);
    expect([allocatable[gpu], allocatable[eni], allocatable[resources.lane(FPGA)]]).toEqual([
      1000,
      UNLIMITED,
      2,
    ]);
    const huge = {
      ...KUBERNETES,
      daemons: { cpuMilli: 9000, memoryBytes: 99 * GIB, pods: 99 },
    } as PlatformPlan;
    expect(door(huge).shape(POOL, 'm').allocatable.slice(0, 3)).toEqual([0, 0, 0]);
  });

  test('labels in the words of the platform, and those of the group', () => {
    expect(Object.fromEntries(door(BARE).shape(POOL, 'arm').labels)).toEqual({
      'instance-type': 'arm',
      architecture: 'arm64',
      pool: 'x',
    });
    expect(Object.fromEntries(door(ECS).shape(POOL, 'm').labels)).toMatchObject({
      'ecs.instance-type': 'm',
      'ecs.os-type': 'linux',
      'ecs.cpu-architecture': 'x86_64',
      pool: 'x',
    });
    expect(door(ECS).shape(POOL, 'arm').labels.get('ecs.cpu-architecture')).toBe('arm64');
    expect(Object.fromEntries(door(KUBERNETES).shape(POOL, 'm').labels)).toEqual({
      'node.kubernetes.io/instance-type': 'm',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/os': 'linux',
      'topology.kubernetes.io/region': 'us-east-1',
      pool: 'x',
    });
  });

  test('taints, but for ECS, which has none', () => {
    const taintsOn = [BARE, ECS, KUBERNETES].map((plan) => door(plan).shape(POOL, 'm').taints.length);
    expect(taintsOn).toEqual([1, 0, 1]);
    expect([BARE, ECS, KUBERNETES].map((plan) => door(plan).honoursTaints)).toEqual([true, false, true]);
  });

  test('one shape per group and type', () => {
    for (const plan of [BARE, ECS, KUBERNETES]) {
      const { shape } = door(plan);
      expect(shape(POOL, 'm')).toBe(shape(POOL, 'm'));
      expect(shape(POOL, 'm')).not.toBe(shape(POOL, 'arm'));
    }
  });
});

describe('a task asks for', () => {
  test.each([
    // 250 × 1.024 = 256; 100 × 1.024 = 102.4, rounded up; 1 × 1.024, rounded up
    { cpuMilli: 250, units: 256 },
    { cpuMilli: 100, units: 103 },
    { cpuMilli: 1, units: 2 },
    { cpuMilli: 4000, units: 4096 },
    { cpuMilli: 0, units: 0 },
  ])('ECS: $cpuMilli millicores as $units units, and whole MiB', ({ cpuMilli, units }) => {
    const spec = specOf(ECS, template({ cpuMilli, memoryBytes: 1.5 * MIB }));
    expect([spec.requests[LANE.cpu], spec.requests[LANE.memory]]).toEqual([units, 2 * MIB]);
  });

  test('elsewhere exactly what it says', () => {
    const odd = template({ cpuMilli: 101, memoryBytes: 1_000_001 });
    for (const plan of [BARE, KUBERNETES]) {
      expect([...specOf(plan, odd).requests].slice(0, 2)).toEqual([101, 1_000_001]);
    }
  });

  test('a network interface in network mode awsvpc, on ECS alone', () => {
    const enis = (plan: PlatformPlan, network: TaskTemplate['network']) =>
      specOf(plan, template({ network })).requests[LANE.eni];
    expect([enis(ECS, 'awsvpc'), enis(ECS, 'bridge'), enis(ECS, 'host')]).toEqual([1, 0, 0]);
    expect([enis(KUBERNETES, 'awsvpc'), enis(BARE, 'awsvpc')]).toEqual([0, 0]);
  });

  test('Kubernetes: the amounts that scores count as well', () => {
    const { resources } = door(KUBERNETES);
    const { requests } = specOf(KUBERNETES, template({ cpuMilli: 0, memoryBytes: 7 }));
    expect([requests[resources.lane('nonzero-cpu')], requests[resources.lane('nonzero-memory')]]).toEqual([
      0, 7,
    ]);
  });

  test('the amounts of its row, where it comes from a trace', () => {
    const amounts = { cpuMilli: 500, memoryBytes: GIB, gpu: null };
    for (const plan of [BARE, ECS, KUBERNETES]) {
      const { requests } = specOf(plan, template({ cpuMilli: 0, memoryBytes: 0 }), {
        amounts,
        kind: 'trace',
      });
      expect(requests[LANE.cpu]! / door(plan).resources.cpuPerVcpu).toBe(0.5);
      expect(requests[LANE.memory]).toBe(GIB);
    }
  });
});

/** Could an empty instance of the group, of either type, in that zone, take the task? */
function admits(plan: PlatformPlan, one: TaskTemplate, zone = 'zone-b'): string[] {
  const made = door(plan);
  const ports = one.hostPorts.map(({ port, protocol }) => ({ ip: '0.0.0.0', port, protocol }));
  const store = new ClusterStore({ resources: made.resources, hostPorts: ports });
  const definition = findScheduler(plan.scheduler.name)!;
  const read = definition.readOptions(plan.scheduler.options);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const scheduler = definition.create(read.options);
  const taskClass = store.internClass(
    made.taskClass(one, { group: 'g', kind: 'service', spread: 'zone', amounts: one }),
  );
  return POOL.types.filter((type) => scheduler.admits(taskClass, made.shape(POOL, type), zone));
}

describe('the scheduler of each platform admits a task', () => {
  const tolerations = [{ operator: 'Exists' as const }];
  const wishing = (where: Record<string, string>) =>
    template({ tolerations, where: new Map(Object.entries(where)) });
  const BOTH = ['m', 'arm'];

  test.each<{ name: string; one: TaskTemplate; on: string[] }>([
    { name: 'without wishes', one: template({ tolerations }), on: BOTH },
    { name: 'in its zone', one: wishing({ zone: 'zone-b' }), on: BOTH },
    { name: 'not in another zone', one: wishing({ zone: 'zone-a' }), on: [] },
    { name: 'of its instance type', one: wishing({ 'instance-type': 'arm' }), on: ['arm'] },
    { name: 'of its architecture', one: wishing({ architecture: 'amd64' }), on: ['m'] },
    { name: 'with a label of the group', one: wishing({ pool: 'x' }), on: BOTH },
    { name: 'with another value of it', one: wishing({ pool: 'y' }), on: [] },
    { name: 'with a label that nobody has', one: wishing({ disk: 'ssd' }), on: [] },
    {
      name: 'that fits with its GPU',
      one: template({ tolerations, gpu: { count: 1, milli: 500, models: [] } }),
      on: ['m'],
    },
    {
      name: 'but not for a GPU of another model',
      one: template({ tolerations, gpu: { count: 1, milli: 500, models: ['V100'] } }),
      on: [],
    },
    {
      name: 'with extended resources',
      one: template({ tolerations, extended: new Map([[FPGA, 2]]) }),
      on: BOTH,
    },
    { name: 'but not with too many', one: template({ tolerations, extended: new Map([[FPGA, 3]]) }), on: [] },
    { name: 'but not with too much memory', one: template({ tolerations, memoryBytes: 17 * GIB }), on: [] },
    {
      name: 'with host ports',
      one: template({ tolerations, hostPorts: [{ port: 80, protocol: 'TCP' }] }),
      on: BOTH,
    },
  ])('$name', ({ one, on }) => {
    expect([BARE, ECS, KUBERNETES].map((plan) => admits(plan, one))).toEqual([on, on, on]);
  });

  test('that a taint keeps away, on ECS alone', () => {
    expect([BARE, ECS, KUBERNETES].map((plan) => admits(plan, template()))).toEqual([[], BOTH, []]);
  });

  test('by the words of the platform itself, too', () => {
    const pinned = (key: string, value: string) => wishing({ [key]: value });
    expect(admits(ECS, pinned('ecs.availability-zone', 'zone-b'))).toEqual(BOTH);
    expect(admits(ECS, pinned('ecs.availability-zone', 'zone-a'))).toEqual([]);
    expect(admits(ECS, pinned('ecs.cpu-architecture', 'x86_64'))).toEqual(['m']);
    expect(admits(KUBERNETES, pinned('topology.kubernetes.io/zone', 'zone-b'))).toEqual(BOTH);
    expect(admits(KUBERNETES, pinned('topology.kubernetes.io/zone', 'zone-a'))).toEqual([]);
    expect(admits(KUBERNETES, pinned('kubernetes.io/arch', 'arm64'))).toEqual(['arm']);
  });

  test('of a host name never: the name of an instance to come is not known', () => {
    expect(admits(KUBERNETES, wishing({ 'kubernetes.io/hostname': 'i-0000001' }))).toEqual([]);
  });

  test('and knows every label that instances will have, but for that', () => {
    for (const plan of [BARE, ECS, KUBERNETES]) {
      const made = door(plan);
      const store = new ClusterStore({ resources: made.resources, hostPorts: made.reservedPorts });
      const shape = made.shape(POOL, 'm');
      const slot = store.addInstance(made.instance(shape, 'zone-b', undefined), 0);
      for (const key of store.labelKeys) {
        if (key === 'kubernetes.io/hostname') continue;
        expect([key, admits(plan, wishing({ [key]: store.label(slot, key)! })).includes('m')]).toEqual([
          key,
          true,
        ]);
      }
    }
  });
});
