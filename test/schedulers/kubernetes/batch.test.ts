import { describe, expect, test } from 'vitest';
import { TASK_END } from '../../../src/model/cluster-view.ts';
import { constantDraws } from '../../support/draws.ts';
import { createFixture, type Fixture, type PodWords } from './fixture.ts';

/** Profiles whose pods can be signed; the second one schedules pods that name it. */
const pluginConfig = [
  { name: 'PodTopologySpread', args: { defaultingType: 'List', defaultConstraints: [] } },
];
const SIGNING = {
  config: {
    profiles: [
      { schedulerName: 'default-scheduler', pluginConfig },
      { schedulerName: 'other', pluginConfig },
    ],
  },
};
const DEFAULTS = { config: { profiles: [{ schedulerName: 'default-scheduler' }] } };

/** LeastAllocated takes the largest nodes first: a, b, c, d. A pod of this size fills any of them. */
const NODES = [
  { name: 'd', cpu: '1100m', memory: '2Gi' },
  { name: 'a', cpu: '1900m', memory: '2Gi' },
  { name: 'b', cpu: '1700m', memory: '2Gi' },
  { name: 'c', cpu: '1500m', memory: '2Gi' },
];
const LARGE: PodWords = { requests: { cpu: '1', memory: '1Gi' } };
const SMALL: PodWords = { requests: { cpu: '100m', memory: '64Mi' } };
const HUGE: PodWords = { requests: { cpu: '9' } };

interface Attempt {
  readonly chosen: string;
  /** Nodes that were looked at. */
  readonly looked: readonly string[];
  readonly batched: boolean;
}

/** One attempt, explained, decided and carried out. */
function attempt({ store, scheduler, submit }: Fixture, words: PodWords, nowMs = 0, own?: string): Attempt {
  const task = submit(words);
  const nameOf = (slot: number) => (slot < 0 ? 'none' : store.instanceName(slot));
  const slotOf = (name: string) =>
    Array.from({ length: store.slotCount }, (_, slot) => slot).find((slot) => nameOf(slot) === name)!;
  const nominations = own === undefined ? [] : [{ task, slot: slotOf(own) }];
  const input = { view: store, task, random: constantDraws(0), nowMs, nominations };
  const told = scheduler.explain(input);
  const slot = scheduler.decide(input);
  expect(nameOf(told.chosen)).toBe(nameOf(slot));
  if (slot < 0) store.endTask(task, TASK_END.rejected, nowMs);
  else store.place(task, slot, nowMs);
  return {
    chosen: nameOf(slot),
    looked: told.verdicts.map(({ name }) => name),
    batched: told.batched === true,
  };
}

const chosenBy = (attempts: readonly Attempt[]) =>
  attempts.map(({ chosen, batched }) => `${chosen}${batched ? '*' : ''}`);

describe('a pod like the one before takes the next best node of that cycle', () => {
  test('one after the other, and each time nothing else is looked at', () => {
    const fixture = createFixture(NODES, SIGNING);
    const attempts = [1, 2, 3, 4].map(() => attempt(fixture, LARGE));
    expect(chosenBy(attempts)).toEqual(['a', 'b*', 'c*', 'd*']);
    expect(attempts.map(({ looked }) => looked.length)).toEqual([4, 1, 1, 1]);
    // Nothing is left: the next one looks at all nodes, in vain.
    expect(attempt(fixture, LARGE)).toEqual({ chosen: 'none', looked: ['d', 'a', 'b', 'c'], batched: false });
  });

  test('whatever its priority and namespace', () => {
    const fixture = createFixture(NODES, SIGNING);
    attempt(fixture, LARGE);
    expect(
      attempt(fixture, { ...LARGE, namespace: 'x', spec: { priority: 9, containers: [container(LARGE)] } }),
    ).toMatchObject({
      chosen: 'b',
      batched: true,
    });
  });

  test('500 ms after the scoring at the latest, however many pods came between', () => {
    const fixture = createFixture(NODES, SIGNING);
    const attempts = [0, 250, 500, 501].map((nowMs) => attempt(fixture, LARGE, nowMs));
    expect(chosenBy(attempts)).toEqual(['a', 'b*', 'c*', 'd']);
  });

  test('not in the default profile, nor in 1.34, nor with the gate closed', () => {
    const closed = { ...SIGNING, featureGates: { OpportunisticBatching: false } };
    for (const options of [DEFAULTS, closed, { ...SIGNING, version: '1.34' }]) {
      const fixture = createFixture(NODES, options);
      expect(chosenBy([1, 2, 3, 4].map(() => attempt(fixture, LARGE)))).toEqual(['a', 'b', 'c', 'd']);
    }
  });
});

function container({ requests }: PodWords) {
  return { image: 'app:1', resources: { requests } };
}

