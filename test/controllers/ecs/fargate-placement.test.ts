import { describe, expect, test } from 'vitest';
import { usageOf } from '../../../src/experiment/run-bill.ts';
import { FARGATE_DEFAULTS, type FargatePlan } from '../../../src/model/fargate-plan.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { GIB, MIB, SECOND } from '../../../src/units.ts';
import { checkedEcsRun } from '../../support/checked-ecs-run.ts';
import { PRICES } from '../../support/play.ts';
import { job, seconds, service, template } from '../../support/plans.ts';

/** Two launches at once and one a second after that; 20 s from launch to pull. */
const FARGATE: FargatePlan = {
  ...FARGATE_DEFAULTS,
  zones: ['zone-a', 'zone-b'],
  provisioning: seconds(20),
  launchBurst: 2,
  launchesPerMinute: 60,
};
const small = (rest: Parameters<typeof template>[0] = {}) =>
  template({ cpuMilli: 250, memoryBytes: 512 * MIB, startup: seconds(5), ...rest });

function play(
  workload: Partial<Plan['workload']>,
  fargate: Partial<FargatePlan> = {},
  rest: Partial<Plan> = {},
) {
  const { run, log } = checkedEcsRun(workload, { fargate: { ...FARGATE, ...fargate } }, rest);
  const machines = log.records.flatMap((record) =>
    record.kind === 'instance' ? [`${record.group} ${record.type} ${record.zone}`] : [],
  );
  const placedS = log.records.flatMap((record) => (record.kind === 'placed' ? [record.timeMs / SECOND] : []));
  return { run, log: log.records, machines, placedS };
}

describe('a task on Fargate', () => {
  test.each([
    { cpuMilli: 250, memory: 512 * MIB, type: 'fargate-256-512' },
    // 0.3 vCPU and 1.5 GB: half a vCPU with 2 GB.
    { cpuMilli: 300, memory: 1.5 * GIB, type: 'fargate-512-2048' },
    // 5 GB with a quarter of a vCPU: the cheapest that has them is 1 vCPU.
    { cpuMilli: 250, memory: 5 * GIB, type: 'fargate-1024-5120' },
  ])('has a machine of the next size: $type', ({ cpuMilli, memory, type }) => {
    const one = template({ cpuMilli, memoryBytes: memory });
    const { machines } = play({ jobs: [job('one', { template: one })] });
    expect(machines).toEqual([`FARGATE ${type} zone-a`]);
  });

  test('waits for the launch rate, then for its machine, in both zones alike', () => {
    const { machines, placedS } = play({ jobs: [job('burst', { template: small(), count: 5, runS: 100 })] });
    // The bucket holds 2 and fills at one a second: launches at 0, 0, 1, 2, 3 s, each 20 s before its task.
    expect(placedS).toEqual([20, 20, 21, 22, 23]);
    expect(machines.map((text) => text.slice(-6))).toEqual([
      'zone-a',
      'zone-b',
      'zone-a',
      'zone-b',
      'zone-a',
    ]);
  });

  test('is billed by the second from its image pull to its end, for a minute at least', () => {
    const { run } = play({ jobs: [job('short', { template: small(), runS: 25 })] });
    // Pull at 20 s, running at 25 s, over at 50 s: 30 s, for which the bill takes 60.
    const { other } = usageOf(run, PRICES, 3_600_000).usage;
    const startMs = Date.UTC(2026, 2, 2);
    expect(other?.fargateTasks).toEqual([
      {
        id: 'i-0000001',
        region: 'us-east-1',
        zone: 'zone-a',
        platform: 'linux-x86',
        option: 'fargate',
        cpuUnits: 256,
        memoryMiB: 512,
        pullStartMs: startMs + 20_000,
        endMs: startMs + 50_000,
      },
    ]);
  });

  test('that no size can take is rejected', () => {
    const huge = template({ cpuMilli: 64_000, memoryBytes: 500 * GIB });
    const { run, machines } = play({ jobs: [job('huge', { template: huge })] });
    expect(machines).toEqual([]);
    expect([...run.rejections.values()]).toMatchObject([{ tasks: 1 }]);
  });

  test('of a service that is stopped before its machine is there launches none to keep', () => {
    const services = [
      service(
        'web',
        [
          [0, 1],
          [10, 0],
        ],
        { template: small() },
      ),
    ];
    const { run, placedS } = play({ services });
    expect(placedS).toEqual([]);
    expect(run.store.slotCount).toBe(1);
    expect(run.store.state[0]).toBe(0);
  });

  test('moves with a zone that is lost', () => {
    const services = [service('web', [[0, 2]], { template: small() })];
    const { log } = play(
      { services },
      {},
      {
        events: [{ kind: 'outage', atMs: 100_000, untilMs: null, zone: 'zone-a' }],
      },
    );
    const zones = log.flatMap((record) =>
      record.kind === 'instance' && record.timeMs >= 100_000 ? [record.zone] : [],
    );
    expect(zones).toEqual(['zone-b']);
  });

  test.each([
    // Both zones are gone from 100 s to 200 s. Lost at 100 s, looked at again every 60 s: at 220 s; every 7 s: at 205 s.
    { retryMs: 60_000, launchedS: 220 },
    { retryMs: 7000, launchedS: 205 },
  ])('waits for a zone, with a look every $retryMs ms', ({ retryMs, launchedS }) => {
    const services = [service('web', [[0, 1]], { template: small() })];
    const outage = (zone: string) => ({ kind: 'outage' as const, atMs: 100_000, untilMs: 200_000, zone });
    const { log } = play({ services }, { retryMs }, { events: [outage('zone-a'), outage('zone-b')] });
    const launches = log.flatMap((record) => (record.kind === 'instance' ? [record.timeMs / SECOND] : []));
    expect(launches.at(-1)).toBe(launchedS);
  });
});

