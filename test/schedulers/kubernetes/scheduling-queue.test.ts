import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterEvent, QueueingHint } from '../../../src/schedulers/kubernetes/cluster-event.ts';
import type { PreEnqueuePlugin } from '../../../src/schedulers/kubernetes/pre-enqueue.ts';
import {
  SchedulingQueue,
  type SchedulingQueueOptions,
} from '../../../src/schedulers/kubernetes/scheduling-queue.ts';
import { type ModelPod, PlainQueue } from '../../support/oracles/plain-queue.ts';

const FIT: QueueingHint<string, string> = { plugin: 'Fit', resource: 'Node', actions: ['Add'] };
const NODE_ADDED: ClusterEvent<string> = { resource: 'Node', action: 'Add', before: null, after: 'n1' };
const REJECTED = { unschedulablePlugins: ['Fit'] };

/** Pods are texts whose first character is their priority. */
const queueOf = (more: Partial<SchedulingQueueOptions<string, string>> = {}) =>
  new SchedulingQueue<string, string>({ priorityOf: (pod) => Number(pod[0]), hints: [FIT], ...more });

describe('SchedulingQueue.pop', () => {
  test('gives the highest priority first, then who waits longest', () => {
    const queue = queueOf();
    for (const [pod, nowMs] of [
      ['1a', 0],
      ['2b', 1],
      ['2c', 2],
      ['1d', 3],
    ] as const)
      queue.add(pod, nowMs);
    expect([queue.pop(), queue.pop(), queue.pop(), queue.pop()].map((one) => one?.pod)).toEqual([
      '2b',
      '2c',
      '1a',
      '1d',
    ]);
    expect(queue.pop()).toBeUndefined();
  });

  test('at equal priority and time the shape of the heap decides, as in the original', () => {
    const queue = queueOf();
    // [a b c d]: a leaves, d takes its place and stays before b and c; then c takes d's.
    for (const pod of ['1a', '1b', '1c', '1d']) queue.add(pod, 0);
    expect([queue.pop(), queue.pop(), queue.pop(), queue.pop()].map((one) => one?.pod)).toEqual([
      '1a',
      '1d',
      '1c',
      '1b',
    ]);
  });

  test('at equal priority and time goes in turn if that is asked for, also among those that back off', () => {
    const queue = queueOf({ ties: 'turn' });
    const pods = ['1a', '1b', '1c', '1d'];
    for (const pod of pods) queue.add(pod, 0);
    const popAll = () => pods.map(() => queue.pop()?.pod);
    expect(popAll()).toEqual(pods);
    for (const pod of ['1d', '1b', '1a', '1c']) queue.fail(pod, {}, 500);
    queue.flushBackoff(2000);
    expect(popAll()).toEqual(['1d', '1b', '1a', '1c']);
    for (const pod of pods) queue.fail(pod, REJECTED, 2000);
    queue.move(NODE_ADDED, 2000);
    expect(queue.podsIn('backoff')).toHaveLength(4);
    expect(popAll()).toEqual(pods);
  });

  test('isReady tells beforehand whether it gives a pod', () => {
    const queue = queueOf();
    const readiness: boolean[] = [];
    const note = () => readiness.push(queue.isReady);
    note();
    queue.add('1a', 0);
    note();
    queue.pop();
    note();
    queue.fail('1a', {}, 0);
    note();
    queue.flushBackoff(2000);
    note();
    expect(readiness).toEqual([false, true, false, false, true]);
  });

  test('takes from the back-off queue early when nobody is active, but not after an error', () => {
    const queue = queueOf();
    queue.add('1a', 0);
    queue.pop();
    queue.move(NODE_ADDED, 1);
    expect(queue.fail('1a', REJECTED, 2)).toBe('backoff');
    expect(queue.pop()).toMatchObject({ pod: '1a', attempts: 2 });
    expect(queue.fail('1a', {}, 3)).toBe('backoff');
    expect(queue.pop()).toBeUndefined();
  });
});

