import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { ClusterRun, type RunProgress } from '../../../src/experiment/run/cluster-run.ts';
import { fleetOf } from '../../../src/experiment/run/plan-parts.ts';
import type { Plan, PlatformPlan } from '../../../src/model/plan.ts';
import type { SchedulerDefinition } from '../../../src/schedulers/scheduler.ts';
import {
  FIRST_FIT,
  group,
  instanceType,
  job,
  plan,
  platform,
  service,
  template,
  TYPE,
} from '../../support/plans.ts';
import { instanceLines, play, simulationInput, taskLines } from '../../support/play.ts';

const KINDS = ['bare', 'ecs', 'kubernetes'] as const;

describe('a fixed fleet', () => {
  test('strict: the first of the queue blocks, skip: others pass it', () => {
    // 4 vCPU: three are taken until 10; two do not fit, one would.
    const sized = (vcpus: number) => template({ cpuMilli: vcpus * 1000 });
    const jobs = [3, 2, 1].map((vcpus) => job(`take-${vcpus}`, { template: sized(vcpus) }));
    const ends = (queue: 'skip' | 'strict') =>
      taskLines(play(plan({ jobs }), platform('bare', {}, { queue })));
    expect(ends('skip')).toEqual([
      'take-3/0 i-0000001 0 > 0 > 10 succeeded',
      'take-2/1 i-0000001 10 > 10 > 20 succeeded',
      'take-1/2 i-0000001 0 > 0 > 10 succeeded',
    ]);
    expect(ends('strict')).toEqual([
      'take-3/0 i-0000001 0 > 0 > 10 succeeded',
      'take-2/1 i-0000001 10 > 10 > 20 succeeded',
      'take-1/2 i-0000001 10 > 10 > 20 succeeded',
    ]);
  });

  test.each([
    ['bare', ['first', 'high', 'low']],
    ['kubernetes', ['first', 'high', 'low']],
    // RunTask knows no priorities.
    ['ecs', ['first', 'low', 'high']],
  ] as const)('serves higher priorities first where there are any: %s', (kind, expected) => {
    const all = (priority: number) => template({ cpuMilli: 4000, priority });
    const jobs = [
      job('first', { template: all(0) }),
      job('low', { at: [1], template: all(0) }),
      job('high', { at: [2], template: all(7) }),
    ];
    for (const queue of ['skip', 'strict'] as const) {
      const run = play(plan({ jobs }), platform(kind, {}, { queue }));
      const order = [...run.result.tasks()].sort((a, b) => a.placedMs! - b.placedMs!).map((row) => row.group);
      expect(order).toEqual(expected);
    }
  });

  test.each(KINDS)(
    'takes one task per fixed host port and instance, and one of a distinct group: %s',
    (kind) => {
      const port = template({ hostPorts: [{ port: 8080, protocol: 'TCP' }] });
      const apart = template({ distinctInstance: true });
      const workload = {
        services: [
          service('port', [[0, 3]], { template: port }),
          service('apart', [[0, 3]], { template: apart }),
        ],
      };
      const { result } = play(plan(workload, { fleet: [group(2)] }), platform(kind));
      for (const name of ['port', 'apart']) {
        const rows = [...result.tasks()].filter((row) => row.group === name);
        const hosts = rows.map(({ instance }) => instance).filter((instance) => instance !== '');
        expect(new Set(hosts).size).toBe(2);
        expect(hosts.length).toBe(2);
      }
    },
  );

  test('offers extended resources by name, on every platform', () => {
    const fpga = template({ extended: new Map([['example.com/fpga', 1]]) });
    const jobs = [job('fpga', { count: 3, template: fpga })];
    for (const kind of KINDS) {
      const has = plan({ jobs }, { fleet: [group(1, { extended: new Map([['example.com/fpga', 2]]) })] });
      expect(taskLines(play(has, platform(kind))).map((line) => line.split(' ')[2])).toEqual([
        '0',
        '0',
        '10',
      ]);
      expect(play(plan({ jobs }), platform(kind)).result.summary.tasks.rejected).toBe(3);
    }
  });

  test('takes GPU tasks by device and model', () => {
    const type = { ...TYPE, gpus: { count: 2, model: 'T4' } };
    const gpu = (count: number, milli: number, models: string[] = []) =>
      template({ gpu: { count, milli, models } });
    const jobs = [
      job('most', { template: gpu(1, 700) }),
      job('half', { count: 2, template: gpu(1, 500) }),
      job('both', { template: gpu(2, 1000) }),
      job('other', { template: gpu(1, 1000, ['V100']) }),
    ];
    for (const kind of KINDS) {
      const lines = taskLines(play(plan({ jobs }, { types: [type] }), platform(kind)));
      // 700 on one device; 500 and 500 share the other; two whole ones wait for all of them.
      expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
        'most/0 i-0000001 0',
        'half/1 i-0000001 0',
        'half/2 i-0000001 0',
        'both/3 i-0000001 10',
        'other/4 - -',
      ]);
    }
  });
});

