import { describe, expect, test } from 'vitest';
import { ECS_CAPACITY_DEFAULTS } from '../../../src/model/ecs-defaults.ts';
import type { Plan, PlatformPlan, ServicePlan } from '../../../src/model/plan.ts';
import type { PlanEvent } from '../../../src/model/service-plan.ts';
import { GIB, MINUTE, SECOND } from '../../../src/units.ts';
import { group, job, plan, platform, seconds, service, template } from '../../support/plans.ts';
import { type PlayedRun, play } from '../../support/play.ts';

type Ecs = Extract<PlatformPlan, { kind: 'ecs' }>;

/** Takes half of an instance of 4 vCPU; it comes up in 10 s. */
const HALF = template({ name: 'half', cpuMilli: 2000, startup: seconds(10) });
const ecs = (rest: Partial<Ecs> = {}): PlatformPlan => ({ ...(platform('ecs') as Ecs), ...rest });
const deploy = (
  second: number,
  failing: { at: 'start' | 'health'; share: number } | null = null,
): PlanEvent => ({
  kind: 'deploy',
  atMs: second * SECOND,
  service: 'web',
  template: null,
  failing,
});
const web = (count: number, rest: Partial<ServicePlan> = {}) =>
  service('web', [[0, count]], { template: HALF, ...rest });
const rollout = (minimumHealthyPercent: number, maximumPercent: number) => ({
  rollout: { minimumHealthyPercent, maximumPercent, circuitBreaker: null },
});
const hour = (services: ServicePlan[], rest: Partial<Plan> & { horizonS?: number } = {}) =>
  plan({ services }, { horizonS: 3600, fleet: [group(2)], ...rest });

/** What ECS said, as `SECOND EVENT`, without `SERVICE_`. */
function said({ log }: PlayedRun): string[] {
  return log.flatMap((record) =>
    record.kind === 'service' ? [`${record.timeMs / SECOND} ${record.event.replace('SERVICE_', '')}`] : [],
  );
}

/** Starts and ends of tasks by the second: `600 placed 2`. */
function moves({ log }: PlayedRun): string[] {
  const counts = new Map<string, number>();
  for (const { kind, timeMs, ...rest } of log) {
    if (kind !== 'placed' && kind !== 'ended' && kind !== 'requeued') continue;
    const what = 'outcome' in rest ? rest.outcome : kind;
    const key = `${timeMs / SECOND} ${what}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${key} ${count}`);
}

describe('a deployment', () => {
  test('starts all of the new revision beside the old one, and stops that when the new one is healthy', () => {
    const run = play(hour([web(2)], { events: [deploy(600)] }), ecs());
    // placed at 600, RUNNING at 610, healthy 40 s later
    expect(moves(run)).toEqual(['0 placed 2', '600 placed 2', '650 stopped 2']);
    expect(said(run)).toEqual([
      '50 DEPLOYMENT_COMPLETED',
      '50 STEADY_STATE',
      '600 DEPLOYMENT_IN_PROGRESS',
      '650 DEPLOYMENT_COMPLETED',
      '650 STEADY_STATE',
    ]);
  });

  test('goes half by half where it may not have more tasks than it wants', () => {
    const run = play(hour([web(4, rollout(50, 100))], { events: [deploy(600)] }), ecs());
    // Stops at 600, starts a pass later, healthy at 601 + 50; the same again.
    expect(moves(run)).toEqual([
      '0 placed 4',
      '600 stopped 2',
      '601 placed 2',
      '651 stopped 2',
      '652 placed 2',
    ]);
  });

  test('is blocked by a minimum and a maximum of 100 percent, and says so', () => {
    const run = play(hour([web(2, rollout(100, 100))], { events: [deploy(600)] }), ecs());
    expect(moves(run)).toEqual(['0 placed 2']);
    expect(said(run).at(-1)).toBe('600 DEPLOYMENT_BLOCKED');
  });

  test('whose tasks fail to start is rolled back by the circuit breaker after three of them, ever more slowly', () => {
    const circuitBreaker = {
      rollback: true,
      resetOnHealthyTask: true,
      threshold: { type: 'BOUNDED_PERCENT' as const, value: 50 },
    };
    const failing = web(1, { rollout: { circuitBreaker } });
    const run = play(hour([failing], { events: [deploy(600, { at: 'start', share: 1 })] }), ecs());
    // Each start takes 10 s; then 10 s, then 20 s until the next.
    expect(moves(run)).toEqual([
      '0 placed 1',
      '600 placed 1',
      '610 failed 1',
      '620 placed 1',
      '630 failed 1',
      '650 placed 1',
      '660 failed 1',
    ]);
    expect(said(run).slice(3)).toEqual([
      '610 TASK_START_IMPAIRED',
      '660 DEPLOYMENT_FAILED',
      '660 DEPLOYMENT_IN_PROGRESS',
      '660 DEPLOYMENT_COMPLETED',
      '660 STEADY_STATE',
    ]);
  });
});