describe('back-off', () => {
  test.each([
    // 1 s after 100.3 is 101.3, in second 101; that has passed at 102
    { failures: 1, failedMs: 100_300, expiresMs: 101_000, leavesMs: 102_000 },
    { failures: 2, failedMs: 100_000, expiresMs: 102_000, leavesMs: 103_000 },
    { failures: 1, failedMs: 100_950, expiresMs: 101_000, leavesMs: 102_000 },
    { failures: 3, failedMs: 100_000, expiresMs: 104_000, leavesMs: 105_000 },
    { failures: 4, failedMs: 100_000, expiresMs: 108_000, leavesMs: 109_000 },
    // 16 s would be more than the longest, 10 s
    { failures: 5, failedMs: 100_000, expiresMs: 110_000, leavesMs: 111_000 },
    { failures: 60, failedMs: 100_000, expiresMs: 110_000, leavesMs: 111_000 },
  ])(
    'after failure $failures at $failedMs ms ends at $expiresMs ms',
    ({ failures, failedMs, expiresMs, leavesMs }) => {
      const queue = queueOf();
      queue.add('1a', 0);
      for (let attempt = 1; attempt <= failures; attempt++) {
        queue.pop();
        queue.fail('1a', REJECTED, failedMs);
        queue.moveAll(failedMs);
        expect(queue.placeOf('1a')).toBe('backoff');
      }
      expect(queue.find('1a')).toMatchObject({ backoffExpiresMs: expiresMs, unschedulableCount: failures });
      expect(queue.nextFlushMs).toBe(leavesMs);
      queue.flushBackoff(leavesMs - 1);
      expect(queue.placeOf('1a')).toBe('backoff');
      queue.flushBackoff(leavesMs);
      expect(queue.placeOf('1a')).toBe('active');
      expect(queue.nextFlushMs).toBeNull();
    },
  );

  test('counts errors in a row apart from rejections, which never fall', () => {
    const queue = queueOf();
    queue.add('1a', 0);
    const seconds = [REJECTED, REJECTED, {}, {}, REJECTED].map((rejection, index) => {
      queue.flushBackoff(100_000 * index);
      queue.pop();
      queue.fail('1a', rejection, 100_000 * index);
      queue.moveAll(100_000 * index);
      return queue.find('1a')!.backoffExpiresMs! / 1000 - 100 * index;
    });
    // rejections 1, 2; errors 1, 2; rejection 3
    expect(seconds).toEqual([1, 2, 1, 2, 4]);
  });

  test('is passed over when a pending plugin says so', () => {
    const queue = queueOf();
    queue.add('1a', 0);
    queue.pop();
    queue.fail('1a', { pendingPlugins: ['Fit'], unschedulablePlugins: ['Other'] }, 0);
    queue.move(NODE_ADDED, 1);
    expect(queue.placeOf('1a')).toBe('active');
  });

  test('is over for a pod that has been unschedulable for longer', () => {
    const queue = queueOf();
    queue.add('1a', 0);
    queue.pop();
    queue.fail('1a', REJECTED, 0);
    queue.move(NODE_ADDED, 2000);
    expect(queue.placeOf('1a')).toBe('active');
  });

  test('refuses limits that make no sense', () => {
    expect(() => queueOf({ initialBackoffMs: 0 })).toThrow('a back-off lasts');
    expect(() => queueOf({ initialBackoffMs: 2000, maxBackoffMs: 1000 })).toThrow('the longest back-off');
  });
});

describe('events', () => {
  test('move only pods that the listening plugin has rejected', () => {
    const queue = queueOf();
    for (const pod of ['1a', '1b']) queue.add(pod, 0);
    for (const plugin of ['Fit', 'Other']) {
      queue.fail(queue.pop()!.pod, { unschedulablePlugins: [plugin] }, 0);
    }
    queue.move(NODE_ADDED, 0);
    expect([...queue.podsIn('backoff'), ...queue.podsIn('unschedulable')]).toEqual(['1a', '1b']);
  });

  test('during the attempt count once it has failed; earlier ones do not', () => {
    const queue = queueOf();
    for (const pod of ['2a', '1b']) queue.add(pod, 0);
    queue.pop();
    queue.move(NODE_ADDED, 1);
    queue.pop();
    expect(queue.fail('2a', REJECTED, 2)).toBe('backoff');
    expect(queue.fail('1b', REJECTED, 2)).toBe('unschedulable');
  });

  test('after five minutes everything is worth a try', () => {
    const queue = queueOf();
    queue.add('1a', 0);
    queue.pop();
    queue.fail('1a', REJECTED, 0);
    queue.flushUnschedulable(300_000);
    expect(queue.placeOf('1a')).toBe('unschedulable');
    queue.flushUnschedulable(300_001);
    expect(queue.placeOf('1a')).toBe('active');
  });
});

