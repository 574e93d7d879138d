import { expect, test } from 'vitest';
import { QueueFlushes } from '../../src/controllers/queue-flushes.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import { SchedulingQueue } from '../../src/schedulers/kubernetes/scheduling-queue.ts';

function createClockwork() {
  const kernel = new Kernel();
  const queue = new SchedulingQueue<string>({ priorityOf: () => 0 });
  const woken: number[] = [];
  const flushes = new QueueFlushes(kernel, queue, () => woken.push(kernel.nowMs));
  const failAt = (pod: string, plugins: readonly string[]) => {
    queue.add(pod, kernel.nowMs);
    queue.pop();
    queue.fail(pod, { unschedulablePlugins: plugins }, kernel.nowMs);
  };
  return { kernel, queue, flushes, woken, failAt };
}

test('QueueFlushes wakes when the first back-off has ended, and sleeps when nobody backs off', () => {
  const { kernel, flushes, woken, failAt } = createClockwork();
  flushes.backoffs();
  expect(kernel.eventsQueued).toBe(0);
  failAt('a', []);
  flushes.backoffs();
  flushes.backoffs();
  expect(kernel.eventsQueued).toBe(1);
  kernel.run({ untilMs: 10_000 });
  // One second of back-off; it lies in the second that begins at 1 s, so the pod leaves at 2 s.
  expect(woken).toEqual([2000]);
});

test('QueueFlushes looks every 30 s while a pod waits, and wakes when one was unschedulable for five minutes', () => {
  const { kernel, queue, flushes, woken, failAt } = createClockwork();
  const fail = kernel.defineKind('fail', 0, () => {
    failAt('a', ['Fit']);
    flushes.unschedulable();
    flushes.unschedulable();
  });
  kernel.at(40_000, fail, 0);
  kernel.run({ untilMs: 345_000 });
  // At 330 s it has waited for 290 s, at 360 s for 320 s. Ten looks, from 60 s on.
  expect([kernel.eventsProcessed, woken]).toEqual([1 + 10, []]);
  kernel.run({ untilMs: 380_000 });
  expect(woken).toEqual([360_000]);
  expect(queue.placeOf('a')).toBe('active');
  queue.remove('a');
  kernel.run({ untilMs: 1_000_000 });
  expect(kernel.eventsQueued).toBe(0);
});
