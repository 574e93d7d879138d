import { describe, expect, test } from 'vitest';
import { ecs } from '../../../src/schedulers/ecs/ecs-scheduler.ts';
import type { Scheduler } from '../../../src/schedulers/scheduler.ts';
import { createCluster, joinTable, type TaskSpec, type TestCluster } from '../../support/cluster-builder.ts';
import { compareWithOracle } from '../../support/compare-with-oracle.ts';
import { constantDraws, createDraws } from '../../support/draws.ts';
import { optionsOf } from '../../support/laws.ts';
import { type PlainEcsOptions, plainEcs } from '../../support/oracles/plain-ecs.ts';

const ZONE = { type: 'spread', field: 'attribute:ecs.availability-zone' };
const INSTANCE = { type: 'spread', field: 'instanceId' };
const MEMORY = { type: 'binpack', field: 'memory' };
const CPU = { type: 'binpack', field: 'cpu' };
const RANDOM = { type: 'random' };

/** Two instances in zone a, one in b, one in c; 2 vCPU and 7680 MiB each. */
const FOUR_INSTANCES = `
  name zone cpu  memory
  a1   a    2048 7680
  a2   a    2048 7680
  b1   b    2048 7680
  c1   c    2048 7680`;

function clusterOf(table: string): TestCluster {
  const cluster = createCluster({ hostPorts: [80] });
  joinTable(cluster, table);
  return cluster;
}

function ecsWith(options: PlainEcsOptions | null = null): Scheduler {
  return ecs.create(optionsOf(ecs, options));
}

/** Places tasks one after the other; the names of their instances, `-` where there was none. */
function sequence(cluster: TestCluster, scheduler: Scheduler, specs: readonly TaskSpec[]): string {
  const { store } = cluster;
  const random = createDraws(1);
  return specs
    .map((spec) => {
      const task = cluster.submit(cluster.taskClass(spec));
      const slot = scheduler.decide({ view: store, task, random, nowMs: 0 });
      if (slot < 0) return '-';
      store.place(task, slot, 0);
      return store.instanceName(slot);
    })
    .join(',');
}

function times(count: number, spec: TaskSpec): TaskSpec[] {
  return new Array<TaskSpec>(count).fill(spec);
}

describe('decide() follows the worked examples of AWS placement, ties to the lowest id', () => {
  test.each([
    // zones a 0, b 0, c 0 -> a1; then b1, c1; all zones 1: zone a, a2 has 0 and a1 has 1 -> a2; then b1, c1
    {
      name: 'P1 service default',
      options: null,
      tasks: times(6, { cpu: 256, memoryMiB: 512 }),
      placed: 'a1,b1,c1,a2,b1,c1',
    },
    // a1 takes 3 x 2048 of 7680; 1536 left is less than 2048
    {
      name: 'P2 binpack memory',
      options: [MEMORY],
      tasks: times(6, { cpu: 256, memoryMiB: 2048 }),
      placed: 'a1,a1,a1,a2,a2,a2',
    },
    // 2048 / 512 = 4 fill a1
    {
      name: 'P3 binpack cpu',
      options: [CPU],
      tasks: times(6, { cpu: 512, memoryMiB: 1024 }),
      placed: 'a1,a1,a1,a1,a2,a2',
    },
    // zones take turns; inside zone a the fuller a1 wins
    {
      name: 'P4 spread zones, binpack memory',
      options: [ZONE, MEMORY],
      tasks: times(6, { cpu: 256, memoryMiB: 1024 }),
      placed: 'a1,b1,c1,a1,b1,c1',
    },
    // packing first: zones only break exact ties, and the first tie already goes to a1
    {
      name: 'P5 binpack memory, spread zones',
      options: [MEMORY, ZONE],
      tasks: times(4, { cpu: 256, memoryMiB: 1024 }),
      placed: 'a1,a1,a1,a1',
    },
  ])('$name', ({ options, tasks, placed }) => {
    const scheduler = ecsWith(options === null ? null : { placementStrategy: options });
    expect(sequence(clusterOf(FOUR_INSTANCES), scheduler, tasks)).toBe(placed);
  });

  test('P6 binpack takes the least remaining memory that still fits', () => {
    // 1024 fits a2 (1500) best; then a2 has 476, b1 has 1000: a1 (3000, then 1976)
    const cluster = clusterOf(`
      name zone cpu  memory
      a1   a    2048 3000
      a2   a    2048 1500
      b1   b    2048 1000
      c1   c    2048 7680`);
    const placed = sequence(
      cluster,
      ecsWith({ placementStrategy: [MEMORY] }),
      times(3, { cpu: 256, memoryMiB: 1024 }),
    );
    expect(placed).toBe('a2,a1,a1');
  });

  test('P7 spread is best effort: full zones are left out, nothing fails', () => {
    const cluster = clusterOf(`
      name zone cpu  memory
      a1   a    2048 7680
      a2   a    2048 7680
      b1   b    2048 100
      c1   c    2048 100`);
    expect(sequence(cluster, ecsWith(), times(3, { cpu: 256, memoryMiB: 1024 }))).toBe('a1,a2,a1');
  });

  test('P8 distinctInstance leaves the fifth of five tasks without an instance', () => {
    const spec = { cpu: 256, memoryMiB: 512, distinctInstance: true };
    expect(sequence(clusterOf(FOUR_INSTANCES), ecsWith(), times(5, spec))).toBe('a1,b1,c1,a2,-');
  });

  test('P9 a fixed host port allows one task per instance, and explain names ports', () => {
    const cluster = clusterOf(FOUR_INSTANCES);
    const scheduler = ecsWith();
    const spec = { cpu: 256, memoryMiB: 512, hostPorts: [80] };
    expect(sequence(cluster, scheduler, times(5, spec))).toBe('a1,b1,c1,a2,-');
    const task = cluster.submit(cluster.taskClass(spec));
    const { verdicts } = scheduler.explain({ view: cluster.store, task, random: createDraws(1), nowMs: 0 });
    expect(verdicts.map(({ refusal }) => refusal?.rule)).toEqual(times(4, {}).map(() => 'RESOURCE:PORTS'));
  });

  test('P13 a task without CPU fits where no CPU is left', () => {
    const cluster = clusterOf(FOUR_INSTANCES);
    for (const name of ['a1', 'a2', 'b1', 'c1']) {
      cluster.put(cluster.taskClass({ group: 'filler', cpu: 2048, memoryMiB: 1 }), cluster.slot(name));
    }
    expect(sequence(cluster, ecsWith({ placementStrategy: [CPU] }), [{ cpu: 0, memoryMiB: 1024 }])).toBe(
      'a1',
    );
  });
});

