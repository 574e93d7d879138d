import { describe, expect, test } from 'vitest';
import type { StartTaskPlan } from '../../../src/model/start-task-plan.ts';
import { START_TASK_DEFAULTS } from '../../../src/model/start-task-plan.ts';
import type { Plan, PlatformPlan } from '../../../src/model/plan.ts';
import { ecsSchedulerWith } from '../../../src/schedulers/ecs/ecs-scheduler.ts';
import {
  canHost,
  defineStartTaskScheduler,
  type StartTaskDefinition,
  takeRoom,
} from '../../../src/schedulers/start-task-scheduler.ts';
import type { SchedulerDefinition } from '../../../src/schedulers/scheduler.ts';
import { checkLog } from '../../../src/telemetry/check-log.ts';
import { SECOND } from '../../../src/units.ts';
import { group, job, plan, platform, seconds, service, template } from '../../support/plans.ts';
import { runToEnd } from '../../support/run-to-end.ts';

type EcsPlatform = Extract<PlatformPlan, { kind: 'ecs' }>;

/** Every task on the first instance that can take it. */
const FIRST_FIT = defineStartTaskScheduler({
  name: 'first-fit',
  create:
    () =>
    ({ instances, waiting }) =>
      waiting.flatMap((task) => {
        const instance = instances.find((each) => canHost(each, task));
        if (instance === undefined) return [];
        takeRoom(instance, task);
        return [{ task, instance }];
      }),
});

const own = (name: string, tasks: readonly string[], rest: Partial<StartTaskPlan> = {}): StartTaskPlan => ({
  name,
  use: './own.ts',
  tasks,
  ...START_TASK_DEFAULTS,
  ...rest,
});

/** Placements as `task instance second`, and what is told of the own schedulers. No invariant may be broken. */
function play(
  workload: Partial<Plan['workload']>,
  startTask: readonly StartTaskPlan[],
  more: { rest?: Partial<Plan>; settings?: Partial<EcsPlatform>; definition?: StartTaskDefinition } = {},
) {
  const ecs: EcsPlatform = { ...(platform('ecs') as EcsPlatform), startTask, ...more.settings };
  const scheduler = ecsSchedulerWith(new Map([['./own.ts', more.definition ?? FIRST_FIT]]));
  const { run, log } = runToEnd(plan(workload, more.rest), ecs, scheduler as SchedulerDefinition);
  expect(checkLog(log.records)).toEqual([]);
  const placed = log.records.flatMap((record) =>
    record.kind === 'placed' ? [`${record.task} i${record.instance} ${record.timeMs / SECOND}`] : [],
  );
  return { placed, told: run.controllers.summary?.().startTask ?? [] };
}

const whole = template({ cpuMilli: 4000 });
const half = template({ cpuMilli: 2000 });

