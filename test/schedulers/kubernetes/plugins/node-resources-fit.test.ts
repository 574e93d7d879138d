import { describe, expect, test } from 'vitest';
import { createCluster } from '../../../support/cluster-builder.ts';
import { constantDraws } from '../../../support/draws.ts';
import { createFixture } from '../fixture.ts';
import { kubernetesResourceTable } from '../../../../src/schedulers/kubernetes/resource-names.ts';
import { kubernetesScheduler } from '../../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { optionsOf } from '../../../support/laws.ts';

const node = { name: 'n', cpu: '4', memory: '8Gi', pods: '3', more: { 'example.com/gpu': '2' } };

function examine(requests: Record<string, string>, options: unknown = {}) {
  const fixture = createFixture([node], options);
  fixture.bind({ requests: { cpu: '3500m', memory: '2Gi' } }, 'n');
  return fixture.examine({ requests });
}

describe('NodeResourcesFit filter, 500m, 6Gi and two pods free', () => {
  test.each([
    {
      name: 'equality fits',
      requests: { cpu: '500m', memory: '1Gi' },
      reasons: undefined,
      resolvable: false,
    },
    {
      name: 'one millicore more',
      requests: { cpu: '501m' },
      reasons: ['Insufficient cpu'],
      resolvable: true,
    },
    {
      name: 'more than the node',
      requests: { cpu: '4001m' },
      reasons: ['Insufficient cpu'],
      resolvable: false,
    },
    {
      name: 'two short resources',
      requests: { cpu: '600m', memory: '7Gi' },
      reasons: ['Insufficient cpu', 'Insufficient memory'],
      resolvable: true,
    },
    {
      name: 'one of two beyond the node',
      requests: { cpu: '600m', memory: '9Gi' },
      reasons: ['Insufficient cpu', 'Insufficient memory'],
      resolvable: false,
    },
    {
      name: 'an extended resource beyond the node',
      requests: { 'example.com/gpu': '3' },
      reasons: ['Insufficient example.com/gpu'],
      resolvable: false,
    },
    {
      name: 'an extended resource that the node does not have',
      requests: { 'example.com/fpga': '1' },
      reasons: ['Insufficient example.com/fpga'],
      resolvable: false,
    },
    {
      name: 'asking for none of it',
      requests: { 'example.com/fpga': '0' },
      reasons: undefined,
      resolvable: false,
    },
  ])('$name', ({ requests, reasons, resolvable }) => {
    const outcome = examine(requests);
    expect(outcome.refusals['n']).toEqual(reasons);
    expect(outcome.resolvable).toEqual(resolvable ? ['n'] : []);
  });

  test('a node full of pods can be relieved', () => {
    const fixture = createFixture([node]);
    for (let pod = 0; pod < 3; pod++) fixture.bind({}, 'n');
    const { refusals, resolvable, cycle } = fixture.examine({});
    expect(refusals['n']).toEqual(['Too many pods']);
    expect(resolvable).toEqual(['n']);
    expect(cycle.message).toBe('0/1 nodes are available: 1 Too many pods.');
  });

  test('what the profile ignores is refused by the instance instead', () => {
    const config = {
      profiles: [
        { pluginConfig: [{ name: 'NodeResourcesFit', args: { ignoredResourceGroups: ['example.com'] } }] },
      ],
    };
    const outcome = examine({ 'example.com/gpu': '3' }, { config });
    expect(outcome.refusals['n']).toEqual(['node(s) would not admit the pod']);
  });
});

describe('NodeResourcesFit score', () => {
  const score = (used: object, requests: Record<string, string>, args: object) => {
    const config = {
      profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: args } }] }],
    };
    const fixture = createFixture([{ ...node, pods: '9' }], { config });
    fixture.bind({ requests: used as Record<string, string> }, 'n');
    return fixture.examine({ requests }).scores('NodeResourcesFit')['n']![0];
  };
  const weighted = (type: string, memory: number) => ({
    type,
    resources: [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: memory },
    ],
  });
  const light = { cpu: '1', memory: '2Gi' };
  const heavy = { cpu: '1', memory: '6Gi' };
  const pod = { cpu: '500m', memory: '1Gi' };

  test.each([
    // (4000 - 1500) * 100 / 4000 = 62, (8 - 3) * 100 / 8 = 62
    { name: 'LeastAllocated', used: light, requests: pod, args: weighted('LeastAllocated', 1), expected: 62 },
    // 37, 37
    { name: 'MostAllocated', used: light, requests: pod, args: weighted('MostAllocated', 1), expected: 37 },
    // silent pod counts 100m, 200Mi: 72, (8192 - 2248) * 100 / 8192 = 72
    {
      name: 'LeastAllocated, silent pod',
      used: light,
      requests: {},
      args: weighted('LeastAllocated', 1),
      expected: 72,
    },
    // (62 + 3 * 12) / 4 = 24
    {
      name: 'LeastAllocated, weights 1:3',
      used: heavy,
      requests: pod,
      args: weighted('LeastAllocated', 3),
      expected: 24,
    },
    // (37 + 3 * 87) / 4 = 74
    {
      name: 'MostAllocated, weights 1:3',
      used: heavy,
      requests: pod,
      args: weighted('MostAllocated', 3),
      expected: 74,
    },
  ])('$name', ({ used, requests, args, expected }) => {
    expect(score(used, requests, args)).toBe(expected);
  });

  test('leaves out an extended resource that the pod does not ask for', () => {
    const args = {
      type: 'LeastAllocated',
      resources: [
        { name: 'cpu', weight: 1 },
        { name: 'example.com/gpu', weight: 1 },
      ],
    };
    // cpu (4000 - 1500) * 100 / 4000 = 62 alone; with one of two GPUs (62 + 50) / 2
    expect(score(light, pod, args)).toBe(62);
    expect(score(light, { ...pod, 'example.com/gpu': '1' }, args)).toBe(56);
  });
});

test('NodeResourcesFit names the GPU when no single device has room', () => {
  const resources = kubernetesResourceTable([]);
  const cluster = createCluster({ resources });
  const slot = cluster.join({ cpu: 8000, memoryMiB: 8192, gpus: 2 });
  const half = cluster.taskClass({ gpu: { count: 1, milli: 600, models: [] } });
  cluster.put(half, slot);
  cluster.put(half, slot);
  // 800 thousandths are free in all, 400 on each device.
  const task = cluster.submit(cluster.taskClass({ gpu: { count: 1, milli: 500, models: [] } }));
  const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, {}));
  const { message } = scheduler.explain({ view: cluster.store, task, random: constantDraws(0), nowMs: 0 });
  expect(message).toBe('0/1 nodes are available: 1 Insufficient nvidia.com/gpu.');
});