describe('a pod looks at all nodes again', () => {
  test('when the node taken last has room for it too', () => {
    const fixture = createFixture(NODES, SIGNING);
    // a: (1900 - 100) / 1900 is the emptiest still.
    expect(chosenBy([SMALL, SMALL].map((pod) => attempt(fixture, pod)))).toEqual(['a', 'b']);
  });

  test('when it is another kind of pod, and so does the one after, which begins a batch', () => {
    const fixture = createFixture(NODES, SIGNING);
    const labelled: PodWords = { ...LARGE, labels: { app: 'web' } };
    const attempts = [LARGE, labelled, LARGE, LARGE].map((pod) => attempt(fixture, pod));
    expect(chosenBy(attempts)).toEqual(['a', 'b', 'c', 'd*']);
  });

  test('when a pod between found no node', () => {
    const fixture = createFixture(NODES, SIGNING);
    const attempts = [LARGE, HUGE, LARGE, LARGE].map((pod) => attempt(fixture, pod));
    expect(chosenBy(attempts)).toEqual(['a', 'none', 'b', 'c*']);
  });

  test('when another profile placed a pod between', () => {
    const fixture = createFixture(NODES, SIGNING);
    const other: PodWords = { spec: { schedulerName: 'other', containers: [container(LARGE)] } };
    const attempts = [LARGE, other, LARGE].map((pod) => attempt(fixture, pod));
    expect(chosenBy(attempts)).toEqual(['a', 'b', 'c']);
  });

  test('when the node taken last has gone', () => {
    const fixture = createFixture(NODES, SIGNING);
    const { store } = fixture;
    const first = attempt(fixture, LARGE);
    expect(first.chosen).toBe('a');
    const slot = 1;
    while (store.taskCount[slot]! > 0) store.endTask(store.firstTask[slot]!, TASK_END.stopped, 0);
    store.removeInstance(slot, 0);
    expect(attempt(fixture, LARGE)).toMatchObject({ chosen: 'b', batched: false });
  });

  test('when the next best node was taken meanwhile: it is tried, and the rest is scored anew', () => {
    const fixture = createFixture(NODES, SIGNING);
    attempt(fixture, LARGE);
    fixture.bind(LARGE, 'b');
    // b is looked at first, then all others from where the search began.
    expect(attempt(fixture, LARGE)).toEqual({ chosen: 'c', looked: ['b', 'd', 'a', 'c'], batched: false });
    // That scoring had one node left, d, which serves the next pod.
    expect(attempt(fixture, LARGE)).toMatchObject({ chosen: 'd', batched: true });
  });

  test('when the only node that fits was taken without scoring', () => {
    const fixture = createFixture(NODES.slice(0, 2), SIGNING);
    fixture.bind(LARGE, 'd');
    const fresh = createFixture(NODES, SIGNING);
    for (const name of ['d', 'b', 'c']) fresh.bind(LARGE, name);
    expect(attempt(fresh, LARGE)).toMatchObject({ chosen: 'a', batched: false });
    expect(attempt(fixture, LARGE)).toMatchObject({ chosen: 'a', batched: false });
  });
});

describe('a nominated pod', () => {
  test('tries the node that it is nominated to before any hint, and ends the batch', () => {
    const fixture = createFixture(NODES, SIGNING);
    attempt(fixture, LARGE);
    expect(attempt(fixture, LARGE, 0, 'd')).toEqual({ chosen: 'd', looked: ['d'], batched: false });
    expect(attempt(fixture, LARGE)).toMatchObject({ chosen: 'b', batched: false });
  });

  test('goes on with the batch when its node is the hint', () => {
    const fixture = createFixture(NODES, SIGNING);
    attempt(fixture, LARGE);
    expect(attempt(fixture, LARGE, 0, 'b')).toMatchObject({ chosen: 'b', batched: true });
    expect(attempt(fixture, LARGE)).toMatchObject({ chosen: 'c', batched: true });
  });
});

describe('the place where the next search begins', () => {
  /** 120 equal nodes: 100 are looked for. */
  const many = Array.from({ length: 120 }, (_, i) => ({ name: `n${i}`, cpu: '1', memory: '2Gi' }));

  test('stays where it is while hints are taken', () => {
    const fixture = createFixture(many, SIGNING);
    // n0 to n99 were found, the search stopped at n100.
    expect(attempt(fixture, LARGE).looked).toHaveLength(100);
    expect(fixture.examine(HUGE).cycle.verdicts[0]!.slot).toBe(100);
    expect(attempt(fixture, LARGE)).toMatchObject({ looked: ['n99'], batched: true });
    expect(fixture.examine(HUGE).cycle.verdicts[0]!.slot).toBe(100);
  });

  test('moves on by all nodes that were looked at when a hint is refused, which counts once', () => {
    const fixture = createFixture(many, SIGNING);
    attempt(fixture, LARGE);
    fixture.bind(LARGE, 'n99');
    // n99 first, then n100 to n119 and n0 to n80: n0 is taken by the first pod, so 20 + 80 = 100 fit, and 2 do not.
    const { looked } = attempt(fixture, LARGE);
    expect([looked[0], looked[1], looked.at(-1), looked.length]).toEqual(['n99', 'n100', 'n80', 102]);
    expect(fixture.examine(HUGE).cycle.verdicts[0]!.slot).toBe((100 + 102) % 120);
  });
});
