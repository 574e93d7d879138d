import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { renderPlan } from '../../../src/io/scenario/render-plan.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { findings, scenarioWith, testContext } from '../../support/scenarios.ts';

const ECS = { name: 'ecs', kind: 'ecs' as const };
const web = {
  family: 'web',
  containerDefinitions: [{ name: 'app', cpu: 100, memory: 512, memoryReservation: 256 }],
};

const scenario = (documents: readonly unknown[], platforms: readonly object[] = [ECS]) => ({
  ...scenarioWith({}),
  platforms,
  workload: { ecs: documents },
});

async function planOf(documents: readonly unknown[]): Promise<Plan> {
  const bytes = new TextEncoder().encode(stringify(scenario(documents)));
  return (await resolveScenario({ file: 'test.yaml', bytes }, testContext)).plan;
}

/** Findings without their positions. */
async function found(documents: readonly unknown[], platforms?: readonly object[]): Promise<string[]> {
  const lines = await findings(stringify(scenario(documents, platforms)));
  return lines.map((line) => line.replace(/ (\d+:\d+|-) /, ' '));
}

describe('resolveEcs()', () => {
  test('takes a service with its task definition, in exact units', async () => {
    const { workload } = await planOf([
      web,
      { serviceName: 'shop', taskDefinition: 'web:1', desiredCount: 3 },
    ]);
    expect(workload.services).toMatchObject([
      {
        name: 'shop',
        replicas: [{ atMs: 0, count: 3 }],
        // 100 units are 97.65625 millicores, rounded up; ECS takes the units
        template: { cpuMilli: 98, memoryBytes: 256 * 2 ** 20, network: 'bridge', ecs: { cpuUnits: 100 } },
      },
    ]);
  });

  test.each([
    ['a list of documents', (document: unknown) => [[document]]],
    ['describe-services', (document: unknown) => [{ services: [document], failures: [] }]],
  ])('takes %s', async (_, wrap) => {
    const service = { serviceName: 'shop', taskDefinition: 'arn:aws:ecs:r:1:task-definition/web:1' };
    const { workload } = await planOf([{ taskDefinition: web, tags: [] }, ...wrap(service).flat()]);
    expect(workload.services.map(({ name }) => name)).toEqual(['shop']);
  });

  test('takes RunTask as a job: count, group, overrides, and stowage tags for what ECS has no words for', async () => {
    const { workload } = await planOf([
      { taskDefinition: web, tags: [{ key: 'stowage:runtime', value: '5m' }] },
      {
        taskDefinition: 'web',
        count: 4,
        group: 'batch',
        overrides: { containerOverrides: [{ name: 'app', cpu: 200 }] },
        tags: [
          { key: 'stowage:at', value: '10m' },
          { key: 'team', value: 'x' },
        ],
      },
    ]);
    expect(workload.jobs).toMatchObject([
      {
        name: 'web',
        count: 4,
        arrivals: { kind: 'at', timesMs: [600_000] },
        runtime: { kind: 'constant', valueMs: 300_000 },
        template: { ecs: { cpuUnits: 200, group: 'batch' } },
      },
    ]);
  });

  test('takes StartTask as a job for each instance, without strategies and constraints', async () => {
    const constrained = {
      ...web,
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:a exists' }],
    };
    const { workload } = await planOf([
      constrained,
      { taskDefinition: 'web', containerInstances: ['i-1', 'arn:aws:ecs:r:1:container-instance/demo/i-2'] },
    ]);
    expect(workload.jobs.map(({ name, template }) => [name, template.ecs?.instance])).toEqual([
      ['web', 'i-1'],
      ['web-2', 'i-2'],
    ]);
    expect(workload.jobs[0]!.template.ecs?.placementConstraints).toEqual([]);
  });

  test('adds the constraints of task definition and request, and drops what every agent can do', async () => {
    const { workload } = await planOf([
      {
        ...web,
        placementConstraints: [{ type: 'memberOf', expression: 'attribute:a exists' }],
        requiresAttributes: [
          { name: 'com.amazonaws.ecs.capability.docker-remote-api.1.19' },
          { name: 'stack', value: 'prod' },
        ],
      },
      { taskDefinition: 'web', placementConstraints: [{ type: 'distinctInstance', expression: null }] },
    ]);
    expect(workload.jobs[0]!.template.ecs).toMatchObject({
      placementConstraints: [
        { type: 'memberOf', expression: 'attribute:a exists' },
        { type: 'distinctInstance' },
      ],
      requiresAttributes: [{ name: 'stack', value: 'prod' }],
    });
  });

  test('knows the zones of subnets from describe-subnets, and says when it does not', async () => {
    const api = { ...web, family: 'api', networkMode: 'awsvpc' };
    const request = (subnets: string[]) => ({
      taskDefinition: 'api',
      networkConfiguration: { awsvpcConfiguration: { subnets } },
    });
    const subnets = { Subnets: [{ SubnetId: 'subnet-a', AvailabilityZone: 'us-east-1a' }] };
    const { workload } = await planOf([api, request(['subnet-a']), subnets]);
    expect(workload.jobs[0]!.template).toMatchObject({ network: 'awsvpc', ecs: { zones: ['us-east-1a'] } });
    expect(await found([api, request(['subnet-a', 'subnet-b']), subnets])).toEqual([
      expect.stringContaining(
        'W2011 RunTask request api: the zone of subnet-b is not known, all zones are taken',
      ),
    ]);
    expect(await found([api, request([])])).toEqual([
      expect.stringContaining('E2011 RunTask request api: a task in network mode awsvpc needs subnets'),
    ]);
  });

  test('an entry without a revision is the next of its family; the family alone means the latest', async () => {
    const second = { ...web, containerDefinitions: [{ name: 'app', memory: 64 }] };
    const { workload } = await planOf([web, second, { taskDefinition: 'web' }, { taskDefinition: 'web:1' }]);
    expect(workload.jobs.map(({ template }) => template.memoryBytes / 2 ** 20)).toEqual([64, 256]);
  });

  test('its plan is a scenario whose plan is the same', async () => {
    const plan = await planOf([
      web,
      {
        serviceName: 'shop',
        taskDefinition: 'web',
        placementStrategy: [{ type: 'binpack', field: 'MEMORY' }],
      },
      { taskDefinition: 'web', containerInstances: ['i-1'] },
    ]);
    const bytes = new TextEncoder().encode(stringify(renderPlan(plan)));
    expect((await resolveScenario({ file: 'test.yaml', bytes }, testContext)).plan).toEqual(plan);
  });

  test('takes deployment configurations and daemon services', async () => {
    const { workload } = await planOf([
      web,
      { serviceName: 'agent', taskDefinition: 'web', schedulingStrategy: 'DAEMON', desiredCount: 3 },
      {
        serviceName: 'shop',
        taskDefinition: 'web',
        deploymentConfiguration: {
          minimumHealthyPercent: 50,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
      },
    ]);
    expect(workload.services).toMatchObject([
      {
        name: 'shop',
        rollout: {
          minimumHealthyPercent: 50,
          circuitBreaker: { rollback: true, threshold: { type: 'BOUNDED_PERCENT', value: 50 } },
        },
      },
      { name: 'agent', daemon: true, replicas: [{ atMs: 0, count: 0 }] },
    ]);
  });

  test('takes what runs on Fargate when a platform is on Fargate, which runs no daemons', async () => {
    const fargate = { ...ECS, fargate: { zones: ['us-east-1a'] } };
    const task = { taskDefinition: 'web', launchType: 'FARGATE' };
    expect(await found([web, task], [fargate])).toEqual([]);
    const daemon = { serviceName: 's', taskDefinition: 'web', schedulingStrategy: 'DAEMON' };
    expect(await found([web, daemon], [fargate])).toEqual([
      'E2011 service s: AWS Fargate runs no daemons, and a platform is on Fargate',
    ]);
  });

  test.each<[string, readonly unknown[], string]>([
    ['what is no document', [{ hello: 1 }], 'W2011 this document: it is no task definition'],
    [
      'container instances',
      [{ containerInstances: [{ containerInstanceArn: 'a', registeredResources: [] }] }],
      'W2011 this container instance: container instances are no workload',
    ],
    [
      'Fargate',
      [web, { taskDefinition: 'web', launchType: 'FARGATE' }],
      'W2011 RunTask request web: launch type FARGATE is not simulated',
    ],
    [
      'fields that matter',
      [web, { serviceName: 's', taskDefinition: 'web', serviceRegistries: [{ registryArn: 'a' }] }],
      'W2011 service s: serviceRegistries is not simulated',
    ],
    [
      'unknown fields',
      [{ ...web, contanerDefinitions: [1] }],
      'W2011 task definition web: there is no field contanerDefinitions',
    ],
  ])('leaves out %s with a warning', async (_, documents, expected) => {
    expect(await found(documents)).toEqual([expect.stringContaining(expected)]);
  });

  test.each<[string, readonly unknown[], string]>([
    ['a wrong type', [{ ...web, containerDefinitions: 'x' }], 'expected array, received string'],
    [
      'what ECS refuses',
      [{ ...web, cpu: '200000' }],
      'cannot give a task cpu 200000: allowed is 128 to 196608',
    ],
    ['a missing task definition', [web, { taskDefinition: 'wep' }], 'there is no task definition "wep"'],
    [
      'a strategy',
      [web, { taskDefinition: 'web', placementStrategy: [{ type: 'binpak' }] }],
      "cannot place with strategy 'binpak'",
    ],
    [
      'an expression',
      [web, { taskDefinition: 'web', placementConstraints: [{ type: 'memberOf', expression: 'a' }] }],
      "cannot read the expression 'a'",
    ],
    ['a large call', [web, { taskDefinition: 'web', count: 11 }], '11 tasks in a call, allowed are 1 to 10'],
    [
      'a tag',
      [web, { taskDefinition: 'web', tags: [{ key: 'stowage:runtme', value: '1m' }] }],
      'there is no tag "stowage:runtme"',
    ],
    [
      'a duration',
      [web, { taskDefinition: 'web', tags: [{ key: 'stowage:at', value: 'soon' }] }],
      'cannot read stowage:at "soon"',
    ],
    [
      'two of one revision',
      [
        { ...web, revision: 2 },
        { ...web, revision: 2 },
      ],
      'there are two of revision 2',
    ],
  ])('refuses %s', async (_, documents, expected) => {
    expect(await found(documents)).toEqual([expect.stringContaining('E2011')]);
    expect((await found(documents))[0]).toContain(expected);
  });

  test('belongs to ECS platforms alone', async () => {
    const kubernetes = { name: 'kube', kind: 'kubernetes' };
    expect(await found([web], [ECS, kubernetes])).toEqual([
      expect.stringContaining('E2012 platform "kube" is of kind kubernetes and cannot run workload.ecs'),
    ]);
  });
});
