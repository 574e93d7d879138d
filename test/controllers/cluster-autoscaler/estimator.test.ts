import { describe, expect, test } from 'vitest';
import { estimate } from '../../../src/controllers/cluster-autoscaler/estimator.ts';
import {
  bestOptions,
  type ExpansionOption,
  priceScore,
  wasteOf,
} from '../../../src/controllers/cluster-autoscaler/expanders.ts';
import type { RoomRules } from '../../../src/controllers/instance-room.ts';
import type { Expander } from '../../../src/model/autoscaler-plan.ts';
import type { InstanceShape } from '../../../src/model/cluster-view.ts';
import { Interner } from '../../../src/model/interner.ts';
import { PortTable } from '../../../src/model/port-table.ts';
import { LANE } from '../../../src/model/resources.ts';
import { TaskClasses } from '../../../src/model/task-classes.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { GIB } from '../../../src/units.ts';

const TABLE = kubernetesResourceTable([]);
const classes = new TaskClasses(TABLE, new Interner(), new PortTable([]));
const ANYTHING: RoomRules = { admits: () => true, maxPerInstance: () => Number.POSITIVE_INFINITY };

function pods(group: string, cpu: number, gib: number) {
  const requests = new Array<number>(TABLE.laneCount).fill(0);
  requests[LANE.cpu] = cpu;
  requests[LANE.memory] = gib * GIB;
  requests[LANE.slots] = 1;
  return classes.intern({
    group,
    groupKind: 'service',
    requests,
    gpu: null,
    hostPorts: [],
    images: [],
    labels: new Map(),
    namespace: 'default',
    priority: 0,
    wishes: { where: new Map(), distinctInstance: false, spread: 'none', tolerations: [] },
    native: null,
  });
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

const FIVE = { taskClass: pods('web', 1500, 2), count: 5 };
const SMALL = { shape: shape(4000, 16), zone: 'a', daemons: [] };
const LARGE = { shape: shape(8000, 32), zone: 'a', daemons: [] };

describe('estimate()', () => {
  test.each([
    // 4000m hold two of 1500m: 2 + 2 + 1
    { name: 'two to a node', groups: [FIVE], template: SMALL, most: 1000, nodes: 3, placed: [5] },
    // 8000m hold five of them
    { name: 'all on one', groups: [FIVE], template: LARGE, most: 1000, nodes: 1, placed: [5] },
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
      groups: [{ taskClass: pods('huge', 9000, 1), count: 2 }],
      template: LARGE,
      most: 9,
      nodes: 0,
      placed: [],
    },
  ])('packs $name', ({ groups, template, most, nodes, placed }) => {
    const result = estimate(groups, template, most, ANYTHING);
    expect(result.nodes).toBe(nodes);
    expect(result.placed.map(({ count }) => count)).toEqual(placed);
  });

  test('puts the largest first, and small ones into what is left', () => {
    // By size: 3000m + 1 GiB (0.81), 1000m + 1 GiB (0.31). Three nodes of 3000m each leave 1000m for a small one.
    const large = { taskClass: pods('large', 3000, 1), count: 3 };
    const small = { taskClass: pods('small', 1000, 1), count: 3 };
    const { nodes, placed } = estimate([small, large], SMALL, 1000, ANYTHING);
    expect(nodes).toBe(3);
    expect(placed.map(({ taskClass, count }) => [taskClass.groupName, count])).toEqual([
      ['large', 3],
      ['small', 3],
    ]);
  });

  test('leaves room for the daemons of every new node', () => {
    // 4000m less 1500m: one of 1500m instead of two. A node that has its daemons alone is none that got a pod.
    const withDaemon = { ...SMALL, daemons: [pods('agent', 1500, 1)] };
    expect(estimate([FIVE], withDaemon, 1000, ANYTHING).nodes).toBe(5);
    const large = { taskClass: pods('large', 3000, 1), count: 1 };
    expect(estimate([large], withDaemon, 1000, ANYTHING).nodes).toBe(0);
  });

  test('gives pods that must not meet a node each', () => {
    const alone: RoomRules = { ...ANYTHING, maxPerInstance: () => 1 };
    expect(estimate([FIVE], LARGE, 1000, alone).nodes).toBe(5);
  });
});

function option(name: string, over: Partial<ExpansionOption> = {}): ExpansionOption {
  return { group: 0, name, shape: SMALL.shape, nodes: 3, pods: [FIVE], nodePrice: 1, ...over };
}

describe('the expanders', () => {
  const small = option('small');
  const large = option('large', { shape: LARGE.shape, nodes: 1 });
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
    const other = option('other', { nodes: 1, pods: [{ ...FIVE, count: 2 }] });
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
    expect(priceScore(option('x', { shape: LARGE.shape, nodes }), worth)).toBeCloseTo(suppressed, 6);
  });

  test('price: nodes with GPUs are a thousand times as unfit', () => {
    const worth = { ...context, podPrice: (cpu: number) => (cpu === 500 ? 0.125 : 1 / 5) };
    expect(priceScore(option('gpu', { shape: shape(4000, 16, 1), nodes: 1 }), worth)).toBeCloseTo(1000, 6);
  });
});
