import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterView } from '../../../src/model/cluster-view.ts';
import type { TaskClass } from '../../../src/model/task-class.ts';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { findScheduler } from '../../../src/schedulers/registry.ts';
import { createCluster, type InstanceSpec, type TaskSpec } from '../../support/cluster-builder.ts';
import { checkSchedulerLaws, optionsOf } from '../../support/laws.ts';
import { createFixture } from './fixture.ts';
import { laws, resources } from './kubernetes-laws.ts';
import { mayTakeNear, podWithAffinity } from './naive-affinity.ts';

const plugins = (section: object) => ({ config: { profiles: [{ plugins: section }] } });
const fitArgs = (scoringStrategy: object) => ({
  config: { profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy } }] }] },
});

describe('laws of schedulers', () => {
  test.each([
    ['defaults', {}],
    ['version 1.34', { version: '1.34' }],
    ['tie-break random', { tieBreak: 'random' }],
    ['tie-break first', { tieBreak: 'first' }],
    ['tie-break last', { tieBreak: 'last' }],
    ['MostAllocated', fitArgs({ type: 'MostAllocated' })],
    ['no score plugins', plugins({ score: { disabled: [{ name: '*' }] } })],
    [
      'no Fit filter',
      plugins({ filter: { disabled: [{ name: 'NodeResourcesFit' }, { name: 'NodeUnschedulable' }] } }),
    ],
  ])('with %s', (_name, options) => {
    checkSchedulerLaws(kubernetesScheduler, options, laws);
  });

  test('with a change log that overflows', () => {
    checkSchedulerLaws(kubernetesScheduler, {}, { ...laws, overflow: true, numRuns: 10 });
  });

  test('with native pods', () => {
    const native = fc.constantFrom(null, PINNED, HARD_SPREAD, SOFT_SPREAD, PREFERRING);
    checkSchedulerLaws(kubernetesScheduler, {}, { ...laws, native, feasible: mayTakeNative });
  });

  test.each([
    ['', {}],
    [' and no score plugins', plugins({ score: { disabled: [{ name: '*' }] } })],
  ])('with affinity between pods%s', (_name, options) => {
    const native = fc.constantFrom(null, ...AFFINITIES);
    checkSchedulerLaws(kubernetesScheduler, options, { ...laws, native, numRuns: 150 });
  });

  test('with affinity between pods and a change log that overflows', () => {
    const native = fc.constantFrom(null, ...AFFINITIES);
    checkSchedulerLaws(kubernetesScheduler, {}, { ...laws, native, overflow: true, numRuns: 10 });
  });
});

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const web = (topologyKey: string) => ({ topologyKey, labels: { app: 'web' } });
const api = (topologyKey: string) => ({ topologyKey, labels: { app: 'api' } });
const AFFINITIES = [
  podWithAffinity({ near: [web(ZONE)] }),
  podWithAffinity({ near: [web('pool'), api(ZONE)] }),
  podWithAffinity({ near: [web(ZONE)], apart: [api(HOST)] }),
  podWithAffinity({ apart: [web(HOST)] }),
  podWithAffinity({ apart: [api('pool'), api(ZONE)] }),
  podWithAffinity({ prefers: [{ ...web(ZONE), weight: 7 }] }),
  podWithAffinity({
    prefers: [
      { ...web(HOST), weight: -20 },
      { ...api('pool'), weight: 100 },
    ],
  }),
];

const spread = (more: object) => ({
  spec: {
    containers: [{ image: 'web:1' }],
    topologySpreadConstraints: [
      { topologyKey: 'pool', maxSkew: 1, labelSelector: { matchLabels: { app: 'web' } }, ...more },
    ],
  },
});
const HARD_SPREAD = spread({ whenUnsatisfiable: 'DoNotSchedule' });
const SOFT_SPREAD = spread({ whenUnsatisfiable: 'ScheduleAnyway' });
const nodeAffinity = (affinity: object) => ({
  spec: { containers: [{ image: 'web:1' }], affinity: { nodeAffinity: affinity } },
});
const PINNED = nodeAffinity({
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: ['n-0001', 'n-0003'].map((name) => ({
      matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }],
    })),
  },
});
const PREFERRING = nodeAffinity({
  preferredDuringSchedulingIgnoredDuringExecution: [
    { weight: 10, preference: { matchExpressions: [{ key: 'pool', operator: 'In', values: ['x'] }] } },
    { weight: 7, preference: { matchExpressions: [{ key: 'disk', operator: 'Exists' }] } },
  ],
});

