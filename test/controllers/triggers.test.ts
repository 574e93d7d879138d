import { describe, expect, test } from 'vitest';
import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import type { JobPlan, Plan, TriggerPlan } from '../../src/model/plan.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import { SECOND } from '../../src/units.ts';
import { FIRST_FIT, group, job, plan, seconds, service, template } from '../support/plans.ts';

type Trigger = TriggerPlan extends infer One ? (One extends unknown ? Omit<One, 'delay'> : never) : never;

const triggered = (trigger: Trigger, rest: Partial<JobPlan> = {}): JobPlan =>
  job('after', {
    arrivals: { kind: 'triggered', trigger: { ...trigger, delay: seconds(2) } as TriggerPlan },
    ...rest,
  });

/** When tasks of `after` were submitted, in seconds. */
function submittedS(workload: Partial<Plan['workload']>, rest: Partial<Plan> = {}): number[] {
  const log = new MemoryLog();
  const given = plan(workload, rest);
  const scheduler = findScheduler('first-fit')!;
  new ClusterRun({ plan: given, platform: FIRST_FIT, tables: new Map(), scheduler, log }).run();
  const classes = new Map(
    log.records.flatMap((record) => (record.kind === 'class' ? [[record.class, record.group] as const] : [])),
  );
  return log.records.flatMap((record) =>
    record.kind === 'submitted' && classes.get(record.class) === 'after' ? [record.timeMs / SECOND] : [],
  );
}

describe('a triggered job', () => {
  test.each([
    // Over at 10 and 40 s, 2 s to deliver.
    { outcome: 'succeeded', expected: [12, 42] },
    { outcome: 'any', expected: [12, 42] },
    { outcome: 'failed', expected: [] },
  ] as const)('comes after each task that ended: $outcome', ({ outcome, expected }) => {
    const jobs = [job('first', { at: [0, 30] }), triggered({ on: 'task', of: 'first', outcome })];
    expect(submittedS({ jobs })).toEqual(expected);
  });

  test('brings as many tasks as it has', () => {
    const jobs = [job('first'), triggered({ on: 'task', of: 'first', outcome: 'any' }, { count: 3 })];
    expect(submittedS({ jobs })).toEqual([12, 12, 12]);
  });

  test('hears of tasks of services that are stopped', () => {
    const services = [
      service('web', [
        [0, 2],
        [100, 1],
      ]),
    ];
    const jobs = [triggered({ on: 'task', of: 'web', outcome: 'stopped' })];
    expect(submittedS({ services, jobs })).toEqual([102]);
  });

  test('follows another triggered job', () => {
    const between = { ...triggered({ on: 'task', of: 'first', outcome: 'any' }), name: 'between' };
    const jobs = [job('first'), between, triggered({ on: 'task', of: 'between', outcome: 'succeeded' })];
    // 10 s and 2 s to deliver, twice.
    expect(submittedS({ jobs })).toEqual([24]);
  });

  test.each([
    { state: 'ready', expected: [2, 2] },
    { state: 'draining', expected: [52] },
    { state: 'terminated', expected: [52] },
    { state: 'noticed', expected: [] },
  ] as const)('comes when an instance is $state', ({ state, expected }) => {
    const jobs = [triggered({ on: 'instance', group: 'pool', state }, { template: template() })];
    const events = [{ kind: 'drain' as const, atMs: 50_000, group: 'pool', zone: null, count: 1 }];
    const fleet = [group({ min: 0, max: 2, initial: 2 })];
    expect(submittedS({ jobs }, { fleet, events })).toEqual(expected);
  });

  test('hears of its own group of instances alone', () => {
    const jobs = [triggered({ on: 'instance', group: 'other', state: 'ready' })];
    expect(submittedS({ jobs })).toEqual([]);
  });
});
