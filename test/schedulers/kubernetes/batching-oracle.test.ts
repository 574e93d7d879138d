import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INSTANCE_STATE, TASK_END } from '../../../src/model/cluster-view.ts';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { createDraws } from '../../support/draws.ts';
import { checkSchedulerLaws } from '../../support/laws.ts';
import { createFixture, type NodeWords, type PodWords } from './fixture.ts';
import { laws } from './kubernetes-laws.ts';
import { PlainBatching } from './plain-batch.ts';

const NO_SPREAD_DEFAULTS = {
  name: 'PodTopologySpread',
  args: { defaultingType: 'List', defaultConstraints: [] },
};
const SIGNING = { config: { profiles: [{ pluginConfig: [NO_SPREAD_DEFAULTS] }] } };
/** Scores of one node alone: what a node scores does not depend on which others are feasible. */
const ABSOLUTE = {
  config: {
    profiles: [
      {
        pluginConfig: [NO_SPREAD_DEFAULTS],
        plugins: {
          score: {
            disabled: [{ name: '*' }],
            enabled: [{ name: 'NodeResourcesFit' }, { name: 'NodeResourcesBalancedAllocation' }],
          },
        },
      },
    ],
  },
};

const node: fc.Arbitrary<Omit<NodeWords, 'name'>> = fc.record({
  cpu: fc.constantFrom('1', '1500m', '2', '4'),
  memory: fc.constantFrom('2Gi', '4Gi', '8Gi'),
  labels: fc.constantFrom({}, {}, { pool: 'a' }),
  taints: fc.constantFrom([], [], [{ key: 'old', effect: 'PreferNoSchedule' }]),
});
const port = [{ hostPort: 80 }];
const pool = { matchExpressions: [{ key: 'pool', operator: 'In', values: ['a'] }] };
const soft = 'preferredDuringSchedulingIgnoredDuringExecution';
const container = (requests: object, ports: readonly object[] = []) => ({
  containers: [{ image: 'app:1', resources: { requests }, ports }],
});
/** Most fill their nodes: by size, by a host port. */
const PODS: readonly PodWords[] = [
  { spec: container({ cpu: '1', memory: '1Gi' }) },
  { spec: container({ cpu: '100m', memory: '128Mi' }, port) },
  {
    spec: {
      ...container({ cpu: '200m' }, port),
      affinity: { nodeAffinity: { [soft]: [{ weight: 10, preference: pool }] } },
    },
  },
  { spec: container({ cpu: '300m' }) },
  { labels: { app: 'web' }, spec: { ...container({ cpu: '1' }), affinity: { podAffinity: {} } } },
  { spec: container({ cpu: '64' }) },
];
/** Pods come in runs of the same kind; what happens before the next one, mostly nothing. */
const operation = fc.record({
  pod: fc.oneof(
    { weight: 8, arbitrary: fc.constant(-1) },
    { weight: 2, arbitrary: fc.nat({ max: PODS.length - 1 }) },
  ),
  before: fc.constantFrom(
    ...Array<string>(12).fill('nothing'),
    'leave',
    'drain',
    'return',
    'wait',
    'intrude',
  ),
  pick: fc.nat({ max: 1000 }),
});
const world = fc.record({
  nodes: fc.array(node, { minLength: 2, maxLength: 14 }),
  operations: fc.array(operation, { minLength: 20, maxLength: 20 }),
});

interface Counts {
  hinted: number;
  refused: number;
  failed: number;
  /** Hints that are another node than a cycle without batches would have taken. */
  otherwise: number;
}

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** Plays the world with the scheduler and with the oracle side by side. */
function play({ nodes, operations }: World, raw: object, counts: Counts, check?: Checker): void {
  const named = nodes.map((words, index) => ({ ...words, name: `n${index}` }));
  const { store, scheduler, submit } = createFixture(named, raw);
  const oracle = new PlainBatching(store, scheduler.options.profiles[0]!);
  const random = createDraws(1);
  const running: number[] = [];
  let kind = 0;
  let nowMs = 0;
  for (const { pod, before, pick } of operations) {
    if (pod >= 0) kind = pod;
    const slot = pick % nodes.length;
    if (before === 'leave' && running.length > 0) store.endTask(running.shift()!, TASK_END.succeeded, nowMs);
    if (before === 'drain' && store.accepts[slot] === 1)
      store.setInstanceState(slot, INSTANCE_STATE.draining, nowMs);
    if (before === 'return' && store.accepts[slot] === 0)
      store.setInstanceState(slot, INSTANCE_STATE.ready, nowMs);
    if (before === 'wait') nowMs += 350;
    if (before === 'intrude' && store.accepts[slot] === 1) {
      const intruder = submit(PODS[3]!);
      if (store.fits(slot, store.classes[store.taskClass[intruder]!]!)) {
        store.place(intruder, slot, nowMs);
        running.push(intruder);
      } else store.endTask(intruder, TASK_END.rejected, nowMs);
    }
    const task = submit(PODS[kind]!);
    const input = { view: store, task, random, nowMs };
    const told = scheduler.explain(input);
    const plain = oracle.unbatched(task, 100);
    const { cycle, hinted } = oracle.decide(task, nowMs);
    const chosen = scheduler.decide(input);
    expect(chosen).toBe(cycle.chosen);
    expect(told.chosen).toBe(chosen);
    expect(told.batched === true).toBe(hinted);
    expect(told.verdicts.map((verdict) => verdict.slot)).toEqual(
      cycle.verdicts.map((verdict) => verdict.slot),
    );
    if (cycle.hint >= 0 && !hinted) counts.refused += 1;
    if (hinted) {
      counts.hinted += 1;
      if (plain.chosen !== chosen) counts.otherwise += 1;
    }
    check?.({ hinted, chosen, before, best: plain.best, scoredAgain: cycle.feasible.length > 1 });
    if (chosen < 0) {
      counts.failed += 1;
      store.endTask(task, TASK_END.rejected, nowMs);
    } else {
      store.place(task, chosen, nowMs);
      running.push(task);
    }
  }
}

