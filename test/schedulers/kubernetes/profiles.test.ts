import { describe, expect, test } from 'vitest';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { constantDraws } from '../../support/draws.ts';
import { checkSchedulerLaws, optionsOf } from '../../support/laws.ts';
import { createFixture, type Fixture, type PodWords } from './fixture.ts';
import { laws } from './kubernetes-laws.ts';

const packing = {
  schedulerName: 'packer',
  pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } }],
  plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeResourcesFit' }] } },
};
const firstFit = { schedulerName: 'first', plugins: { score: { disabled: [{ name: '*' }] } } };
const options = { config: { profiles: [{ schedulerName: 'default-scheduler' }, packing, firstFit] } };
const pod = (schedulerName?: string): PodWords => ({
  requests: { cpu: '1', memory: '1Gi' },
  spec: schedulerName === undefined ? {} : { schedulerName },
});

function explain(fixture: Fixture, words: PodWords) {
  const task = fixture.submit(words);
  return fixture.scheduler.explain({ view: fixture.store, task, random: constantDraws(0), nowMs: 0 });
}

describe('a scheduler with several profiles', () => {
  test('keeps the laws of schedulers', () => {
    checkSchedulerLaws(kubernetesScheduler, options, { ...laws, numRuns: 30 });
  });

  test('places each pod by the profile that it names, and by the default one if it names none', () => {
    const nodes = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    const fixture = createFixture(nodes, options);
    fixture.bind(pod(), 'b');
    // The default profile spreads to an empty node, the packing one adds to the fullest.
    expect(fixture.examine(pod()).chosen).toBe('a');
    expect(fixture.examine(pod('')).chosen).toBe('a');
    expect(fixture.examine(pod('packer')).chosen).toBe('b');
    expect(fixture.schedule(pod('packer'))).toBe('b');
    expect(fixture.schedule(pod('default-scheduler'))).toBe('a');
  });

  test('begins each search where the last one ended, whichever profile searched', () => {
    const fixture = createFixture([{ name: 'a' }, { name: 'b' }, { name: 'c' }], options);
    // Without scores the first feasible node is taken, one node a search: 0, 1, then on from 2.
    expect([fixture.schedule(pod('first')), fixture.schedule(pod('first'))]).toEqual(['a', 'b']);
    // A search that scores looks at all three nodes and ends where it began.
    expect(fixture.examine(pod('packer')).cycle.nextStart).toBe(2);
    fixture.schedule(pod('packer'));
    expect(fixture.schedule(pod('first'))).toBe('c');
    expect(fixture.examine(pod()).cycle.verdicts.map(({ slot }) => fixture.store.instanceName(slot))).toEqual(
      ['a', 'b', 'c'],
    );
  });

  test('leaves a pod that names another scheduler alone, and says so', () => {
    const fixture = createFixture([{ name: 'a' }], options);
    const other = pod('volcano');
    expect(fixture.schedule(other)).toBe('none');
    expect(explain(fixture, other)).toEqual({
      scheduler: 'kubernetes',
      chosen: -1,
      verdicts: [],
      tied: [],
      chain: [],
      message:
        'no profile serves schedulerName volcano, so the pod stays pending (profiles: default-scheduler, packer, first)',
    });
    const { store, scheduler } = fixture;
    const task = fixture.submit(other);
    const taskClass = store.classes[store.taskClass[task]!]!;
    expect(scheduler.isLeftToOthers!(taskClass)).toBe(true);
    // An autoscaler has no reason to make room for it.
    expect(scheduler.admits(taskClass, store.shapes[0]!, '')).toBe(false);
    expect(scheduler.placementsMayHelp(taskClass)).toBe(false);
    expect(scheduler.preempt({ view: store, task, random: constantDraws(0), nowMs: 0 }).nominated).toBe(-1);
    expect(scheduler.examine({ view: store, task, random: constantDraws(0), nowMs: 0 }).verdicts).toEqual([]);
  });

  test('leaves no pod alone that a profile serves', () => {
    const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, options));
    const fixture = createFixture([{ name: 'a' }], options);
    const { store } = fixture;
    for (const name of [undefined, 'default-scheduler', 'packer', 'first']) {
      const task = fixture.submit(pod(name));
      expect(scheduler.isLeftToOthers!(store.classes[store.taskClass[task]!]!)).toBe(false);
    }
  });

  test('evicts nobody for a pod whose profile has no DefaultPreemption', () => {
    const without = { schedulerName: 'meek', plugins: { postFilter: { disabled: [{ name: '*' }] } } };
    const fixture = createFixture([{ name: 'a', cpu: '1' }], {
      config: { profiles: [{ schedulerName: 'default-scheduler' }, without] },
    });
    fixture.bind(pod(), 'a');
    const important = (schedulerName: string): PodWords => ({
      requests: { cpu: '1' },
      spec: { schedulerName, priority: 10 },
    });
    const preempt = (words: PodWords) =>
      fixture.scheduler.preempt({
        view: fixture.store,
        task: fixture.submit(words),
        random: constantDraws(0),
        nowMs: 0,
      });
    expect(preempt(important('default-scheduler')).victims).toHaveLength(1);
    expect(preempt(important('meek'))).toMatchObject({ nominated: -1, victims: [], message: '' });
  });
});
