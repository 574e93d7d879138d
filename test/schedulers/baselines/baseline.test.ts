import { describe, expect, test } from 'vitest';
import { firstFit } from '../../../src/schedulers/baselines/first-fit.ts';
import { createCluster, type InstanceSpec, type TaskSpec } from '../../support/cluster-builder.ts';
import { createDraws } from '../../support/draws.ts';

const scheduler = firstFit.create(null);
const BATCH_ONLY = { key: 'dedicated', value: 'batch', effect: 'NoSchedule' } as const;

function explain(instances: readonly InstanceSpec[], spec: TaskSpec) {
  const cluster = createCluster({ hostPorts: [80] });
  for (const instance of instances) cluster.join(instance);
  const task = cluster.submit(cluster.taskClass(spec));
  return scheduler.explain({ view: cluster.store, task, random: createDraws(1), nowMs: 0 });
}

describe('explain() of a baseline', () => {
  const roomy: InstanceSpec = { cpu: 100, memoryMiB: 100, gpus: 1, gpuModel: 'T4', labels: { pool: 'x' } };
  test.each<{ instance: InstanceSpec; spec: TaskSpec; rule: string | undefined; reasons: string[] }>([
    { instance: roomy, spec: { cpu: 100 }, rule: undefined, reasons: [] },
    {
      instance: roomy,
      spec: { where: { pool: 'y', disk: 'ssd' } },
      rule: 'where',
      reasons: ['pool is not y', 'disk is not ssd'],
    },
    {
      instance: { ...roomy, taints: [BATCH_ONLY] },
      spec: {},
      rule: 'taints',
      reasons: ['tainted dedicated=batch'],
    },
    {
      instance: roomy,
      spec: { cpu: 101, memoryMiB: 101 },
      rule: 'room',
      reasons: ['short of cpu', 'short of memory'],
    },
    {
      instance: roomy,
      spec: { gpu: { count: 1, milli: 500, models: ['V100'] } },
      rule: 'gpu',
      reasons: ['no free GPU device of the kind'],
    },
    {
      instance: { ...roomy, reservedPorts: [80] },
      spec: { hostPorts: [80] },
      rule: 'ports',
      reasons: ['host port taken'],
    },
  ])('tells the first rule that turns an instance down: $rule', ({ instance, spec, rule, reasons }) => {
    const { refusal } = explain([instance], spec).verdicts[0]!;
    expect(refusal?.rule).toBe(rule);
    expect(refusal?.reasons ?? []).toEqual(reasons);
  });

  test('sums the reasons up, most frequent first', () => {
    const small = { cpu: 10, memoryMiB: 100 };
    const { message } = explain([{ ...small, taints: [BATCH_ONLY] }, small, small], { cpu: 11 });
    expect(message).toBe('0/3 instances: 2 short of cpu, 1 tainted dedicated=batch');
    expect(explain([], {}).message).toBe('0/0 instances: none is ready');
  });
});

describe('admits() and maxPerInstance() of a baseline', () => {
  const cluster = createCluster({ hostPorts: [80] });
  cluster.join({ cpu: 100, memoryMiB: 100, gpus: 1, labels: { pool: 'x' }, taints: [BATCH_ONLY] });
  const shape = cluster.store.shapes[0]!;
  const tolerations = [{ key: 'dedicated', operator: 'Exists' as const }];

  test.each<{ name: string; spec: TaskSpec; admitted: boolean }>([
    { name: 'a tolerated taint', spec: { tolerations }, admitted: true },
    { name: 'a taint', spec: {}, admitted: false },
    { name: 'too much memory', spec: { tolerations, memoryMiB: 101 }, admitted: false },
    { name: 'its label', spec: { tolerations, where: { pool: 'x' } }, admitted: true },
    { name: 'another label', spec: { tolerations, where: { pool: 'y' } }, admitted: false },
    { name: 'its zone', spec: { tolerations, where: { zone: 'b' } }, admitted: true },
    { name: 'another zone', spec: { tolerations, where: { zone: 'a' } }, admitted: false },
    { name: 'two GPUs', spec: { tolerations, gpu: { count: 2, milli: 1000, models: [] } }, admitted: false },
  ])('admits() $name: $admitted', ({ spec, admitted }) => {
    expect(scheduler.admits(cluster.taskClass(spec), shape, 'b')).toBe(admitted);
  });

  test('maxPerInstance() is 1 for distinct instances and fixed ports', () => {
    expect(scheduler.maxPerInstance(cluster.taskClass({}))).toBe(Number.POSITIVE_INFINITY);
    expect(scheduler.maxPerInstance(cluster.taskClass({ distinctInstance: true }))).toBe(1);
    expect(scheduler.maxPerInstance(cluster.taskClass({ hostPorts: [80] }))).toBe(1);
  });
});
