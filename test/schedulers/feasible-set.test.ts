import { expect, test } from 'vitest';
import { FeasibleSet } from '../../src/schedulers/feasible-set.ts';
import { ReadyOrder } from '../../src/schedulers/ready-order.ts';
import { createCluster } from '../support/cluster-builder.ts';

test('nth() counts the instances with room in order of id, over words and blocks, and follows changes', () => {
  const cluster = createCluster();
  const { store } = cluster;
  // More than two blocks of 1,024; every third instance is too small.
  const slots = Array.from({ length: 2500 }, (_, n) =>
    cluster.join({ cpu: n % 3 === 0 ? 1 : 4, memoryMiB: 8 }),
  );
  const taskClass = cluster.taskClass({ cpu: 2, memoryMiB: 4 });
  const order = new ReadyOrder();
  let taken: ((slot: number) => boolean) | null = null;
  const set = new FeasibleSet(order, {
    cpuNeed: taskClass.requests[0]!,
    memoryNeed: taskClass.requests[1]!,
    takes: () => taken,
  });
  const expected = () =>
    slots.filter(
      (slot) => store.accepts[slot] === 1 && store.fits(slot, taskClass) && (taken === null || taken(slot)),
    );
  const found = () => Array.from({ length: set.count }, (_, n) => set.nth(n));
  const follow = () => {
    order.catchUp(store);
    if (Number.isFinite(set.lag(store))) set.catchUp(store);
    else set.build(store);
    set.verify(store);
  };
  follow();
  expect(found()).toEqual(expected());
  expect(set.count).toBe(1666);

  const tasks = slots
    .filter((_, n) => n % 3 === 1 && n % 2 === 1)
    .map((slot) => cluster.put(taskClass, slot));
  for (const slot of slots.filter((_, n) => n % 7 === 0)) {
    if (store.fits(slot, taskClass)) cluster.put(taskClass, slot);
  }
  follow();
  expect(found()).toEqual(expected());

  for (const task of tasks.slice(0, 200)) cluster.release(task);
  cluster.drain(slots[1]!);
  taken = (slot) => slot % 10 !== 0;
  follow();
  expect(found()).toEqual(expected());
});

test('verify() notices a change that was not followed', () => {
  const cluster = createCluster();
  const slot = cluster.join({ cpu: 4, memoryMiB: 8 });
  const order = new ReadyOrder();
  const set = new FeasibleSet(order, { cpuNeed: 3, memoryNeed: 1, takes: () => null });
  order.catchUp(cluster.store);
  set.build(cluster.store);
  cluster.put(cluster.taskClass({ cpu: 2 }), slot);
  expect(() => set.verify(cluster.store)).toThrow('the set of instances that can take a class is wrong');
});