/** What the native pods above may do, judged by hand. They tolerate nothing and have no neutral wishes. */
function mayTakeNative(view: ClusterView, slot: number, taskClass: TaskClass): boolean {
  if (!mayTakeNear(view, slot, taskClass)) return false;
  if (taskClass.native === null) return true;
  if (taskClass.native === PINNED) return ['n-0001', 'n-0003'].includes(view.instanceName(slot));
  return taskClass.native !== HARD_SPREAD || keepsSkew(view, slot, taskClass);
}

/** At most one pod of app=web more in the pool than in the pool that has fewest. */
function keepsSkew(view: ClusterView, slot: number, taskClass: TaskClass): boolean {
  const own = view.label(slot, 'pool');
  if (own === undefined) return false;
  const pods = new Map<string, number>();
  for (let other = 0; other < view.slotCount; other++) {
    const pool = view.state[other] === 3 || view.state[other] === 4 ? view.label(other, 'pool') : undefined;
    if (pool === undefined) continue;
    let count = pods.get(pool) ?? 0;
    for (let task = view.firstTask[other]!; task >= 0; task = view.nextTask[task]!) {
      if (view.classes[view.taskClass[task]!]!.labels.get('app') === 'web') count += 1;
    }
    pods.set(pool, count);
  }
  const self = taskClass.labels.get('app') === 'web' ? 1 : 0;
  return pods.get(own)! + self - Math.min(...pods.values()) <= 1;
}