describe('where tasks may go', () => {
  const fleet = [
    group(1, { name: 'amd', zones: ['zone-a'], labels: new Map([['pool', 'x']]) }),
    group(1, {
      name: 'arm',
      zones: ['zone-b'],
      types: ['arm'],
      taints: [{ key: 'arm', value: '', effect: 'NoSchedule' }],
    }),
  ];
  const types = [TYPE, instanceType(2, 8, { name: 'arm', architecture: 'arm64' })];
  const tolerations = [{ key: 'arm', operator: 'Exists' as const }];

  test.each<{ where: Record<string, string>; group: string | null }>([
    { where: { zone: 'zone-a' }, group: 'amd' },
    { where: { zone: 'zone-b' }, group: 'arm' },
    { where: { zone: 'zone-c' }, group: null },
    { where: { architecture: 'arm64' }, group: 'arm' },
    { where: { architecture: 'amd64' }, group: 'amd' },
    { where: { 'instance-type': 'arm' }, group: 'arm' },
    { where: { pool: 'x' }, group: 'amd' },
    { where: { pool: 'x', zone: 'zone-b' }, group: null },
  ])('means the same on every platform: $where', ({ where, group: expected }) => {
    const jobs = [
      job('there', { template: template({ where: new Map(Object.entries(where)), tolerations }) }),
    ];
    for (const kind of KINDS) {
      const { result } = play(plan({ jobs }, { fleet, types }), platform(kind));
      const [row] = result.tasks();
      const host = result.instances.find(({ instance }) => instance === row!.instance);
      expect([kind, host?.group ?? null, row!.outcome]).toEqual([
        kind,
        expected,
        expected === null ? 'rejected' : 'succeeded',
      ]);
    }
  });

  test('taints keep tasks away on Kubernetes and bare platforms; ECS has none', () => {
    const jobs = [job('any', { count: 3, template: template({ cpuMilli: 2000 }) })];
    const hosts = (kind: PlatformPlan['kind']) =>
      [...play(plan({ jobs }, { fleet, types }), platform(kind)).result.tasks()].map(
        ({ placedMs }) => placedMs,
      );
    expect(hosts('bare')).toEqual([0, 0, 10_000]);
    expect(hosts('kubernetes')).toEqual([0, 0, 10_000]);
    expect(hosts('ecs')).toEqual([0, 0, 0]);
  });

  test('a host name pins a task to the instance of that name, and to no other', () => {
    const instances = ['n-1', 'n-2'].map((name) => ({ name, type: TYPE.name, zone: 'zone-a' }));
    const pinned = (name: string) => template({ where: new Map([['kubernetes.io/hostname', name]]) });
    const jobs = [job('two', { template: pinned('n-2') }), job('nine', { template: pinned('n-9') })];
    const run = play(plan({ jobs }, { fleet: [group(2, { instances })] }), platform('kubernetes'));
    expect(taskLines(run)).toEqual(['two/0 n-2 0 > 0 > 10 succeeded', 'nine/1 - - > - > 0 rejected']);
  });
});

