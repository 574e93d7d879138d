import { expect, test } from 'vitest';
import { HeldRoom } from '../../src/telemetry/held-room.ts';
import { createCluster } from '../support/cluster-builder.ts';

test('of() has every stretch in it, those that are still gathered too', () => {
  const { store, taskClass } = createCluster();
  const small = taskClass({ group: 'a', cpu: 100, memoryMiB: 3 }).id;
  const large = taskClass({ group: 'b', cpu: 1000, memoryMiB: 64 }).id;
  const held = new HeldRoom(() => store.classes);
  // 2,500 stretches of 10 ms on instance 1, the first of them of the large class.
  held.add(1, large, 7);
  for (let n = 0; n < 2500; n++) held.add(1, small, 10);
  held.add(2, small, 5);
  const groups = [store.classes[large]!.groupId, store.classes[small]!.groupId];
  // 1000 CPU × 7 ms; 100 × 25,000 ms.
  expect([...held.of(1)]).toEqual([
    [groups[0], { cpu: 7000, memoryMiB: 64 * 7 }],
    [groups[1], { cpu: 2_500_000, memoryMiB: 75_000 }],
  ]);
  held.add(2, small, 5);
  expect(held.of(2).get(groups[1]!)).toEqual({ cpu: 1000, memoryMiB: 30 });
  expect(held.of(3).size).toBe(0);
});
