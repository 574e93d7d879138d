import { describe, expect, test } from 'vitest';
import { TASK_END } from '../../../../src/model/cluster-view.ts';
import { kubernetesScheduler } from '../../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { kubernetesResourceTable } from '../../../../src/schedulers/kubernetes/resource-names.ts';
import { createCluster } from '../../../support/cluster-builder.ts';
import { constantDraws } from '../../../support/draws.ts';
import { optionsOf } from '../../../support/laws.ts';
import { createFixture, type Fixture, type PodWords } from '../fixture.ts';

test('InterPodAffinity keeps tasks of a group with distinct instances apart', () => {
  const cluster = createCluster({
    resources: kubernetesResourceTable([]),
    nameLabel: 'kubernetes.io/hostname',
  });
  const slots = [1, 2].map(() => cluster.join({ cpu: 4000, memoryMiB: 8192 }));
  const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, {}));
  const web = cluster.taskClass({ group: 'web', distinctInstance: true });
  const input = (task: number) => ({ view: cluster.store, task, random: constantDraws(0), nowMs: 0 });
  const placed = slots.map(() => {
    const task = cluster.submit(web);
    const slot = scheduler.decide(input(task));
    cluster.store.place(task, slot, 0);
    return slot;
  });
  expect([...placed].sort()).toEqual(slots);
  const third = cluster.submit(web);
  expect(scheduler.explain(input(third)).message).toBe(
    "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.",
  );
  expect(scheduler.decide(input(third))).toBe(-1);
  // Another group is not concerned.
  expect(
    scheduler.decide(input(cluster.submit(cluster.taskClass({ group: 'api', distinctInstance: true })))),
  ).not.toBe(-1);
});

test('InterPodAffinity keeps others of the group off, too, where one wants an instance of its own', () => {
  const cluster = createCluster({
    resources: kubernetesResourceTable([]),
    nameLabel: 'kubernetes.io/hostname',
  });
  const [first] = [1, 2].map(() => cluster.join({ cpu: 4000, memoryMiB: 8192 }));
  const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, {}));
  cluster.put(cluster.taskClass({ group: 'web', distinctInstance: true }), first!);
  const refusals = (group: string) => {
    const task = cluster.submit(cluster.taskClass({ group }));
    const input = { view: cluster.store, task, random: constantDraws(0), nowMs: 0 };
    return scheduler.explain(input).verdicts.map(({ refusal }) => refusal?.reasons ?? null);
  };
  expect(refusals('web')).toEqual([["node(s) didn't satisfy existing pods anti-affinity rules"], null]);
  expect(refusals('api')).toEqual([null, null]);
});

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const about = (topologyKey: string, app: string, more: object = {}) => ({
  topologyKey,
  labelSelector: { matchLabels: { app } },
  ...more,
});
const near = (...terms: object[]) => ({ spec: { affinity: { podAffinity: { [REQUIRED]: terms } } } });
const apart = (...terms: object[]) => ({ spec: { affinity: { podAntiAffinity: { [REQUIRED]: terms } } } });
const prefers = (podAffinityTerm: object, weight: number) => ({
  spec: { affinity: { podAffinity: { [PREFERRED]: [{ weight, podAffinityTerm }] } } },
});
const avoids = (podAffinityTerm: object, weight: number) => ({
  spec: { affinity: { podAntiAffinity: { [PREFERRED]: [{ weight, podAffinityTerm }] } } },
});
const web = { labels: { app: 'web' } };
const api = { labels: { app: 'api' } };
/** Two nodes in zone a, one in b, and one without any zone. */
const NODES = [
  { name: 'a1', zone: 'a' },
  { name: 'a2', zone: 'a' },
  { name: 'b1', zone: 'b' },
  { name: 'none' },
];
/** Names of the nodes that refuse the pod, sorted. */
const refused = (fixture: Fixture, pod: PodWords) => Object.keys(fixture.examine(pod).refusals).sort();
const NO_COMPANY = ["node(s) didn't match pod affinity rules"];
const UNWANTED = ["node(s) didn't match pod anti-affinity rules"];
const UNWELCOME = ["node(s) didn't satisfy existing pods anti-affinity rules"];

