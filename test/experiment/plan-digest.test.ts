import { describe, expect, test } from 'vitest';
import { planDigest } from '../../src/experiment/plan-digest.ts';
import type { Arrivals, Plan } from '../../src/model/plan.ts';
import { TraceRows } from '../../src/model/trace-table.ts';
import { DAY, GIB, HOUR } from '../../src/units.ts';
import { group, instanceType, job, plan, platform, service, template, TYPE } from '../support/plans.ts';

function facts(planned: Plan, tables = new Map()): Record<string, string> {
  return Object.fromEntries(planDigest(planned, tables).facts);
}

describe('planDigest()', () => {
  test('says what will be run, and on what', () => {
    const platforms = [
      platform('ecs', {}, { name: 'one' }),
      {
        ...platform('bare'),
        name: 'mine',
        scheduler: { name: 'plugin', options: {}, plugin: './mine.ts' },
        fleet: [group(7)],
      },
    ] as const;
    const fleet = [group({ min: 0, max: 5 }), group(3, { name: 'fixed' })];
    const digest = planDigest(plan({}, { fleet, platforms, horizonMs: 36 * HOUR, seed: 42 }), new Map());
    expect(digest.platforms).toEqual([
      ['one', 'ecs', 'ecs', 'pool 0-5, fixed 3'],
      ['mine', 'bare', './mine.ts', 'pool 7'],
    ]);
    expect(Object.fromEntries(digest.facts)).toMatchObject({
      scenario: 'by-hand',
      horizon: '1d12h from 2026-03-02T00:00:00Z',
      region: 'us-east-1, prices by-hand of 2026-03-02',
      seed: '42',
      services: '0, at most 0 tasks',
      jobs: '0, about 0 tasks',
      'trace rows': '0',
      'average demand': '0.0 vCPU, 0.0 GiB',
      'least cost': '$0.00: the average demand on full instances of the cheapest type',
    });
  });

  test.each<{ name: string; arrivals: Arrivals; count: number; tasks: number }>([
    {
      name: 'at times within the horizon',
      arrivals: { kind: 'at', timesMs: [0, HOUR, DAY] },
      count: 3,
      tasks: 6,
    },
    // At 0.5 h, 2.5 h, ..., 22.5 h
    {
      name: 'every 2 h',
      arrivals: { kind: 'every', intervalMs: 2 * HOUR, firstMs: HOUR / 2 },
      count: 1,
      tasks: 12,
    },
    {
      name: 'first after the horizon',
      arrivals: { kind: 'every', intervalMs: HOUR, firstMs: 2 * DAY },
      count: 1,
      tasks: 0,
    },
    {
      name: 'every quarter of an hour by schedule',
      arrivals: { kind: 'schedule', expression: 'cron(0/15 * * * ? *)', timezone: 'UTC' },
      count: 2,
      tasks: 192,
    },
    {
      // Monday: not on a weekend.
      name: 'on weekends by schedule',
      arrivals: { kind: 'schedule', expression: 'cron(0 2 ? * SAT-SUN *)', timezone: 'UTC' },
      count: 9,
      tasks: 0,
    },
    {
      // 10 h of 6 and 14 h of 1
      name: 'by a rate with steps',
      arrivals: {
        kind: 'poisson',
        steps: [
          { atMs: 0, perHour: 6 },
          { atMs: 10 * HOUR, perHour: 1 },
        ],
        repeatMs: null,
      },
      count: 1,
      tasks: 74,
    },
    {
      // Each 6 hours: 1 h of 12, then nothing
      name: 'by a rate with steps that repeat',
      arrivals: {
        kind: 'poisson',
        steps: [
          { atMs: 0, perHour: 12 },
          { atMs: HOUR, perHour: 0 },
        ],
        repeatMs: 6 * HOUR,
      },
      count: 1,
      tasks: 48,
    },
  ])('counts the tasks of a job $name: $tasks', ({ arrivals, count, tasks }) => {
    const one = job('batch', { arrivals, count });
    expect(facts(plan({ jobs: [one] }, { horizonMs: DAY }))['jobs']).toBe(`1, about ${tasks} tasks`);
  });

  test('adds up what all tasks hold on average, if nothing waits', () => {
    // Services: 2 vCPU × (2 tasks for 6 h, 4 for 18 h) = 168 of 24 h. Jobs: 24 × 1 vCPU × 0.5 h = 12. Rows: 3 vCPU for
    // the 6 h that are left, and for ever from 12 h on: 18 + 36. Together 234 vCPU-hours in a day: 9.75.
    const web = service(
      'web',
      [
        [0, 2],
        [6 * 3600, 4],
      ],
      { template: template({ cpuMilli: 2000, memoryBytes: GIB / 2 }) },
    );
    const hourly = job('hourly', { arrivals: { kind: 'every', intervalMs: HOUR, firstMs: 0 }, runS: 1800 });
    const rows = new TraceRows();
    const shape = rows.shapeOf(3000, 2 * GIB, null);
    rows.add(18 * HOUR, 100 * HOUR, shape);
    rows.add(12 * HOUR, Number.POSITIVE_INFINITY, shape);
    rows.add(30 * HOUR, HOUR, shape);
    const small = instanceType(2, 8, { priceE10PerHour: 500_000_000n });
    const digest = facts(
      plan({ services: [web], jobs: [hourly] }, { horizonMs: DAY, types: [TYPE, small] }),
      new Map([['day', rows.finish(3, [])]]),
    );
    expect(digest['services']).toBe('1, at most 4 tasks');
    expect(digest['trace rows']).toBe('3');
    // Memory: 84 tasks × h × 0.5 + 12 × 1 + 18 × 2 = 42 + 12 + 36 = 90 GiB-hours
    expect(digest['average demand']).toBe('9.8 vCPU, 3.8 GiB');
    // 0.05 USD for 2 vCPUs: 234 × 0.025
    expect(digest['least cost']).toMatch(/^\$5\.85:/);
  });

  test('knows no least cost without instance types', () => {
    expect(facts(plan({}, { types: [], fleet: [] }))['least cost']).toBeUndefined();
  });
});
