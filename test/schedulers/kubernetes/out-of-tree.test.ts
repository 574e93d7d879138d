import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { kubernetesSchedulerWith } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import {
  defineKubernetesPlugin,
  isKubernetesPlugin,
  type KubernetesPlugin,
  pointsOf,
} from '../../../src/schedulers/kubernetes/out-of-tree.ts';
import { createCluster, type TaskSpec } from '../../support/cluster-builder.ts';
import { constantDraws, createDraws } from '../../support/draws.ts';
import { checkSchedulerLaws, optionsOf } from '../../support/laws.ts';
import { laws, resources } from './kubernetes-laws.ts';
import { mayTakeNear } from './naive-affinity.ts';

/** At most three tasks a node, said once of the node alone and once of the cluster: the limit comes from preFilter. */
const nodeLimit = defineKubernetesPlugin({
  name: 'NodeLimit',
  looksAt: 'node',
  filter: (view, slot) => (view.taskCount[slot]! < 3 ? null : 'full enough'),
});
const clusterLimit = defineKubernetesPlugin({
  name: 'ClusterLimit',
  preFilter: () => ({ most: 3 }),
  filter: (view, slot, _class, state) =>
    view.taskCount[slot]! < (state as { most: number }).most ? null : 'full enough',
});
/** The fewest tasks are best: raw counts kept by node, normalised over the feasible nodes. */
const fewestTasks = defineKubernetesPlugin({
  name: 'FewestTasks',
  looksAt: 'node',
  score: (view, slot) => view.taskCount[slot]!,
  normalize(scores) {
    const most = Math.max(...scores);
    for (let i = 0; i < scores.length; i++)
      scores[i] = most === 0 ? 100 : 100 - Math.floor((100 * scores[i]!) / most);
  },
});
/** The same by preScore, asked anew in each cycle. */
const fewestOfAll = defineKubernetesPlugin({
  name: 'FewestOfAll',
  preScore: (view, _class, feasible) => Math.max(...Array.from(feasible, (slot) => view.taskCount[slot]!)),
  score: (view, slot, _class, state) => {
    const most = state as number;
    return most === 0 ? 100 : 100 - Math.floor((100 * view.taskCount[slot]!) / most);
  },
});
const zoneName = defineKubernetesPlugin({
  name: 'ZoneName',
  looksAt: 'node',
  score: (view, slot) => view.strings.name(view.zone[slot]!).charCodeAt(0) % 100,
});
const ALL = [nodeLimit, clusterLimit, fewestTasks, fewestOfAll, zoneName];

const enable = (...names: string[]) => ({
  config: {
    profiles: [{ plugins: { multiPoint: { enabled: names.map((name) => ({ name, weight: 7 })) } } }],
  },
});
const only = (name: string, more: object = {}) => ({
  config: {
    profiles: [{ plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name }] }, ...more } }],
  },
});

describe('laws of schedulers, with out-of-tree plugins', () => {
  const limited: typeof laws.feasible = (view, slot, taskClass) =>
    mayTakeNear(view, slot, taskClass) && view.taskCount[slot]! < 3;

  test.each([
    ['a filter of the node', enable('NodeLimit'), limited],
    ['a filter of the cluster', enable('ClusterLimit'), limited],
    ['scores of all kinds', enable('FewestTasks', 'FewestOfAll', 'ZoneName'), mayTakeNear],
    ['nothing but a kept score', only('FewestTasks'), mayTakeNear],
    ['everything', enable('NodeLimit', 'ClusterLimit', 'FewestTasks', 'FewestOfAll', 'ZoneName'), limited],
  ])('%s', (_name, options, feasible) => {
    checkSchedulerLaws(kubernetesSchedulerWith(ALL), options, { ...laws, feasible, numRuns: 25 });
  });

  test('a kept score and one asked anew decide alike', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const prepared = only('FewestOfAll', { preScore: { enabled: [{ name: 'FewestOfAll' }] } });
      const placed = [only('FewestTasks'), prepared].map((options) => placements(options, seed));
      expect(placed[0]).toEqual(placed[1]);
    }
  });
});

