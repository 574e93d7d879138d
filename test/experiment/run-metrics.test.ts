import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/model/metrics.ts';
import { GIB, SECOND } from '../../src/units.ts';
import { HOST_USD_PER_S, smallDay, VOLUME_USD_PER_S } from '../support/small-day.ts';
import { FIRST_FIT, job, plan, platform, seconds, service, template } from '../support/plans.ts';
import { instanceLines, play, taskLines } from '../support/play.ts';

describe('the metrics of a run, worked out by hand', () => {
  const run = smallDay();
  const { metrics } = run.result.summary;

  test('which went like this', () => {
    expect(taskLines(run)).toEqual([
      'whole/0 i-0000001 0 > 0 > 100 succeeded',
      'half/1 i-0000002 30 > 40 > 90 succeeded',
      'half/2 i-0000002 30 > 40 > 90 succeeded',
      'huge/3 - - > - > 0 rejected',
      'late/4 i-0000001 990 > 990 > - running',
    ]);
    expect(instanceLines(run)).toEqual([
      'i-0000001 pool t4x16 zone-a 0 > 0 > 0 > -',
      'i-0000002 pool t4x16 zone-a 10 > 15 > 30 > 150',
    ]);
  });

  // Instances run 1,000 s and 150 - 15 = 135 s, each with a volume of 30 GiB.
  const instances = 1135 * HOST_USD_PER_S;
  const volumes = 1135 * VOLUME_USD_PER_S;
  const total = instances + volumes;
  // CPU: 4 × 100 (whole) + 2 × 2 × 60 (half, from 30 to 90) + 1 × 10 (late) = 650 of 4 × 1000 + 4 × (150 - 30) = 4480
  // vCPU-seconds; those of instances with tasks: 4 × (100 + 10) + 4 × 60 = 680.
  // Memory: 8 × 100 + 2 × 4 × 60 + 1 × 10 = 1290 of 16 × 1120 = 17,920 GiB-seconds; with tasks 16 × 170 = 2720.
  // Shares: half by CPU, half by memory, over the life of each instance.
  const first = 1000 * (HOST_USD_PER_S + VOLUME_USD_PER_S);
  const second = 135 * (HOST_USD_PER_S + VOLUME_USD_PER_S);
  const idle =
    first * (1 - (410 / 4000 + 810 / 16_000) / 2) + second * (1 - (240 / (4 * 135) + 480 / (16 * 135)) / 2);

  test.each([
    ['cost.total', total],
    ['cost.instances', instances],
    ['cost.volumes', volumes],
    ['cost.controlPlane', 0],
    ['cost.loadBalancers', 0],
    ['cost.idle', idle],
    ['cost.idleShare', idle / total],
    ['cost.perTask', total / 3],
    ['cost.perVcpuHour', total / (650 / 3600)],
    ['instances.hours', 1135 / 3600],
    // Ready from 0 to 1,000 and from 30 to 150.
    ['instances.readyHours', 1120 / 3600],
    ['instances.launched', 2],
    ['instances.peak', 2],
    // Waits 0 (whole), 30, 30 (half), 0 (late); the rejected one never got room.
    ['wait.mean', 15],
    ['wait.p50', 0],
    ['wait.p95', 30],
    ['wait.p99', 30],
    ['wait.max', 30],
    // Responses 100, 90, 90
    ['response.mean', 280 / 3],
    ['response.p95', 100],
    // 100 / 100, and twice 90 / 50
    ['slowdown.mean', 4.6 / 3],
    ['unplaced', 1],
    ['tasks.submitted', 5],
    ['tasks.succeeded', 3],
    ['tasks.interrupted', 0],
    ['packing.density', 650 / 680],
    ['packing.densityMemory', 1290 / 2720],
    ['utilisation.cpu', 650 / 4480],
    ['utilisation.memory', 1290 / 17_920],
    ['utilisation.gpu', null],
    ['services.availability', null],
    ['makespan', 100],
  ] as const)('%s', (name, expected) => {
    if (expected === null) expect(metrics[name]).toBeNull();
    else expect(metrics[name]).toBeCloseTo(expected, 9);
  });

  test('are all there', () => {
    expect(Object.keys(metrics)).toEqual(METRIC_NAMES);
  });
});