describe('an own scheduler on ECS', () => {
  test('reads the cluster when a task comes, and starts it as much later as what it reads is old', () => {
    const { placed, told } = play({ jobs: [job('near', { at: [10], runS: 5 })] }, [own('mine', ['near'])]);
    expect(placed).toEqual(['0 i1 10.5']);
    expect(told).toEqual([
      { scheduler: 'mine', rounds: 1, started: 1, failures: 0, conflicts: 0, throttled: 0, reasons: [] },
    ]);
  });

  test('polls while tasks wait for room, and leaves every other job to ECS', () => {
    const jobs = [
      job('first', { template: whole, runS: 30 }),
      job('near', { at: [1], template: whole, runS: 10 }),
      job('other', { at: [2], template: whole, runS: 10 }),
    ];
    // Task 1 could start when task 0 ends at 30 s, but ECS is told of the room at once and gives it to task 2; the first
    // read that shows room again is that of 40 s.
    const { placed, told } = play({ jobs }, [own('mine', ['near'])]);
    expect(placed).toEqual(['0 i1 0', '2 i1 30', '1 i1 40.5']);
    expect(told[0]).toMatchObject({ started: 1, failures: 0, rounds: 40 });
  });

  test('loses the race to another that took the same room first, and tries again after its back-off', () => {
    // Room for one. Both read at 0 s and both see it; the call at 0.5 s wins, the one at 0.7 s fails. The loser is out
    // for 1 s, and then polls: the room comes back at 8.5 s, the reads are those of whole seconds from 2 s on.
    const jobs = [job('near', { template: whole, runS: 8 }), job('far', { template: whole, runS: 8 })];
    const { placed, told } = play({ jobs }, [
      own('a', ['near'], { snapshotAgeMs: 500 }),
      own('b', ['far'], { snapshotAgeMs: 700 }),
    ]);
    expect(placed[0]).toBe('0 i1 0.5');
    expect(placed[1]).toMatch(/^1 i1 (8|9)\.\d+$/);
    expect(told[1]).toMatchObject({
      started: 1,
      failures: 1,
      conflicts: 1,
      reasons: [{ reason: 'RESOURCE:CPU', failures: 1 }],
    });
    expect(told[0]).toMatchObject({ started: 1, failures: 0, conflicts: 0 });
  });

  test('loses it to the service scheduler, too', () => {
    const { told } = play(
      {
        services: [
          service(
            'web',
            [
              [0, 0],
              [1.2, 1],
            ],
            { template: whole },
          ),
        ],
        jobs: [job('near', { at: [1], template: half })],
      },
      [own('mine', ['near'])],
    );
    expect(told[0]).toMatchObject({ started: 0, conflicts: 1, failures: 1 });
  });

  test('gets no conflict for what its own snapshot does not show', () => {
    const careless = defineStartTaskScheduler({
      name: 'careless',
      create:
        () =>
        ({ instances, waiting }) =>
          waiting.map((task) => ({ task, instance: instances[0]! })),
    });
    const jobs = [job('near', { template: half, count: 3, runS: 2000 })];
    const { told } = play(
      { jobs },
      [own('mine', ['near'], { retryDelayMs: 600 * SECOND, retryDelayMostMs: 3600 * SECOND })],
      {
        definition: careless,
      },
    );
    // Two fit. The third fails at 0.5 s, 601 s (after 600 s) and 1,802 s (after 1,200 s).
    expect(told[0]).toMatchObject({
      started: 2,
      failures: 3,
      conflicts: 0,
      reasons: [{ reason: 'RESOURCE:CPU' }],
    });
  });

  test('is throttled: StartTask takes ten tasks of a definition a call, and so many calls a second', () => {
    // 45 tasks in five calls; two at once, then one each second.
    const small = template({ cpuMilli: 50, memoryBytes: 2 ** 20 });
    const { placed, told } = play(
      { jobs: [job('near', { template: small, count: 45, runS: 600 })] },
      [own('mine', ['near'])],
      {
        settings: { apiRates: { readBurst: 50, readsPerSecond: 20, modifyBurst: 2, modifiesPerSecond: 1 } },
      },
    );
    const perSecond = (second: number) => placed.filter((line) => line.endsWith(` ${second}`)).length;
    expect([0.5, 1.5, 2.5, 3.5].map(perSecond)).toEqual([20, 10, 10, 5]);
    expect(told[0]).toMatchObject({ started: 45, throttled: 3 });
  });

  test('fails on an instance that drains or is gone since it was read', () => {
    const events = [{ kind: 'drain' as const, atMs: 1200, group: 'pool', zone: null, count: null }];
    const { told } = play({ jobs: [job('near', { at: [1] })] }, [own('mine', ['near'])], {
      rest: { events },
    });
    const reasons = told[0]!.reasons.map(({ reason }) => reason);
    expect(['INACTIVE', 'MISSING']).toContain(reasons[0]);
    expect(told[0]!.conflicts).toBe(told[0]!.failures);
  });

  test('makes the plain autoscaler launch for what really finds no room, and for nothing else', () => {
    const jobs = [job('near', { at: [0, 10, 20, 30], template: half, runS: 3000 })];
    const pool = group({ min: 1, max: 5 }, { launch: seconds(10), boot: seconds(10) });
    const { placed } = play({ jobs }, [own('mine', ['near'])], {
      rest: { fleet: [pool] },
      settings: { autoscaler: { kind: 'demand', intervalMs: 1000, idleMs: 600 * SECOND } },
    });
    // Two on the instance that is there; one more instance for the other two.
    expect(new Set(placed.map((line) => line.split(' ')[1]))).toEqual(new Set(['i1', 'i2']));
  });

  test('is refused when it names what it was not shown', () => {
    const liar = defineStartTaskScheduler({
      name: 'liar',
      create:
        () =>
        ({ instances, waiting }) =>
          waiting.map((task) => ({ task: { ...task }, instance: instances[0]! })),
    });
    expect(() => play({ jobs: [job('near')] }, [own('mine', ['near'])], { definition: liar })).toThrow(
      "The scheduler 'liar' of './own.ts' calls StartTask for a task or an instance that it was not shown",
    );
  });
});
