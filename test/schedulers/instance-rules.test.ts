import { expect, test } from 'vitest';
import type { Taint, Toleration } from '../../src/model/task-class.ts';
import { needsFullCheck, shapeAttribute, toleratesTaints } from '../../src/schedulers/instance-rules.ts';
import { createCluster, type TaskSpec } from '../support/cluster-builder.ts';

const HARD: Taint = { key: 'dedicated', value: 'batch', effect: 'NoSchedule' };

test.each<{ name: string; taint: Taint; tolerations: Toleration[]; tolerated: boolean }>([
  { name: 'nothing', taint: HARD, tolerations: [], tolerated: false },
  {
    name: 'a preference needs no toleration',
    taint: { ...HARD, effect: 'PreferNoSchedule' },
    tolerations: [],
    tolerated: true,
  },
  { name: 'everything', taint: HARD, tolerations: [{ operator: 'Exists' }], tolerated: true },
  { name: 'the key', taint: HARD, tolerations: [{ key: 'dedicated', operator: 'Exists' }], tolerated: true },
  { name: 'another key', taint: HARD, tolerations: [{ key: 'gpu', operator: 'Exists' }], tolerated: false },
  {
    name: 'key and value',
    taint: HARD,
    tolerations: [{ key: 'dedicated', value: 'batch' }],
    tolerated: true,
  },
  { name: 'another value', taint: HARD, tolerations: [{ key: 'dedicated', value: 'web' }], tolerated: false },
  { name: 'no value is the empty value', taint: HARD, tolerations: [{ key: 'dedicated' }], tolerated: false },
  { name: 'Equal without a key', taint: HARD, tolerations: [{ operator: 'Equal' }], tolerated: false },
  {
    name: 'another effect',
    taint: HARD,
    tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }],
    tolerated: false,
  },
])('toleratesTaints() with a toleration of $name: $tolerated', ({ taint, tolerations, tolerated }) => {
  expect(toleratesTaints([taint], tolerations)).toBe(tolerated);
});

test('toleratesTaints() wants every taint tolerated', () => {
  const other: Taint = { key: 'gpu', value: '', effect: 'NoExecute' };
  const one: Toleration[] = [{ key: 'dedicated', operator: 'Exists' }];
  expect(toleratesTaints([HARD, other], one)).toBe(false);
  expect(toleratesTaints([HARD, other], [...one, { key: 'gpu' }])).toBe(true);
});

test.each<{ name: string; spec: TaskSpec; full: boolean }>([
  { name: 'CPU, memory and a slot', spec: { cpu: 1, memoryMiB: 1, slots: 1 }, full: false },
  { name: 'a network interface', spec: { eni: 1 }, full: true },
  { name: 'a GPU', spec: { gpu: { count: 1, milli: 500, models: [] } }, full: true },
  { name: 'a host port', spec: { hostPorts: [80] }, full: true },
])('needsFullCheck() of $name: $full', ({ spec, full }) => {
  expect(needsFullCheck(createCluster({ hostPorts: [80] }).taskClass(spec))).toBe(full);
});

test('shapeAttribute() knows the zone under the name that each platform gives it', () => {
  const cluster = createCluster();
  cluster.join({ cpu: 1, memoryMiB: 1, labels: { pool: 'x' } });
  const shape = cluster.store.shapes[0]!;
  for (const name of ['zone', 'ecs.availability-zone', 'topology.kubernetes.io/zone']) {
    expect(shapeAttribute(shape, 'b', name)).toBe('b');
  }
  expect(shapeAttribute(shape, 'b', 'pool')).toBe('x');
  expect(shapeAttribute(shape, 'b', 'disk')).toBeUndefined();
});
