import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReadyOrder } from '../../src/schedulers/ready-order.ts';
import { createCluster } from '../support/cluster-builder.ts';
import { instancesById } from '../support/oracles/plain-ecs.ts';
import { arbitraryWorld, playWorld } from '../support/worlds.ts';

test('catchUp() lists ready instances by id, whatever happened since the last time', () => {
  const property = fc.property(
    arbitraryWorld({ maxInstances: 12, overflow: true }),
    fc.boolean(),
    (world, scrambled) => {
      const played = playWorld(world, {}, scrambled);
      const view = played.cluster.store;
      const order = new ReadyOrder();
      for (const operation of world.operations) {
        // an `ask` is the moment to look: several operations lie between two looks
        if (operation.kind !== 'ask') {
          played.apply(operation);
          continue;
        }
        order.catchUp(view);
        const expected = instancesById(view).filter((slot) => view.accepts[slot] === 1);
        expect([...order.slots.subarray(0, order.count)]).toEqual(expected);
      }
    },
  );
  fc.assert(property, { seed: 1, numRuns: 200 });
});

test('version grows when instances change and stays when only tasks do', () => {
  const cluster = createCluster();
  const order = new ReadyOrder();
  const slot = cluster.join({ cpu: 10, memoryMiB: 10 });
  order.catchUp(cluster.store);
  const before = order.version;
  cluster.put(cluster.taskClass({ cpu: 1 }), slot);
  order.catchUp(cluster.store);
  expect(order.version).toBe(before);
  cluster.drain(slot);
  order.catchUp(cluster.store);
  expect(order.version).toBeGreaterThan(before);
  expect(order.count).toBe(0);
});

test('catchUp() starts afresh on another view', () => {
  const order = new ReadyOrder();
  const first = createCluster();
  for (let instance = 0; instance < 3; instance++) first.join({ cpu: 1, memoryMiB: 1 });
  order.catchUp(first.store);
  const second = createCluster();
  second.join({ cpu: 1, memoryMiB: 1 });
  order.catchUp(second.store);
  expect([...order.slots.subarray(0, order.count)]).toEqual([0]);
});