describe('placement of services', () => {
  test('retry: attempts come every 10 s for a minute, then 5 minutes later', () => {
    const full = hour([web(5)], { horizonS: 1000 });
    const run = play(full, ecs({ services: { unplaced: 'retry' } }));
    expect(run.result.summary.tasks.pending).toBe(1);
    const passes = run.log.flatMap(({ kind, timeMs }) => (kind === 'pass' ? [timeMs / SECOND] : []));
    expect(passes).toEqual([0, 10, 20, 30, 40, 50, 60, 360, 960]);
  });

  test('a service launches 500 tasks a minute after its burst', () => {
    const small = template({ cpuMilli: 1, memoryBytes: GIB / 1024 });
    const many = service('web', [[0, 30]], { template: small });
    const limited = ecs({ services: { launchesPerMinute: 60, launchBurst: 10 } });
    const run = play(hour([many], { horizonS: 60 }), limited);
    expect(moves(run).slice(0, 3)).toEqual(['0 placed 10', '1 placed 1', '2 placed 1']);
    expect(moves(run)).toHaveLength(21);
  });
});

describe('instances', () => {
  const zones = { zones: ['a', 'b'] };

  test('a drained instance gives its service tasks away by their bounds, keeps its jobs, and ends when they are done', () => {
    const events: PlanEvent[] = [{ kind: 'drain', atMs: 300 * SECOND, group: 'pool', zone: null, count: 1 }];
    const workload = {
      services: [web(1)],
      jobs: [job('batch', { at: [1], runS: 500, template: template({ cpuMilli: 1000 }) })],
    };
    const run = play(
      plan(workload, { horizonS: 1000, fleet: [group({ min: 0, max: 2, initial: 2 })], events }),
      platform('ecs', { placementStrategy: [{ type: 'binpack', field: 'cpu' }] }),
    );
    // Both stand on the first instance; the new web task is healthy at 350.
    expect(moves(run)).toEqual([
      '0 placed 1',
      '1 placed 1',
      '300 placed 1',
      '350 stopped 1',
      '501 succeeded 1',
    ]);
    const [first] = run.result.instances;
    expect([first!.instance, first!.endMs]).toEqual(['i-0000001', 501 * SECOND]);
  });

  test('a lost zone: its tasks start again elsewhere, and one by one move back when it is there again', () => {
    const fleet = [group(2, zones)];
    const events: PlanEvent[] = [{ kind: 'outage', atMs: 300 * SECOND, untilMs: 600 * SECOND, zone: 'b' }];
    const spread = web(2, { ...rollout(50, 200), spread: 'zone' });
    const run = play(hour([spread], { fleet, events, horizonS: 1000 }), ecs());
    expect(moves(run)).toEqual([
      '0 placed 2',
      '300 requeued 1',
      '300 placed 1',
      '600 placed 1',
      '650 stopped 1',
    ]);
    expect(run.result.summary.metrics['tasks.interrupted']).toBe(1);
    const still = play(
      hour([spread], { fleet, events, horizonS: 1000 }),
      ecs({ services: { availabilityZoneRebalancing: 'DISABLED' } }),
    );
    expect(moves(still)).toEqual(['0 placed 2', '300 requeued 1', '300 placed 1']);
  });

  test('a daemon runs on each instance before anything else, and on new ones when they come', () => {
    const agent = service('agent', [[0, 0]], { daemon: true, template: template({ cpuMilli: 2000 }) });
    // Of 4 vCPU the daemon leaves room for one task of two: three tasks need three instances.
    const fleet = [group({ min: 1, max: 5 })];
    const demand = { kind: 'demand' as const, intervalMs: 10 * SECOND, idleMs: 60 * SECOND };
    const run = play(hour([web(3), agent], { fleet, horizonS: 300 }), ecs({ autoscaler: demand }));
    expect(run.result.instances).toHaveLength(3);
    expect(run.result.summary.tasks).toMatchObject({ submitted: 6, running: 6 });
  });
});

