import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/model/metrics.ts';
import { GIB, SECOND } from '../../src/units.ts';
import { HOST_USD_PER_S, smallDay, VOLUME_USD_PER_S } from '../support/small-day.ts';
import {
  FIRST_FIT,
  group,
  job,
  kubeQueue,
  plan,
  platform,
  seconds,
  service,
  template,
} from '../support/plans.ts';
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
    ['response.p50', 90],
    ['response.p95', 100],
    ['response.p99', 100],
    ['response.max', 100],
    // 100 / 100, and twice 90 / 50
    ['slowdown.mean', 4.6 / 3],
    ['slowdown.p95', 1.8],
    ['slowdown.max', 1.8],
    // The plan promises nothing.
    ['slo.tasks', null],
    ['unplaced', 1],
    ['tasks.submitted', 5],
    ['tasks.succeeded', 3],
    ['tasks.interrupted', 0],
    ['packing.density', 650 / 680],
    ['packing.densityMemory', 1290 / 2720],
    ['utilisation.cpu', 650 / 4480],
    ['utilisation.memory', 1290 / 17_920],
    ['utilisation.gpu', null],
    // Median request: (2, 4) of (4, 8), (2, 4), (2, 4), (5, 1), (1, 1). Free on the first: (0, 8) for 100 s, (4, 16) for
    // 890, (3, 15) for 10; on the second (0, 8) for 60, (4, 16) for 60. Holes: 2 × 890 + 1 × 10 + 2 × 60 = 1910.
    ['packing.holes', 1.91],
    // Shares: half .4, the others .2. (4, 16) cannot take huge, .2 × 4 for 950 s; (3, 15) neither huge nor whole, .4 × 3 for 10.
    ['fragmentation.cpu', (0.8 * 950 + 1.2 * 10) / 1000],
    ['fragmentation.gpu', null],
    // No instance is ever short of 4 GiB; with less than 2 vCPU free there are 8 GiB for 100 s and for 60 s.
    ['stranded.cpu', 0],
    ['stranded.memory', (8 * 100 + 8 * 60) / 1000],
    ['stranded.gpu', null],
    ['usage.cpu', null],
    ['services.availability', null],
    ['services.secondsBelowMinimum', null],
    ['outage.depth', null],
    ['disruption.preemptions', 0],
    ['disruption.losses', 0],
    ['disruption.lostCpu', 0],
    // Time with room over time in all: whole 1, half 60 / 90, late 1; huge has none.
    ['fairness.jain', (8 / 3) ** 2 / (3 * (2 + 4 / 9))],
    // whole: 400 of 4480 vCPU-seconds
    ['fairness.dominantShare', 400 / 4480],
    ['makespan', 100],
    ['throughput', 3 / 1000],
    // Nobody has measured the types of this test.
    ['energy', null],
    ['carbon.total', null],
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

describe('a promise about waiting', () => {
  test('counts who waited longer, the rejected and those that still wait included', () => {
    // One place for four: whole waits 0, the next ones 100 and 200 s, the last one has waited for 250 s at the end.
    const jobs = [
      job('whole', { count: 4, runS: 100, template: template({ cpuMilli: 4000 }) }),
      job('huge', { template: template({ cpuMilli: 5000 }) }),
    ];
    const slo = { waitMs: 150 * SECOND, objectiveMillionths: 900_000 };
    const { metrics } = play(plan({ jobs }, { horizonS: 250, slo })).result.summary;
    // 200 s, 250 s, and the rejected one, of five.
    expect(metrics['slo.tasks']).toBeCloseTo(3 / 5, 12);
    // 50 + 100 of 100 + 200 + 250
    expect(metrics['slo.taskSeconds']).toBeCloseTo(150 / 550, 12);
    // .6 of the .1 that is allowed
    expect(metrics['slo.budgetBurn']).toBeCloseTo(6, 9);
  });
});