/** Twelve small tasks on four nodes, one after the other; every third one leaves again. */
function placements(options: object, seed: number): readonly number[] {
  const definition = kubernetesSchedulerWith(ALL);
  const scheduler = definition.create(optionsOf(definition, options));
  const cluster = createCluster({ resources });
  for (let i = 0; i < 4; i++) cluster.join({ cpu: 4000, memoryMiB: 4096 });
  const random = createDraws(seed);
  const chosen: number[] = [];
  for (let i = 0; i < 12; i++) {
    const cpu = 100 + Math.floor(random.double() * 3) * 100;
    const task = cluster.submit(cluster.taskClass({ cpu, memoryMiB: 128 }));
    const slot = scheduler.decide({ view: cluster.store, task, random, nowMs: 0 });
    chosen.push(slot);
    cluster.store.place(task, slot, 0);
    if (i % 3 === 2) cluster.store.endTask(task, 1, 0);
  }
  return chosen;
}

describe('an out-of-tree plugin', () => {
  const definition = (plugin: KubernetesPlugin) => kubernetesSchedulerWith([defineKubernetesPlugin(plugin)]);
  /** A cluster and a scheduler with this plugin; `ask` is about a pending task. */
  const world = (plugin: KubernetesPlugin, options: object) => {
    const scheduler = definition(plugin).create(optionsOf(definition(plugin), options));
    const cluster = createCluster({ resources });
    const input = (task: number) => ({ view: cluster.store, task, random: constantDraws(0), nowMs: 0 });
    return {
      ...cluster,
      submit: (spec: TaskSpec) => cluster.submit(cluster.taskClass(spec)),
      ask: (task: number) => ({
        slot: () => scheduler.decide(input(task)),
        explain: () => scheduler.explain(input(task)),
        reserve: (slot: number) => scheduler.reserve!(input(task), slot),
      }),
    };
  };

  test('takes part with its weight beside the default plugins', () => {
    const cluster = world(
      { name: 'Second', score: (_view, slot) => (slot === 1 ? 50 : 0) },
      {
        config: { profiles: [{ plugins: { score: { enabled: [{ name: 'Second', weight: 3 }] } } }] },
      },
    );
    for (let i = 0; i < 3; i++) cluster.join({ cpu: 4000, memoryMiB: 4096 });
    const asked = cluster.ask(cluster.submit({ cpu: 1000, memoryMiB: 1024 }));
    expect(asked.slot()).toBe(1);
    const own = asked.explain().verdicts.map(({ scores }) => scores.find(({ rule }) => rule === 'Second'));
    // 50 * 3 = 150
    expect(own.map((score) => [score?.raw, score?.normalised, score?.weighted])).toEqual([
      [0, 0, 0],
      [50, 50, 150],
      [0, 0, 0],
    ]);
  });

  test('gives the reasons of its refusals in its own name, and they may be helped', () => {
    const cluster = world({ name: 'Never', filter: () => 'not today' }, enable('Never'));
    cluster.join({ cpu: 4000, memoryMiB: 4096 });
    const asked = cluster.ask(cluster.submit({ cpu: 1000, memoryMiB: 1024 }));
    expect(asked.slot()).toBe(-1);
    expect(asked.explain()).toMatchObject({
      message: '0/1 nodes are available: 1 not today.',
      verdicts: [{ refusal: { rule: 'Never', reasons: ['not today'], resolvable: true } }],
    });
  });

  test.each<[string, Partial<KubernetesPlugin>]>([
    ['101', { score: () => 101 }],
    ['-1', { score: () => -1 }],
    ['0.5', { looksAt: 'node', score: () => 0.5 }],
    [
      'NaN',
      { looksAt: 'node', score: () => 1, normalize: (scores: Float64Array) => void scores.fill(Number.NaN) },
    ],
  ])('is told that a score of %s is none', (score, phases) => {
    const cluster = world({ name: 'Odd', ...phases }, enable('Odd'));
    for (let i = 0; i < 2; i++) cluster.join({ cpu: 4000, memoryMiB: 4096 });
    const asked = cluster.ask(cluster.submit({ cpu: 1000, memoryMiB: 1024 }));
    expect(() => asked.slot()).toThrow(InputError);
    expect(() => asked.slot()).toThrow(`Plugin 'Odd' gave the score ${score}`);
    expect(() => asked.explain()).toThrow(InputError);
  });

  test('chooses GPU devices, for tasks that want some', () => {
    const cluster = world(
      { name: 'Last', reserve: (view, slot) => (view.gpuFree(slot, 1) >= 500 ? 2 : undefined) },
      enable('Last'),
    );
    cluster.join({ cpu: 4000, memoryMiB: 4096, gpus: 2 });
    const share = () => cluster.submit({ cpu: 100, gpu: { count: 1, milli: 500, models: [] } });
    expect(cluster.ask(cluster.submit({ cpu: 100 })).reserve(0)).toBeUndefined();
    for (const [mask, free] of [
      [2, [1000, 500]],
      [2, [1000, 0]],
      // Where the plugin does not care, the store takes the best fit.
      [undefined, [500, 0]],
    ] as const) {
      const task = share();
      expect(cluster.ask(task).reserve(0)).toBe(mask);
      cluster.store.place(task, 0, 0, mask);
      expect([cluster.store.gpuFree(0, 0), cluster.store.gpuFree(0, 1)]).toEqual(free);
    }
  });

  test.each([
    ['no device', 0],
    ['one too many', 3],
    ['a device that is not there', 4],
    ['a device without the room', 1],
    ['no mask', 1.5],
  ])('is told when it reserves %s', (_name, mask) => {
    const cluster = world({ name: 'Wrong', reserve: () => mask }, enable('Wrong'));
    cluster.join({ cpu: 4000, memoryMiB: 4096, gpus: 2 });
    cluster.store.place(cluster.submit({ gpu: { count: 1, milli: 800, models: [] } }), 0, 0);
    const task = cluster.submit({ gpu: { count: 1, milli: 500, models: [] } });
    expect(() => cluster.ask(task).reserve(0)).toThrow(`Plugin 'Wrong' reserved the devices ${mask}`);
  });

  test('whose filter nobody can foresee lets all tasks be tried again after a placement', () => {
    const withFilter = definition({ name: 'Own', filter: () => null });
    const cluster = createCluster({ resources });
    const taskClass = cluster.taskClass({});
    const helps = (options: object) =>
      withFilter.create(optionsOf(withFilter, options)).placementsMayHelp(taskClass);
    expect([helps(enable('Own')), helps({})]).toEqual([true, false]);
  });
});

