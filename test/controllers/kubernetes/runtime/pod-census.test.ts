import { expect, test } from 'vitest';
import { podCensus } from '../../../../src/controllers/kubernetes/runtime/pod-census.ts';
import type { Pod } from '../../../../src/controllers/kubernetes/runtime/pods.ts';

const pod = (rest: Partial<Pod>) =>
  ({ phase: 'Running', isReady: true, isTerminating: false, readySinceMs: 0, task: 1, ...rest }) as Pod;
const MINUTE = 60_000;

test('podCensus() counts pods that are alike as one, and knows when time changes that', () => {
  // Ready for 20 s with a window of 30 s, and up for less than five minutes: its CPU counts from 60 + 30 s on.
  const fresh = pod({ readySinceMs: MINUTE });
  const pods = [
    ...Array.from({ length: 1000 }, () => pod({})),
    fresh,
    pod({ isTerminating: true }),
    pod({ phase: 'Pending', isReady: false }),
    pod({ isReady: false }),
  ];
  const census = podCensus(pods, () => 0, 30_000, MINUTE + 20_000);
  expect(census.pods.map(({ name, count }) => [name, count])).toEqual([
    ['ready', 1000],
    ['starting', 1],
    ['leaving', 1],
    ['waiting', 1],
    ['unready', 1],
  ]);
  expect(census.ready).toBe(1001);
  expect(census.untilMs).toBe(MINUTE + 30_000);
});

test('podCensus() keeps pods apart whose node is gone without anybody knowing', () => {
  const census = podCensus(
    [pod({}), pod({ task: -1 })],
    ({ task }) => (task < 0 ? null : 0),
    15_000,
    10 * MINUTE,
  );
  expect(census.measured).toEqual(['lost', 'ready']);
  expect(census.ready).toBe(2);
});
