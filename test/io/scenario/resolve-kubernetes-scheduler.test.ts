import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { InputError } from '../../../src/errors.ts';
import type { PlanContext } from '../../../src/io/scenario/plan-context.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { scenarioFiles } from '../../../src/io/scenario/scenario-files.ts';
import { scenarioWith, testContext } from '../../support/scenarios.ts';

/** Configurations and plugins in files beside the scenario. */
const folder = mkdtempSync(join(tmpdir(), 'stowage-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const context: PlanContext = { ...testContext, files: scenarioFiles(folder, undefined), allowPlugins: true };
const HEAD = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

function writePlugin(name: string): string {
  const plugin = `{ name: '${name}', kind: 'kubernetes-plugin', create: () => ({ name: '${name}', score: () => 1 }) }`;
  return write(`${name}.mjs`, `export default ${plugin};`);
}

async function resolve(platform: object, on: PlanContext = context) {
  const text = stringify(
    scenarioWith({ platforms: [{ name: 'k', kind: 'kubernetes', ...platform }] as never }),
  );
  return (await resolveScenario({ file: 'scenario.yaml', bytes: new TextEncoder().encode(text) }, on)).plan;
}

async function findings(platform: object, on?: PlanContext): Promise<string[]> {
  try {
    await resolve(platform, on);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics.map(({ code, position, message, hint }) => {
      const place = `${position!.file}:${position!.line}:${position!.column}`;
      return `${code} ${place} ${message}${hint === undefined ? '' : ` (${hint})`}`;
    });
  }
}

describe('a KubeSchedulerConfiguration in a file of its own', () => {
  test.each([
    ['YAML', 'sound.yaml', `${HEAD}profiles:\n  - schedulerName: own\n`],
    [
      'JSON',
      'sound.json',
      JSON.stringify({
        apiVersion: 'kubescheduler.config.k8s.io/v1',
        kind: 'KubeSchedulerConfiguration',
        profiles: [{ schedulerName: 'own' }],
      }),
    ],
  ])(
    'as %s stands in the plan as if it were inline, and in the plan as a scenario',
    async (_form, name, text) => {
      const plan = await resolve({ config: write(name, text) });
      const config = {
        apiVersion: 'kubescheduler.config.k8s.io/v1',
        kind: 'KubeSchedulerConfiguration',
        profiles: [{ schedulerName: 'own' }],
      };
      expect(plan.platforms[0]!.scheduler.options).toEqual({ version: '1.36', config });
      const bytes = new TextEncoder().encode(renderPlanYaml(plan));
      expect((await resolveScenario({ file: 'plan.yaml', bytes }, context)).plan).toEqual(plan);
    },
  );

  test('has its mistakes told at their places in it, all in one pass', async () => {
    const name = write(
      'broken.yaml',
      `kind: KubeSchedulerConfiguration
percentageOfNodesToScore: 101
extenders: [{ urlPrefix: http://a }]
profiles:
  - schedulerName: a
    plugins: { score: { enabled: [{ name: NodeResourceFit }] } }
    pluginconfig: []
`,
    );
    expect(await findings({ config: name })).toEqual([
      'E1101 broken.yaml:1:1 missing key "apiVersion" (apiVersion: kubescheduler.config.k8s.io/v1)',
      'E1103 broken.yaml:2:27 percentageOfNodesToScore: must be a whole number from 0 to 100',
      'E1206 broken.yaml:3:12 extenders: extenders are programs of their own, asked over the network, and are not simulated',
      `E1204 broken.yaml:6:43 profiles[0].plugins.score.enabled[0].name: there is no plugin 'NodeResourceFit' (did you mean "NodeResourcesFit"?)`,
      `E1203 broken.yaml:7:5 profiles[0].pluginconfig: 'pluginconfig' is unknown (did you mean "pluginConfig"?)`,
    ]);
  });

  test('that is no YAML, or no mapping, says so at its own place', async () => {
    expect(await findings({ config: write('list.yaml', '- a\n') })).toEqual([
      'E1007 list.yaml:1:1 the document is not a mapping of keys to values (it begins with "apiVersion: kubescheduler.config.k8s.io/v1")',
    ]);
    expect(await findings({ config: write('empty.yaml', '') })).toEqual([
      'E1001 empty.yaml:1:1 the file is empty (it begins with "apiVersion: kubescheduler.config.k8s.io/v1")',
    ]);
    expect((await findings({ config: write('torn.yaml', 'a: [1,\n') }))[0]).toMatch(/^E1005 torn.yaml:/);
  });

  test('that is not there, or lies elsewhere, is told where the scenario names it', async () => {
    expect((await findings({ config: 'missing.yaml' }))[0]).toMatch(
      /^E4001 scenario.yaml:\d+:\d+ Cannot read missing.yaml: there is no such file/,
    );
    expect((await findings({ config: '/etc/hostname' }))[0]).toMatch(/^E1208 scenario.yaml:/);
  });
});

test('an inline configuration has its mistakes told in the scenario', async () => {
  const config = { profiles: [{ schedulerName: 'a' }, { schedulerName: 'a' }] };
  expect((await findings({ config })).map((text) => text.replace(/:\d+:\d+/, ''))).toEqual([
    `E1205 scenario.yaml platform "k": two profiles have the schedulerName 'a'`,
  ]);
});

describe('out-of-tree plugins', () => {
  const enabled = (name: string) => ({ profiles: [{ plugins: { score: { enabled: [{ name }] } } }] });

  test('may be enabled when their module is named, and stand in the plan by name of file', async () => {
    const file = `./${writePlugin('Mine')}`;
    const plan = await resolve({ plugins: [file], config: enabled('Mine') });
    expect(plan.platforms[0]!.scheduler).toMatchObject({
      name: 'kubernetes',
      plugin: null,
      options: { plugins: [file] },
    });
    const bytes = new TextEncoder().encode(renderPlanYaml(plan));
    expect((await resolveScenario({ file: 'plan.yaml', bytes }, context)).plan).toEqual(plan);
    expect((await findings({ config: enabled('Mine') }))[0]).toContain("there is no plugin 'Mine'");
  });

  test('are not loaded unless the user allows it', async () => {
    const file = `./${write('loud.mjs', 'globalThis.wasLoaded = true; export default 1;')}`;
    const found = await findings({ plugins: [file] }, { ...context, allowPlugins: false });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^E1207 .*the scenario wants to run the code in "\.\/loud\.mjs" \(add --allow-plugins/,
    );
    expect((globalThis as { wasLoaded?: boolean }).wasLoaded).toBeUndefined();
  });

  test('have names of their own', async () => {
    const files = [writePlugin('Twin'), writePlugin('ImageLocality')];
    expect(
      (await findings({ plugins: [files[0], files[0], files[1]] })).map((text) =>
        text.split(' ').slice(2).join(' '),
      ),
    ).toEqual([
      '"Twin.mjs" exports a plugin "Twin", a name that is taken',
      '"ImageLocality.mjs" exports a plugin "ImageLocality", a name that is taken',
    ]);
  });

  test('must lie inside the folder of the scenario', async () => {
    writeFileSync(join(folder, '..', 'outside-of-it.mjs'), 'export default 1;');
    expect((await findings({ plugins: ['../outside-of-it.mjs'] }))[0]).toMatch(/^E1208 /);
    rmSync(join(folder, '..', 'outside-of-it.mjs'));
  });
});

test('a template names its scheduler, for groups and for rows', async () => {
  const kubernetes = { schedulerName: 'own' };
  const text = stringify(
    scenarioWith({
      templates: { web: { cpu: '1', memory: '1GiB', kubernetes } },
      workload: { services: [{ name: 'web', template: 'web', replicas: { count: 1 } }] },
    }),
  );
  const bytes = new TextEncoder().encode(text);
  const { plan } = await resolveScenario({ file: 'scenario.yaml', bytes }, context);
  expect(plan.workload.services[0]!.template.kubernetes).toEqual({ schedulerName: 'own' });
  const again = new TextEncoder().encode(renderPlanYaml(plan));
  expect((await resolveScenario({ file: 'plan.yaml', bytes: again }, context)).plan).toEqual(plan);
});

describe('featureGates of a platform', () => {
  const featureGates = { OpportunisticBatching: false };

  test('stand in the plan, and in the plan as a scenario', async () => {
    const plan = await resolve({ featureGates });
    expect(plan.platforms[0]!.scheduler.options).toMatchObject({ featureGates });
    expect(renderPlanYaml(plan)).toContain('featureGates:\n      OpportunisticBatching: false\n');
  });

  test('are refused by name where there is no such gate, or the version has none', async () => {
    const misspelt = await findings({ featureGates: { OportunisticBatching: true } });
    expect(misspelt).toEqual([
      expect.stringMatching(
        /^E1203 .*unknown key "OportunisticBatching".*did you mean "OpportunisticBatching"/,
      ),
    ]);
    const early = await findings({ version: '1.34', featureGates });
    expect(early).toEqual([
      expect.stringMatching(/^E1103 .*kube-scheduler 1.34 has no feature gate 'OpportunisticBatching'/),
    ]);
  });
});
