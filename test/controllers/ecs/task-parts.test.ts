import { describe, expect, test } from 'vitest';
import { ECS_TASK_LIFE_DEFAULTS, type EcsTaskLifePlan } from '../../../src/model/ecs-task-life.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { GIB, SECOND } from '../../../src/units.ts';
import { checkedEcsRun } from '../../support/checked-ecs-run.ts';
import { group, job, seconds, service, template } from '../../support/plans.ts';

/** Round numbers for every part: interface 8 s, agent 1 s, 100 MB/s, check 500 ms, container 2 s, exit 5 s, detach 3 s. */
const LIFE: EcsTaskLifePlan = {
  ...ECS_TASK_LIFE_DEFAULTS,
  eniAttach: seconds(8),
  agent: seconds(1),
  instanceBytesPerSecond: 100e6,
  unpackBytesPerSecond: 100e6,
  imageCheck: { kind: 'constant', valueMs: 500 },
  containerStart: seconds(2),
  deregistrationMs: 60_000,
  exit: seconds(5),
  eniDetach: seconds(3),
};
const IMAGE = { name: 'web', sizeBytes: 300e6 };
const inParts = (rest: Parameters<typeof template>[0] = {}) => template({ startup: 'parts', ...rest });

/** What happened, `web/0 running 14.5`, and the means of the parts. */
function play(
  workload: Partial<Plan['workload']>,
  life: Partial<EcsTaskLifePlan> = {},
  rest: Partial<Plan> = {},
) {
  const { run, log } = checkedEcsRun(
    workload,
    { taskLife: { ...LIFE, ...life }, services: { passMs: 1000, healthyAfterMs: 0 } },
    rest,
  );
  const story = log.records.flatMap((record) => {
    if (record.kind === 'placed' || record.kind === 'running')
      return [`${record.task} ${record.kind} ${record.timeMs / SECOND}`];
    if (record.kind === 'ended') return [`${record.task} ${record.outcome} ${record.timeMs / SECOND}`];
    if (record.kind === 'state' && record.state === 'terminated')
      return [`instance ${record.instance} gone ${record.timeMs / SECOND}`];
    return [];
  });
  const parts = Object.fromEntries(
    (run.controllers.summary?.().parts ?? []).map(({ part, tasks, meanS }) => [part, [tasks, meanS]]),
  );
  return { story, parts };
}

describe('a task comes up in parts', () => {
  test.each([
    // agent 1 + container 2
    { name: 'without an image', template: inParts(), runningS: 3 },
    // agent 1 + pull 3 + unpack 3 + registry 0.5 + container 2
    { name: 'with an image', template: inParts({ image: IMAGE }), runningS: 9.5 },
    // interface 8 more
    { name: 'with an interface', template: inParts({ image: IMAGE, network: 'awsvpc' }), runningS: 17.5 },
    // The whole start-up, and nothing else.
    {
      name: 'unless its length is given',
      template: template({ startup: seconds(20), image: IMAGE }),
      runningS: 20,
    },
  ])('$name', ({ template: one, runningS }) => {
    const { story } = play({ jobs: [job('web', { template: one, runS: 100 })] });
    expect(story).toEqual(['0 placed 0', `0 running ${runningS}`, `0 succeeded ${runningS + 100}`]);
  });

  test('behind a load balancer it runs once that has taken it up', () => {
    const web = service('web', [[0, 1]], {
      template: inParts(),
      loadBalancer: { name: 'front', kind: 'application', registrationMs: 30_000 },
    });
    const { story, parts } = play({ services: [web] });
    expect(story).toEqual(['0 placed 0', '0 running 33']);
    expect(parts).toEqual({ pending: [1, 1], starting: [1, 2], registering: [1, 30] });
  });

  test.each([
    // The second task comes at 60 s: agent 1, registry 0.5, container 2.
    { imagePullBehavior: 'default', runningS: 63.5 },
    { imagePullBehavior: 'always', runningS: 63.5 },
    { imagePullBehavior: 'once', runningS: 63 },
    { imagePullBehavior: 'prefer-cached', runningS: 63 },
  ] as const)('a cached image with $imagePullBehavior', ({ imagePullBehavior, runningS }) => {
    const jobs = [job('web', { template: inParts({ image: IMAGE }), at: [0, 60], runS: 10 })];
    expect(play({ jobs }, { imagePullBehavior }).story).toContain(`1 running ${runningS}`);
  });

  test('images with a layer in common pull it once', () => {
    const base = { name: 'base', sizeBytes: 200e6 };
    const image = (name: string) => ({ name, sizeBytes: 300e6, layers: [base, { name, sizeBytes: 100e6 }] });
    const jobs = ['web', 'api'].map((name, index) =>
      job(name, { template: inParts({ name, image: image(name) }), at: [index * 60], runS: 10 }),
    );
    // First: both layers at half the rate, the small one at 2 s and unpacked at 3, base at 3 s and unpacked at 5.
    // Then: 1 s for its own layer and 1 s to unpack it.
    const { story } = play({ jobs });
    expect(story).toContain('0 running 8.5');
    expect(story).toContain('1 running 65.5');
  });
});