test('kubernetesSchedulerWith() takes no name twice', () => {
  const taken = defineKubernetesPlugin({ name: 'NodeName', filter: () => null });
  expect(() => kubernetesSchedulerWith([taken])).toThrow('the same name');
  expect(() => kubernetesSchedulerWith([zoneName, zoneName])).toThrow('the same name');
});

describe('defineKubernetesPlugin()', () => {
  test('makes what isKubernetesPlugin() knows', () => {
    expect(isKubernetesPlugin(zoneName)).toBe(true);
    for (const other of [null, 7, {}, { name: 'x', create: () => ({}) }])
      expect(isKubernetesPlugin(other)).toBe(false);
  });

  test('a factory gets its arguments, a plain plugin takes none', () => {
    const scaled = defineKubernetesPlugin({
      name: 'Scaled',
      create: (args) => ({ score: () => (args as { by: number }).by }),
    });
    expect(scaled.create({ by: 4 }).score!(null as never, 0, null as never, null)).toBe(4);
    expect(() => zoneName.create({})).toThrow('it takes no arguments');
    expect(zoneName.create(undefined).name).toBe('ZoneName');
  });

  test('a plugin takes part in the points that it has something for', () => {
    expect(pointsOf(clusterLimit.create(undefined))).toEqual(['preFilter', 'filter']);
    expect(pointsOf(fewestTasks.create(undefined))).toEqual(['score']);
  });

  test.each<[string, Partial<KubernetesPlugin>]>([
    [
      "with looksAt: 'node' there is nothing to prepare",
      { looksAt: 'node', filter: () => null, preFilter: () => 1 },
    ],
    [
      "with looksAt: 'node' there is nothing to prepare",
      { looksAt: 'node', score: () => 1, preScore: () => 1 },
    ],
    ['mean nothing without score', { normalize: () => {} }],
    ['means nothing without filter', { preFilter: () => 1 }],
  ])('refuses what cannot be meant: %s', (message, phases) => {
    expect(() => defineKubernetesPlugin({ name: 'X', ...phases }).create(undefined)).toThrow(message);
  });
});
