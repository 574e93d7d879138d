import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PendingQueue } from '../../src/controllers/pending-queue.ts';
import { createCluster } from '../support/cluster-builder.ts';

/** A queue, classes with these priorities, and tasks of them. */
function queueOf(priorities: readonly number[]) {
  const cluster = createCluster();
  const classes = priorities.map((priority, index) => cluster.taskClass({ group: `g${index}`, priority }).id);
  const queue = new PendingQueue(cluster.store);
  return {
    queue,
    classes,
    push(index: number): number {
      const task = cluster.store.addTask(classes[index]!, 0);
      queue.push(task);
      return task;
    },
    /** The task leaves, so that its slot is used again. */
    leave(task: number): void {
      queue.remove(task);
      cluster.release(task);
    },
  };
}

describe('PendingQueue', () => {
  test('serves a class first come first served, whoever leaves in between', () => {
    const { queue, push } = queueOf([0]);
    const [first, second, third, fourth] = [push(0), push(0), push(0), push(0)];
    queue.remove(second);
    expect([queue.head(0), queue.waiting(0), queue.size]).toEqual([first, 3, 3]);
    queue.remove(first);
    queue.remove(fourth);
    expect([queue.head(0), queue.waiting(0), queue.size]).toEqual([third, 1, 1]);
    queue.remove(third);
    expect([queue.head(0), queue.waiting(0), queue.size]).toEqual([-1, 0, 0]);
  });

  test('knows nothing of a class that it has never seen', () => {
    const { queue } = queueOf([]);
    expect([queue.head(7), queue.waiting(7)]).toEqual([-1, 0]);
  });

  test('a task that comes again stands behind those that came meanwhile', () => {
    const { queue, push } = queueOf([0]);
    const first = push(0);
    queue.remove(first);
    const second = push(0);
    queue.push(first);
    expect(queue.head(0)).toBe(second);
  });

  test('goesFirst() compares priorities, then who waits longest', () => {
    const { queue, push, classes } = queueOf([0, 5, 5]);
    const [low, high, late] = classes as [number, number, number];
    push(0);
    const oldest = push(1);
    push(2);
    push(1);
    expect(queue.goesFirst(high, low)).toBe(true);
    expect(queue.goesFirst(low, high)).toBe(false);
    expect(queue.goesFirst(high, late)).toBe(true);
    queue.remove(oldest);
    expect(queue.goesFirst(high, late)).toBe(false);
    expect(queue.goesFirst(late, high)).toBe(true);
  });

  test('equals a plain list, whatever comes and goes', () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), pick: fc.nat(3) }),
      fc.record({ kind: fc.constant('leave' as const), pick: fc.nat(1000) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200, size: 'max' }), (operations) => {
        const { queue, push, leave, classes } = queueOf([0, 0, 1, 2]);
        let plain: { task: number; index: number }[] = [];
        for (const { kind, pick } of operations) {
          if (kind === 'push') {
            plain.push({ task: push(pick), index: pick });
          } else if (plain.length > 0) {
            const gone = plain[pick % plain.length]!;
            plain = plain.filter((one) => one !== gone);
            leave(gone.task);
          }
          expect(queue.size).toBe(plain.length);
          classes.forEach((id, index) => {
            const line = plain.filter((one) => one.index === index);
            expect(queue.waiting(id)).toBe(line.length);
            expect(queue.head(id)).toBe(line[0]?.task ?? -1);
          });
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