describe('the filter of InterPodAffinity', () => {
  test('wants the pods of every affinity term in the domain; eviction brings none there', () => {
    const fixture = createFixture(NODES);
    fixture.bind(web, 'a1');
    const { refusals, resolvable } = fixture.examine(near(about(ZONE, 'web')));
    expect(refusals).toEqual({ b1: NO_COMPANY, none: NO_COMPANY });
    expect(resolvable).toEqual([]);
    expect(refused(fixture, near(about(HOST, 'web')))).toEqual(['a2', 'b1', 'none']);
  });

  test('wants one pod that all terms select, not one for each', () => {
    const fixture = createFixture(NODES);
    const [web1, front] = [
      about(ZONE, 'web'),
      { topologyKey: ZONE, labelSelector: { matchLabels: { tier: 'front' } } },
    ];
    fixture.bind(web, 'a1');
    fixture.bind({ labels: { tier: 'front' } }, 'a1');
    expect(refused(fixture, near(web1, front))).toHaveLength(4);
    fixture.bind({ labels: { app: 'web', tier: 'front' } }, 'b1');
    expect(refused(fixture, near(web1, front))).toEqual(['a1', 'a2', 'none']);
  });

  test('lets the first pod of a kind go to any node with the label, but no pod that wants others', () => {
    const fixture = createFixture(NODES);
    expect(fixture.examine({ ...web, ...near(about(ZONE, 'web')) }).refusals).toEqual({ none: NO_COMPANY });
    expect(refused(fixture, near(about(ZONE, 'web')))).toHaveLength(4);
    // A pod of the kind on a node without the label is in no domain.
    fixture.bind(web, 'none');
    expect(fixture.examine({ ...web, ...near(about(ZONE, 'web')) }).refusals).toEqual({ none: NO_COMPANY });
    fixture.bind(web, 'b1');
    expect(refused(fixture, { ...web, ...near(about(ZONE, 'web')) })).toEqual(['a1', 'a2', 'none']);
  });

  test('keeps a pod from domains with pods that it does not want; a node without the label is in none', () => {
    const fixture = createFixture(NODES);
    fixture.bind(web, 'a1');
    fixture.bind(web, 'none');
    const { refusals, resolvable } = fixture.examine(apart(about(ZONE, 'web')));
    expect(refusals).toEqual({ a1: UNWANTED, a2: UNWANTED });
    expect(resolvable).toEqual(['a1', 'a2']);
  });

  test('keeps a pod from domains where it is not wanted', () => {
    const fixture = createFixture(NODES);
    fixture.bind(apart(about(ZONE, 'web')), 'b1');
    expect(fixture.examine(web).refusals).toEqual({ b1: UNWELCOME });
    const { refusals, cycle } = fixture.examine(api);
    expect(refusals).toEqual({});
    expect(cycle.preFilterSkipped).toContain('InterPodAffinity');
  });

  test('counts terminating pods', () => {
    const fixture = createFixture(NODES);
    fixture.bind({ ...web, terminating: true }, 'b1');
    expect(fixture.examine(apart(about(ZONE, 'web'))).refusals).toEqual({ b1: UNWANTED });
  });

  test('forgets pods that went', () => {
    const fixture = createFixture(NODES);
    fixture.bind({ ...apart(about(ZONE, 'web')), ...web }, 'b1');
    expect(fixture.schedule(web)).not.toBe('b1');
    const { store } = fixture;
    const slot = [0, 1, 2, 3].find((one) => store.instanceName(one) === 'b1')!;
    store.endTask(store.firstTask[slot]!, TASK_END.stopped, 0);
    expect(fixture.examine(web).refusals).toEqual({});
    expect(fixture.schedule(web)).toBe('b1');
  });
});

