import { describe, expect, test } from 'vitest';
import { ClusterSnapshot } from '../../../src/controllers/cluster-autoscaler/cluster-snapshot.ts';
import { estimate } from '../../../src/controllers/cluster-autoscaler/estimator.ts';
import {
  bestOptions,
  type ExpansionOption,
  priceScore,
  wasteOf,
} from '../../../src/controllers/cluster-autoscaler/expanders.ts';
import type { NodeTemplate } from '../../../src/controllers/cluster-autoscaler/node-template.ts';
import { PodSimulator } from '../../../src/controllers/cluster-autoscaler/pod-simulator.ts';
import type { Expander } from '../../../src/model/autoscaler-plan.ts';
import { ClusterStore, type NewInstance } from '../../../src/model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../../../src/model/cluster-view.ts';
import { LANE } from '../../../src/model/resources.ts';
import type { TaskClassSpec } from '../../../src/model/task-class.ts';
import { FilterRun } from '../../../src/schedulers/kubernetes/filter-run.ts';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { podFromObject } from '../../../src/schedulers/kubernetes/objects.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { GIB } from '../../../src/units.ts';
import { optionsOf } from '../../support/laws.ts';

const TABLE = kubernetesResourceTable([]);

/** `cpu` in thousandths; any field of a pod's spec beside. */
function pods(group: string, cpu: number, gib: number, spec: object = {}): TaskClassSpec {
  const requests = { cpu: `${cpu}m`, memory: `${gib}Gi` };
  const object = {
    metadata: { labels: { app: group } },
    spec: { containers: [{ image: 'app:1', resources: { requests } }], ...spec },
  };
  const read = podFromObject(object, { table: TABLE, group, groupKind: 'service', imageSize: () => 0 });
  if ('problems' in read) throw new Error(`pod refused: ${JSON.stringify(read.problems)}`);
  return read.value;
}

function shape(cpu: number, gib: number, gpuDevices = 0): InstanceShape {
  const amounts = new Array<number>(TABLE.laneCount).fill(0);
  amounts[LANE.cpu] = cpu;
  amounts[LANE.memory] = gib * GIB;
  amounts[LANE.slots] = 110;
  return {
    typeName: `${cpu}`,
    groupName: '',
    capacity: amounts,
    allocatable: amounts,
    gpuDevices,
    gpuModel: '',
    labels: new Map(),
    taints: [],
  };
}

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const selectsWeb = { labelSelector: { matchLabels: { app: 'web' } } };
const spread = (topologyKey: string, rest: object = {}) => ({
  topologySpreadConstraints: [
    { topologyKey, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...selectsWeb, ...rest },
  ],
});
const apart = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HOST, ...selectsWeb }],
    },
  },
};

interface Demand {
  readonly spec: TaskClassSpec;
  readonly count: number;
}

interface Case {
  readonly groups: readonly Demand[];
  readonly template: InstanceShape;
  readonly most?: number;
  readonly daemons?: readonly TaskClassSpec[];
  /** Nodes that are there: their zone, and the pods on each. */
  readonly nodes?: readonly { readonly zone: string; readonly pods: readonly TaskClassSpec[] }[];
}

/** What `estimate` says for nodes of zone a; the snapshot must be as before. */
function estimated({ groups, template, most = 1000, daemons = [], nodes = [] }: Case) {
  const store = new ClusterStore({ resources: TABLE });
  const instance = (name: string, zone: string): NewInstance => ({
    shape: template,
    zone,
    name,
    labels: new Map([[ZONE, zone]]),
    hostnameLabel: HOST,
  });
  nodes.forEach(({ zone, pods: running }, index) => {
    const slot = store.addInstance(instance(`n${index}`, zone), 0);
    store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
    for (const spec of running) store.place(store.addTask(store.internClass(spec).id, 0), slot, 0);
  });
  const snapshot = new ClusterSnapshot(store, 0);
  snapshot.follow(0);
  const { options } = kubernetesScheduler.create(optionsOf(kubernetesScheduler, {}));
  const simulator = new PodSimulator(snapshot, new FilterRun(snapshot.store, options.profiles));
  const demand = groups.map(({ spec, count }) => ({ taskClass: store.internClass(spec), count }));
  const onNode: NodeTemplate = {
    shape: template,
    instance: instance('', 'a'),
    daemons: daemons.map((spec) => store.internClass(spec)),
  };
  const result = estimate(demand, onNode, most, simulator);
  expect(snapshot.store.liveTasks).toBe(store.liveTasks);
  expect(snapshot.order).toHaveLength(nodes.length);
  return { nodes: result.nodes, placed: result.placed.map(({ count }) => count), result };
}

