import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { findings, scenarioWith, testContext } from '../../support/scenarios.ts';

const FARGATE = { name: 'fargate', kind: 'ecs', fargate: { zones: ['us-east-1a'] } };
const ECS = { name: 'ecs', kind: 'ecs' };
const GROUP = scenarioWith({}).fleet![0]!.name;
const check = { command: ['CMD', 'true'], interval: 10, retries: 2, startPeriod: 60 };
const web = {
  family: 'web',
  containerDefinitions: [{ name: 'app', cpu: 100, memory: 512, healthCheck: check }],
  tags: [
    { key: 'stowage:ready', value: '20s' },
    { key: 'stowage:failures', value: '0.5/h' },
  ],
};
const shop = (rest: object) => ({ serviceName: 'shop', taskDefinition: 'web', ...rest });
const scenario = (documents: readonly object[], platforms: readonly object[] = [ECS]) => ({
  ...scenarioWith({}),
  platforms,
  workload: { ecs: [web, ...documents] },
});
const planOf = async (text: string) =>
  (await resolveScenario({ file: 'test.yaml', bytes: new TextEncoder().encode(text) }, testContext)).plan;
const found = async (documents: readonly object[], platforms?: readonly object[]) =>
  (await findings(stringify(scenario(documents, platforms)))).map((line) =>
    line.replace(/ (\d+:\d+|-) /, ' '),
  );

describe('a service and RunTask of the ECS API', () => {
  test('bring their strategy, their grace period and the health check of their container', async () => {
    const strategy = [{ capacityProvider: GROUP, base: 1, weight: 2 }];
    const plan = await planOf(
      stringify(
        scenario([
          shop({
            capacityProviderStrategy: strategy,
            healthCheckGracePeriodSeconds: 90,
            availabilityZoneRebalancing: 'DISABLED',
          }),
          { taskDefinition: 'web', capacityProviderStrategy: [{ capacityProvider: GROUP }] },
        ]),
      ),
    );
    const { services, jobs } = plan.workload;
    expect(services[0]!.ecs).toEqual({
      capacityProviderStrategy: strategy,
      availabilityZoneRebalancing: 'DISABLED',
      healthCheckGraceMs: 90_000,
    });
    expect(jobs[0]!.ecs).toEqual({
      capacityProviderStrategy: [{ capacityProvider: GROUP, base: 0, weight: 0 }],
    });
    expect(services[0]!.template.ecs!.healthCheck).toEqual({
      intervalMs: 10_000,
      timeoutMs: 5000,
      retries: 2,
      startPeriodMs: 60_000,
      ready: { kind: 'constant', valueMs: 20_000 },
      failuresPerHour: 0.5,
    });
    expect(await planOf(renderPlanYaml(plan))).toEqual(plan);
  });

  test.each([
    {
      rest: { capacityProviderStrategy: [{ capacityProvider: `${GROUP}x`, weight: 1 }] },
      says: `E2011 service shop: there is no capacity provider "${GROUP}x"`,
    },
    {
      rest: { capacityProviderStrategy: [{ capacityProvider: GROUP, weight: 2000 }] },
      says: `E2011 service shop: weight of ${GROUP} is a whole number from 0 to 1000`,
    },
    {
      rest: { launchType: 'EC2', capacityProviderStrategy: [{ capacityProvider: GROUP, weight: 1 }] },
      says: 'E2011 service shop: launchType and capacityProviderStrategy exclude each other',
    },
    {
      rest: {
        schedulingStrategy: 'DAEMON',
        capacityProviderStrategy: [{ capacityProvider: GROUP, weight: 1 }],
      },
      says: 'E2011 service shop: a DAEMON service has none',
    },
  ])('are refused as ECS would: $says', async ({ rest, says }) => {
    expect(await found([shop(rest)])).toEqual([expect.stringContaining(says)]);
  });

  test('take the own strategy of a platform that lacks their provider, and say so', async () => {
    const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    expect(await found([shop({ capacityProviderStrategy: strategy })], [ECS, FARGATE])).toEqual([
      expect.stringContaining('W2011 service shop: "ecs" has no capacity provider "FARGATE_SPOT"'),
    ]);
  });
});
