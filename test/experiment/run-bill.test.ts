import { describe, expect, test } from 'vitest';
import type { Plan, PlatformPlan } from '../../src/model/plan.ts';
import { HOST_USD_PER_S, smallDay, VOLUME_USD_PER_S } from '../support/small-day.ts';
import {
  DEMAND,
  group,
  instanceType,
  job,
  plan,
  platform,
  seconds,
  service,
  TYPE,
} from '../support/plans.ts';
import { play } from '../support/play.ts';

const loadBalancer = { name: 'front', kind: 'application', registrationMs: 0 } as const;

function costs(planned: Plan, on?: PlatformPlan) {
  const { metrics } = play(planned, on).result.summary;
  return {
    instances: metrics['cost.instances'],
    controlPlane: metrics['cost.controlPlane'],
    loadBalancers: metrics['cost.loadBalancers'],
  };
}

describe('usageOf()', () => {
  test('bills an idle run to its horizon, though nothing ever happens', () => {
    expect(costs(plan({}, { horizonS: 7200 })).instances).toBeCloseTo(7200 * HOST_USD_PER_S, 9);
  });

  test('bills from running to the end, not the launch, and 60 s at least', () => {
    // Asked for at 10, runs from 40 to 70 when its task ends: 30 s count as 60.
    const fleet = [group({ min: 0, max: 1 }, { launch: seconds(30), boot: seconds(20) })];
    const autoscaler = { ...DEMAND, idleMs: 0 };
    const run = play(plan({ jobs: [job('batch')] }, { fleet }), platform('bare', {}, { autoscaler }));
    expect(run.result.instances[0]).toMatchObject({ requestedMs: 10_000, runningMs: 40_000, endMs: 70_000 });
    expect(run.result.instances[0]!.billedSeconds).toBe(60);
    expect(run.result.summary.metrics['cost.instances']).toBeCloseTo(60 * HOST_USD_PER_S, 9);
    // 30 s of instance and volume more than they lived
    expect(run.result.summary.cost.roundingUsd).toBeCloseTo(30 * (HOST_USD_PER_S + VOLUME_USD_PER_S), 9);
  });

  test('does not bill an instance that was still being launched at the end', () => {
    const fleet = [group({ min: 0, max: 1 }, { launch: seconds(100) })];
    const on = platform('bare', {}, { autoscaler: DEMAND });
    const run = play(plan({ jobs: [job('batch')] }, { fleet, horizonS: 60 }), on);
    expect(run.result.instances[0]).toMatchObject({
      requestedMs: 10_000,
      runningMs: null,
      billedSeconds: 0,
      usd: 0,
    });
    expect(run.result.summary.metrics['cost.total']).toBe(0);
    expect(run.result.summary.metrics['instances.launched']).toBe(1);
  });

  test('bills a managed control plane for the whole run, on Kubernetes alone', () => {
    const planned = plan({}, { horizonS: 1800 });
    const kubernetes = platform('kubernetes');
    expect(costs(planned, kubernetes).controlPlane).toBe(0);
    expect(costs(planned, { ...kubernetes, controlPlane: 'eks' } as PlatformPlan).controlPlane).toBeCloseTo(
      0.05,
      9,
    );
    expect(costs(planned, platform('ecs')).controlPlane).toBe(0);
  });

  test('bills each load balancer once, in started hours, however many services share it', () => {
    const services = [
      service('web', [[0, 1]], { loadBalancer }),
      service('api', [[0, 1]], { loadBalancer }),
      service('inner', [[0, 1]], { loadBalancer: { ...loadBalancer, name: 'inner', kind: 'classic' } }),
      service('plain', [[0, 1]]),
    ];
    // 90 minutes are 2 hours: 2 × 0.0225 + 2 × 0.025
    expect(costs(plan({ services }, { horizonS: 5400 })).loadBalancers).toBeCloseTo(0.095, 9);
  });

  test('bills the fleet of the platform in place of that of the scenario', () => {
    const small = instanceType(2, 8);
    const on = platform('bare', {}, { fleet: [group(3, { types: [small.name] })] });
    expect(costs(plan({}, { types: [TYPE, small], horizonS: 3600 }), on).instances).toBeCloseTo(3 * 0.72, 9);
  });

  test('shares the cost of instances and volumes out to the last part', () => {
    const { result } = smallDay();
    const { allocation, total } = result.summary.cost;
    const first = 1000 * (HOST_USD_PER_S + VOLUME_USD_PER_S);
    const second = 135 * (HOST_USD_PER_S + VOLUME_USD_PER_S);
    // Half by CPU, half by memory. half: 240 of 4 × 135 vCPU-seconds, 480 of 16 × 135 GiB-seconds: a third.
    const expected = {
      half: second / 3,
      whole: first * (400 / 4000 + 800 / 16_000) * 0.5,
      late: first * (10 / 4000 + 10 / 16_000) * 0.5,
      '(overhead)': 0,
    };
    const amounts = new Map(allocation.map(({ name, usd }) => [name, usd]));
    for (const [name, usd] of Object.entries(expected)) expect(amounts.get(name), name).toBeCloseTo(usd, 9);
    expect([...amounts.keys()]).toEqual(['whole', 'half', 'late', '(overhead)', '(idle)']);
    expect(allocation.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(Number(total), 9);
    expect(allocation.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  test('what a platform keeps of its instances is overhead', () => {
    const type = { ...TYPE, eksAllocatable: { cpuMilli: 3000, memoryMiB: 12 * 1024 } };
    const { allocation } = play(plan({}, { types: [type] }), platform('kubernetes')).result.summary.cost;
    expect(allocation.map(({ name, share }) => [name, Math.round(share * 1000) / 1000])).toEqual([
      ['(overhead)', 0.25],
      ['(idle)', 0.75],
    ]);
  });
});
