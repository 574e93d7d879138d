import { describe, expect, test } from 'vitest';
import type { ClusterAutoscalerSettings } from '../../../src/model/autoscaler-plan.ts';
import type { FleetGroup } from '../../../src/model/plan.ts';
import { MINUTE, SECOND } from '../../../src/units.ts';
import { group, instanceType, job, plan, platform, seconds, service } from '../../support/plans.ts';
import { instanceLines, play, taskLines } from '../../support/play.ts';

const SMALL = instanceType(2, 8);
const LARGE = instanceType(8, 32);
const types = [SMALL, LARGE];

/** 5 s to launch, 25 s to boot. */
const slow = (name: string, type: string, size = { min: 0, max: 20 }, rest: Partial<FleetGroup> = {}) =>
  group(size, { name, types: [type], launch: seconds(5), boot: seconds(25), ...rest });

const DEFAULTS: ClusterAutoscalerSettings = {
  scanMs: 10 * SECOND,
  expanders: ['least-waste'],
  priorities: [],
  newPodDelayMs: 0,
  maxNodesTotal: 0,
  maxNodesPerScaleUp: 1000,
  balanceSimilarGroups: false,
  utilisationThreshold: 0.5,
  unneededMs: 10 * MINUTE,
  delayAfterAddMs: 10 * MINUTE,
  delayAfterDeleteMs: 0,
  unremovableMs: 5 * MINUTE,
  maxParallel: 10,
  maxDrains: 1,
  deleteDelayMs: 5 * SECOND,
  provisionTimeoutMs: 15 * MINUTE,
  skipsSystemPods: true,
  systemPodTimeoutMs: 60 * MINUTE,
  skipsLocalStorage: true,
  skipsCustomControllers: true,
  protects: 'nothing',
};

function scaler(rest: Partial<ClusterAutoscalerSettings> = {}) {
  return platform(
    'kubernetes',
    {},
    { autoscaler: { kind: 'cluster-autoscaler', ...DEFAULTS, ...rest }, queue: 'skip' },
  );
}

const batch = (count: number, runS = 100) => ({ jobs: [job('batch', { count, runS })] });
const groupsOf = (run: ReturnType<typeof play>) => run.result.instances.map((one) => one.group);

