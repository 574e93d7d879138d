import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { InputError } from '../../../src/errors.ts';
import { loadCatalogue } from '../../../src/io/catalogue.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { scenarioFiles } from '../../../src/io/scenario/scenario-files.ts';

const PLATFORMS = [
  { name: 'ecs', kind: 'ecs' },
  { name: 'eks', kind: 'kubernetes' },
  { name: 'kops', kind: 'kubernetes', controlPlane: 'none' },
];

async function resolve(text: string) {
  const context = { catalogue: loadCatalogue(), files: scenarioFiles('.', undefined), allowPlugins: false };
  return resolveScenario({ file: 'test.yaml', bytes: new TextEncoder().encode(text) }, context);
}

function scenario(fargate: object[]): string {
  return stringify({
    version: 1,
    name: 'stated',
    seed: 1,
    start: '2026-06-15T00:00:00Z',
    horizon: '1d',
    region: 'us-east-1',
    fleet: [{ name: 'base', type: 'm5.large', size: 1 }],
    workload: { services: [{ name: 'web', template: { cpu: 1, memory: '1GiB' }, replicas: 1 }] },
    platforms: PLATFORMS,
    billing: { fargate },
  });
}

async function findings(fargate: object[]): Promise<string[]> {
  try {
    await resolve(scenario(fargate));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics.map(({ code, message, hint }) => [code, message, hint].join(' | '));
  }
  return [];
}

const SMALL = { name: 'cron', cpu: 0.25, memory: '512MiB', runsOn: ['ecs', 'eks'] };

describe('resolveFargate()', () => {
  test('fills in one task on Linux for the whole run, with the storage that is in the price', async () => {
    const { plan } = await resolve(scenario([SMALL]));
    expect(plan.billing!.fargate).toEqual([
      {
        name: 'cron',
        cpuMilli: 250,
        memoryMiB: 512,
        count: 1,
        platform: 'linux-x86',
        isSpot: false,
        ephemeralGiB: 20,
        zones: null,
        runsOn: ['ecs', 'eks'],
        fromMs: 0,
        toMs: null,
      },
    ]);
  });

  test('renders into a section that resolves to the same plan', async () => {
    const all = { count: 3, ephemeral: '50GiB', zones: ['us-east-1a'], from: '2h', to: '4h30m' };
    const arm = { name: 'arm', cpu: 1, memory: '2GiB', platform: 'linux-arm', spot: true, runsOn: ['ecs'] };
    const { plan } = await resolve(scenario([{ ...SMALL, ...all }, arm]));
    expect((await resolve(renderPlanYaml(plan))).plan).toEqual(plan);
  });

  test('takes a pod request that no task of ECS can have, beside EKS alone', async () => {
    expect(await findings([{ ...SMALL, cpu: 0.3, memory: '700MiB', runsOn: ['eks'] }])).toEqual([]);
  });

  test.each([
    {
      about: 'no such size, with the next larger one',
      wrong: { cpu: 0.3, memory: '512MiB' },
      found:
        'E1103 | Fargate has no task of cpu 300m, memory 512MiB | the next larger size is cpu 500m, memory 1GiB',
    },
    {
      about: 'a size that Windows has not',
      wrong: { platform: 'windows', runsOn: ['ecs'] },
      found:
        'E1103 | Fargate on Windows has no task of cpu 250m, memory 512MiB | the next larger size is cpu 1, memory 2GiB',
    },
    {
      about: 'more than the largest size',
      wrong: { cpu: 64, memory: '512MiB', runsOn: ['ecs'] },
      found: 'E1103 | Fargate has no task of cpu 64, memory 512MiB | the largest has cpu 32, memory 244GiB',
    },
    {
      about: 'a pod that is too large',
      wrong: { cpu: 1, memory: '120GiB', runsOn: ['eks'] },
      found:
        'E1103 | a pod of cpu 1, memory 120GiB is too large for Fargate on EKS | the largest requests cpu 16, memory 122624MiB',
    },
    {
      about: 'Arm on EKS',
      wrong: { platform: 'linux-arm' },
      found: 'E1103 | Fargate on EKS has no linux-arm | runsOn: [ecs] states them for the others',
    },
    {
      about: 'Spot on EKS',
      wrong: { spot: true },
      found: 'E1103 | Fargate on EKS has no Spot prices | runsOn: [ecs] states them for the others',
    },
    {
      about: 'a platform without Fargate',
      wrong: { runsOn: undefined },
      found:
        'E1103 | platform "kops" has no Fargate: it is neither ECS nor EKS | runsOn: [ecs, eks] states them for the others',
    },
    {
      about: 'a platform that is not there',
      wrong: { runsOn: ['ekss'] },
      found: 'E1204 | "ekss" is not a platform | did you mean "eks"?',
    },
    {
      about: 'a zone that is not there',
      wrong: { zones: ['us-east-1z'] },
      found: /^E1204 \| "us-east-1z" is not a zone of us-east-1/,
    },
    {
      about: 'too little storage',
      wrong: { ephemeral: '10GiB' },
      found: 'E1103 | ephemeral storage is 20 to 200 whole GiB | ',
    },
    {
      about: 'more storage than a pod has',
      wrong: { ephemeral: '180GiB' },
      found:
        'E1103 | a pod on Fargate has 175 GiB of ephemeral storage at most | runsOn: [ecs] states them for the others',
    },
    {
      about: 'an end before the start',
      wrong: { from: '2h', to: '1h' },
      found: 'E1103 | Fargate tasks "cron" end before they start | ',
    },
  ])('reports $about', async ({ wrong, found }) => {
    const reported = await findings([{ ...SMALL, ...wrong }]);
    expect(reported).toEqual([typeof found === 'string' ? found : expect.stringMatching(found)]);
  });

  test('reports two entries of one name', async () => {
    expect(await findings([SMALL, SMALL])).toEqual([
      'E1205 | two entries of Fargate tasks are named "cron" | ',
    ]);
  });
});