describe('managed scaling', () => {
  const managed = { kind: 'managed-scaling' as const, ...ECS_CAPACITY_DEFAULTS };
  const pool = (max: number) =>
    group({ min: 0, max, initial: 0 }, { launch: seconds(20), boot: seconds(40) });
  const launches = (run: PlayedRun) =>
    run.result.instances.map(({ requestedMs, endMs }) => [
      requestedMs / SECOND,
      endMs === null ? null : endMs / SECOND,
    ]);

  test('from nothing it launches two, and the rest after the warm-up', () => {
    const run = play(hour([web(8)], { fleet: [pool(10)], horizonS: 1200 }), ecs({ autoscaler: managed }));
    // Minute 0: 200 %; 70 s later two. They run at 90, place at 130; warm from 390 on: minute 420, + 70 s.
    expect(launches(run)).toEqual([
      [70, null],
      [70, null],
      [490, null],
      [490, null],
    ]);
  });

  test('an idle instance ends after fifteen minutes, the busy one is protected', () => {
    const counts = [
      [0, 4],
      [1200, 1],
    ] as const;
    const shrinking = service('web', counts, { template: HALF });
    const options = { placementStrategy: [{ type: 'binpack', field: 'cpu' }] };
    const autoscaler = { ...managed, managedTerminationProtection: true };
    const packed = platform('ecs', options, { autoscaler });
    const run = play(hour([shrinking], { fleet: [pool(10)], horizonS: 3600 }), packed);
    // At 1200 three of four tasks stop, two of them on one instance. Fifteen datapoints below the target, from 1260
    // to 2100, and 70 s.
    expect(launches(run)).toEqual(
      expect.arrayContaining([
        [70, null],
        [70, 2170],
      ]),
    );
    expect(run.result.instances).toHaveLength(2);
  });

  test('a task that waits half an hour for capacity has failed to start', () => {
    const tooMany = plan(
      { jobs: [job('batch', { at: [0], runS: 10, template: template({ cpuMilli: 4000 }), count: 2 })] },
      { horizonS: 3600, fleet: [group({ min: 1, max: 1 })] },
    );
    const long = {
      ...tooMany,
      workload: { ...tooMany.workload, jobs: [{ ...tooMany.workload.jobs[0]!, runtime: seconds(3000) }] },
    };
    const run = play(long, ecs({ autoscaler: managed }));
    expect(moves(run)).toEqual(['0 placed 1', '1800 failed 1', '3000 succeeded 1']);
  });

  test('tasks follow base and weight, and wait for their provider though another has room', () => {
    const strategy = [
      { capacityProvider: 'base', base: 2, weight: 1 },
      { capacityProvider: 'more', base: 0, weight: 1 },
    ];
    const fleet = [group(1, { name: 'base' }), group(2, { name: 'more' })];
    const run = play(hour([web(6)], { fleet, horizonS: 60 }), ecs({ autoscaler: { ...managed, strategy } }));
    // A A, then A B A B: four for a provider with room for two.
    expect(run.result.summary.tasks).toMatchObject({ running: 4, pending: 2 });
  });
});

test('service auto scaling follows the load: 4 tasks at 75 % of a target of 50 % become 6 after three minutes', () => {
  // 6 requests a second of 1 s each: 6 vCPU on four tasks of 2.
  const scaled = web(4, {
    load: {
      requests: [{ atMs: 0, perHour: 21_600 }],
      repeatMs: null,
      cpuMs: 1000,
      memoryBytes: 0,
      memoryBytesPerRequest: 0,
    },
    scaling: {
      minCapacity: 1,
      maxCapacity: 10,
      targets: [{ metric: 'cpu', value: 50, scaleInCooldownMs: 300_000, disableScaleIn: false }],
      steps: [],
      scheduled: [{ atMs: 10 * MINUTE, minCapacity: 8, maxCapacity: null }],
    },
  });
  const run = play(hour([scaled], { fleet: [group(5)], horizonS: 900 }), ecs());
  expect(moves(run)).toEqual(['0 placed 4', '180 placed 2', '600 placed 2']);
});
