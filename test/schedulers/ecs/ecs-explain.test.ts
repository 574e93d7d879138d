import { describe, expect, test } from 'vitest';
import { ecs } from '../../../src/schedulers/ecs/ecs-scheduler.ts';
import type { Explanation } from '../../../src/schedulers/scheduler.ts';
import { createCluster, type InstanceSpec, type TaskSpec } from '../../support/cluster-builder.ts';
import { createDraws } from '../../support/draws.ts';
import { optionsOf } from '../../support/laws.ts';

const LIST = 'no container instance met all of its requirements.';

function explain(instances: readonly InstanceSpec[], spec: TaskSpec, options: unknown = null): Explanation {
  const cluster = createCluster({ hostPorts: [80, 22] });
  for (const instance of instances) cluster.join(instance);
  const task = cluster.submit(cluster.taskClass(spec));
  const scheduler = ecs.create(optionsOf(ecs, options));
  return scheduler.explain({ view: cluster.store, task, random: createDraws(1), nowMs: 0 });
}

describe('explain() names the first failing check of each instance', () => {
  const roomy = {
    cpu: 1024,
    memoryMiB: 1024,
    gpus: 1,
    gpuModel: 'T4',
    eni: 1,
    labels: { pool: 'x', 'ecs.capability.task-eni': '' },
    reservedPorts: [22],
  };
  test.each<{ name: string; instance: InstanceSpec; spec: TaskSpec; rule: string | undefined }>([
    { name: 'all there', instance: roomy, spec: { cpu: 1024, memoryMiB: 1024 }, rule: undefined },
    {
      name: 'CPU before memory',
      instance: roomy,
      spec: { cpu: 1025, memoryMiB: 1025 },
      rule: 'RESOURCE:CPU',
    },
    {
      name: 'memory before ports',
      instance: roomy,
      spec: { memoryMiB: 1025, hostPorts: [22] },
      rule: 'RESOURCE:MEMORY',
    },
    {
      name: 'ports before GPUs',
      instance: roomy,
      spec: { hostPorts: [22], gpu: { count: 2, milli: 1000, models: [] } },
      rule: 'RESOURCE:PORTS',
    },
    {
      name: 'GPUs before interfaces',
      instance: roomy,
      spec: { gpu: { count: 1, milli: 1000, models: ['V100'] }, eni: 2 },
      rule: 'RESOURCE:GPU',
    },
    {
      name: 'interfaces before constraints',
      instance: roomy,
      spec: { eni: 2, where: { pool: 'y' } },
      rule: 'RESOURCE:ENI',
    },
    {
      name: 'a lane without a name on ECS',
      instance: { ...roomy, slots: 0 },
      spec: { slots: 1 },
      rule: 'RESOURCE:slots',
    },
    { name: 'memberOf', instance: roomy, spec: { where: { pool: 'y' } }, rule: 'memberOf' },
  ])('$name: $rule', ({ instance, spec, rule }) => {
    expect(explain([instance], spec).verdicts[0]!.refusal?.rule).toBe(rule);
  });

  test('the reasons of constraints are the words of AWS', () => {
    const cluster = createCluster();
    const slot = cluster.join({ cpu: 10, memoryMiB: 10 });
    const spec = { distinctInstance: true, cpu: 1 };
    cluster.put(cluster.taskClass(spec), slot);
    const random = createDraws(1);
    const ask = (task: number) =>
      ecs.create(optionsOf(ecs, null)).explain({ view: cluster.store, task, random, nowMs: 0 }).verdicts[0]!;
    expect(ask(cluster.submit(cluster.taskClass(spec))).refusal).toEqual({
      rule: 'distinctInstance',
      reasons: ['DistinctInstance placement constraint unsatisfied.'],
      resolvable: false,
    });
    expect(
      ask(cluster.submit(cluster.taskClass({ ...spec, where: { pool: 'x' } }))).refusal?.reasons,
    ).toEqual(['MemberOf placement constraint unsatisfied.']);
  });

  test('draining instances are out of scope', () => {
    const cluster = createCluster();
    cluster.drain(cluster.join({ cpu: 10, memoryMiB: 10 }));
    const task = cluster.submit(cluster.taskClass({ cpu: 1 }));
    const explanation = ecs
      .create(optionsOf(ecs, null))
      .explain({ view: cluster.store, task, random: createDraws(1), nowMs: 0 });
    expect(explanation.verdicts).toEqual([]);
  });
});

