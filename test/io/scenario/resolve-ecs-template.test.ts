import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { renderPlan } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { findings, scenarioWith, testContext } from '../../support/scenarios.ts';

const ECS = { name: 'ecs', kind: 'ecs' };
const KUBERNETES = { name: 'kube', kind: 'kubernetes' };

const scenario = (ecs: object, rest: object = {}) => ({
  ...scenarioWith({}),
  platforms: [ECS],
  workload: {
    services: [{ name: 'web', template: { cpu: '500m', memory: '1GiB', ecs }, replicas: 1 }],
  },
  ...rest,
});

async function found(ecs: object, rest: object = {}): Promise<string[]> {
  const lines = await findings(stringify(scenario(ecs, rest)));
  return lines.map((line) => line.replace(/ (\d+:\d+|-) /, ' '));
}

describe('resolveEcsTemplate()', () => {
  test('takes everything that a request can say, and gives it back', async () => {
    const ecs = {
      cpuUnits: 100,
      group: 'batch',
      placementStrategy: [{ type: 'binpack', field: 'memory' }],
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:a =~ x.*' }],
      requiresAttributes: [{ name: 'a' }, { name: 'b', value: '' }],
      zones: ['us-east-1a'],
      instance: 'i-0000001',
    };
    const bytes = new TextEncoder().encode(stringify(scenario(ecs)));
    const { plan } = await resolveScenario({ file: 'test.yaml', bytes }, testContext);
    expect(plan.workload.services[0]!.template.ecs).toEqual({
      ...ecs,
      requiresAttributes: [
        { name: 'a', value: null },
        { name: 'b', value: '' },
      ],
    });
    const again = new TextEncoder().encode(stringify(renderPlan(plan)));
    expect((await resolveScenario({ file: 'test.yaml', bytes: again }, testContext)).plan).toEqual(plan);
  });

  test.each([
    [{ placementStrategy: [{ type: 'binpak' }] }, 'E1204', "Cannot place with strategy 'binpak'"],
    [
      { placementConstraints: [{ type: 'memberOf', expression: 'a' }] },
      'E1103',
      "Cannot read the expression 'a'",
    ],
    [
      { placementConstraints: [{ type: 'memberOf', expression: 'registeredAt > 2026-01-01' }] },
      'E1103',
      'Cannot compare registeredAt',
    ],
    [{ placementStrategi: [] }, 'E1203', 'unknown key "placementStrategi"'],
  ])('refuses %j', async (ecs, code, message) => {
    expect(await found(ecs)).toEqual([expect.stringContaining(`${code} `)]);
    expect((await found(ecs))[0]).toContain(message);
  });

  test('other platforms pass over it, and say so', async () => {
    expect(await found({ group: 'x' }, { platforms: [ECS, KUBERNETES] })).toEqual([
      expect.stringContaining('W2011 platform "kube" passes over what templates say under ecs (web)'),
    ]);
  });
});

test('checkRegistration() refuses a reserve that leaves instances unregistered', async () => {
  const greedy = { ...ECS, reservedMemory: '1TiB' };
  expect(await found({}, { platforms: [greedy] })).toContainEqual(
    expect.stringMatching(
      /E1103 platform "ecs" reserves 1048576 MiB, more than the \d+ MiB of .*: such an instance/,
    ),
  );
});
