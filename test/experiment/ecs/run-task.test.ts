import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  ClusterState,
  ContainerInstance,
  PlacementRequest,
} from '../../../src/experiment/ecs/cluster-state.ts';
import { amountOf, setOf, withoutTask } from '../../../src/experiment/ecs/cluster-state.ts';
import { optionsOf, placeTask, questionOf } from '../../../src/experiment/ecs/place-task.ts';
import { readRequest } from '../../../src/experiment/ecs/read-request.ts';
import { runTask, startTask } from '../../../src/experiment/ecs/run-task.ts';
import { ecs } from '../../../src/schedulers/ecs/ecs-scheduler.ts';
import { constantDraws } from '../../support/draws.ts';

/** a1 and a2 in zone a, b1 in b: 2048 CPU units and 7680 MiB each. */
function instance(name: string, own: Partial<ContainerInstance> = {}, cpu = 2048): ContainerInstance {
  return {
    containerInstanceArn: `arn:aws:ecs:us-east-1:111122223333:container-instance/demo/${name}`,
    ec2InstanceId: `i-${name}`,
    status: 'ACTIVE',
    agentConnected: true,
    runningTasksCount: 0,
    remainingResources: [
      { name: 'CPU', integerValue: cpu },
      { name: 'MEMORY', integerValue: 7680 },
      { name: 'PORTS', stringSetValue: ['22'] },
      { name: 'GPU', stringSetValue: ['gpu-b', 'gpu-a'] },
    ],
    attributes: [{ name: 'ecs.availability-zone', value: name[0]! }, { name: 'ecs.capability.task-eni' }],
    awsvpcTasks: { limit: 2, used: 0 },
    ...own,
  };
}

const cluster = (...containerInstances: ContainerInstance[]): ClusterState => ({
  containerInstances,
  tasks: [],
});
const three = cluster(instance('a1'), instance('a2'), instance('b1'));
const task = (own: object = {}, container: object = {}): PlacementRequest['taskDefinition'] => ({
  family: 'job',
  containerDefinitions: [{ name: 'app', cpu: 1024, memory: 1024, ...container }],
  ...own,
});

function placed(answer: ReturnType<typeof runTask>): string {
  if ('problems' in answer) return answer.problems[0]!.exception;
  return [...answer.placed, ...answer.failures.map(({ arn, reason }) => `${arn ?? ''}!${reason}`)].join(' ');
}

describe('runTask()', () => {
  const binpack = { placementStrategy: [{ type: 'binpack', field: 'memory' }] };
  test.each<[string, ClusterState, object, string]>([
    // 2048 / 1024 = 2 tasks on each; the seventh finds nothing, and the closest of equals is the lowest
    ['fills up and fails for the rest', three, { count: 7, ...binpack }, 'a1 a1 a2 a2 b1 b1 a1!RESOURCE:CPU'],
    ['no instance', cluster(), {}, 'InvalidParameterException'],
    ['count', three, { count: 11 }, 'InvalidParameterException'],
    [
      'awsvpc without subnets',
      three,
      { taskDefinition: task({ networkMode: 'awsvpc' }) },
      'InvalidParameterException',
    ],
    ['capacity provider without instances', three, { capacityProvider: 'cp' }, '!NO ACTIVE INSTANCES'],
    ['agent', cluster(instance('a1', { agentConnected: false })), {}, 'a1!AGENT'],
    ['draining is out of scope', cluster(instance('a1', { status: 'DRAINING' }), instance('b1')), {}, 'b1'],
    [
      'constraints on the tasks that the call placed',
      three,
      { count: 3, placementConstraints: [{ type: 'memberOf', expression: 'not(task:group == family:job)' }] },
      'a1 a2 b1',
    ],
  ])('%s', (_, state, request, expected) => {
    expect(placed(runTask(state, { taskDefinition: task(), ...request }))).toBe(expected);
  });

  test('a snapshot batch does not count its own tasks when it spreads', () => {
    const request = {
      taskDefinition: task({}, { cpu: 256 }),
      count: 3,
      placementStrategy: [{ type: 'spread', field: 'instanceId' }],
    };
    expect(placed(runTask(three, request))).toBe('a1 a2 b1');
    expect(placed(runTask(three, { ...request, placementBatch: 'snapshot' }))).toBe('a1 a1 a1');
  });

  test('takes the lowest GPU ids and gives everything back', () => {
    const taskDefinition = task(
      {},
      {
        resourceRequirements: [{ type: 'GPU', value: '1' }],
        portMappings: [{ containerPort: 80, hostPort: 80 }],
      },
    );
    const answer = runTask(cluster(instance('a1')), { taskDefinition });
    if ('problems' in answer) throw new Error('refused');
    const [after] = answer.state.containerInstances;
    expect([amountOf(after!, 'CPU'), setOf(after!, 'GPU'), setOf(after!, 'PORTS')]).toEqual([
      1024,
      ['gpu-b'],
      ['22', '80'],
    ]);
    const [freed] = withoutTask(answer.state, answer.state.tasks[0]!).containerInstances;
    expect([amountOf(freed!, 'CPU'), [...setOf(freed!, 'GPU')].sort(), setOf(freed!, 'PORTS')]).toEqual([
      2048,
      ['gpu-a', 'gpu-b'],
      ['22'],
    ]);
  });

  test('daemon services keep room for themselves where they do not run yet', () => {
    const agent = { serviceName: 'agent', taskDefinition: task({ family: 'agent' }, { cpu: 1536 }) };
    const state = { ...cluster(instance('a1')), daemonServices: [agent] };
    expect(placed(runTask(state, { taskDefinition: task() }))).toBe('a1!RESOURCE:CPU');
    expect(placeTask(state, agent, 'service')).toMatchObject({ chosen: 'a1' });
  });
});