describe('metrics that need what is not there', () => {
  test('are null in a run without tasks, and the cost is known all the same', () => {
    const { metrics } = play(plan({}, { horizonS: 100 })).result.summary;
    expect(metrics['cost.total']).toBeCloseTo(100 * (HOST_USD_PER_S + VOLUME_USD_PER_S), 9);
    expect(metrics['cost.idleShare']).toBeCloseTo(1, 9);
    for (const name of [
      'wait.mean',
      'wait.p95',
      'wait.max',
      'response.mean',
      'slowdown.mean',
      'makespan',
    ] as const) {
      expect(metrics[name]).toBeNull();
    }
    expect([metrics['cost.perTask'], metrics['cost.perVcpuHour'], metrics['packing.density']]).toEqual([
      null,
      null,
      null,
    ]);
    expect(metrics['utilisation.cpu']).toBe(0);
  });

  test('are null without instances', () => {
    const { metrics } = play(plan({ jobs: [job('batch')] }, { fleet: [] })).result.summary;
    expect([metrics['cost.total'], metrics['cost.idleShare'], metrics['utilisation.cpu']]).toEqual([
      0,
      null,
      null,
    ]);
    expect([metrics['instances.hours'], metrics['instances.peak'], metrics['unplaced']]).toEqual([0, 0, 1]);
  });
});

test('services.availability: running over wanted, in time, over all services', () => {
  // web wants 3 and gets 2 for 100 s; api wants 1 for 50 s and gets it after 10 s of start-up.
  const web = service('web', [[0, 3]], { template: template({ cpuMilli: 1500 }) });
  const api = service(
    'api',
    [
      [0, 1],
      [50, 0],
    ],
    { template: template({ startup: seconds(10) }) },
  );
  const { metrics } = play(plan({ services: [web, api] }, { horizonS: 100 })).result.summary;
  expect(metrics['services.availability']).toBeCloseTo((200 + 40) / (300 + 50), 12);
});

test('GPUs count by the thousandth', () => {
  const gpu = { count: 1, milli: 500, models: [] };
  const type = { ...plan({}).types[0]!, gpus: { count: 2, model: 'T4' } };
  const jobs = [job('half', { runS: 50, template: template({ gpu }) })];
  const { metrics } = play(plan({ jobs }, { types: [type], horizonS: 100 })).result.summary;
  // 0.5 of 2 devices for 50 of 100 s
  expect(metrics['utilisation.gpu']).toBe(0.125);
});

test('the same work weighs the same in the units of every platform', () => {
  const jobs = [
    job('batch', { runS: 90 * 60, count: 2, template: template({ cpuMilli: 500, memoryBytes: 2 * GIB }) }),
  ];
  const of = (kind: 'bare' | 'ecs' | 'kubernetes') => {
    const { metrics } = play(plan({ jobs }, { horizonMs: 7200 * SECOND }), platform(kind)).result.summary;
    return [metrics['utilisation.cpu'], metrics['utilisation.memory'], metrics['cost.total']];
  };
  // 1 of 4 vCPUs and 4 of 16 GiB for 90 of 120 minutes
  expect(of('bare').slice(0, 2)).toEqual([0.1875, 0.1875]);
  expect(of('ecs')).toEqual(of('bare'));
  expect(of('kubernetes')).toEqual(of('bare'));
});

test('losing nothing, interrupting nothing: a run has as many waits as placements', () => {
  const jobs = [job('batch', { at: [0, 5, 10], count: 7, runS: 20 })];
  const { result } = play(plan({ jobs }), FIRST_FIT);
  const placed = [...result.tasks()].filter(({ placedMs }) => placedMs !== null).length;
  expect(result.summary.metrics['tasks.submitted']! - result.summary.metrics['unplaced']!).toBe(placed);
});