describe('explain() tells the survivors of each strategy', () => {
  const instances = [
    { name: 'a1', zone: 'a', cpu: 2, memoryMiB: 20 },
    { name: 'a2', zone: 'a', cpu: 2, memoryMiB: 10 },
    { name: 'b1', zone: 'b', cpu: 2, memoryMiB: 10 },
  ];

  test('up to and including a random one, with the tied before it', () => {
    const { chain, tied, chosen } = explain(
      instances,
      { cpu: 1, memoryMiB: 1 },
      {
        placementStrategy: [
          { type: 'binpack', field: 'memory' },
          { type: 'random' },
          { type: 'binpack', field: 'cpu' },
        ],
      },
    );
    expect(tied).toEqual([1, 2]);
    expect(tied).toContain(chosen);
    expect(chain).toEqual([
      { step: 'binpack(memory)', survivors: [1, 2] },
      { step: 'random', survivors: [1, 2] },
    ]);
  });

  test('empty without candidates', () => {
    const { chain } = explain(instances, { cpu: 3 });
    expect(chain).toEqual([]);
  });
});

describe('explain() writes the event message of the closest match', () => {
  const small = { name: 'i-small', cpu: 1024, memoryMiB: 512 };
  const medium = { name: 'i-medium', cpu: 1024, memoryMiB: 768 };
  const other = { name: 'i-other', cpu: 512, memoryMiB: 512 };

  test.each<{ name: string; instances: InstanceSpec[]; spec: TaskSpec; message: string }>([
    // both fail memory alone; (1024 - 512) / 1024 = 0.5 is more than (1024 - 768) / 1024 = 0.25
    {
      name: 'least shortfall',
      instances: [small, medium],
      spec: { cpu: 1024, memoryMiB: 1024 },
      message: 'The closest matching (container-instance i-medium) has insufficient memory available.',
    },
    // i-other fails CPU and memory, i-small memory alone
    {
      name: 'fewest failing checks',
      instances: [other, small],
      spec: { cpu: 1024, memoryMiB: 1024 },
      message: 'The closest matching (container-instance i-small) has insufficient memory available.',
    },
    // equal in everything: the first asked for
    {
      name: 'lowest id',
      instances: [small, { ...small, name: 'i-twin' }],
      spec: { cpu: 2048 },
      message: 'The closest matching (container-instance i-small) has insufficient CPU units available.',
    },
    {
      name: 'ports',
      instances: [{ ...small, reservedPorts: [80] }],
      spec: { hostPorts: [80] },
      message:
        'The closest matching (container-instance i-small) is already using a port required by your task.',
    },
    {
      name: 'an attribute',
      instances: [small],
      spec: { eni: 1, where: { pool: 'x' } },
      message:
        'The closest matching (container-instance i-small) is missing an attribute required by your task.',
    },
    {
      name: 'any other reason',
      instances: [{ ...small, labels: { 'ecs.capability.task-eni': '' } }],
      spec: { eni: 1 },
      message: 'The closest matching (container-instance i-small) encountered error "RESOURCE:ENI".',
    },
    {
      name: 'an empty cluster',
      instances: [],
      spec: {},
      message: 'Reason: No Container Instances were found in your cluster.',
    },
  ])('$name', ({ instances, spec, message }) => {
    const explanation = explain(instances, spec);
    expect(explanation.message).toBe(`(service web) was unable to place a task because ${LIST} ${message}`);
  });

  test('a task of RunTask gets a failure with reason and instance', () => {
    expect(explain([small], { groupKind: 'job', memoryMiB: 1024 }).message).toBe(
      'RunTask failed: RESOURCE:MEMORY (container-instance i-small)',
    );
    expect(explain([], { groupKind: 'job' }).message).toBe(
      'No Container Instances were found in your cluster.',
    );
  });
});