/** All of the instance's 4 vCPUs. */
const WHOLE = { cpuMilli: 4000, memoryBytes: GIB };

describe('a task goes down in parts', () => {
  test('its room is free to placement at once, to the agent when the container is gone', () => {
    // Told to stop at 100 s; exits at 105 s. The job of 101 s is placed at once and pending until then: container 2 s.
    const services = [
      service(
        'web',
        [
          [0, 1],
          [100, 0],
        ],
        { template: inParts(WHOLE) },
      ),
    ];
    const jobs = [job('next', { template: inParts(WHOLE), at: [101], runS: 10 })];
    const { story, parts } = play({ services, jobs });
    expect(story).toEqual([
      '0 placed 0',
      '0 running 3',
      '0 stopped 100',
      '1 placed 101',
      '1 running 107',
      '1 succeeded 117',
    ]);
    // 1 s for the first, 4 for the second.
    expect(parts).toMatchObject({ pending: [2, 2.5], stopping: [1, 5] });
  });

  test.each([
    { name: 'the container exits before the stop timeout', exit: 5, stopTimeoutMs: 30_000, stoppingS: 5 },
    { name: 'the stop timeout kills it', exit: 90, stopTimeoutMs: 30_000, stoppingS: 30 },
  ])('$name', ({ exit, stopTimeoutMs, stoppingS }) => {
    const services = [
      service(
        'web',
        [
          [0, 1],
          [100, 0],
        ],
        { template: inParts() },
      ),
    ];
    const { parts } = play({ services }, { exit: seconds(exit), stopTimeoutMs });
    expect(parts).toMatchObject({ stopping: [1, stoppingS] });
  });

  test.each([
    { deregistrationMs: undefined, deregistering: [1, 60] },
    { deregistrationMs: 20_000, deregistering: [1, 20] },
  ])('a load balancer lets go of it first: $deregistrationMs', ({ deregistrationMs, deregistering }) => {
    const loadBalancer = {
      name: 'front',
      kind: 'application' as const,
      registrationMs: 0,
      ...(deregistrationMs !== undefined && { deregistrationMs }),
    };
    const services = [
      service(
        'web',
        [
          [0, 1],
          [100, 0],
        ],
        { template: inParts({ network: 'awsvpc' }), loadBalancer },
      ),
    ];
    expect(play({ services }).parts).toMatchObject({
      deregistering,
      stopping: [1, 5],
      deprovisioning: [1, 3],
    });
  });

  test('a drained instance ends when its last task has stopped', () => {
    const web = service('web', [[0, 1]], {
      template: inParts({ network: 'awsvpc' }),
      rollout: { minimumHealthyPercent: 0, maximumPercent: 100, circuitBreaker: null },
    });
    const { story } = play(
      { services: [web] },
      {},
      {
        fleet: [group({ min: 0, max: 2, initial: 1 })],
        events: [{ kind: 'drain', atMs: 100_000, group: 'pool', zone: null, count: null }],
      },
    );
    // Told to stop at 100 s: 5 s to exit, 3 s to detach.
    expect(story).toContain('0 stopped 100');
    expect(story).toContain('instance 1 gone 108');
  });

  test('one that has no container yet is gone at once', () => {
    const services = [
      service(
        'web',
        [
          [0, 1],
          [2, 0],
        ],
        { template: inParts() },
      ),
    ];
    const { story, parts } = play({ services });
    expect(story).toEqual(['0 placed 0', '0 stopped 2']);
    expect(parts).not.toHaveProperty('stopping');
  });
});