describe('a cycle', () => {
  test('adds up to the totals of kube-scheduler', () => {
    const fixture = createFixture([
      { name: 'n1', cpu: '4', memory: '8Gi' },
      { name: 'n2', cpu: '4', memory: '8Gi' },
      { name: 'n3', cpu: '8', memory: '16Gi', taints: [{ key: 'x', effect: 'PreferNoSchedule' }] },
    ]);
    fixture.bind({ requests: { cpu: '1', memory: '1Gi' } }, 'n1');
    fixture.bind({ requests: { cpu: '2', memory: '4Gi' } }, 'n3');
    // taints 300 300 0, fit 62 81 65, balance 78 71 73
    const { totals, chosen } = fixture.examine({ requests: { cpu: '500m', memory: '2Gi' } });
    expect(totals).toEqual({ n1: 440, n2: 452, n3: 138 });
    expect(chosen).toBe('n2');
  });

  test('tells why nothing fits in the words of kube-scheduler', () => {
    const fixture = createFixture([
      { name: 'a', cpu: '1' },
      { name: 'b', cpu: '1' },
      { name: 'c', taints: [{ key: 'x', effect: 'NoSchedule' }] },
    ]);
    expect(fixture.examine({ requests: { cpu: '2' } }).cycle.message).toBe(
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu.',
    );
    expect(createFixture([]).examine({}).cycle.message).toBe('no nodes available to schedule pods');
  });

  test('moves the start of the search by the nodes it looked at', () => {
    const nodes = Array.from({ length: 500 }, (_, i) => ({
      name: `n${i}`,
      taints: i < 10 ? [{ key: 'x', effect: 'NoSchedule' }] : [],
    }));
    const starts = (fixture: ReturnType<typeof createFixture>, pods: number) =>
      Array.from({ length: pods }, () => {
        const { nextStart } = fixture.examine({}).cycle;
        fixture.schedule({});
        return nextStart;
      });
    // Of 500 nodes 230 are looked for: 230, 460, 690 mod 500.
    expect(starts(createFixture(nodes.map(({ name }) => ({ name }))), 3)).toEqual([230, 460, 190]);
    // 230 feasible and the ten refused ones before them.
    expect(starts(createFixture(nodes), 1)).toEqual([240]);
  });

  test('does not move it when the pod pins its nodes in contradiction', () => {
    const fixture = createFixture(
      [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
      plugins({ score: { disabled: [{ name: '*' }] } }),
    );
    fixture.schedule({});
    const matchFields = ['a', 'b'].map((name) => ({ key: 'metadata.name', operator: 'In', values: [name] }));
    const required = {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    };
    const { cycle } = fixture.examine({ spec: { affinity: { nodeAffinity: required } } });
    expect([cycle.chosen, cycle.nextStart]).toEqual([-1, 1]);
  });

  test('takes the first feasible node of a profile without score plugins, and goes on from there', () => {
    const none = plugins({ score: { disabled: [{ name: '*' }] } });
    const fixture = createFixture([{ name: 'a' }, { name: 'b' }, { name: 'c' }], none);
    expect([1, 2, 3, 4].map(() => fixture.schedule({}))).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe('what autoscalers ask', () => {
  const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, {}));
  const cluster = createCluster({ resources, hostPorts: [80] });
  const shapeOf = (spec: InstanceSpec) => {
    const slot = cluster.join(spec);
    return cluster.store.shapes[cluster.store.shapeOf[slot]!]!;
  };
  const classOf = (spec: TaskSpec) => cluster.taskClass(spec);
  const shape = { cpu: 4000, memoryMiB: 8192 };

  test.each<[string, TaskSpec, InstanceSpec, boolean]>([
    ['room', { cpu: 4000 }, shape, true],
    ['too large', { cpu: 4001 }, shape, false],
    ['the zone', { where: { 'topology.kubernetes.io/zone': 'b' } }, shape, true],
    ['another zone', { where: { 'topology.kubernetes.io/zone': 'c' } }, shape, false],
    ['a label', { where: { pool: 'x' } }, { ...shape, labels: { pool: 'x' } }, true],
    ['a missing label', { where: { pool: 'x' } }, shape, false],
    ['a taint', {}, { ...shape, taints: [{ key: 'x', value: '', effect: 'NoExecute' }] }, false],
    [
      'a tolerated taint',
      { tolerations: [{ operator: 'Exists' }] },
      { ...shape, taints: [{ key: 'x', value: '', effect: 'NoExecute' }] },
      true,
    ],
    ['GPUs', { gpu: { count: 2, milli: 1000, models: [] } }, { ...shape, gpus: 2 }, true],
    [
      'another GPU',
      { gpu: { count: 1, milli: 500, models: ['V100'] } },
      { ...shape, gpus: 2, gpuModel: 'T4' },
      false,
    ],
  ])('admits: %s', (_name, task, instance, admitted) => {
    expect(scheduler.admits(classOf(task), shapeOf(instance), 'b')).toBe(admitted);
  });

  test('admits: not without the labels that required affinity is about', () => {
    const near = classOf({ native: podWithAffinity({ near: [web('pool')] }) });
    expect(scheduler.admits(near, shapeOf(shape), 'b')).toBe(false);
    expect(scheduler.admits(near, shapeOf({ ...shape, labels: { pool: 'x' } }), 'b')).toBe(true);
  });

  test('maxPerInstance is one for distinct instances and host ports', () => {
    expect(scheduler.maxPerInstance(classOf({}))).toBe(Number.POSITIVE_INFINITY);
    expect(scheduler.maxPerInstance(classOf({ distinctInstance: true }))).toBe(1);
    expect(scheduler.maxPerInstance(classOf({ hostPorts: [80] }))).toBe(1);
  });

  test('maxPerInstance is one for pods that their own anti-affinity keeps apart on host names', () => {
    const labels = { app: 'web' };
    const most = (native: object) => scheduler.maxPerInstance(classOf({ labels, native }));
    expect(most(podWithAffinity({ apart: [web(HOST)] }))).toBe(1);
    expect(most(podWithAffinity({ apart: [api(HOST)] }))).toBe(Number.POSITIVE_INFINITY);
    expect(most(podWithAffinity({ apart: [web(ZONE)] }))).toBe(Number.POSITIVE_INFINITY);
  });

  test('placementsMayHelp only hard spreading and required affinity', () => {
    const near = podWithAffinity({ near: [web(ZONE)] });
    const apart = podWithAffinity({ apart: [web(ZONE)], prefers: [{ ...web(ZONE), weight: 1 }] });
    expect(scheduler.placementsMayHelp(classOf({ native: near }))).toBe(true);
    expect(scheduler.placementsMayHelp(classOf({ native: apart }))).toBe(false);
    expect(scheduler.placementsMayHelp(classOf({ native: HARD_SPREAD }))).toBe(true);
    expect(scheduler.placementsMayHelp(classOf({ native: SOFT_SPREAD }))).toBe(false);
    expect(scheduler.placementsMayHelp(classOf({ spread: 'zone' }))).toBe(false);
  });
});

test('the registry knows kubernetes', () => {
  expect(findScheduler('kubernetes')).toBe(kubernetesScheduler);
});