describe('decide() and the fragmentation of mixed services on three instances of 7680 MiB', () => {
  const THREE = `
    name zone cpu  memory
    n1   a    2048 7680
    n2   a    2048 7680
    n3   a    2048 7680`;
  const service = (group: string, memoryMiB: number): TaskSpec => ({ group, memoryMiB });
  /** Two of 7000 (s1), 2048, two and two of 768, two of 128, 512. */
  const descending = [
    ...times(2, service('s1', 7000)),
    service('s2', 2048),
    ...times(2, service('s3', 768)),
    ...times(2, service('s4', 768)),
    service('s5', 512),
    ...times(2, service('s6', 128)),
  ];
  const ascending = [...descending].reverse();

  test.each([
    // descending: n1 7000, n2 7000, 2048 to n3, and the small ones always find room in n3 or the 680 of n1 and n2
    { name: 'binpack memory, descending', options: [MEMORY], tasks: descending, unplaced: 0 },
    // ascending: 128 + 128 + 512 + 4 x 768 + 2048 = 5888 in n1 (1792 left), then 7000 to n2 and n3 (680 left each)
    { name: 'binpack memory, ascending', options: [MEMORY], tasks: ascending, unplaced: 0 },
    { name: 'spread instanceId, descending', options: [INSTANCE], tasks: descending, unplaced: 0 },
    // ascending: small tasks sit on all three instances; only one still has 7000 left
    { name: 'spread instanceId, ascending', options: [INSTANCE], tasks: ascending, unplaced: 1 },
  ])('$name leaves $unplaced unplaced', ({ options, tasks, unplaced }) => {
    const placed = sequence(clusterOf(THREE), ecsWith({ placementStrategy: options }), tasks).split(',');
    expect(placed.filter((name) => name === '-')).toHaveLength(unplaced);
  });

  test('spread instanceId, ascending, leaves 3456, 6016 and 680 MiB', () => {
    const cluster = clusterOf(THREE);
    sequence(cluster, ecsWith({ placementStrategy: [INSTANCE] }), ascending);
    expect(freeMemoryMiB(cluster, ['n1', 'n2', 'n3'])).toEqual([3456, 6016, 680]);
  });

  test('binpack memory, ascending, leaves 1792, 680 and 680 MiB', () => {
    const cluster = clusterOf(THREE);
    sequence(cluster, ecsWith({ placementStrategy: [MEMORY] }), ascending);
    expect(freeMemoryMiB(cluster, ['n1', 'n2', 'n3'])).toEqual([1792, 680, 680]);
  });
});