describe('startTask()', () => {
  test('takes the instances that are named, with the reason of each that will not do', () => {
    const state = cluster(instance('a1'), instance('a2', { status: 'DRAINING' }), instance('b1', {}, 100));
    const answer = startTask(state, {
      taskDefinition: task({
        placementConstraints: [{ type: 'memberOf', expression: 'attribute:x exists' }],
      }),
      containerInstances: ['a1', 'nosuch', 'a2', 'b1', 'a1', 'a1'],
    });
    expect(placed(answer)).toBe('a1 a1 nosuch!MISSING a2!INACTIVE b1!RESOURCE:CPU a1!RESOURCE:CPU');
  });
});

test('placeTask() and the scheduler decide the same on random clusters, constraints on tasks included', () => {
  const name = fc.constantFrom('a1', 'a2', 'b1', 'b2', 'c1');
  const expression = fc.constantFrom(
    'task:group == service:web',
    'task:group !~ service:.* and runningTasksCount < 2',
    'not (task:group in [family:job]) or attribute:ecs.availability-zone == b',
    'runningTasksCount >= 1 || ec2InstanceId =~ i-[ab]1',
    'agentConnected == true and attribute:stack !exists',
  );
  const world = fc.record({
    instances: fc.uniqueArray(
      fc.record({
        name,
        cpu: fc.integer({ min: 0, max: 3000 }),
        status: fc.constantFrom('ACTIVE', 'ACTIVE', 'DRAINING'),
        agentConnected: fc.boolean(),
      }),
      { selector: (each) => each.name, minLength: 1 },
    ),
    tasks: fc.array(
      fc.record({ on: name, group: fc.constantFrom('service:web', 'family:job', 'service:api') }),
      { maxLength: 8 },
    ),
    expression,
    distinct: fc.boolean(),
    strategy: fc.constantFrom(
      [],
      [{ type: 'binpack', field: 'cpu' }],
      [
        { type: 'spread', field: 'attribute:ecs.availability-zone' },
        { type: 'binpack', field: 'cpu' },
      ],
    ),
  });
  fc.assert(
    fc.property(world, ({ instances, tasks, expression: text, distinct, strategy }) => {
      const containerInstances = instances.map(({ name: id, cpu, status, agentConnected }) =>
        instance(id, { status, agentConnected }, cpu),
      );
      const state: ClusterState = {
        containerInstances,
        tasks: tasks.flatMap(({ on, group }, index) => {
          const host = containerInstances.find(({ ec2InstanceId }) => ec2InstanceId === `i-${on}`);
          if (host === undefined) return [];
          return [
            {
              taskArn: `t${index}`,
              group,
              containerInstanceArn: host.containerInstanceArn,
              desiredStatus: 'RUNNING',
              lastStatus: 'RUNNING',
            },
          ];
        }),
      };
      const request = {
        taskDefinition: task({}, { cpu: 500 }),
        placementStrategy: strategy,
        placementConstraints: [
          { type: 'memberOf', expression: text },
          ...(distinct ? [{ type: 'distinctInstance' }] : []),
        ],
        serviceName: 'web',
      };
      const answer = placeTask(state, request, 'service');
      const read = readRequest(state, request);
      if ('problems' in answer || 'problems' in read) throw new Error('refused');
      const { described, taskClass } = questionOf(state, request, read.demands, 'service');
      const { store } = described;
      const scheduler = ecs.create(optionsOf(described));
      const slot = scheduler.decide({
        view: store,
        task: store.addTask(taskClass.id, 0),
        random: constantDraws(0),
        nowMs: 0,
      });
      expect(slot < 0 ? null : store.instanceName(slot)).toBe(answer.chosen);
    }),
    { seed: 3, numRuns: 300 },
  );
});