describe('the capacity provider strategy of Fargate', () => {
  test.each([
    // AABBBABBBB would need more tasks; base 2, then weights 1 and 3: F F F S S S F S S S
    {
      strategy: [
        ['FARGATE', 2, 1],
        ['FARGATE_SPOT', 0, 3],
      ],
      spot: 6,
    },
    { strategy: [['FARGATE_SPOT', 0, 1]], spot: 10 },
  ] as const)('divides tasks: $strategy', ({ strategy, spot }) => {
    const items = strategy.map(([capacityProvider, base, weight]) => ({ capacityProvider, base, weight }));
    const services = [service('web', [[0, 10]], { template: small() })];
    const { machines } = play({ services }, { strategy: items, interruptionsPerHour: 0 });
    expect(machines.filter((text) => text.startsWith('FARGATE_SPOT '))).toHaveLength(spot);
    expect(machines).toHaveLength(10);
  });

  test('loses tasks of FARGATE_SPOT at their rate, and each comes back', () => {
    const strategy = [{ capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 }];
    const services = [service('web', [[0, 4]], { template: small() })];
    const { run, log } = play({ services }, { strategy, interruptionsPerHour: 6 });
    const notices = log.filter(({ kind }) => kind === 'notice').length;
    const again = log.filter(({ kind }) => kind === 'requeued').length;
    // 4 tasks, an hour, 6 an hour each: 24 expected, 8 to 45 with all but certainty.
    expect(notices).toBeGreaterThan(8);
    expect(notices).toBeLessThan(45);
    expect(again).toBe(notices);
    expect(run.tasks.interruptedCount).toBe(notices);
  });

  test('gives notice as long before the end as the platform says', () => {
    const strategy = [{ capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 }];
    const services = [service('web', [[0, 4]], { template: small() })];
    const { log } = play({ services }, { strategy, interruptionsPerHour: 6, noticeMs: 30_000 });
    const leads = log.flatMap((record) => (record.kind === 'notice' ? [record.endsMs! - record.timeMs] : []));
    expect(new Set(leads)).toEqual(new Set([30_000]));
  });
});