function freeMemoryMiB({ store, slot }: TestCluster, names: readonly string[]): number[] {
  return names.map(
    (name) => (store.allocatable[1]![slot(name)]! - store.requested[1]![slot(name)]!) / 2 ** 20,
  );
}

describe('decide() chooses what the plain version chooses, on random worlds', () => {
  const chains: readonly PlainEcsOptions[] = [
    {},
    { tieBreak: 'random' },
    { placementStrategy: [MEMORY] },
    { placementStrategy: [CPU], tieBreak: 'random' },
    { placementStrategy: [ZONE, CPU] },
    { placementStrategy: [{ type: 'spread', field: 'attribute:pool' }, INSTANCE, MEMORY] },
    { placementStrategy: [INSTANCE, ZONE], placementConstraints: [{ type: 'distinctInstance' }] },
    { placementStrategy: [CPU, RANDOM] },
    { placementStrategy: [{ type: 'spread', field: 'attribute:never' }, MEMORY, CPU, ZONE, RANDOM] },
  ];
  test.each(chains)('%j', (options) => {
    const shapeLabels = { 'ecs.capability.task-eni': '' };
    compareWithOracle(ecs, options, (view, task, draws) => plainEcs(view, task, options, draws), {
      shapeLabels,
    });
  });
});

describe('decide() and chance', () => {
  const tiedTask: TaskSpec = { group: 'batch', groupKind: 'job', cpu: 256, memoryMiB: 256 };

  function chosen(options: PlainEcsOptions, draw: number): string {
    const cluster = clusterOf(FOUR_INSTANCES);
    const task = cluster.submit(cluster.taskClass(tiedTask));
    const slot = ecsWith(options).decide({
      view: cluster.store,
      task,
      random: constantDraws(draw),
      nowMs: 0,
    });
    return cluster.store.instanceName(slot);
  }

  test.each([
    // candidate number floor(u * 4) in order of id
    { draw: 0, name: 'a1' },
    { draw: 0.25, name: 'a2' },
    { draw: 0.74, name: 'b1' },
    { draw: 1 - 2 ** -53, name: 'c1' },
  ])('the strategy random turns the draw $draw into $name', ({ draw, name }) => {
    expect(chosen({ placementStrategy: [RANDOM] }, draw)).toBe(name);
  });

  test('ties go to the lowest id by default, to any by one draw with tieBreak random', () => {
    expect(chosen({ placementStrategy: [MEMORY] }, 0.9)).toBe('a1');
    expect(chosen({ placementStrategy: [MEMORY], tieBreak: 'random' }, 0.9)).toBe('c1');
  });

  test('one draw per decision at most, none when a single instance is left', () => {
    const cluster = clusterOf(FOUR_INSTANCES);
    const random = createDraws(1);
    const decide = (spec: TaskSpec) =>
      ecsWith({ placementStrategy: [RANDOM] }).decide({
        view: cluster.store,
        task: cluster.submit(cluster.taskClass(spec)),
        random,
        nowMs: 0,
      });
    decide(tiedTask);
    expect(random.spent).toBe(1);
    decide({ ...tiedTask, where: { 'ecs.availability-zone': 'b' } });
    expect(random.spent).toBe(1);
  });
});

describe('decide() counts tasks for spread', () => {
  test('on instances that are draining too: the zone of a draining instance stays full', () => {
    const cluster = clusterOf(FOUR_INSTANCES);
    const web = cluster.taskClass({ cpu: 1, memoryMiB: 1 });
    cluster.put(web, cluster.slot('a1'));
    cluster.put(web, cluster.slot('a1'));
    cluster.put(web, cluster.slot('b1'));
    cluster.put(web, cluster.slot('c1'));
    cluster.drain(cluster.slot('a1'));
    // zone a 2 (on the draining a1), b 1, c 1 -> b1; then a 2, b 2, c 1 -> c1; then all 2, the empty a2
    expect(sequence(cluster, ecsWith(), times(3, { cpu: 1, memoryMiB: 1 }))).toBe('b1,c1,a2');
  });

  test('of the same group only', () => {
    const cluster = clusterOf(FOUR_INSTANCES);
    cluster.put(cluster.taskClass({ group: 'other', cpu: 1, memoryMiB: 1 }), cluster.slot('a1'));
    expect(sequence(cluster, ecsWith(), [{ group: 'web', cpu: 1, memoryMiB: 1 }])).toBe('a1');
  });

  test('an attribute that is missing or empty is one value of its own', () => {
    const cluster = createCluster();
    cluster.join({ name: 'none', cpu: 1024, memoryMiB: 1024 });
    cluster.join({ name: 'empty', cpu: 1024, memoryMiB: 1024, labels: { rack: '' } });
    cluster.join({ name: 'r1', cpu: 1024, memoryMiB: 1024, labels: { rack: 'r1' } });
    // '' 0, r1 0 -> none; '' 1 -> r1; '' 1, r1 1 -> none again: a tie that the lowest id wins
    const scheduler = ecsWith({ placementStrategy: [{ type: 'spread', field: 'attribute:rack' }] });
    expect(sequence(cluster, scheduler, times(3, { cpu: 1, memoryMiB: 1 }))).toBe('none,r1,none');
  });
});

