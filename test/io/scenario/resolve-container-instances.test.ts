import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { renderPlan } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { findings, scenarioWith, testContext } from '../../support/scenarios.ts';

const instance = (name: string, own: object = {}) => ({
  containerInstanceArn: `arn:aws:ecs:us-east-1:111122223333:container-instance/demo/${name}`,
  ec2InstanceId: `i-${name}`,
  status: 'ACTIVE',
  agentConnected: true,
  runningTasksCount: 0,
  registeredResources: [
    { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
    { name: 'MEMORY', type: 'INTEGER', integerValue: 7786 },
    { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22', '2375', '2376', '51678', '51679'] },
  ],
  attributes: [
    { name: 'ecs.instance-type', value: 'm5.large' },
    { name: 'ecs.availability-zone', value: 'us-east-1b' },
    { name: 'ecs.capability.task-eni' },
    { name: 'stack', value: 'prod' },
  ],
  ...own,
});

const scenario = (documents: readonly unknown[], rest: object = {}) => ({
  ...scenarioWith({}),
  fleet: [{ name: 'cluster', containerInstances: documents }],
  platforms: [{ name: 'ecs', kind: 'ecs' }],
  ...rest,
});

async function found(documents: readonly unknown[], rest: object = {}): Promise<string[]> {
  const lines = await findings(stringify(scenario(documents, rest)));
  return lines.map((line) => line.replace(/ (\d+:\d+|-) /, ' '));
}

describe('resolveContainerInstances()', () => {
  test('takes names, types, zones and what was registered, and gives it back', async () => {
    const documents = [{ containerInstances: [instance('a1'), instance('a2')], failures: [] }];
    const bytes = new TextEncoder().encode(stringify(scenario(documents)));
    const { plan } = await resolveScenario({ file: 'test.yaml', bytes }, testContext);
    expect(plan.fleet[0]).toMatchObject({
      size: { min: 2, max: 2, initial: 2 },
      instances: [
        { name: 'a1', type: 'm5.large', zone: 'us-east-1b' },
        { name: 'a2', type: 'm5.large', zone: 'us-east-1b' },
      ],
    });
    expect(plan.fleet[0]!.containerInstances![0]).toMatchObject({
      ec2InstanceId: 'i-a1',
      cpu: 2048,
      memoryMiB: 7786,
    });
    const again = new TextEncoder().encode(stringify(renderPlan(plan)));
    expect((await resolveScenario({ file: 'test.yaml', bytes: again }, testContext)).plan).toEqual(plan);
  });

  test.each<[string, object, string]>([
    ['draining', { status: 'DRAINING' }, 'it is DRAINING, it is left out'],
    ['disconnected', { agentConnected: false }, 'it has a disconnected agent, it is left out'],
    ['busy', { runningTasksCount: 3 }, 'what runs there is not simulated'],
  ])('says what it makes of one that is %s', async (_, own, expected) => {
    expect(await found([instance('a1'), instance('a2', own)])).toEqual([
      expect.stringContaining(`W2011 this container instance: ${expected}`),
    ]);
  });

  test.each<[string, readonly unknown[], string]>([
    [
      'a type without a price',
      [instance('a1', { attributes: [{ name: 'ecs.availability-zone', value: 'us-east-1a' }] })],
      'there is no price for its instance type ""',
    ],
    ['two of one name', [instance('a1'), instance('a1')], 'there are two called a1'],
    ['a wrong type', [instance('a1', { registeredResources: 'x' })], 'expected array, received string'],
  ])('refuses %s', async (_, documents, expected) => {
    expect(await found(documents)).toEqual([expect.stringContaining(expected)]);
  });

  test('belongs to ECS platforms alone', async () => {
    expect(
      await found([instance('a1')], { platforms: [{ name: 'bare', kind: 'bare', scheduler: 'first-fit' }] }),
    ).toEqual([
      expect.stringContaining(
        'E2012 platform "bare" is of kind bare and cannot have container instances as its fleet',
      ),
    ]);
  });
});