type Checker = (decision: {
  readonly hinted: boolean;
  readonly chosen: number;
  readonly before: string;
  /** The best nodes of a cycle that looks at all of them and knows no batch. */
  readonly best: readonly number[];
  readonly scoredAgain: boolean;
}) => void;

describe('batches in random worlds', () => {
  test('are those of kube-scheduler, decision by decision', () => {
    const counts: Counts = { hinted: 0, refused: 0, failed: 0, otherwise: 0 };
    fc.assert(
      fc.property(world, (one) => play(one, SIGNING, counts)),
      { seed: 7, numRuns: 90 },
    );
    // All outcomes are common; and batches are no mere shortcut: they do change decisions.
    expect(counts.hinted).toBeGreaterThan(150);
    expect(counts.refused).toBeGreaterThan(4);
    expect(counts.failed).toBeGreaterThan(100);
    expect(counts.otherwise).toBeGreaterThan(10);
  });

  /**
   * Feasible is every hint that is taken. Best is it too, in a cluster in which nothing but these pods came since the
   * scoring, with scores that are not relative: only which of several best nodes is taken may then differ.
   */
  test('take one of the best nodes, if nothing else happened since the scoring', () => {
    const counts: Counts = { hinted: 0, refused: 0, failed: 0, otherwise: 0 };
    let checked = 0;
    fc.assert(
      fc.property(world, (one) => {
        let isUntouched = false;
        play(one, ABSOLUTE, counts, ({ hinted, chosen, before, best, scoredAgain }) => {
          if (before !== 'nothing' && before !== 'wait') isUntouched = false;
          if (scoredAgain) isUntouched = true;
          if (!hinted || !isUntouched) return;
          checked += 1;
          expect(best).toContain(chosen);
        });
      }),
      { seed: 8, numRuns: 90 },
    );
    expect(checked).toBeGreaterThan(100);
    expect(counts.otherwise).toBeGreaterThan(10);
  });

  test('take the best of the nodes that the sampled search had found', () => {
    const nodes = Array.from({ length: 130 }, (_, i) => ({
      name: `n${i}`,
      cpu: `${1000 + ((i * 37) % 11) * 100}m`,
    }));
    const { store, scheduler, submit } = createFixture(nodes, ABSOLUTE);
    const oracle = new PlainBatching(store, scheduler.options.profiles[0]!);
    let sample: number[] = [];
    let hints = 0;
    for (let i = 0; i < 110; i++) {
      const task = submit(PODS[1]!);
      const every = oracle.unbatched(task, 100);
      const totalOf = new Map([...every.feasible].map((slot, j) => [slot, every.totals[j]!]));
      const { cycle, hinted } = oracle.decide(task, 0);
      const chosen = scheduler.decide({ view: store, task, random: createDraws(1), nowMs: 0 });
      expect(chosen).toBe(cycle.chosen);
      if (!hinted) sample = [...cycle.feasible];
      hints += hinted ? 1 : 0;
      expect(totalOf.get(chosen)).toBe(Math.max(...sample.map((slot) => totalOf.get(slot)!)));
      sample = sample.filter((slot) => slot !== chosen);
      store.place(task, chosen, 0);
    }
    // 100 nodes are looked for; the first pod is scored and leaves 99, then the 30 that were never looked at come up.
    expect(hints).toBe(108);
  });
});

describe('laws of schedulers, with pods that can be signed', () => {
  test.each([
    ['the tie rule of the heap', SIGNING],
    ['ties at random', { ...SIGNING, tieBreak: 'random' }],
    // By numbers of instances, which another order of slots changes.
    ['ties by a shuffled order', { ...SIGNING, tieBreak: 'shuffled' }, false],
    ['ties by the last of the list', { ...SIGNING, tieBreak: 'last' }],
  ])('%s', (_name, options, slotBlind = true) => {
    checkSchedulerLaws(kubernetesScheduler, options, { ...laws, slotBlind, numRuns: 20 });
  });
});
