import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterView } from '../../src/model/cluster-view.ts';
import { GroupCounts } from '../../src/schedulers/group-counts.ts';
import { createCluster } from '../support/cluster-builder.ts';
import { tasksOfGroup } from '../support/laws.ts';
import { instancesById } from '../support/oracles/plain-ecs.ts';
import { arbitraryWorld, playWorld } from '../support/worlds.ts';

const ZONE = 'ecs.availability-zone';

test('perInstance() and perDomain() equal recounting, whatever happened since the last time', () => {
  const property = fc.property(arbitraryWorld({ overflow: true }), (world) => {
    const played = playWorld(world);
    const view = played.cluster.store;
    const counts = new GroupCounts(ZONE);
    for (const operation of world.operations) {
      if (operation.kind !== 'ask') {
        played.apply(operation);
        continue;
      }
      counts.catchUp(view);
      const { groupId } = played.classes[operation.class % played.classes.length]!;
      const slots = instancesById(view);
      const column = counts.perInstance(groupId);
      expect(slots.map((slot) => column[slot])).toEqual(
        slots.map((slot) => tasksOfGroup(view, slot, groupId)),
      );
      for (const attribute of [ZONE, 'pool']) {
        const tasks = counts.perDomain(groupId, attribute);
        const domain = counts.domainOfSlot(attribute);
        expect(slots.map((slot) => tasks[domain[slot]!])).toEqual(
          slots.map((slot) => tasksOfDomain(view, slot, groupId, attribute)),
        );
      }
    }
  });
  fc.assert(property, { seed: 1, numRuns: 200 });
});

function tasksOfDomain(view: ClusterView, slot: number, groupId: number, attribute: string): number {
  const value = view.label(slot, attribute) ?? '';
  return instancesById(view)
    .filter((other) => (view.label(other, attribute) ?? '') === value)
    .reduce((sum, other) => sum + tasksOfGroup(view, other, groupId), 0);
}

test('perDomain() follows more values than its first column had room for', () => {
  const cluster = createCluster();
  const counts = new GroupCounts();
  const web = cluster.taskClass({ group: 'web', cpu: 1 });
  counts.catchUp(cluster.store);
  counts.perDomain(web.groupId, 'rack');
  for (let rack = 0; rack < 40; rack++) {
    const slot = cluster.join({ cpu: 100, memoryMiB: 1, labels: { rack: `r${rack}` } });
    for (let task = 0; task <= rack; task++) cluster.put(web, slot);
  }
  counts.catchUp(cluster.store);
  const tasks = counts.perDomain(web.groupId, 'rack');
  const domains = counts.domainOfSlot('rack');
  const perRack = Array.from({ length: 40 }, (_, rack) => rack + 1);
  expect(perRack.map((_, slot) => tasks[domains[slot]!])).toEqual(perRack);
});

test('perDomain() survives a slot that drains with tasks and is reused in another zone between two looks', () => {
  const cluster = createCluster({ zoneLabel: ZONE });
  const counts = new GroupCounts(ZONE);
  const web = cluster.taskClass({ group: 'web', cpu: 1 });
  const slot = cluster.join({ zone: 'a', cpu: 10, memoryMiB: 10 });
  const other = cluster.join({ zone: 'a', cpu: 10, memoryMiB: 10 });
  for (const each of [slot, slot, other]) cluster.put(web, each);
  counts.catchUp(cluster.store);
  expect(counts.perDomain(web.groupId, ZONE)[counts.domainOfSlot(ZONE)[other]!]).toBe(3);
  cluster.drain(slot);
  cluster.leave(slot);
  // the log tells of the draining first, when the slot's zone already reads b
  expect(cluster.join({ zone: 'b', cpu: 10, memoryMiB: 10 })).toBe(slot);
  cluster.put(web, slot);
  counts.catchUp(cluster.store);
  const tasks = counts.perDomain(web.groupId, ZONE);
  expect([slot, other].map((each) => tasks[counts.domainOfSlot(ZONE)[each]!])).toEqual([1, 1]);
});

test('a group is counted although it is asked for only after its tasks were placed', () => {
  const cluster = createCluster();
  const counts = new GroupCounts();
  const slot = cluster.join({ cpu: 10, memoryMiB: 10 });
  counts.catchUp(cluster.store);
  const late = cluster.taskClass({ group: 'late', cpu: 1 });
  cluster.put(late, slot);
  cluster.put(late, slot);
  counts.catchUp(cluster.store);
  expect(counts.perInstance(late.groupId)[slot]).toBe(2);
});

test('many groups: totals grow with the number of groups', () => {
  const cluster = createCluster();
  const counts = new GroupCounts();
  const slot = cluster.join({ cpu: 1000, memoryMiB: 10 });
  counts.catchUp(cluster.store);
  const classes = Array.from({ length: 50 }, (_, index) => cluster.taskClass({ group: `g${index}`, cpu: 1 }));
  for (const taskClass of classes) cluster.put(taskClass, slot);
  counts.catchUp(cluster.store);
  for (const { groupId } of classes) expect(counts.perInstance(groupId)[slot]).toBe(1);
});
