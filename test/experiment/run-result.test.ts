import { describe, expect, test } from 'vitest';
import { RESULT_SCHEMA_VERSION } from '../../src/experiment/result.ts';
import { GIB } from '../../src/units.ts';
import { HOST_USD_PER_S, smallDay, VOLUME_USD_PER_S } from '../support/small-day.ts';
import { DEMAND, group, job, plan, platform, service, template } from '../support/plans.ts';
import { play } from '../support/play.ts';

describe('runResult() of a run worked out by hand', () => {
  const { result } = smallDay();
  const { summary } = result;

  test('says what was run', () => {
    expect(summary).toMatchObject({
      schemaVersion: RESULT_SCHEMA_VERSION,
      scenario: 'by-hand',
      planHash: 'by-hand',
      platform: { name: 'bare', kind: 'bare', scheduler: 'first-fit' },
      seed: 1,
      region: 'us-east-1',
      catalogue: { id: 'by-hand', date: '2026-03-02', pricesAsOf: '2026-02' },
      complete: true,
      horizonMs: 1_000_000,
      endedMs: 1_000_000,
    });
    expect(summary.fingerprint.behaviour).toMatch(/^[0-9a-f]{64}$/);
    expect(summary.fingerprint.events).toMatch(/^[0-9a-f]{64}$/);
  });

  test('counts tasks by what became of them; the counts sum to the submissions', () => {
    const { submitted, ...rest } = summary.tasks;
    expect(rest).toEqual({ succeeded: 3, failed: 0, stopped: 0, rejected: 1, pending: 0, running: 1 });
    expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(submitted);
  });

  test('tells what each group held and cost', () => {
    const [whole, half, huge, late] = summary.groups;
    expect(whole).toMatchObject({
      name: 'whole',
      kind: 'job',
      submitted: 1,
      placed: 1,
      succeeded: 1,
      waitMeanS: 0,
    });
    expect(half).toMatchObject({ submitted: 2, placed: 2, succeeded: 2, waitMeanS: 30, waitP95S: 30 });
    // 2 × 2 vCPU and 2 × 4 GiB for 60 s; a third of what the second instance cost in its 135 s
    expect(half!.cpuHours).toBeCloseTo(240 / 3600, 12);
    expect(half!.memoryGiBHours).toBeCloseTo(480 / 3600, 12);
    expect(half!.usd).toBeCloseTo(45 * (HOST_USD_PER_S + VOLUME_USD_PER_S), 9);
    expect(huge).toMatchObject({
      submitted: 1,
      placed: 0,
      succeeded: 0,
      waitMeanS: null,
      waitP95S: null,
      usd: 0,
    });
    expect(late).toMatchObject({ submitted: 1, placed: 1, succeeded: 0 });
    expect(late!.cpuHours).toBeCloseTo(10 / 3600, 12);
  });

  test('has a row for each instance', () => {
    const cost = (lifeS: number) => lifeS * (HOST_USD_PER_S + VOLUME_USD_PER_S);
    const [first, second] = result.instances;
    expect(first).toMatchObject({
      instance: 'i-0000001',
      group: 'pool',
      type: 't4x16',
      endMs: null,
      billedSeconds: 1000,
    });
    expect(first!.usd).toBeCloseTo(cost(1000), 9);
    // 410 of 4000 vCPU-seconds
    expect(first!.cpuUtilisation).toBeCloseTo(0.1025, 12);
    expect(second).toMatchObject({ requestedMs: 10_000, runningMs: 15_000, readyMs: 30_000, endMs: 150_000 });
    expect(second!.usd).toBeCloseTo(cost(135), 9);
    // 240 of 4 × 120
    expect(second!.cpuUtilisation).toBe(0.5);
  });

  test('has a row for each attempt, as often as asked', () => {
    const rows = [...result.tasks()];
    expect(rows[1]).toEqual({
      task: 'half/1',
      group: 'half',
      attempt: 0,
      cpuMilli: 2000,
      memoryMiB: 4096,
      gpus: 0,
      gpuMask: 0,
      submitMs: 0,
      placedMs: 30_000,
      runningMs: 40_000,
      endMs: 90_000,
      instance: 'i-0000002',
      outcome: 'succeeded',
    });
    expect(rows[3]).toMatchObject({
      task: 'huge/3',
      placedMs: null,
      runningMs: null,
      endMs: 0,
      instance: '',
    });
    expect([...result.tasks()]).toEqual(rows);
  });

  test('follows everything over time', () => {
    const { bucketMs, rows } = result.series;
    // 1,000 s / 300 rounded up to a round length
    expect(bucketMs).toBe(5000);
    expect(rows.length).toBe(200);
    expect(rows[0]).toEqual({
      startMs: 0,
      instances: { mean: 1, min: 1, max: 1 },
      pending: { mean: 2, max: 2 },
      running: 1,
      cpuRequested: 4,
      cpuAllocatable: 4,
      memoryRequestedGiB: 8,
      memoryAllocatableGiB: 16,
      gpuRequested: 0,
      gpuAllocatable: 0,
      usdPerHour: 1.44,
    });
    // From 15 on two run, from 30 on both are ready.
    expect(rows[3]).toMatchObject({
      instances: { mean: 2, min: 2, max: 2 },
      cpuAllocatable: 4,
      usdPerHour: 2.88,
    });
    expect(rows[6]).toMatchObject({
      pending: { mean: 0, max: 0 },
      running: 3,
      cpuRequested: 8,
      cpuAllocatable: 8,
    });
    // The second one ends at 150.
    expect(rows[30]).toMatchObject({ instances: { mean: 1, min: 1, max: 1 }, running: 0, usdPerHour: 1.44 });
    const hours = rows.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0) * (bucketMs / 3_600_000);
    expect(hours).toBeCloseTo(1135 * HOST_USD_PER_S, 9);
  });

  test('says what the reader must know of the model', () => {
    expect(summary.notes.length).toBe(2);
    expect(summary.notes[1]).toMatch(/every 10 s, .* for 60 s/);
  });
});