const WEB = pods('web', 1500, 2);
const FIVE = { spec: WEB, count: 5 };
const SMALL = shape(4000, 16);
const LARGE = shape(8000, 32);

describe('estimate()', () => {
  test.each([
    // 4000m hold two of 1500m: 2 + 2 + 1
    { name: 'two to a node', groups: [FIVE], template: SMALL, nodes: 3, placed: [5] },
    // 8000m hold five of them
    { name: 'all on one', groups: [FIVE], template: LARGE, nodes: 1, placed: [5] },
    {
      name: 'as many as the group may grow',
      groups: [FIVE],
      template: SMALL,
      most: 2,
      nodes: 2,
      placed: [4],
    },
    {
      name: 'none that is too large',
      groups: [{ spec: pods('huge', 9000, 1), count: 2 }],
      template: LARGE,
      nodes: 0,
      placed: [],
    },
    // 4000m less 1500m: one of 1500m instead of two.
    {
      name: 'beside the daemons of every new node',
      groups: [FIVE],
      template: SMALL,
      daemons: [pods('agent', 1500, 1)],
      nodes: 5,
      placed: [5],
    },
    // A node that has its daemons alone is none that got a pod.
    {
      name: 'none where daemons leave no room',
      groups: [{ spec: pods('large', 3000, 1), count: 1 }],
      template: SMALL,
      daemons: [pods('agent', 1500, 1)],
      nodes: 0,
      placed: [],
    },
    {
      name: 'one to a node where they must be apart',
      groups: [{ spec: pods('web', 100, 1, apart), count: 5 }],
      template: LARGE,
      nodes: 5,
      placed: [5],
    },
    // A new node each would take all five; before there are three host names the fewest are 0, so that each has one.
    {
      name: 'one to a node until there are as many host names as minDomains',
      groups: [{ spec: pods('web', 100, 1, spread(HOST, { minDomains: 3 })), count: 5 }],
      template: LARGE,
      nodes: 3,
      placed: [5],
    },
  ])('packs $name', ({ nodes, placed, ...rest }) => {
    const result = estimated(rest);
    expect([result.nodes, result.placed]).toEqual([nodes, placed]);
  });

  const web = (topologyKey: string, rest: object = {}) => pods('web', 1000, 1, spread(topologyKey, rest));
  test.each([
    // b and c have none: the first pod makes 1 − 0 in a, the second would make 2.
    {
      name: 'one for a zone that may not be ahead by more',
      maxSkew: 1,
      there: [0, 0],
      count: 3,
      placed: [1],
    },
    { name: 'two when it may be ahead by two', maxSkew: 2, there: [0, 0], count: 3, placed: [2] },
    // The fewest of the other zones are 2: a may have three, which is all that are asked for.
    { name: 'all where the others are ahead', maxSkew: 1, there: [2, 3], count: 3, placed: [3] },
  ])('places $name', ({ maxSkew, there, count, placed }) => {
    const zoned = web(ZONE, { maxSkew });
    const nodes = ['b', 'c'].map((zone, index) => ({
      zone,
      pods: Array.from({ length: there[index]! }, () => zoned),
    }));
    const result = estimated({ groups: [{ spec: zoned, count }], template: SMALL, nodes });
    expect([result.nodes, result.placed]).toEqual([1, placed]);
  });

  test('counts a node that was there when spreading over hosts sends a pod to it, as the source does', () => {
    // n0 has one web pod, and room for two more.
    const zoned = web(HOST);
    const nodes = [{ zone: 'a', pods: [zoned, pods('other', 1000, 1)] }];
    const result = estimated({ groups: [{ spec: zoned, count: 3 }], template: SMALL, nodes });
    // The new node takes two, 1 − 1 and 2 − 1; with a third it would be 3 − 1, so that goes to n0: 2 − 2.
    expect([result.nodes, result.placed]).toEqual([2, [3]]);
  });

  test('puts the largest first, and small ones into what is left', () => {
    // By size: 3000m + 1 GiB (0.81), 1000m + 1 GiB (0.31). Three nodes of 3000m each leave 1000m for a small one.
    const large = { spec: pods('large', 3000, 1), count: 3 };
    const small = { spec: pods('small', 1000, 1), count: 3 };
    const { nodes, result } = estimated({ groups: [small, large], template: SMALL });
    expect(nodes).toBe(3);
    expect(result.placed.map(({ taskClass, count }) => [taskClass.groupName, count])).toEqual([
      ['large', 3],
      ['small', 3],
    ]);
  });

  test('puts nothing on nodes that were there: what fits them has been packed before', () => {
    expect(estimated({ groups: [FIVE], template: SMALL, nodes: [{ zone: 'a', pods: [] }] }).nodes).toBe(3);
  });
});

