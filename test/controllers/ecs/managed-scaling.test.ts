import { describe, expect, test } from 'vitest';
import {
  type Amounts,
  capacityMetric,
  MANAGED_SCALING_DEFAULTS,
  type ProvisioningTasks,
} from '../../../src/controllers/ecs/capacity-metric.ts';
import { ManagedScaling } from '../../../src/controllers/ecs/managed-scaling.ts';

const M5_LARGE: Amounts = { cpu: 2048, memory: 7680, gpu: 0, enis: 2 };
const XLARGE: Amounts = { cpu: 8192, memory: 31_000, gpu: 0, enis: 4 };
const tasks = (count: number, cpu: number, memory: number): ProvisioningTasks => ({
  cpu,
  memory,
  gpu: 0,
  enis: 0,
  group: 'service:web',
  hostPorts: '',
  distinctInstance: false,
  count,
});

describe('capacityMetric()', () => {
  test.each([
    { name: 'nothing runs, nothing waits: 100', running: 0, busy: 0, waiting: [], needed: 0, percent: 100 },
    {
      name: 'from nothing: 200',
      running: 0,
      busy: 0,
      waiting: [tasks(1, 1024, 2048)],
      needed: 1,
      percent: 200,
    },
    // two tasks an instance: ceil(10 / 2) = 5 more than 4
    { name: 'five more', running: 4, busy: 4, waiting: [tasks(10, 1024, 2048)], needed: 9, percent: 225 },
    // max(5, ceil(4 / 2) = 2)
    {
      name: 'the larger of two groups counts',
      running: 4,
      busy: 4,
      waiting: [tasks(10, 1024, 2048), tasks(4, 256, 3500)],
      needed: 9,
      percent: 225,
    },
    { name: 'six of ten busy', running: 10, busy: 6, waiting: [], needed: 6, percent: 60 },
    {
      name: 'too large a task asks for nothing',
      running: 4,
      busy: 4,
      waiting: [tasks(3, 4096, 1024)],
      needed: null,
      percent: 100,
    },
  ])('$name', ({ running, busy, waiting, needed, percent }) => {
    const metric = capacityMetric(
      { running, busy, instanceTypes: [M5_LARGE], provisioning: waiting, daemons: [] },
      MANAGED_SCALING_DEFAULTS,
    );
    expect([metric.needed, metric.numerator / metric.denominator]).toEqual([needed, percent]);
  });

  test('several types: a task must fit the smallest, the largest says how many fit', () => {
    const mixed = { running: 4, busy: 4, instanceTypes: [M5_LARGE, XLARGE], daemons: [] };
    // min(8192 / 1024, floor(31000 / 2048) = 15) = 8; ceil(10 / 8) = 2
    const metric = capacityMetric(
      { ...mixed, provisioning: [tasks(10, 1024, 2048)] },
      MANAGED_SCALING_DEFAULTS,
    );
    expect(metric.groups).toEqual([{ tasks: 10, perInstance: 8, instances: 2 }]);
  });
});

describe('ManagedScaling', () => {
  const scaling = (desired: number, rest: Partial<typeof MANAGED_SCALING_DEFAULTS> = {}) =>
    new ManagedScaling({
      settings: { ...MANAGED_SCALING_DEFAULTS, ...rest },
      bounds: { minSize: 0, maxSize: 30 },
      scaleInPerMinute: 'one',
      desired,
    });
  const metric = (needed: number, running: number) => ({
    needed,
    numerator: running === 0 ? (needed === 0 ? 100 : 200) : needed * 100,
    denominator: Math.max(1, running),
    groups: [],
  });

  test('launches two for the first demand of an empty group', () => {
    const group = scaling(0);
    expect(group.observe({ running: 0, youngestAgeSeconds: null, metric: metric(1, 0) })).toBe('out');
    expect(group.desired).toBe(2);
  });

  test('waits for what it has launched, and for its warm-up', () => {
    const group = scaling(0);
    group.observe({ running: 0, youngestAgeSeconds: null, metric: metric(1, 0) });
    expect(group.observe({ running: 1, youngestAgeSeconds: 10, metric: metric(5, 1) })).toBe('blocked');
    expect(group.observe({ running: 2, youngestAgeSeconds: 299, metric: metric(5, 2) })).toBe('blocked');
    expect(group.observe({ running: 2, youngestAgeSeconds: 300, metric: metric(5, 2) })).toBe('out');
    expect(group.desired).toBe(5);
  });

  test('shrinks by one a minute after fifteen minutes below the target', () => {
    const group = scaling(10);
    const actions = Array.from({ length: 17 }, () => {
      const running = group.desired;
      return group.observe({ running, youngestAgeSeconds: 9999, metric: metric(6, running) });
    });
    expect(actions.slice(0, 14)).toEqual(new Array(14).fill('none'));
    expect([actions.slice(14), group.desired]).toEqual([['in', 'in', 'in'], 7]);
  });

  test('a target of 80 percent keeps spare instances: ceil(8 * 100 / 80) = 10', () => {
    const group = scaling(9, { targetCapacity: 80 });
    group.observe({ running: 9, youngestAgeSeconds: 9999, metric: metric(8, 9) });
    expect(group.desired).toBe(10);
  });
});
