import { describe, expect, test } from 'vitest';
import { FARGATE_DEFAULTS } from '../../../src/model/fargate-plan.ts';
import { ECS_CAPACITY_DEFAULTS } from '../../../src/model/ecs-defaults.ts';
import type { Plan, PlatformPlan } from '../../../src/model/plan.ts';
import { checkedEcsRun } from '../../support/checked-ecs-run.ts';
import { group, job, service } from '../../support/plans.ts';

type EcsPlatform = Extract<PlatformPlan, { kind: 'ecs' }>;
const item = (capacityProvider: string, base: number, weight: number) => ({ capacityProvider, base, weight });
const MIXED = { capacityProviderStrategy: [item('od', 2, 1), item('spare', 0, 3)] };

/** Tasks by the group of instances that they went to. */
function placed(
  workload: Partial<Plan['workload']>,
  settings: Partial<EcsPlatform>,
  rest: Partial<Plan> = {},
) {
  const { log } = checkedEcsRun(workload, settings, rest);
  const groups = new Map<number, string>();
  const counts: Record<string, number> = {};
  for (const record of log.records) {
    if (record.kind === 'instance') groups.set(record.instance, record.group);
    if (record.kind !== 'placed') continue;
    const name = groups.get(record.instance)!;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const TWO = [group(4, { name: 'od' }), group(4, { name: 'spare' })];

describe('a strategy of a service or a job', () => {
  test.each([
    {
      what: 'with managed scaling',
      autoscaler: { kind: 'managed-scaling' as const, ...ECS_CAPACITY_DEFAULTS },
    },
    { what: 'without it', autoscaler: { kind: 'none' as const } },
  ])('is kept in place of that of the platform, $what', ({ autoscaler }) => {
    // base 2, then 1 to 3 of eight more: AABBBABBBA has 4 A and 6 B in ten.
    const services = [service('web', [[0, 10]], { ecs: MIXED })];
    expect(placed({ services }, { autoscaler }, { fleet: TWO })).toEqual({ od: 4, spare: 6 });
    const jobs = [job('batch', { count: 10, runS: 1000, ecs: MIXED })];
    expect(placed({ jobs }, { autoscaler }, { fleet: TWO })).toEqual({ od: 4, spare: 6 });
  });

  test('gives each service its own, and tasks without one to the platform', () => {
    const services = [
      service('a', [[0, 4]], { ecs: { capacityProviderStrategy: [item('spare', 0, 1)] } }),
      service('b', [[0, 4]]),
    ];
    const autoscaler = {
      kind: 'managed-scaling' as const,
      ...ECS_CAPACITY_DEFAULTS,
      strategy: [item('od', 0, 1)],
    };
    expect(placed({ services }, { autoscaler }, { fleet: TWO })).toEqual({ od: 4, spare: 4 });
  });

  test('brings its providers of Fargate with it, and gives way where the platform has none of them', () => {
    const services = [
      service('web', [[0, 4]], { ecs: { capacityProviderStrategy: [item('FARGATE_SPOT', 0, 1)] } }),
    ];
    const fargate = { ...FARGATE_DEFAULTS, zones: ['zone-a'], interruptionsPerHour: 0 };
    expect(placed({ services }, { fargate, autoscaler: { kind: 'none' } })).toEqual({ FARGATE_SPOT: 4 });
    expect(placed({ services }, {}, { fleet: [group(2)] })).toEqual({ pool: 4 });
  });
});
