import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterSnapshot } from '../../../src/controllers/cluster-autoscaler/cluster-snapshot.ts';
import type { ClusterStore } from '../../../src/model/cluster-store.ts';
import { INSTANCE_STATE, TASK_END } from '../../../src/model/cluster-view.ts';
import { FilterRun } from '../../../src/schedulers/kubernetes/filter-run.ts';
import { NO_INSTANCE } from '../../../src/schedulers/scheduler.ts';
import { createDraws } from '../../support/draws.ts';
import { createFixture, type Fixture, type NodeWords } from '../../schedulers/kubernetes/fixture.ts';
import {
  NAMESPACES,
  present,
  VOLUME_LIMITS,
  VOLUMES,
  world,
} from '../../schedulers/kubernetes/random-clusters.ts';

const { ready, draining, free } = INSTANCE_STATE;
const WORLDS = 30;

/** What is tried out on a snapshot before it is taken back. */
const trial = fc.record({
  what: fc.constantFrom('put', 'put', 'take', 'replace', 'remove', 'add'),
  where: fc.nat(),
  pod: fc.nat(),
});

test('a snapshot says of every node what kube-scheduler says, however much was tried out on it before', () => {
  const heard = { passed: 0, refused: new Set<string>(), tried: new Set<string>() };
  fc.assert(
    fc.property(
      world,
      fc.array(trial, { minLength: 8, maxLength: 8 }),
      ({ nodes, pods, options, seed }, trials) => {
        const named = (nodes as Omit<NodeWords, 'name' | 'zone'>[]).map((words, index) =>
          present({ ...words, name: `n${index}` }),
        );
        const raw = { ...options, namespaces: NAMESPACES, volumeLimits: VOLUME_LIMITS };
        const fixture = createFixture(named, raw, VOLUMES);
        const { store, scheduler, submit } = fixture;
        const snapshot = new ClusterSnapshot(store, Number.NEGATIVE_INFINITY);
        const filters = new FilterRun(snapshot.store, scheduler.options.profiles);
        const random = createDraws(seed);
        const running: number[] = [];
        for (const [index, { pod, first }] of pods.entries()) {
          disturb(store, index % nodes.length, first, running);
          const task = submit(pod);
          snapshot.follow(0);
          const mark = snapshot.fork();
          for (const one of trials) if (tryOut(snapshot, filters, one)) heard.tried.add(one.what);
          snapshot.revert(mark);
          compare(fixture, snapshot, filters, task, heard);
          const chosen = scheduler.decide({ view: store, task, random, nowMs: 0 });
          if (chosen === NO_INSTANCE) store.endTask(task, TASK_END.rejected, 0);
          else {
            store.place(task, chosen, 0);
            running.push(task);
          }
        }
      },
    ),
    { seed: 11, numRuns: WORLDS },
  );
  // A test of which the filters pass nothing, or refuse nothing, proves nothing.
  expect(heard.passed).toBeGreaterThan(200);
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
    'VolumeZone',
  ]);
  expect([...heard.tried].sort()).toEqual(['add', 'put', 'remove', 'replace', 'take']);
});

/** The same changes as in the comparison of decisions with explanations, and evictions. */
function disturb(store: ClusterStore, slot: number, what: string, running: number[]): void {
  if (what === 'leave' && running.length > 0) store.endTask(running.shift()!, TASK_END.succeeded, 0);
  if (what === 'leave' && running.length > 1) {
    const task = running[0]!;
    if (store.classes[store.taskClass[task]!]!.evicted !== true) store.evict(task, null, 0, 0);
  }
  if (what === 'drain' && store.accepts[slot] === 1) store.setInstanceState(slot, draining, 0);
  if (what === 'return' && store.state[slot] === draining) store.setInstanceState(slot, ready, 0);
}

/** False: it cannot be done as things are. */
function tryOut(
  snapshot: ClusterSnapshot,
  filters: FilterRun,
  { what, where, pod }: { what: string; where: number; pod: number },
): boolean {
  const { store, order } = snapshot;
  const slot = order[where % order.length]!;
  if (store.state[slot] === free || store.classes.length === 0) return false;
  const pods = snapshot.podsOn(slot);
  switch (what) {
    case 'put': {
      const { id } = store.classes[pod % store.classes.length]!;
      if (!filters.begin(id) || store.state[slot] !== ready || !filters.passes(slot)) return false;
      snapshot.put(snapshot.addPod(id), slot);
      return true;
    }
    case 'take':
      if (pods.length === 0 || store.state[slot] !== ready) return false;
      snapshot.take(pods[pod % pods.length]!);
      return true;
    case 'replace':
    case 'remove':
      if (store.state[slot] !== ready) return false;
      for (const one of pods) snapshot.take(one);
      if (what === 'remove') snapshot.removeNode(slot);
      else snapshot.replaceNode(slot, (instance) => ({ ...instance, zone: 'elsewhere' }));
      return true;
    default: {
      const labels = new Map([['topology.kubernetes.io/zone', 'z9']]);
      snapshot.addNode({
        shape: store.shapes[store.shapeOf[slot]!]!,
        zone: 'z9',
        name: `new-${where}`,
        labels,
      });
      return true;
    }
  }
}

function compare(
  { store, scheduler }: Fixture,
  snapshot: ClusterSnapshot,
  filters: FilterRun,
  task: number,
  heard: { passed: number; readonly refused: Set<string> },
): void {
  const { verdicts, rejected } = scheduler.examine({ view: store, task, random: createDraws(1), nowMs: 0 });
  expect(filters.begin(store.taskClass[task]!)).toBe(rejected === null);
  if (rejected !== null) return;
  expect(snapshot.order).toHaveLength(store.slotCount);
  const refusalAt = new Map(verdicts.map(({ slot, refusal }) => [slot, refusal]));
  for (let slot = 0; slot < store.slotCount; slot++) {
    const copy = snapshot.slotOf(store.instanceId[slot]!);
    for (const [lane, requested] of snapshot.store.requested.entries()) {
      expect(requested[copy]).toBe(store.requested[lane]![slot]);
    }
    // A node that a PreFilter left out has no verdict.
    const refusal = refusalAt.get(slot);
    expect(filters.passes(copy)).toBe(refusal === null);
    if (refusal === undefined) continue;
    expect(filters.refusal(copy)).toEqual(refusal);
    if (refusal === null) heard.passed += 1;
    else heard.refused.add(refusal.rule);
  }
}
