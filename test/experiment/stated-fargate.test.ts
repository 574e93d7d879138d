import { expect, test } from 'vitest';
import { statedFargate } from '../../src/experiment/stated-fargate.ts';
import type { BillingPlan, FargateTasks } from '../../src/model/billing-plan.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { HOUR } from '../../src/units.ts';

const TASKS: FargateTasks = {
  name: 'cron',
  cpuMilli: 500,
  memoryMiB: 1024,
  count: 3,
  platform: 'linux-x86',
  isSpot: false,
  ephemeralGiB: 20,
  zones: null,
  runsOn: null,
  fromMs: 0,
  toMs: null,
};

function usage(tasks: Partial<FargateTasks>, platform: object) {
  const facts = {
    plan: { region: 'us-east-1', startEpochMs: 1000 * HOUR },
    platform: { name: 'p', ...platform } as PlatformPlan,
    endMs: 10 * HOUR,
    zones: ['a', 'b'],
  };
  return statedFargate(facts, { fargate: [{ ...TASKS, ...tasks }] } as unknown as BillingPlan);
}

const ECS = { kind: 'ecs' };
const EKS = { kind: 'kubernetes', controlPlane: 'eks' };

test('statedFargate() are tasks on ECS, spread over the zones in turn', () => {
  const { fargateTasks, fargatePods } = usage({}, ECS);
  expect(fargatePods).toEqual([]);
  expect(fargateTasks!.map(({ id, zone, cpuUnits }) => [id, zone, cpuUnits])).toEqual([
    ['fargate/cron/1', 'a', 512],
    ['fargate/cron/2', 'b', 512],
    ['fargate/cron/3', 'a', 512],
  ]);
});

test('statedFargate() are pods of the same requests on EKS, in their own zones when they have some', () => {
  const { fargateTasks, fargatePods } = usage({ zones: ['c'] }, EKS);
  expect(fargateTasks).toEqual([]);
  expect(fargatePods!.map(({ zone, containers }) => [zone, containers])).toEqual(
    Array.from({ length: 3 }, () => ['c', [{ cpuMilli: 500, memoryMiB: 1024 }]]),
  );
});

test.each([
  { about: 'the whole run', times: {}, hours: [1000, 1010] },
  { about: 'what is stated', times: { fromMs: 2 * HOUR, toMs: 5 * HOUR }, hours: [1002, 1005] },
  { about: 'no longer than the run', times: { fromMs: 2 * HOUR, toMs: 50 * HOUR }, hours: [1002, 1010] },
  { about: 'not at all after its end', times: { fromMs: 10 * HOUR }, hours: undefined },
])('statedFargate() last $about', ({ times, hours }) => {
  const [first] = usage(times, ECS).fargateTasks!;
  expect(first && [first.pullStartMs / HOUR, first.endMs! / HOUR]).toEqual(hours);
});

test.each([
  ['without EKS', {}, { kind: 'kubernetes', controlPlane: 'none' }],
  ['that is not named', { runsOn: ['other'] }, ECS],
])('statedFargate() are none beside a platform %s', (_, tasks, platform) => {
  expect(usage(tasks, platform)).toEqual({ fargateTasks: [], fargatePods: [] });
});