const classes = new ClusterStore({ resources: TABLE });
const FIVE_WEB = { taskClass: classes.internClass(WEB), count: 5 };

function option(name: string, over: Partial<ExpansionOption> = {}): ExpansionOption {
  return { group: 0, name, shape: SMALL, nodes: 3, pods: [FIVE_WEB], nodePrice: 1, ...over };
}

describe('the expanders', () => {
  const small = option('small');
  const large = option('large', { shape: LARGE, nodes: 1 });
  const context = { priorities: [], clusterSize: 10, podPrice: (cpu: number) => cpu / 4000 };

  test('least-waste adds the shares of CPU and memory that stay unused', () => {
    // (12000 − 7500) / 12000 + (48 − 10) / 48 = 0.375 + 0.7917
    expect(wasteOf(small)).toBeCloseTo(1.1667, 4);
    // 500 / 8000 + 22 / 32 = 0.0625 + 0.6875
    expect(wasteOf(large)).toBeCloseTo(0.75, 12);
  });

  test.each<{ expanders: Expander[]; names: string[] }>([
    { expanders: ['least-waste'], names: ['large'] },
    { expanders: ['least-nodes'], names: ['large', 'other'] },
    { expanders: ['most-pods'], names: ['small', 'large'] },
    { expanders: ['random'], names: ['small', 'large', 'other'] },
    { expanders: ['least-nodes', 'most-pods'], names: ['large'] },
  ])('$expanders keep $names', ({ expanders, names }) => {
    const other = option('other', { nodes: 1, pods: [{ ...FIVE_WEB, count: 2 }] });
    const kept = bestOptions([small, large, other], expanders, context);
    expect(kept.map(({ name }) => name)).toEqual(names);
  });

  test('priority keeps groups of the highest priority that any of them has, and all when none has one', () => {
    const priorities = [
      { priority: 10, groups: ['^spot-'] },
      { priority: 50, groups: ['never'] },
    ];
    const options = [option('spot-a'), option('od-a'), option('spot-b')];
    const names = (list: readonly ExpansionOption[]) =>
      bestOptions(list, ['priority'], { ...context, priorities }).map(({ name }) => name);
    expect(names(options)).toEqual(['spot-a', 'spot-b']);
    expect(names([option('x'), option('y')])).toEqual(['x', 'y']);
  });

  test.each([
    // Preferred are 4 cores for 10 nodes; 8 cores: unfitness 2. One node: 2 · 1; 16 nodes: 1 + (1 − tanh 1) = 1.2384058.
    { nodes: 1, suppressed: 2 },
    { nodes: 16, suppressed: 1.2384058 },
  ])('price: too large a node counts $suppressed for $nodes of them', ({ nodes, suppressed }) => {
    // The pods cost what the nodes cost, so that only the shape speaks.
    const worth = { ...context, podPrice: (cpu: number) => (cpu === 500 ? 0.125 : nodes / 5) };
    expect(priceScore(option('x', { shape: LARGE, nodes }), worth)).toBeCloseTo(suppressed, 6);
  });

  test('price: nodes with GPUs are a thousand times as unfit', () => {
    const worth = { ...context, podPrice: (cpu: number) => (cpu === 500 ? 0.125 : 1 / 5) };
    expect(priceScore(option('gpu', { shape: shape(4000, 16, 1), nodes: 1 }), worth)).toBeCloseTo(1000, 6);
  });
});
