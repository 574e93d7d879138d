import { expect, test } from 'vitest';
import { WorkQueue } from '../../../../src/controllers/kubernetes/runtime/work-queue.ts';
import { Kernel } from '../../../../src/kernel/kernel.ts';
import { PHASE } from '../../../../src/model/phases.ts';

/** What was synced and when, after `script` ran at time 0. */
function synced(latencyMs: number, script: (queue: WorkQueue, keys: number[]) => void, horizonMs = 1000) {
  const kernel = new Kernel();
  const seen: string[] = [];
  const queue = new WorkQueue({ kernel, name: 'thing-sync', latencyMs, horizonMs });
  const keys = ['a', 'b'].map((name) => queue.add({ sync: (nowMs) => void seen.push(`${name} ${nowMs}`) }));
  const start = kernel.defineKind('start', PHASE.release, () => script(queue, keys));
  kernel.at(0, start, 0);
  kernel.run({ untilMs: horizonMs });
  return seen;
}

test('WorkQueue syncs an object once, however often it is woken, after the latency', () => {
  const seen = synced(10, (queue, [a, b]) => {
    queue.wake(b!);
    queue.wake(a!);
    queue.wake(b!);
  });
  expect(seen).toEqual(['b 10', 'a 10']);
});

test('WorkQueue moves a turn forward, and never back', () => {
  expect(
    synced(10, (queue, [a, b]) => {
      queue.wakeAfter(a!, 500);
      queue.wake(a!);
      queue.wake(b!);
      queue.wakeAfter(b!, 500);
    }),
  ).toEqual(['a 10', 'b 10']);
});

test('WorkQueue has no turns beyond the horizon', () => {
  expect(synced(0, (queue, [a]) => queue.wakeAfter(a!, 1001))).toEqual([]);
  expect(synced(0, (queue, [a]) => queue.wakeAfter(a!, 1000))).toEqual(['a 1000']);
});
