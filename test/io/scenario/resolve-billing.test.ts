import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { InputError } from '../../../src/errors.ts';
import { loadCatalogue } from '../../../src/io/catalogue.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { scenarioFiles } from '../../../src/io/scenario/scenario-files.ts';
import type { BillingPlan } from '../../../src/model/billing-plan.ts';

function scenario(billing?: object): string {
  return stringify({
    version: 1,
    name: 'billed',
    seed: 1,
    start: '2026-06-15T10:30:00Z',
    horizon: '1d',
    region: 'us-east-1',
    fleet: [{ name: 'base', type: 'm5.large', size: 1 }],
    workload: { services: [{ name: 'web', template: { cpu: 1, memory: '1GiB' }, replicas: 1 }] },
    platforms: [{ name: 'ecs', kind: 'ecs' }],
    ...(billing !== undefined && { billing }),
  });
}

async function resolve(text: string) {
  const context = { catalogue: loadCatalogue(), files: scenarioFiles('.', undefined), allowPlugins: false };
  return resolveScenario({ file: 'test.yaml', bytes: new TextEncoder().encode(text) }, context);
}

async function billing(section: object): Promise<BillingPlan> {
  return (await resolve(scenario(section))).plan.billing!;
}

async function findings(section: object): Promise<string[]> {
  try {
    await resolve(scenario(section));
  } catch (error) {
    if (error instanceof InputError)
      return error.diagnostics.map(({ code, message }) => `${code} ${message}`);
    throw error;
  }
  return [];
}

describe('resolveBilling()', () => {
  test('leaves a plan without the section as it is', async () => {
    expect('billing' in (await resolve(scenario())).plan).toBe(false);
  });

  test('fills in terms from the hour of the start, and the median price of a reservation', async () => {
    const { reservedInstances, savingsPlans } = await billing({
      reservedInstances: [
        { name: 'one', type: 'm5.large', count: 2 },
        { name: 'three', type: 'm5.large', count: 1, years: 3, upfront: '5 USD', hourly: 0.01 },
      ],
      savingsPlans: [{ name: 'floor', commitment: '1.5 USD/h', family: 'm5' }],
    });
    // 0.096 × 0.672
    expect(reservedInstances.map(({ hourlyE10, upfrontE10 }) => [hourlyE10, upfrontE10])).toEqual([
      [645_120_000n, 0n],
      [100_000_000n, 50_000_000_000n],
    ]);
    const starts = [...reservedInstances, ...savingsPlans].map(({ startEpochMs }) => startEpochMs);
    expect(new Set(starts)).toEqual(new Set([Date.UTC(2026, 5, 15, 10)]));
  });

  test('takes the support dates of a Kubernetes version as listed, or as stated', async () => {
    expect((await billing({ eks: { version: '1.31' } })).eksSupport).toEqual({
      version: '1.31',
      standardUntilEpochMs: Date.UTC(2025, 10, 26),
      extendedUntilEpochMs: Date.UTC(2026, 10, 26),
    });
    const stated = {
      version: '1.40',
      standardUntil: '2030-01-01T00:00:00Z',
      extendedUntil: '2031-01-01T00:00:00Z',
    };
    expect((await billing({ eks: stated })).eksSupport!.standardUntilEpochMs).toBe(Date.UTC(2030, 0, 1));
  });

  test('renders into a section that resolves to the same plan', async () => {
    const section = {
      prices: {
        'nat/us-east-1/hour': 0.05,
        'transfer/us-east-1/internet': [{ upTo: 100, price: 0.09 }, { price: 0.08 }],
      },
      instances: { base: { platform: 'rhel', software: 0.05, cpuUse: '40%' } },
      reservedInstances: [{ name: 'one', type: 'm5.large', count: 2, zone: 'us-east-1a' }],
      volumes: [{ name: 'data', zone: 'us-east-1a', type: 'io2', size: '300GiB', iops: 4000 }],
      natGateways: ['us-east-1a'],
      traffic: { web: { nat: '5MB', logs: '10MiB' } },
      registry: {},
      monitoring: { alarms: 3, logRetentionDays: 30 },
      eks: { version: '1.31' },
      selfRunControlPlane: { zones: ['us-east-1a'] },
    };
    const { plan } = await resolve(scenario(section));
    expect((await resolve(renderPlanYaml(plan))).plan).toEqual(plan);
  });

  test.each([
    {
      about: 'a price nobody asks for',
      section: { prices: { 'nat/us-east-1/hours': 1 } },
      found: 'E1204 no bill asks for a price "nat/us-east-1/hours"',
    },
    {
      about: 'a price of another region',
      section: { prices: { 'nat/eu-west-1/hour': 1 } },
      found: 'E1103 price "nat/eu-west-1/hour" is of another region than us-east-1',
    },
    {
      about: 'tiers that do not rise',
      section: { prices: { 'transfer/us-east-1/internet': [{ price: 1 }, { upTo: 5, price: 2 }] } },
      found: 'E1103 the bounds of price "transfer/us-east-1/internet" do not rise to a last tier without one',
    },
    {
      about: 'an unknown group',
      section: { instances: { bse: {} } },
      found: 'E1204 "bse" is not an instance group',
    },
    {
      about: 'an unknown type',
      section: { reservedInstances: [{ name: 'a', type: 'm5.lrge', count: 1 }] },
      found: 'E2102 there is no instance type "m5.lrge"',
    },
    {
      about: 'an unknown zone',
      section: { natGateways: ['us-east-1z'] },
      found: 'E1204 "us-east-1z" is not a zone of us-east-1',
    },
    {
      about: 'a term off the hour',
      section: { savingsPlans: [{ name: 's', commitment: 1, since: '2026-01-01T00:30:00Z' }] },
      found: 'E1103 a term begins on a full hour, UTC',
    },
    {
      about: 'an impossible volume',
      section: { volumes: [{ name: 'v', zone: 'us-east-1a', type: 'io1', size: '10GiB', iops: 9000 }] },
      found: 'E1103 volume "v": a io1 volume of 10 GiB has at most 500 IOPS, not 9000',
    },
    {
      about: 'an unknown balancer',
      section: { loadBalancers: { front: {} } },
      found: 'E1204 "front" is not a load balancer of a service',
    },
    {
      about: 'an unknown service',
      section: { traffic: { wbe: {} } },
      found: 'E1204 "wbe" is not a service, job or trace',
    },
    {
      about: 'NAT traffic without a gateway',
      section: { traffic: { web: { nat: '5MB' } } },
      found: 'E1103 there is no NAT gateway for this traffic',
    },
    {
      about: 'a version without dates',
      section: { eks: { version: '1.99' } },
      found: 'E1204 the support dates of Kubernetes 1.99 are not known',
    },
    {
      about: 'half a GiB',
      section: { snapshots: [{ name: 's', size: '512MiB' }] },
      found: 'E1103 the size must be whole GiB',
    },
  ])('reports $about', async ({ section, found }) => {
    expect(await findings(section)).toEqual([found]);
  });
});
