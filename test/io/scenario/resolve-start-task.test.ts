import { describe, expect, test } from 'vitest';
import type { InputError } from '../../../src/errors.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { API_RATE_DEFAULTS, START_TASK_DEFAULTS } from '../../../src/model/start-task-plan.ts';
import { testContext } from '../../support/scenarios.ts';

const ALLOWED = { ...testContext, allowPlugins: true };
const scenario = (ecs: string) => `version: 1
name: a
seed: 1
horizon: 1h
fleet: [{ name: g, type: m5.large, zones: [us-east-1a], size: 2 }]
workload:
  jobs:
    - { name: grading, template: { cpu: 1, memory: 1GiB }, arrivals: { every: 1m }, runtime: 1m }
    - { name: batch, template: { cpu: 1, memory: 1GiB }, arrivals: { every: 1m }, runtime: 1m }
platforms: [{ name: e, kind: ecs${ecs} }]
`;
const planOf = async (text: string, context = ALLOWED) =>
  (await resolveScenario({ file: 'a.yaml', bytes: new TextEncoder().encode(text) }, context)).plan;

async function found(text: string, context = ALLOWED): Promise<string[]> {
  try {
    await planOf(text, context);
    return [];
  } catch (error) {
    return (error as InputError).diagnostics.map(({ code, message }) => `${code} ${message}`);
  }
}

const ONE = 'name: near, use: ./own.ts, tasks: [grading]';

describe('startTask', () => {
  test('has the defaults of the catalogue, and is the same after it was written out', async () => {
    const plan = await planOf(scenario(`, startTask: [{ ${ONE} }], apiRates: { readBurst: 5 }`));
    expect(plan.platforms[0]).toMatchObject({
      startTask: [{ name: 'near', use: './own.ts', tasks: ['grading'], ...START_TASK_DEFAULTS }],
      apiRates: { ...API_RATE_DEFAULTS, readBurst: 5 },
    });
    expect(await planOf(renderPlanYaml(plan))).toEqual(plan);
  });

  test.each([
    {
      ecs: `, startTask: [{ ${ONE} }, { name: near, use: ./b.ts, tasks: [batch] }]`,
      says: 'E1205 two own schedulers are named "near"',
    },
    {
      ecs: `, startTask: [{ ${ONE} }, { name: b, use: ./b.ts, tasks: [grading] }]`,
      says: 'E1103 near starts "grading" already',
    },
    {
      ecs: ', startTask: [{ name: near, use: ./own.ts, tasks: [gradin] }]',
      says: 'E1204 there is no job or trace "gradin"',
    },
    {
      ecs: ', startTask: [{ name: near, use: ../own.ts, tasks: [batch] }]',
      says: 'E1208 "../own.ts" is not inside the folder of the scenario',
    },
    { ecs: ', apiRates: { readBurst: 5 }', says: 'E1103 platform "e": nobody calls the API' },
    {
      ecs: `, fargate: {}, startTask: [{ ${ONE} }]`,
      says: 'E1103 platform "e": StartTask names an instance, and AWS Fargate has none',
    },
  ])('is refused where it cannot be: $says', async ({ ecs, says }) => {
    expect(await found(scenario(ecs))).toContain(says);
  });

  test('runs no code that was not allowed', async () => {
    expect(await found(scenario(`, startTask: [{ ${ONE} }]`), testContext)).toEqual([
      'E1207 the scenario wants to run the code in "./own.ts"',
    ]);
  });
});
