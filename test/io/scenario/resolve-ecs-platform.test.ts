import { describe, expect, test } from 'vitest';
import type { InputError } from '../../../src/errors.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { ECS_TASK_LIFE_DEFAULTS } from '../../../src/model/ecs-task-life.ts';
import { FARGATE_DEFAULTS } from '../../../src/model/fargate-plan.ts';
import type { PlatformPlan } from '../../../src/model/plan.ts';
import { testContext } from '../../support/scenarios.ts';

const HEAD = 'version: 1\nname: a\nseed: 1\nhorizon: 1h\n';
const FLEET = 'fleet: [{ name: g, type: m5.large, zones: [us-east-1a], size: 2 }]\n';
const platforms = (...ecs: string[]) =>
  `platforms: [${ecs.map((text, index) => `{ name: e${index}, kind: ecs${text} }`).join(', ')}]\n`;
const web = (rest: string) =>
  `workload: { services: [{ name: web, template: { cpu: 1, memory: 1GiB${rest} }, replicas: 1 }] }\n`;

const planOf = async (text: string) =>
  (await resolveScenario({ file: 'a.yaml', bytes: new TextEncoder().encode(text) }, testContext)).plan;
const ecsOf = async (text: string) =>
  (await planOf(text)).platforms[0] as Extract<PlatformPlan, { kind: 'ecs' }>;

async function found(text: string): Promise<string[]> {
  try {
    await planOf(text);
    return [];
  } catch (error) {
    return (error as InputError).diagnostics.map(({ code, message }) => `${code} ${message}`);
  }
}

describe('taskLife', () => {
  test('parts: every default; what the scenario says takes its place', async () => {
    expect((await ecsOf(HEAD + FLEET + platforms(', taskLife: parts'))).taskLife).toEqual(
      ECS_TASK_LIFE_DEFAULTS,
    );
    const own =
      ', taskLife: { stopTimeout: 10s, registryBandwidth: 1GiB, exit: { uniform: { min: 0s, max: 2s } } }';
    expect((await ecsOf(HEAD + FLEET + platforms(own))).taskLife).toEqual({
      ...ECS_TASK_LIFE_DEFAULTS,
      stopTimeoutMs: 10_000,
      registryBytesPerSecond: 2 ** 30,
      exit: { kind: 'uniform', minMs: 0, maxMs: 2000 },
    });
  });

  test.each([
    { startup: '', platform: '', expected: { kind: 'constant', valueMs: 2000 } },
    { startup: '', platform: ', taskLife: parts', expected: 'parts' },
    {
      startup: ', startup: 7s',
      platform: ', taskLife: parts',
      expected: { kind: 'constant', valueMs: 7000 },
    },
    { startup: ', startup: parts', platform: '', expected: 'parts' },
  ])(
    'a template that says "$startup" on a platform with "$platform"',
    async ({ startup, platform, expected }) => {
      const plan = await planOf(HEAD + FLEET + web(startup) + platforms(platform));
      expect(plan.workload.services[0]!.template.startup).toEqual(expected);
    },
  );

  test('an image of layers has their sizes together', async () => {
    const layers = 'layers: [{ name: base, size: 80MB }, { name: app, size: 20MB }]';
    const { workload } = await planOf(
      HEAD + FLEET + web(`, image: { name: web, ${layers} }`) + platforms(''),
    );
    expect(workload.services[0]!.template.image).toEqual({
      name: 'web',
      sizeBytes: 100e6,
      layers: [
        { name: 'base', sizeBytes: 80e6 },
        { name: 'app', sizeBytes: 20e6 },
      ],
    });
  });
});

describe('fargate', () => {
  test('has its defaults, the zones of the fleet, and no autoscaler', async () => {
    const { fargate, autoscaler } = await ecsOf(HEAD + FLEET + platforms(', fargate: {}'));
    expect(fargate).toEqual({ ...FARGATE_DEFAULTS, zones: ['us-east-1a'] });
    expect(autoscaler).toEqual({ kind: 'none' });
  });
});

test.each([
  [web(', image: { name: web }'), '', 'E1101 template of service web: an image has either a size or layers'],
  ['', ', taskLife: { unpack: 0 }', 'E1103 platform e0: nothing can be pulled at 0 bytes a second'],
  [
    '',
    ', fargate: {}, fleet: [{ name: g, type: m5.large, zones: [us-east-1a], size: 1 }]',
    'E1103 platform "e0": fleet is about instances, and AWS Fargate has none',
  ],
  [
    '',
    ', fargate: {}, agentLosses: { rate: 3/h }',
    'E1103 platform "e0": agentLosses is about instances, and AWS Fargate has none',
  ],
  [
    '',
    ', fargate: {}, autoscaler: managed-scaling',
    'E1103 platform "e0": autoscaler is about instances, and AWS Fargate has none',
  ],
  [
    '',
    ', runTask: { unplaced: wait, retries: 3 }',
    'E1103 platform "e0": tasks that wait are not asked for again',
  ],
  [
    '',
    ', runTask: { unplaced: fail }, autoscaler: managed-scaling',
    'E1103 platform "e0": with managed scaling tasks wait in PROVISIONING',
  ],
  [
    'workload: { jobs: [{ name: j, template: { cpu: 1, memory: 1GiB }, runtime: 1s, trigger: { on: task, of: k } }] }\n',
    '',
    'E1204 there is no service, job or trace "k"',
  ],
  ['events: [{ kind: disconnect, at: 1m, for: 5m, group: h }]\n', '', 'E1204 there is no instance group "h"'],
])('refuses %s%s', async (more, platform, expected) => {
  const messages = await found(HEAD + FLEET + more + platforms(platform));
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(expected.slice(0, 5));
  expect(messages[0]).toContain(expected.slice(expected.lastIndexOf(':') + 1).trim());
});

test('a plan with all of it is the plan of its own text', async () => {
  const text =
    HEAD +
    FLEET +
    'workload:\n' +
    '  services: [{ name: web, template: { cpu: 1, memory: 1GiB }, replicas: 1, loadBalancer: { kind: network, deregistration: 9s } }]\n' +
    '  jobs:\n' +
    '    - { name: j, template: { cpu: 1, memory: 1GiB }, runtime: 1s, trigger: { on: task, of: web, outcome: any } }\n' +
    '    - { name: k, template: { cpu: 1, memory: 1GiB }, runtime: 1s, trigger: { on: instance, group: g, state: ready } }\n' +
    'events: [{ kind: disconnect, at: 1m, for: 5m, group: g, count: 1 }]\n' +
    platforms(
      ', taskLife: parts, agentLosses: { rate: 3/h }, runTask: { unplaced: fail, retries: 2 }',
      ', fargate: { interruptions: 1/h }',
    );
  const plan = await planOf(text);
  expect(await planOf(renderPlanYaml(plan))).toEqual(plan);
});