describe('what the log says of the rules', () => {
  function constraints(on: PlatformPlan, planned: Plan = plan({ jobs: [job('batch')] })): string[] {
    const { log } = play(planned, on);
    return log.flatMap((record) => (record.kind === 'class' ? [record.constraints] : []));
  }

  test('wishes alone, or more where the platform adds rules of its own', () => {
    expect(constraints(FIRST_FIT)).toEqual(['wishes']);
    expect(constraints(platform('ecs'))).toEqual(['wishes']);
    expect(constraints(platform('kubernetes', { tieBreak: 'first' }))).toEqual(['wishes']);
    const memberOf = { placementConstraints: [{ type: 'memberOf', expression: 'attribute:pool == x' }] };
    expect(constraints(platform('ecs', memberOf))).toEqual(['wishes-and-more']);
    expect(constraints(platform('kubernetes', { config: {} }))).toEqual(['wishes-and-more']);
    const scheduler = { ...FIRST_FIT.scheduler, plugin: './mine.ts' };
    expect(constraints({ ...FIRST_FIT, scheduler } as PlatformPlan)).toEqual(['wishes-and-more']);
  });

  test('a constraint of the platform binds, and tasks wait though there is room', () => {
    const on = platform('ecs', { placementConstraints: [{ type: 'distinctInstance' }] });
    const { summary } = play(
      plan({ services: [service('web', [[0, 3]])] }, { fleet: [group(2)] }),
      on,
    ).result;
    expect(summary.tasks).toMatchObject({ running: 2, pending: 1 });
  });
});

test('the fleet of the platform goes before that of the scenario', () => {
  const own = [group(1, { name: 'own' })];
  const planned = plan({});
  expect(fleetOf(planned, FIRST_FIT)).toBe(planned.fleet);
  expect(fleetOf(planned, { ...FIRST_FIT, fleet: own })).toBe(own);
  expect(instanceLines(play(planned, { ...FIRST_FIT, fleet: own }))).toEqual([
    'i-0000001 own t4x16 zone-a 0 > 0 > 0 > -',
  ]);
});

test('options that a plug-in does not like are bad input, not a bug', () => {
  const base = simulationInput(plan({})).scheduler;
  const picky: SchedulerDefinition = {
    ...base,
    readOptions: () => ({ problems: [{ path: ['depth'], message: 'depth must be a number' }] }),
  };
  const input = simulationInput(plan({}), FIRST_FIT, { scheduler: picky });
  expect(() => new ClusterRun(input)).toThrow(InputError);
  expect(() => new ClusterRun(input)).toThrow('Platform bare: depth must be a number');
});

test('a run shows its progress', () => {
  const seen: RunProgress[] = [];
  const jobs = [job('batch', { arrivals: { kind: 'every', intervalMs: 1000, firstMs: 0 }, runS: 10 })];
  const run = new ClusterRun(simulationInput(plan({ jobs }, { fleet: [group(2)] })));
  const end = run.run((progress) => {
    seen.push(progress);
    return false;
  });
  expect(end).toBe('horizon');
  expect(seen[0]).toEqual({ nowMs: 0, events: 0, instances: 2, pending: 0, tasksSubmitted: 0 });
  const last = seen.at(-1)!;
  expect(last.nowMs).toBeGreaterThan(0);
  // One task a second of 10 s each on 8 vCPUs: more wait every second.
  expect(last.pending).toBeGreaterThan(0);
  // It is asked between two events: the arrival of this second may be the next one.
  expect(last.tasksSubmitted - Math.floor(last.nowMs / 1000)).toBeOneOf([0, 1]);
});