describe('disruption', () => {
  const twoZones = [group(2, { zones: ['zone-a', 'zone-b'] })];
  const outage = { kind: 'outage' as const, atMs: 40 * SECOND, untilMs: 60 * SECOND, zone: 'zone-a' };

  test('a lost zone: what it cost jobs, and how long services were short', () => {
    const jobs = [
      job('long', { count: 2, runS: 100, template: template({ cpuMilli: 3000, memoryBytes: 4 * GIB }) }),
    ];
    const services = [
      service('web', [[0, 2]], { template: template({ startup: seconds(5) }), spread: 'instance' }),
    ];
    const { metrics } = play(
      plan({ jobs, services }, { fleet: twoZones, events: [outage], horizonS: 200 }),
      platform('bare', {}, { scheduler: 'worst-fit' }),
    ).result.summary;
    // Of each kind one task was in zone-a.
    expect(metrics['disruption.losses']).toBe(2);
    expect(metrics['tasks.interrupted']).toBe(2);
    expect(metrics['disruption.restarts']).toBe(2);
    expect(metrics['disruption.evictions']).toBe(0);
    // The job had run for 40 s; a service loses no progress.
    expect(metrics['disruption.lostCpu']).toBe(3 * 40);
    expect(metrics['disruption.lostMemory']).toBe(4 * 40);
    expect(metrics['outage.duration']).toBe(20);
    expect(metrics['outage.depth']).toBe(0.5);
    // Back at 60, and 5 s of start-up: 25 s after the loss.
    expect(metrics['outage.recovery']).toBe(25);
    // Both tasks wanted all the time: short from 0 to 5 and from 40 to 65.
    expect(metrics['services.secondsBelowMinimum']).toBe(30);
  });

  test('a service that may go down to half is below its minimum only under that', () => {
    const rollout = { minimumHealthyPercent: 50, circuitBreaker: null };
    const services = [
      service('web', [[0, 2]], { template: template({ startup: seconds(5) }), spread: 'instance', rollout }),
    ];
    const { metrics } = play(
      plan({ services }, { fleet: twoZones, events: [outage], horizonS: 200 }),
      platform('bare', {}, { scheduler: 'worst-fit' }),
    ).result.summary;
    expect(metrics['services.secondsBelowMinimum']).toBe(5);
  });

  test('preemption counts apart from loss', () => {
    const jobs = [
      job('low', { runS: 300, template: template({ cpuMilli: 4000 }) }),
      job('high', { at: [100], runS: 50, template: template({ cpuMilli: 4000, priority: 10 }) }),
    ];
    const { metrics } = play(
      plan({ jobs }, { horizonS: 1000 }),
      platform('kubernetes', {}, { queue: kubeQueue({ graceMs: 0 }) }),
    ).result.summary;
    expect(metrics['disruption.preemptions']).toBe(1);
    expect([metrics['disruption.losses'], metrics['disruption.evictions']]).toEqual([0, 0]);
    expect(metrics['disruption.lostCpu']).toBe(4 * 100);
  });

  test('tasks of a drained instance are evicted', () => {
    const drain = { kind: 'drain' as const, atMs: 30 * SECOND, group: 'pool', zone: 'zone-a', count: null };
    const jobs = [job('long', { count: 2, runS: 100, template: template({ cpuMilli: 3000 }) })];
    const { metrics } = play(plan({ jobs }, { fleet: twoZones, events: [drain], horizonS: 500 })).result
      .summary;
    expect(metrics['disruption.evictions']).toBe(1);
    expect(metrics['disruption.losses']).toBe(0);
    expect(metrics['disruption.lostCpu']).toBe(3 * 30);
  });
});

describe('use, where the load of a service is stated', () => {
  const load = {
    requests: [{ atMs: 0, perHour: 36_000 }],
    repeatMs: null,
    cpuMs: 50,
    memoryBytes: GIB / 2,
    memoryBytesPerRequest: 0,
  };
  const services = [service('web', [[0, 2]], { load })];

  test('10 requests a second of 50 ms are half a vCPU, of 2 asked for and 4 there', () => {
    const { metrics } = play(plan({ services }, { horizonS: 100 })).result.summary;
    expect(metrics['usage.efficiencyCpu']).toBeCloseTo(0.25, 12);
    expect(metrics['usage.efficiencyMemory']).toBeCloseTo(0.5, 12);
    expect(metrics['usage.cpu']).toBeCloseTo(0.125, 12);
    expect(metrics['usage.memory']).toBeCloseTo(1 / 16, 12);
    expect(metrics['cost.perUsedVcpuHour']).toBeCloseTo(metrics['cost.total']! / ((0.5 * 100) / 3600), 9);
  });

  test('of the whole cluster nothing is known with a job beside it', () => {
    const { metrics } = play(plan({ services, jobs: [job('batch')] }, { horizonS: 100 })).result.summary;
    expect(metrics['usage.efficiencyCpu']).toBeCloseTo(0.25, 12);
    expect([metrics['usage.cpu'], metrics['cost.perUsedVcpuHour']]).toEqual([null, null]);
  });
});

test('energy and carbon follow hours, processors and the grid, and half is taken for use', () => {
  const types = new Map([
    [
      't4x16',
      {
        vcpus: 4,
        perVcpu: { minWatts: 1, maxWatts: 3 },
        gpus: 0,
        perGpu: null,
        embodiedGrams: 35_040,
        serverVcpus: 8,
      },
    ],
  ]);
  const { metrics } = play(plan({}, { horizonS: 36_000 }), FIRST_FIT, {
    footprints: { types, gridGramsPerKwh: 100 },
  }).result.summary;
  // 10 h × 4 vCPU × 2 W × 1.135; a year of a server is 8760 g here, half of it ours: 10 h are 5 g.
  expect(metrics['energy']).toBeCloseTo(0.0908, 9);
  expect(metrics['carbon.use']).toBeCloseTo(9.08, 9);
  expect(metrics['carbon.embodied']).toBeCloseTo(5, 9);
  expect(metrics['carbon.total']).toBeCloseTo(14.08, 9);
});