describe('terms select pods', () => {
  const namespaces = { team: { env: 'prod' }, other: {} };
  const prod = { namespaceSelector: { matchLabels: { env: 'prod' } } };
  const notProd = {
    namespaceSelector: { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }] },
  };
  const named = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } };

  test.each<[string, object, Record<string, boolean>]>([
    ['of their own namespace by default', {}, { default: true, team: false, other: false }],
    [
      'of the namespaces that they list',
      { namespaces: ['team'] },
      { default: false, team: true, other: false },
    ],
    ['of namespaces with labels', prod, { default: false, team: true, other: false }],
    ['of namespaces by name', named, { default: false, team: false, other: true }],
    [
      'of listed and selected namespaces',
      { namespaces: ['other'], ...prod },
      { default: false, team: true, other: true },
    ],
    [
      'of all namespaces with an empty selector',
      { namespaceSelector: {} },
      { default: true, team: true, other: true },
    ],
    // kube-scheduler asks the selector once more as if no namespace had labels.
    ['of every namespace with exclusions alone', notProd, { default: true, team: true, other: true }],
    [
      'of nothing without a label selector',
      { labelSelector: undefined },
      { default: false, team: false, other: false },
    ],
    [
      'of any labels with an empty selector',
      { labelSelector: {} },
      { default: true, team: false, other: false },
    ],
  ])('%s', (_name, more, expected) => {
    for (const [namespace, isSelected] of Object.entries(expected)) {
      const fixture = createFixture([{ name: 'a' }], { namespaces });
      fixture.bind({ ...web, namespace }, 'a');
      const { refusals } = fixture.examine(apart(about(HOST, 'web', more)));
      expect([namespace, refusals]).toEqual([namespace, isSelected ? { a: UNWANTED } : {}]);
    }
  });

  test('terms of pods on nodes know the labels of the namespace of the incoming pod', () => {
    const fixture = createFixture([{ name: 'a' }], { namespaces });
    fixture.bind(apart(about(HOST, 'web', notProd)), 'a');
    expect(fixture.examine({ ...web, namespace: 'team' }).refusals).toEqual({});
    // Neither `other` nor a namespace nobody listed has the label.
    expect(fixture.examine({ ...web, namespace: 'other' }).refusals).toEqual({ a: UNWELCOME });
    expect(fixture.examine({ ...web, namespace: 'unheard-of' }).refusals).toEqual({ a: UNWELCOME });
  });

  test('matchLabelKeys and mismatchLabelKeys compare with labels of the pod itself', () => {
    const fixture = createFixture([{ name: 'a' }, { name: 'b' }]);
    fixture.bind({ labels: { app: 'web', rev: '1' } }, 'a');
    fixture.bind({ labels: { app: 'web', rev: '2' } }, 'b');
    const apartFrom = (more: object) =>
      Object.keys(
        fixture.examine({ labels: { app: 'web', rev: '2' }, ...apart(about(HOST, 'web', more)) }).refusals,
      );
    expect(apartFrom({})).toEqual(['a', 'b']);
    expect(apartFrom({ matchLabelKeys: ['rev'] })).toEqual(['b']);
    expect(apartFrom({ mismatchLabelKeys: ['rev'] })).toEqual(['a']);
    expect(apartFrom({ matchLabelKeys: ['absent'] })).toEqual(['a', 'b']);
  });
});

