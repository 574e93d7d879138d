import { describe, expect, test } from 'vitest';
import { HEALTH_CHECK_DEFAULTS } from '../../../src/model/ecs/container-health.ts';
import type { EcsTemplatePlan, HealthCheckPlan, ServicePlan } from '../../../src/model/plan.ts';
import { SECOND } from '../../../src/units.ts';
import { checkedEcsRun } from '../../support/checked-ecs-run.ts';
import { group, seconds, service, template } from '../../support/plans.ts';

const WORDS: EcsTemplatePlan = {
  cpuUnits: null,
  group: null,
  placementStrategy: [],
  placementConstraints: [],
  requiresAttributes: [],
  zones: null,
  instance: null,
};
const CHECK: HealthCheckPlan = { ...HEALTH_CHECK_DEFAULTS, ready: seconds(0), failuresPerHour: 0 };

/** What is found about tasks, and how they end: `0 healthy 30`, `0 stopped 120`. */
function play(check: Partial<HealthCheckPlan>, rest: Partial<ServicePlan> = {}, horizonS = 3600) {
  const web = service('web', [[0, 1]], {
    template: template({ ecs: { ...WORDS, healthCheck: { ...CHECK, ...check } } }),
    ...rest,
  });
  const { run, log } = checkedEcsRun(
    { services: [web] },
    {},
    { fleet: [group(2)], horizonMs: horizonS * SECOND },
  );
  const told = log.records.flatMap((record) => {
    if (record.kind === 'health')
      return [`${record.task} ${record.isHealthy ? 'healthy' : 'unhealthy'} ${record.timeMs / SECOND}`];
    return record.kind === 'ended' ? [`${record.task} ${record.outcome} ${record.timeMs / SECOND}`] : [];
  });
  return { told, run };
}

describe('a health check of the container', () => {
  test('makes a task healthy with the first check that passes, load balancer or not', () => {
    const balancer = { name: 'front', kind: 'application' as const, registrationMs: 10 * SECOND };
    expect(play({}).told).toEqual(['0 healthy 30']);
    // Ten seconds of registration before RUNNING; the later of both counts.
    expect(play({}, { loadBalancer: balancer }).told).toEqual(['0 healthy 40']);
  });

  test('has the service replace what it finds unhealthy: first another task, then the stop', () => {
    // Up at 200 s of its life: UNHEALTHY at 105 s, and another one comes beside it.
    const { told } = play({ ready: seconds(200) }, {}, 215);
    // The first is well from 205 s on; of two good ones the one that is still starting goes.
    expect(told).toEqual(['0 unhealthy 105', '0 healthy 205', '1 stopped 205']);
  });

  test('a start period as long as the container takes leaves it alone', () => {
    expect(play({ ready: seconds(200), startPeriodMs: 200 * SECOND }).told).toEqual(['0 healthy 205']);
  });

  test('the grace period of a service does the same', () => {
    expect(play({ ready: seconds(200) }, { ecs: { healthCheckGraceMs: 205 * SECOND } }).told).toEqual([
      '0 healthy 205',
    ]);
    expect(play({ ready: seconds(200) }, { ecs: { healthCheckGraceMs: 150 * SECOND } }, 160).told).toEqual([
      '0 unhealthy 150',
    ]);
  });

  test('tasks that fall sick are replaced for as long as the run lasts, and the service keeps its number', () => {
    const { told, run } = play(
      { intervalMs: 5 * SECOND, failuresPerHour: 12 },
      { replicas: [{ atMs: 0, count: 4 }] },
    );
    const count = (what: string) => told.filter((line) => line.includes(` ${what} `)).length;
    // 48 are expected in an hour.
    expect(count('unhealthy')).toBeGreaterThan(20);
    expect(count('stopped')).toBeGreaterThan(20);
    expect(run.tasks.submittedCount).toBe(
      4 + count('stopped') + (run.store.taskCount[0]! + run.store.taskCount[1]! - 4),
    );
  });
});
