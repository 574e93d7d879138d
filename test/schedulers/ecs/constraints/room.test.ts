import { expect, test } from 'vitest';
import { createResourceTable, LANE } from '../../../../src/model/resources.ts';
import {
  HOST_PORTS_LANE,
  missingShare,
  roomShortages,
} from '../../../../src/schedulers/ecs/constraints/room.ts';
import { createCluster, type TaskSpec } from '../../../support/cluster-builder.ts';

const gpu = (count: number) => ({ count, milli: 1000, models: [] });

test.each<[string, TaskSpec, string[]]>([
  ['fits', { cpu: 1024, memoryMiB: 1024 }, []],
  // asking for nothing is never too much, even where nothing is left
  ['asks for nothing', {}, []],
  ['too much CPU and memory', { cpu: 1025, memoryMiB: 1025 }, ['RESOURCE:CPU', 'RESOURCE:MEMORY']],
  ['a port that is taken', { hostPorts: [22] }, ['RESOURCE:PORTS']],
  ['the same port of the other protocol', { hostPorts: [{ ip: '0.0.0.0', protocol: 'UDP', port: 22 }] }, []],
  ['two GPUs of one', { gpu: gpu(2) }, ['RESOURCE:GPU']],
  ['two interfaces of one', { eni: 2 }, ['RESOURCE:ENI']],
  [
    'everything, in the order of ECS',
    { cpu: 2000, memoryMiB: 2000, hostPorts: [22], gpu: gpu(2), eni: 2 },
    ['RESOURCE:CPU', 'RESOURCE:MEMORY', 'RESOURCE:PORTS', 'RESOURCE:GPU', 'RESOURCE:ENI'],
  ],
])('roomShortages() of a task: %s', (_, spec, expected) => {
  const cluster = createCluster({ hostPorts: [22, { ip: '0.0.0.0', protocol: 'UDP', port: 22 }] });
  const slot = cluster.join({ cpu: 1024, memoryMiB: 1024, eni: 1, gpus: 1, reservedPorts: [22] });
  expect(roomShortages(cluster.store, slot, cluster.taskClass(spec))).toEqual(expected);
});

test('roomShortages() calls the 101st host port a shortage of ports', () => {
  const resources = createResourceTable({ cpuPerVcpu: 1024, extended: [HOST_PORTS_LANE] });
  const cluster = createCluster({ resources, hostPorts: [80] });
  const slot = cluster.join({ cpu: 1024, memoryMiB: 1024 });
  const taskClass = cluster.taskClass({ hostPorts: [80] });
  // the shape of the test offers none of the lane: as if 100 ports were taken
  taskClass.requests[resources.lane(HOST_PORTS_LANE)] = 1;
  expect(roomShortages(cluster.store, slot, taskClass)).toEqual(['RESOURCE:PORTS']);
});

test('missingShare() adds the missing shares of CPU and memory', () => {
  const cluster = createCluster();
  const slot = cluster.join({ cpu: 1024, memoryMiB: 1024 });
  // (2048 - 1024) / 2048 + (4096 - 1024) / 4096 = 0.5 + 0.75
  const taskClass = cluster.taskClass({ cpu: 2048, memoryMiB: 4096 });
  expect(missingShare(cluster.store, slot, taskClass)).toBe(1.25);
  expect(taskClass.requests[LANE.cpu]).toBe(2048);
});