describe('gates', () => {
  const closed = new Set(['1a']);
  const gate: PreEnqueuePlugin<string> = { name: 'SchedulingGates', admits: (pod) => !closed.has(pod) };
  const opened: ClusterEvent<string> = {
    resource: 'UnscheduledPod',
    action: 'UpdatePodSchedulingGatesEliminated',
    before: '1a',
    after: '1a',
  };
  const hint: QueueingHint<string, string> = {
    plugin: gate.name,
    resource: 'UnscheduledPod',
    actions: [opened.action],
  };

  test('keep a pod out, whatever happens, until the last is gone', () => {
    const queue = queueOf({ preEnqueue: [gate], hints: [FIT, hint] });
    expect(queue.add('1a', 0)).toBe('unschedulable');
    queue.moveAll(1);
    queue.move(NODE_ADDED, 2);
    queue.flushUnschedulable(400_000);
    queue.activate('1a');
    expect(queue.placeOf('1a')).toBe('unschedulable');
    closed.delete('1a');
    queue.update('1a', [opened], 3);
    expect(queue.find('1a')).toMatchObject({ timestampMs: 0, gatingPlugin: '' });
    expect(queue.pop()?.pod).toBe('1a');
  });

  test('whoever held a pod before is asked first, and so stays the one whose events count', () => {
    const held = new Set(['H']);
    const plugins = ['G', 'H'].map((name) => ({ name, admits: () => !held.has(name) }));
    const hints = [{ plugin: 'H', resource: 'Node', actions: ['Add'] } as const];
    const queue = queueOf({ preEnqueue: plugins, hints });
    queue.add('1a', 0);
    held.add('G');
    queue.move(NODE_ADDED, 1);
    expect(queue.find('1a')?.gatingPlugin).toBe('H');
    held.delete('H');
    queue.move(NODE_ADDED, 2);
    expect(queue.find('1a')?.gatingPlugin).toBe('G');
  });

  test('are asked on the way into the back-off queue, and not again on the way out', () => {
    const held = new Set<string>();
    const queue = queueOf({ preEnqueue: [{ name: 'G', admits: (pod) => !held.has(pod) }] });
    for (const pod of ['1a', '1b']) {
      queue.add(pod, 0);
      queue.pop();
      queue.fail(pod, {}, 0);
      held.add(pod);
    }
    queue.activate('1a');
    queue.flushBackoff(2000);
    expect(queue.podsIn('active')).toEqual(['1a', '1b']);
  });
});

describe('a pod', () => {
  test('is added once, fails in flight, and is forgotten when done', () => {
    const queue = queueOf();
    queue.add('1a', 0);
    expect(() => queue.add('1a', 0)).toThrow('added once');
    expect(() => queue.fail('1a', {}, 0)).toThrow('in flight');
    expect(() => queue.done('1a')).toThrow('in flight');
    queue.pop();
    expect(queue.size).toBe(0);
    queue.done('1a');
    expect(queue.find('1a')).toBeUndefined();
    queue.add('1a', 0);
    expect(queue.size).toBe(1);
  });
});

/** Who listens to what; a hint is worth it for pods of one parity. */
const HINTS: readonly QueueingHint<ModelPod, ModelPod>[] = [
  { plugin: 'A', resource: 'Node', actions: ['Add', 'UpdateNodeLabel'] },
  { plugin: 'B', resource: 'Node', actions: ['Add'], isWorthIt: ({ id }) => id % 2 === 0 },
  { plugin: 'B', resource: 'AssignedPod', actions: ['Delete'] },
  {
    plugin: 'G',
    resource: 'UnscheduledPod',
    actions: ['UpdatePodLabel'],
    isWorthIt: (pod, { after }) => pod === after,
  },
  { plugin: 'H', resource: 'AssignedPod', actions: ['Delete'] },
];
const EVENTS = [
  ['Node', 'Add'],
  ['Node', 'UpdateNodeLabel'],
  ['AssignedPod', 'Delete'],
  ['StorageClass', 'Add'],
] as const;

type Op =
  | { readonly do: 'add'; readonly priority: number; readonly gates: string[] }
  | { readonly do: 'pop' | 'moveAll' | 'flushBackoff' | 'flushUnschedulable' }
  | { readonly do: 'fail'; readonly pick: number; readonly rejectors: string[]; readonly pending: string[] }
  | { readonly do: 'done'; readonly pick: number }
  | { readonly do: 'remove'; readonly pick: number }
  | { readonly do: 'activate'; readonly pick: number }
  | { readonly do: 'update'; readonly pick: number; readonly gates: string[] }
  | { readonly do: 'move'; readonly event: number };