describe('the score of InterPodAffinity', () => {
  const raw = (fixture: Fixture, pod: PodWords) =>
    Object.fromEntries(
      Object.entries(fixture.examine(pod).scores('InterPodAffinity')).map(([name, [score]]) => [name, score]),
    );
  const isSkipped = (fixture: Fixture, pod: PodWords) =>
    fixture.examine(pod).cycle.preScoreSkipped.includes('InterPodAffinity');
  const withArgs = (args: object) => ({
    config: { profiles: [{ pluginConfig: [{ name: 'InterPodAffinity', args }] }] },
  });

  test('adds preferred terms of both sides, and 1 for each required affinity term of a pod that is there', () => {
    const fixture = createFixture(NODES);
    fixture.bind(api, 'a1');
    fixture.bind(api, 'a2');
    fixture.bind(prefers(about(HOST, 'web'), 30), 'a2');
    fixture.bind(avoids(about(ZONE, 'web'), 7), 'b1');
    fixture.bind({ ...web, ...near(about(ZONE, 'web')) }, 'b1');
    // own term: two pods of app=api in zone a, 10 each; a2: 30 more; b1: 1 - 7
    expect(raw(fixture, { ...web, ...prefers(about(ZONE, 'api'), 10) })).toEqual({
      a1: 20,
      a2: 50,
      b1: -6,
      none: 0,
    });
    expect(raw(fixture, web)).toEqual({ a1: 0, a2: 30, b1: -6, none: 0 });
  });

  test('says Skip when no term selects anybody, not when weights cancel out', () => {
    const fixture = createFixture(NODES);
    expect(isSkipped(fixture, prefers(about(ZONE, 'web'), 5))).toBe(true);
    fixture.bind(web, 'none');
    expect(isSkipped(fixture, prefers(about(ZONE, 'web'), 5))).toBe(true);
    fixture.bind(prefers(about(HOST, 'api'), 5), 'a1');
    fixture.bind(avoids(about(HOST, 'api'), 5), 'a1');
    expect(isSkipped(fixture, api)).toBe(false);
    expect(raw(fixture, api)).toEqual({ a1: 0, a2: 0, b1: 0, none: 0 });
  });

  test('weighs required terms by hardPodAffinityWeight', () => {
    const score = (hardPodAffinityWeight: number) => {
      const fixture = createFixture(NODES, withArgs({ hardPodAffinityWeight }));
      fixture.bind({ ...web, ...near(about(HOST, 'web')) }, 'b1');
      return isSkipped(fixture, web) ? null : raw(fixture, web)['b1'];
    };
    expect([100, 1, 0].map(score)).toEqual([100, 1, null]);
  });

  test('ignores terms of others only for pods without preferences of their own', () => {
    const fixture = createFixture(NODES, withArgs({ ignorePreferredTermsOfExistingPods: true }));
    fixture.bind(prefers(about(HOST, 'web'), 30), 'a2');
    expect(isSkipped(fixture, web)).toBe(true);
    expect(raw(fixture, { ...web, ...prefers(about(ZONE, 'api'), 10) })).toMatchObject({ a2: 30 });
  });

  // int(100 × ((score - min) / (max - min))), the quotient first: 29/100 is 28.999..., 57/100 is 56.999...
  test.each([
    { scores: [0, 29, 100], normalised: [0, 28, 100] },
    { scores: [0, 57, 100], normalised: [0, 56, 100] },
    { scores: [0, 29, 50], normalised: [0, 57, 100] },
    { scores: [-10, 0, 20], normalised: [0, 33, 100] },
    { scores: [5, 5, 5], normalised: [0, 0, 0] },
  ])('normalises $scores to $normalised', ({ scores, normalised }) => {
    const names = ['x', 'y', 'z'];
    const fixture = createFixture(names.map((name) => ({ name })));
    scores.forEach((score, i) => {
      const pod = score > 0 ? prefers(about(HOST, 'web'), score) : avoids(about(HOST, 'web'), -score);
      if (score !== 0) fixture.bind(pod, names[i]!);
    });
    const found = fixture.examine(web).scores('InterPodAffinity');
    expect(names.map((name) => found[name]!)).toEqual(
      scores.map((score, i) => [score, normalised[i], normalised[i]! * 2]),
    );
  });
});
