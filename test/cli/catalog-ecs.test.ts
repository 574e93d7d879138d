import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_COLUMNS, ecsRows } from '../../src/cli/catalog-ecs.ts';
import { resolveScenario } from '../../src/io/scenario/resolve-plan.ts';
import { testContext } from '../support/scenarios.ts';

const SCHEMA: unknown = JSON.parse(
  readFileSync(new URL('../../schema/scenario.schema.json', import.meta.url), 'utf8'),
);

/** What the API checks of each single request, or how it counts: no account can have another. */
const FIXED = [
  'CPU units per vCPU',
  'ports of the system',
  'strategies per request',
  'constraints per request',
  'characters per expression',
  'containers per task',
  'tasks per RunTask',
  'instances per StartTask',
];

const row = (cells: readonly string[]) =>
  Object.fromEntries(DEFAULT_COLUMNS.map((column, index) => [column, cells[index]!]));
const ROWS = ecsRows().map(row);

/** Does the language have the keys of the path, each inside the one before, somewhere? */
function knows(schema: unknown, path: readonly string[]): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const [key, ...rest] = path;
  if (key === undefined) return true;
  const { properties } = schema as { properties?: Record<string, unknown> };
  if (properties !== undefined && key in properties && knows(resolved(properties[key]), rest)) return true;
  return Object.entries(schema).some(([name, part]) => name !== 'examples' && knows(part, path));
}

/** What a reference points to. */
function resolved(schema: unknown): unknown {
  const text = JSON.stringify(schema);
  const name = /"#\/definitions\/(\w+)"/.exec(text)?.[1];
  return name === undefined
    ? schema
    : [schema, (SCHEMA as { definitions: Record<string, unknown> }).definitions[name]];
}

describe('catalog ecs', () => {
  test('says of every row what it is, how well that is known, and by whom', () => {
    for (const { default: name, value, evidence, source } of ROWS) {
      expect(
        [name, value, source].every((cell) => cell !== undefined && cell !== ''),
        name,
      ).toBe(true);
      expect(['documented', 'source', 'observed', 'chosen']).toContain(evidence);
    }
    const names = ROWS.map(({ default: name, setting }) => `${name} ${setting}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('names a setting of the language for every default, quota and delay; the limits of the API itself have none', () => {
    const settable = ROWS.filter(({ setting }) => setting !== '-');
    const unknown = settable.filter(({ setting }) => !knows(SCHEMA, setting!.split('.')));
    expect(unknown.map(({ setting }) => setting)).toEqual([]);
    expect(ROWS.filter(({ setting }) => setting === '-').map(({ default: name }) => name)).toEqual(FIXED);
    expect(knows(SCHEMA, ['services', 'passs'])).toBe(false);
  });

  test.each([
    ['services: { retryEvery: 20s }', { services: { retryEveryMs: 20_000 } }],
    [
      'services: { daemonRetry: 1m, scaleInDatapoints: 5 }',
      { services: { daemonRetryMs: 60_000, scaleInDatapoints: 5 } },
    ],
    [
      'autoscaler: { kind: managed-scaling, scaleInDatapoints: 5, firstInstances: 1 }',
      { autoscaler: { scaleInDatapoints: 5, firstInstances: 1 } },
    ],
    ['quotas: { hostPortsPerInstance: 50 }', { quotas: { hostPortsPerInstance: 50 } }],
  ])('%s stands in the plan', async (text, expected) => {
    const scenario = [
      'version: 1\nname: a\nseed: 1\nhorizon: 1h',
      'fleet: [{ name: g, type: m5.large, zones: [us-east-1a], size: 2 }]',
      `platforms: [{ name: e, kind: ecs, ${text} }]\n`,
    ].join('\n');
    const file = { file: 'a.yaml', bytes: new TextEncoder().encode(scenario) };
    expect((await resolveScenario(file, testContext)).plan.platforms[0]).toMatchObject(expected);
  });

  test('a cluster beyond a quota is warned of, and not when the quota says so', async () => {
    const found = async (quotas: string) => {
      const scenario = [
        'version: 1\nname: a\nseed: 1\nhorizon: 1h',
        'fleet: [{ name: g, type: m5.large, zones: [us-east-1a], size: { min: 1, max: 6000 } }]',
        'workload: { services: [{ name: web, template: { cpu: 1, memory: 1GiB }, replicas: 5001 }] }',
        `platforms: [{ name: e, kind: ecs${quotas} }]\n`,
      ].join('\n');
      const file = { file: 'a.yaml', bytes: new TextEncoder().encode(scenario) };
      return (await resolveScenario(file, testContext)).warnings.map(
        ({ code, message }) => `${code} ${message}`,
      );
    };
    expect(await found('')).toEqual([
      'W2012 platform "e": 5001 tasks in a service, the quota of Amazon ECS is 5000',
      'W2012 platform "e": 6000 instances in a cluster, the quota of Amazon ECS is 5000',
    ]);
    expect(await found(', quotas: { instancesPerCluster: 6000, tasksPerService: 6000 }')).toEqual([]);
  });
});