describe('the Cluster Autoscaler grows', () => {
  test('a group by what is left beside the daemons of its new nodes', () => {
    // 2 vCPU less the agent's one: three of 1 vCPU take a node each. Pods that come later know the nodes on their way so.
    const agent = service('agent', [], { daemon: true });
    const jobs = [job('batch', { at: [0, 0, 20], runS: 100 })];
    const run = play(
      plan({ services: [agent], jobs }, { types, fleet: [slow('small', SMALL.name)], horizonS: 300 }),
      scaler(),
    );
    expect(run.result.instances).toHaveLength(3);
    expect(taskLines(run).filter((line) => line.endsWith('succeeded'))).toHaveLength(3);
  });

  test('a group by what its estimate says, once the pods are two seconds old', () => {
    // The loop at 0 finds all of them new; the next one, at 10, gives five of 1 vCPU three nodes of 2.
    const run = play(plan(batch(5), { types, fleet: [slow('small', SMALL.name)], horizonS: 300 }), scaler());
    expect(instanceLines(run)).toEqual(
      [1, 2, 3].map((n) => `i-000000${n} small t2x8 zone-a 10 > 15 > 40 > -`),
    );
  });

  test('the group that wastes the least', () => {
    // Eight of 1 vCPU and 1 GiB: on 8 vCPU nothing but memory is wasted, on 4 · 2 vCPU just as much: both are equal.
    // Five: 3/8 of 8 vCPU, 1/6 of 3 · 2.
    const fleet = [slow('large', LARGE.name), slow('small', SMALL.name)];
    expect(groupsOf(play(plan(batch(5), { types, fleet, horizonS: 300 }), scaler()))).toEqual([
      'small',
      'small',
      'small',
    ]);
    const most = scaler({ expanders: ['least-nodes'] });
    expect(groupsOf(play(plan(batch(5), { types, fleet, horizonS: 300 }), most))).toEqual(['large']);
  });

  test('another group for what the first may not hold', () => {
    const fleet = [slow('small', SMALL.name, { min: 0, max: 1 }), slow('large', LARGE.name)];
    const first = scaler({ expanders: ['priority'], priorities: [{ priority: 1, groups: ['small'] }] });
    expect(groupsOf(play(plan(batch(5), { types, fleet, horizonS: 300 }), first))).toEqual([
      'small',
      'large',
    ]);
  });

  test('no further than the most nodes of the cluster', () => {
    const fleet = [slow('small', SMALL.name)];
    const run = play(plan(batch(9), { types, fleet, horizonS: 300 }), scaler({ maxNodesTotal: 2 }));
    expect(groupsOf(run)).toHaveLength(2);
  });

  test('similar groups in turn, if asked', () => {
    const fleet = [slow('a', SMALL.name), slow('b', SMALL.name)];
    const run = play(plan(batch(8), { types, fleet, horizonS: 300 }), scaler({ balanceSimilarGroups: true }));
    expect(groupsOf(run).sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  test('nothing by a node that does not come in time: it is given up, and its group left alone', () => {
    // Asked for at 10, given up by the loop at 70; the group may try again 5 minutes later, at 370.
    const fleet = [slow('small', SMALL.name, { min: 0, max: 9 }, { boot: seconds(1000) })];
    const run = play(plan(batch(1), { types, fleet, horizonS: 400 }), scaler({ provisionTimeoutMs: MINUTE }));
    expect(instanceLines(run)).toEqual([
      'i-0000001 small t2x8 zone-a 10 > 15 > - > 70',
      'i-0000002 small t2x8 zone-a 370 > 375 > - > -',
    ]);
  });
});

describe('the Cluster Autoscaler shrinks', () => {
  test('by a node that was unneeded for ten minutes, five seconds after its taint, down to the minimum', () => {
    // Two nodes there from the start, empty: unneeded since the loop at 10, tainted at 610, gone at 615. One stays.
    const fleet = [group({ min: 1, max: 5, initial: 2 }, { types: [SMALL.name] })];
    const run = play(plan({}, { types, fleet, horizonS: 2000 }), scaler());
    expect(run.result.instances.map(({ endMs }) => endMs)).toEqual([615 * SECOND, null]);
  });

  test('not before ten minutes have passed since it grew', () => {
    // Grown at 10, ready at 40. It is half used then, and its pod has nowhere to go: not looked at again until 340, when
    // it is empty; unneeded for ten minutes at 940.
    const fleet = [slow('small', SMALL.name)];
    const run = play(plan(batch(1), { types, fleet, horizonS: 2000 }), scaler());
    expect(run.result.instances[0]!.endMs).toBe(945 * SECOND);
    const quick = play(plan(batch(1), { types, fleet, horizonS: 2000 }), scaler({ unneededMs: MINUTE }));
    // Unneeded for a minute at 400, but the scale-up of 10 holds until 610.
    expect(quick.result.instances[0]!.endMs).toBe(615 * SECOND);
  });

  test('by a node whose pods fit elsewhere, one at a time, and they start over there', () => {
    // Three nodes of 8 vCPU with one task each after 100 s (12.5 % used): two of them could go.
    const fleet = [group({ min: 0, max: 3, initial: 3 }, { types: [LARGE.name] })];
    const workload = {
      services: [service('web', [[0, 3]], { spread: 'instance' })],
    };
    const run = play(plan(workload, { types, fleet, horizonS: 3000 }), scaler());
    const ends = run.result.instances.map(({ endMs }) => endMs);
    expect(ends.filter((endMs) => endMs !== null)).toHaveLength(2);
    expect(new Set(ends).size).toBe(3);
    expect(run.result.summary.metrics['tasks.interrupted']).toBeGreaterThanOrEqual(2);
  });

  test('by no node that is used more than half, or whose pods are protected', () => {
    const fleet = [group({ min: 0, max: 2, initial: 2 }, { types: [SMALL.name] })];
    const ends = (workload: Parameters<typeof plan>[0], rest: Partial<ClusterAutoscalerSettings> = {}) =>
      play(plan(workload, { types, fleet, horizonS: 2000 }), scaler(rest)).result.instances.map(
        ({ endMs }) => endMs,
      );
    // Both nodes are full.
    expect(ends({ services: [service('web', [[0, 4]])] })).toEqual([null, null]);
    // One vCPU of two on each: exactly half may go, to the other one.
    const apart = { jobs: [job('batch', { runS: 5000, count: 2 })] };
    expect(
      ends(apart, { protects: 'jobs', utilisationThreshold: 1 }).filter((endMs) => endMs === null),
    ).not.toHaveLength(0);
  });
});