const pick = fc.nat(1000);
const some = (...names: string[]) => fc.subarray(names);
const none: fc.Arbitrary<string[]> = fc.constant([]);
const kind = <K extends string>(name: K) => fc.constant(name);
const arbitraryOp: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: kind('add'),
      priority: fc.nat(2),
      gates: fc.oneof({ weight: 3, arbitrary: none }, { weight: 1, arbitrary: some('G', 'H') }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: kind('pop') }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: kind('fail'),
      pick,
      rejectors: some('A', 'B'),
      pending: fc.oneof(none, some('A')),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: kind('move'), event: fc.nat(EVENTS.length - 1) }) },
  fc.oneof(...(['done', 'remove', 'activate'] as const).map((name) => fc.record({ do: kind(name), pick }))),
  fc.record({ do: kind('update'), pick, gates: some('G', 'H') }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('moveAll' as const, 'flushBackoff' as const, 'flushUnschedulable' as const),
    }),
  },
);
/** Steps in time that meet window edges, back-offs and the five minutes. */
const arbitraryStep = fc.tuple(fc.constantFrom(1, 137, 999, 1000, 2500, 310_000), arbitraryOp);

describe('SchedulingQueue', () => {
  test('does what the plain model does, step by step', () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { minLength: 20, maxLength: 120 }), (steps) => {
        const model = new PlainQueue(HINTS);
        const gates = ['G', 'H'].map((name) => ({
          name,
          admits: (pod: ModelPod) => !pod.gates.includes(name),
        }));
        const queue = new SchedulingQueue<ModelPod, ModelPod>({
          priorityOf: (pod) => pod.priority,
          preEnqueue: gates,
          hints: HINTS,
        });
        const pods = new Map<number, ModelPod>();
        let created = 0;
        let nowMs = 0;
        for (const [afterMs, op] of steps) {
          nowMs += afterMs;
          const ids = [...pods.keys()];
          const flying = model.in('flight');
          switch (op.do) {
            case 'add': {
              const pod: ModelPod = { id: created++, priority: op.priority, gates: op.gates };
              pods.set(pod.id, pod);
              model.add(pod, nowMs);
              queue.add(pod, nowMs);
              break;
            }
            case 'pop': {
              const popped = queue.pop();
              expect(popped && { id: popped.pod.id, attempts: popped.attempts }).toEqual(model.pop());
              break;
            }
            case 'fail': {
              if (flying.length === 0) break;
              const pod = pods.get(flying[op.pick % flying.length]!)!;
              const rejection = { unschedulablePlugins: op.rejectors, pendingPlugins: op.pending };
              model.fail(pod, rejection, nowMs);
              queue.fail(pod, rejection, nowMs);
              break;
            }
            case 'done': {
              if (flying.length === 0) break;
              const pod = pods.get(flying[op.pick % flying.length]!)!;
              model.remove(pod);
              queue.done(pod);
              pods.delete(pod.id);
              break;
            }
            case 'remove': {
              if (ids.length === 0) break;
              const pod = pods.get(ids[op.pick % ids.length]!)!;
              model.remove(pod);
              queue.remove(pod);
              pods.delete(pod.id);
              break;
            }
            case 'activate':
            case 'update': {
              if (ids.length === 0) break;
              const pod = pods.get(ids[op.pick % ids.length]!)!;
              if (op.do === 'activate') {
                model.activate(pod);
                queue.activate(pod);
                break;
              }
              pod.gates = op.gates;
              const event = {
                resource: 'UnscheduledPod',
                action: 'UpdatePodLabel',
                before: pod,
                after: pod,
              } as const;
              model.update(pod, event, nowMs);
              queue.update(pod, [event], nowMs);
              break;
            }
            case 'move': {
              const [resource, action] = EVENTS[op.event]!;
              const event = { resource, action, before: null, after: null };
              model.move(event, nowMs);
              queue.move(event, nowMs);
              break;
            }
            case 'moveAll':
              model.move('everything', nowMs);
              queue.moveAll(nowMs);
              break;
            default:
              model[op.do](nowMs);
              queue[op.do](nowMs);
          }
          const byPlace = (['active', 'backoff', 'unschedulable'] as const).map((place) =>
            queue
              .podsIn(place)
              .map(({ id }) => id)
              .sort((a, b) => a - b),
          );
          const sorted = (place: Parameters<typeof model.in>[0]) => model.in(place).sort((a, b) => a - b);
          expect(byPlace).toEqual([sorted('active'), sorted('backoff'), sorted('unschedulable')]);
          expect(queue.size).toBe(byPlace.flat().length);
        }
      }),
      { seed: 1, numRuns: 400 },
    );
  });
});

test('SchedulingQueue.move passes over pods that the event does not concern', () => {
  const queue = queueOf();
  for (const pod of ['1a', '3b']) {
    queue.add(pod, 0);
    queue.pop();
    queue.fail(pod, REJECTED, 0);
  }
  queue.move(NODE_ADDED, 5000, (pod) => Number(pod[0]) <= 2);
  expect([queue.placeOf('1a'), queue.placeOf('3b')]).toEqual(['active', 'unschedulable']);
});