test('runResult() tells sizes in neutral units on every platform', () => {
  const odd = template({ cpuMilli: 250, memoryBytes: GIB / 2 });
  for (const kind of ['bare', 'ecs', 'kubernetes'] as const) {
    const { result } = play(plan({ jobs: [job('odd', { template: odd })] }), platform(kind));
    expect([...result.tasks()][0]).toMatchObject({ cpuMilli: 250, memoryMiB: 512 });
    expect(result.summary.groups[0]!.cpuHours).toBeCloseTo(2.5 / 3600, 12);
    expect(result.series.rows[0]!.cpuAllocatable).toBe(4);
  }
});

test('runResult() holds the checks of the plan against the metrics', () => {
  const checks = [{ text: 'unplaced == 0', metric: 'unplaced', operator: '==', value: 0 }] as const;
  const { summary } = play(plan({ jobs: [job('batch')] }, { checks })).result;
  expect(summary.checks).toEqual([{ text: 'unplaced == 0', metric: 'unplaced', value: 0, passed: true }]);
});

test('runResult() has no note on an autoscaler where there is none', () => {
  const notes = (autoscaler: typeof DEMAND | { kind: 'none' }) =>
    play(plan({}), platform('ecs', {}, { autoscaler })).result.summary.notes.length;
  expect(notes(DEMAND)).toBe(notes({ kind: 'none' }) + 1);
});

test('the behaviour fingerprint tells what happened, not who is called what', () => {
  const of = (name: string, runS: number) =>
    play(plan({ jobs: [job(name, { runS })] })).result.summary.fingerprint.behaviour;
  expect(of('batch', 10)).toBe(of('batch', 10));
  expect(of('batch', 11)).not.toBe(of('batch', 10));
});

test('groups keep the order of the plan: services, jobs, traces', () => {
  const workload = { services: [service('web', [[0, 1]])], jobs: [job('b'), job('a')] };
  const { summary } = play(plan(workload, { fleet: [group(2)] })).result;
  expect(summary.groups.map(({ name }) => name)).toEqual(['web', 'b', 'a']);
});
