import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INSTANCE_STATE, TASK_END } from '../../../src/model/cluster-view.ts';
import { NO_INSTANCE } from '../../../src/schedulers/scheduler.ts';
import { createDraws } from '../../support/draws.ts';
import { createFixture, type NodeWords, type PodWords } from './fixture.ts';
import { NAMESPACES, PODS_EACH, present, VOLUME_LIMITS, VOLUMES, world } from './random-clusters.ts';

/**
 * The fast way of deciding against the plain one, on random clusters in Kubernetes' own words in which every plugin has
 * something to say. The laws of schedulers hold on worlds of neutral tasks beside this; here it is about pods.
 */
const WORLDS = 440;

/** What the plugins said over all worlds: a test in which they are silent proves nothing. */
interface Heard {
  pairs: number;
  placed: number;
  readonly refused: Set<string>;
  readonly scored: Set<string>;
}

test('decide() does what explain() says, on 11,000 pairs of a cluster and a pod, with every plugin at work', () => {
  const heard: Heard = { pairs: 0, placed: 0, refused: new Set(), scored: new Set() };
  fc.assert(
    fc.property(world, ({ nodes, pods, options, seed }) => {
      playWorld(
        nodes,
        pods,
        { ...options, namespaces: NAMESPACES, volumeLimits: VOLUME_LIMITS },
        seed,
        heard,
      );
    }),
    { seed: 20, numRuns: WORLDS },
  );
  expect(heard.pairs).toBe(WORLDS * PODS_EACH);
  // Both outcomes are common.
  expect(heard.placed).toBeGreaterThan(2000);
  expect(heard.pairs - heard.placed).toBeGreaterThan(2000);
  expect([...heard.refused].sort()).toEqual([
    'InterPodAffinity',
    'KubeletAdmission',
    'NodeAffinity',
    'NodeName',
    'NodePorts',
    'NodeResourcesFit',
    'NodeUnschedulable',
    'NodeVolumeLimits',
    'PodTopologySpread',
    'TaintToleration',
    'VolumeBinding',
    'VolumeRestrictions',
    'VolumeZone',
  ]);
  expect([...heard.scored].sort()).toEqual([
    'ImageLocality',
    'InterPodAffinity',
    'NodeAffinity',
    'NodeResourcesBalancedAllocation',
    'NodeResourcesFit',
    'PodTopologySpread',
    'TaintToleration',
  ]);
});

function playWorld(
  nodes: readonly Omit<NodeWords, 'name' | 'zone'>[],
  pods: readonly { readonly pod: PodWords; readonly first: string }[],
  options: object,
  seed: number,
  heard: Heard,
): void {
  const named = nodes.map((words, index) => present({ ...words, name: `n${index}` }));
  const { store, scheduler, submit } = createFixture(named, options, VOLUMES);
  const random = createDraws(seed);
  const running: number[] = [];
  for (const [index, { pod: words, first }] of pods.entries()) {
    const slot = index % nodes.length;
    if (first === 'leave' && running.length > 0) store.endTask(running.shift()!, TASK_END.succeeded, 0);
    if (first === 'drain' && store.accepts[slot] === 1)
      store.setInstanceState(slot, INSTANCE_STATE.draining, 0);
    if (first === 'return' && store.accepts[slot] === 0)
      store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
    const task = submit(words);
    const input = { view: store, task, random, nowMs: 0 };
    const told = scheduler.explain(input);
    const chosen = scheduler.decide(input);
    heard.pairs += 1;
    expect(told.chosen).toBe(chosen);
    expect(told.message === '').toBe(chosen !== NO_INSTANCE);
    const { rejected } = scheduler.examine(input);
    if (rejected !== null && chosen === NO_INSTANCE) heard.refused.add(rejected.rule);
    for (const { refusal, scores } of told.verdicts) {
      if (refusal !== null) heard.refused.add(refusal.rule);
      for (const { rule, weighted } of scores) if (weighted > 0) heard.scored.add(rule);
    }
    if (chosen === NO_INSTANCE) store.endTask(task, TASK_END.rejected, 0);
    else {
      expect(told.verdicts.find((verdict) => verdict.slot === chosen)?.refusal).toBeNull();
      expect(told.tied).toContain(chosen);
      store.place(task, chosen, 0);
      running.push(task);
      heard.placed += 1;
    }
  }
}