describe('decide() puts wishes and native requests together', () => {
  test.each([
    // the platform packs; the wish spreads over zones first
    {
      name: 'spread zone in front of the platform chain',
      spec: { spread: 'zone' as const },
      placed: 'a1,b1,c1,a1',
    },
    {
      name: 'spread instance in front of the platform chain',
      spec: { spread: 'instance' as const },
      placed: 'a1,a2,b1,c1',
    },
    // a strategy of its own wins over platform and wish
    {
      name: 'a native strategy alone',
      spec: { spread: 'zone' as const, native: { placementStrategy: [INSTANCE] } },
      placed: 'a1,a2,b1,c1',
    },
    // without one the platform chain holds, native constraints are added
    {
      name: 'native constraints with the platform chain',
      spec: {
        native: {
          placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.availability-zone != a' }],
        },
      },
      placed: 'b1,b1,b1,b1',
    },
    { name: 'where is memberOf', spec: { where: { 'ecs.availability-zone': 'c' } }, placed: 'c1,c1,c1,c1' },
  ])('$name', ({ spec, placed }) => {
    const scheduler = ecsWith({ placementStrategy: [MEMORY] });
    expect(sequence(clusterOf(FOUR_INSTANCES), scheduler, times(4, { cpu: 1, memoryMiB: 1, ...spec }))).toBe(
      placed,
    );
  });

  test('a native request that was never checked is a bug', () => {
    const cluster = clusterOf(FOUR_INSTANCES);
    const run = () => sequence(cluster, ecsWith(), [{ native: { placementStrategy: [{ type: 'binpak' }] } }]);
    expect(run).toThrow(/not checked/);
  });
});

describe('admits() and maxPerInstance()', () => {
  const scheduler = ecsWith({
    placementConstraints: [{ type: 'memberOf', expression: 'attribute:pool exists' }],
  } as never);
  const cluster = createCluster({ hostPorts: [80] });
  const labels = { pool: 'x', 'ecs.capability.task-eni': '' };
  cluster.join({ cpu: 2048, memoryMiB: 4096, labels, gpus: 1, gpuModel: 'T4', eni: 2 });
  const shape = cluster.store.shapes[0]!;

  test.each<{ name: string; spec: TaskSpec; admitted: boolean }>([
    { name: 'exactly the whole instance', spec: { cpu: 2048, memoryMiB: 4096 }, admitted: true },
    { name: 'one CPU unit too much', spec: { cpu: 2049 }, admitted: false },
    { name: 'the GPU model', spec: { gpu: { count: 1, milli: 1000, models: ['T4'] } }, admitted: true },
    {
      name: 'another GPU model',
      spec: { gpu: { count: 1, milli: 1000, models: ['V100'] } },
      admitted: false,
    },
    { name: 'its zone', spec: { where: { 'ecs.availability-zone': 'a' } }, admitted: true },
    { name: 'another zone', spec: { where: { 'ecs.availability-zone': 'b' } }, admitted: false },
    { name: 'another pool', spec: { where: { pool: 'y' } }, admitted: false },
    { name: 'its network interfaces', spec: { eni: 2 }, admitted: true },
    { name: 'more network interfaces', spec: { eni: 3 }, admitted: false },
    {
      name: 'an attribute',
      spec: { native: { requiresAttributes: [{ name: 'pool', value: 'x' }] } },
      admitted: true,
    },
    {
      name: 'a missing attribute',
      spec: { native: { requiresAttributes: [{ name: 'disk' }] } },
      admitted: false,
    },
  ])('admits() $name: $admitted', ({ spec, admitted }) => {
    expect(scheduler.admits(cluster.taskClass(spec), shape, 'a')).toBe(admitted);
  });

  test.each<{ spec: TaskSpec; most: number }>([
    { spec: {}, most: Number.POSITIVE_INFINITY },
    { spec: { distinctInstance: true }, most: 1 },
    { spec: { hostPorts: [80] }, most: 1 },
    { spec: { native: { placementConstraints: [{ type: 'distinctInstance' }] } }, most: 1 },
  ])('maxPerInstance() of $spec is $most', ({ spec, most }) => {
    expect(scheduler.maxPerInstance(cluster.taskClass(spec))).toBe(most);
  });
});
