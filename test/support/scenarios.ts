import fc from 'fast-check';
import { type Diagnostic, InputError } from '../../src/errors.ts';
import type { PriceList } from '../../src/model/offer.ts';
import type { InstanceType } from '../../src/model/instance-type.ts';
import { ALLOCATION_STRATEGIES } from '../../src/model/purchase.ts';
import { customType } from '../../src/io/catalogue.ts';
import type { PlanContext } from '../../src/io/scenario/plan-context.ts';
import { resolveScenario } from '../../src/io/scenario/resolve-plan.ts';
import type { ScenarioInput } from '../../src/io/scenario/scenario-schema.ts';

/**
 * Scenarios for tests: a small price list that never changes, files that are not there, and random scenarios that are
 * valid by construction.
 */

const listed = (name: string, vcpus: number, memoryMiB: number, priceE10PerHour: bigint): InstanceType =>
  customType({ name, vcpus, memoryMiB, priceE10PerHour, architecture: 'amd64', maxEnis: 4, ipv4PerEni: 15 });

/** Prices of us-east-1 in 2026-07; g4dn.xlarge has a GPU. */
const TYPES: readonly InstanceType[] = [
  listed('m5.large', 2, 8192, 960_000_000n),
  listed('m5.xlarge', 4, 16_384, 1_920_000_000n),
  listed('m6i.xlarge', 4, 16_384, 1_920_000_000n),
  listed('c5.4xlarge', 16, 32_768, 6_800_000_000n),
  { ...listed('g4dn.xlarge', 4, 16_384, 5_260_000_000n), gpus: { count: 1, model: 'T4' } },
];

const ZONES: Readonly<Record<string, readonly string[]>> = {
  'us-east-1': ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'],
  'eu-west-1': ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
};

/** SHA-256 that the files of tests have. */
export const TEST_DIGEST = 'ab'.repeat(32);

/** A price list of two types in one region, one with a Spot history. */
const TEST_PRICES: PriceList = {
  id: 'list',
  date: '2026-09-01',
  shapes: [],
  offers: ['m5.large', 'm5.xlarge'].map((type, index) => ({
    region: 'us-east-1',
    type,
    os: 'linux',
    tenancy: 'shared',
    onDemandE10: index === 0 ? 900_000_000n : 1_800_000_000n,
    reserved: new Map(),
    savingsPlans: new Map(),
  })),
  spot: [
    {
      zone: 'us-east-1a',
      type: 'm5.large',
      os: 'linux',
      points: [{ epochMs: Date.UTC(2026, 0, 1), priceE10: 300_000_000n }],
    },
  ],
};

/** Two regions, five types; c5.4xlarge has no price in eu-west-1. Every file has `TEST_DIGEST`; two nodes are listed. */
export const testContext: PlanContext = {
  catalogue: {
    // m5.large alone is known to the Spot advisor.
    spotAdvice: (type) => (type === 'm5.large' ? { savingPercent: 66, band: 3 } : null),
    list: null,
    id: 'test',
    date: '2026-07-20',
    regions: Object.keys(ZONES),
    zones: (region) => ZONES[region]!,
    type(name, region) {
      const type = TYPES.find((candidate) => candidate.name === name);
      if (type === undefined) return { problem: 'unknown-type', nearest: nearest(name), regions: [] };
      if (name === 'c5.4xlarge' && region === 'eu-west-1') {
        return { problem: 'no-price', nearest: ['m5.xlarge'], regions: ['us-east-1'] };
      }
      return type;
    },
  },
  files: {
    hashTrace: () => TEST_DIGEST,
    hashFile: () => TEST_DIGEST,
    readManifests: () => [],
    readPrices: () => ({ list: TEST_PRICES, sha256: TEST_DIGEST }),
    readNodes: () => [
      { name: 'node-a', cpuMilli: 32_000, memoryBytes: 2 ** 37, gpuCount: 2, gpuModel: 'T4' },
      { name: 'node-b', cpuMilli: 64_000, memoryBytes: 2 ** 38, gpuCount: 0, gpuModel: '' },
    ],
    readBytes: () => new TextEncoder().encode('a: file'),
    loadKubernetesPlugins: async () => [],
    loadMetrics: async () => [],
  },
  allowPlugins: false,
};

function nearest(name: string): string[] {
  const family = `${name.split('.')[0]}.`;
  return TYPES.map((type) => type.name).filter((other) => other.startsWith(family));
}

/** Smallest scenario there is, around `parts`. */
export function scenarioWith(parts: Partial<ScenarioInput>): ScenarioInput {
  return {
    version: 1,
    name: 'test',
    seed: 1,
    horizon: '1d',
    fleet: [{ name: 'general', type: 'm5.large', size: 3 }],
    platforms: [{ name: 'ecs', kind: 'ecs' }],
    ...parts,
  };
}

/** Everything found in the text of a scenario, warnings and errors, in order of position. */
export async function diagnosticsOf(
  text: string | Uint8Array,
  context: Partial<PlanContext> = {},
): Promise<readonly Diagnostic[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  try {
    return (await resolveScenario({ file: 'test.yaml', bytes }, { ...testContext, ...context })).warnings;
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics;
    throw error;
  }
}

/** The same as one line each: `E1203 5:1 unknown key "regio" in the scenario (did you mean "region"?)`. */
export async function findings(
  text: string | Uint8Array,
  context: Partial<PlanContext> = {},
): Promise<string[]> {
  return (await diagnosticsOf(text, context)).map(({ code, position, message, hint }) => {
    const place = position === undefined ? '-' : `${position.line}:${position.column}`;
    return `${code} ${place} ${message}${hint === undefined ? '' : ` (${hint})`}`;
  });
}

const duration = fc.oneof(
  fc.integer({ min: 1, max: 10_000_000 }).map((ms) => `${ms}ms`),
  fc.integer({ min: 1, max: 1000 }).map((seconds) => `${seconds}s`),
  fc.constantFrom('1h30m', '90s', 'P1DT2H', '0.5h', '7d'),
);
const distribution = fc.oneof(
  duration,
  fc.record({ uniform: fc.constantFrom({ min: '1s', max: '1m' }, { min: '5s', max: '5s' }) }),
  fc.record({ exponential: fc.record({ mean: duration }) }),
  fc.record({ lognormal: fc.constantFrom({ mean: '4m', p95: '15m' }, { mean: '1s', p95: '1s' }) }),
  fc.record({
    hyperexponential: fc.record({ mean: duration, squaredVariation: fc.constantFrom(1, 2.5, 40) }),
  }),
  fc.record({
    empirical: fc.array(fc.record({ value: duration, weight: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);
const labels = fc.dictionary(
  fc.constantFrom('tier', 'team', 'example.com/a b', '7'),
  fc.constantFrom('', 'front', '1', 'a: b'),
  {
    maxKeys: 3,
  },
);
const effect = fc.constantFrom('NoSchedule' as const, 'PreferNoSchedule' as const, 'NoExecute' as const);
const cpu = fc.oneof(
  fc.integer({ min: 0, max: 1500 }).map((milli) => `${milli}m`),
  fc.constantFrom<string | number>(0.25, 1, '1 vCPU', '0.125'),
);
const memory = fc.oneof(
  fc.integer({ min: 0, max: 4096 }).map((mebibytes) => `${mebibytes}MiB`),
  fc.constantFrom<string | number>('1GiB', '500MB', '1.5 GiB', 1_000_000, '3Gi'),
);

const rest = fc.record(
  {
    ephemeral: fc.constantFrom<string | number>('1GiB', 0, '10MB'),
    extended: fc.constantFrom({}, { 'example.com/fpga': 1 }),
    network: fc.constantFrom('bridge' as const, 'host' as const),
    hostPorts: fc.constantFrom([], [8080], [53, { port: 53, protocol: 'UDP' as const }]),
    ports: fc.constantFrom([], [9090], [{ port: 9091 }]),
    image: fc.constantFrom({ name: 'web:1', size: '300MB' }),
    startup: distribution,
    labels,
    usage: fc.constantFrom(
      { memory: '100MiB' },
      { memory: { uniform: { min: '1MiB', max: 5_000_000 } }, memoryLimit: 'none' as const },
      { memory: { lognormal: { mean: '100MiB', p95: '200MiB' } }, memoryGrowth: '3MiB', memoryLimit: '9GiB' },
    ),
    distinctInstance: fc.boolean(),
    tolerations: fc.constantFrom(
      [],
      [{ operator: 'Exists' as const }],
      [{ key: 'a', value: 'b', effect: 'NoExecute' as const, tolerationSeconds: 5 }],
    ),
    priority: fc.integer({ min: -5, max: 5 }),
    preemptionPolicy: fc.constantFrom('Never' as const, 'PreemptLowerPriority' as const),
  },
  { requiredKeys: [] },
);
const body = fc
  .tuple(fc.record({ cpu, memory }), rest)
  .map(([requests, others]) => ({ ...requests, ...others }));
const template = fc.oneof(fc.constantFrom('small', 'host-net'), body);
const rowTemplate = fc.oneof(fc.constant('rows'), rest);

const service = fc.record(
  {
    template,
    replicas: fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom(
        { count: 3 },
        // biome-ignore lint/suspicious/noThenProperty: the language says "then"; nobody awaits a scenario
        { at: '1h', count: 3, then: [{ at: '2h', count: 5 }], repeat: '1d' },
        {
          count: 0,
          // biome-ignore lint/suspicious/noThenProperty: as above
          then: [
            { at: '10m', count: 1 },
            { at: '20m', count: 0 },
          ],
        },
      ),
    ),
    spread: fc.constantFrom('zone' as const, 'instance' as const, 'none' as const),
    loadBalancer: fc.constantFrom(
      { kind: 'application' as const },
      { name: 'front', kind: 'network' as const, registration: '5s' },
    ),
    copies: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ['template', 'replicas'] },
);
const arrivals = fc.oneof(
  fc.record({ poisson: fc.constantFrom('120/h', '2/min', '0.3/s', '1000/d', '1e-7/s') }),
  fc.constant({
    poisson: [
      { at: '1h', rate: '7/d' },
      { at: '2h', rate: '0/h' },
    ],
    repeat: '1d',
  }),
  fc.record({ every: duration, first: fc.constantFrom('0s', '1m') }, { requiredKeys: ['every'] }),
  fc.record({ at: fc.array(duration, { minLength: 1, maxLength: 4 }) }),
);
const when = fc.oneof(
  arrivals.map((value) => ({ arrivals: value })),
  fc.constantFrom(
    { schedule: 'cron(0 2 * * ? *)' },
    { schedule: 'rate(5 minutes)', timezone: 'UTC' },
    { schedule: 'at(2026-03-03T10:00:00)', timezone: 'Europe/Berlin' },
  ),
);
const job = fc
  .tuple(
    fc.record(
      { template, runtime: distribution, count: fc.integer({ min: 1, max: 50 }) },
      { requiredKeys: ['template', 'runtime'] },
    ),
    when,
  )
  .map(([what, arrival]) => ({ ...what, ...arrival }));
const trace = fc.record(
  {
    format: fc.constantFrom('openb' as const, 'swf' as const, 'azure-2017' as const),
    window: fc.constantFrom(['5d', '6d'], ['0s', '1ms']),
    sample: fc.constantFrom<string | number>('10%', 0.1, 1, '0.333'),
    timeScale: fc.constantFrom(1, 0.3333333333333333, 2),
    runtimeScale: fc.constantFrom(1, 0.5),
    departures: fc.constantFrom('trace' as const, 'none' as const),
    template: rowTemplate,
  },
  { requiredKeys: ['format'] },
);

const purchase = fc.oneof(
  fc.constantFrom('on-demand' as const, 'spot' as const),
  fc.record(
    {
      onDemandBase: fc.integer({ min: 0, max: 3 }),
      onDemandPercentAboveBase: fc.constantFrom(0, 25, 100),
      strategy: fc.constantFrom(...ALLOCATION_STRATEGIES),
      pools: fc.integer({ min: 1, max: 4 }),
      maxPrice: fc.constantFrom('0.05 USD/h', 0.1),
      rebalance: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
);

const spotMarket = fc.record(
  {
    saving: fc.constantFrom(0, 65, 12.5),
    reclaimed: fc.constantFrom(0, 0.3),
    swing: fc.constantFrom(0, 0.25),
    memory: duration,
    step: fc.constantFrom('30m', '1h'),
    capacity: fc.integer({ min: 0, max: 50 }),
    perReclaim: fc.constantFrom(0.1, 1),
    rebalanceLead: fc.constantFrom('0s', '10m'),
    notice: fc.constantFrom('2m', '30s'),
  },
  { requiredKeys: [] },
);

const group = fc
  .tuple(
    fc.oneof(
      fc.record(
        {
          type: fc.constantFrom<string | string[]>('m5.large', ['m6i.xlarge', 'own'], ['own']),
          size: fc.integer({ min: 1, max: 9 }),
          purchase,
        },
        { requiredKeys: ['type', 'size'] },
      ),
      fc.record({
        type: fc.constant('c5.4xlarge'),
        size: fc.constantFrom({ max: 5 }, { min: 1, max: 9, initial: 4 }),
        zones: fc.constantFrom(['us-east-1d'], ['us-east-1b', 'us-east-1a']),
      }),
      fc.constant({
        instances: [
          { name: 'x', type: 'm5.large', zone: 'us-east-1b' },
          { name: 'y', type: 'own', zone: 'us-east-1a' },
        ],
      }),
      fc.constant({
        from: {
          file: 'nodes.csv',
          format: 'openb' as const,
          rates: { vcpu: '0.04 USD/h', gib: '0.0051234567 USD/h', gpu: 0.9 },
        },
      }),
    ),
    fc.record(
      {
        launch: distribution,
        boot: distribution,
        volume: fc.constantFrom(
          { type: 'gp2' as const, size: '100GiB' },
          { size: '50GiB', iops: 4000, throughput: 500 },
          {},
        ),
        labels,
        taints: fc.array(fc.record({ key: fc.constant('a'), value: fc.constantFrom('', 'b'), effect }), {
          maxLength: 2,
        }),
        extended: fc.constant({ 'example.com/fpga': 4 }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([machines, others]) => ({ ...machines, ...others }));

const fleet = fc.array(group, { minLength: 1, maxLength: 3 }).map(named('group'));
const platform = fc
  .tuple(
    fc.oneof(
      fc.record(
        {
          kind: fc.constant('ecs' as const),
          placementStrategy: fc.constantFrom(
            [{ type: 'binpack', field: 'memory' }],
            [
              { type: 'spread', field: 'attribute:ecs.availability-zone' },
              { type: 'binpack', field: 'cpu' },
            ],
          ),
          tieBreak: fc.constantFrom('random', 'lowestId'),
          reservedMemory: fc.constantFrom<string | number>('256MiB', 0),
          awsvpcTrunking: fc.boolean(),
          spotDraining: fc.boolean(),
        },
        { requiredKeys: ['kind'] },
      ),
      fc.record(
        {
          kind: fc.constant('kubernetes' as const),
          version: fc.constantFrom('1.34' as const, '1.36' as const),
          controlPlane: fc.constantFrom('eks' as const, 'none' as const),
          terminationHandler: fc.boolean(),
          daemons: fc.constantFrom({ cpu: '200m', memory: '128MiB', pods: 3 }, { pods: 0 }),
          kubelet: fc.constantFrom(
            { kubeReserved: 'none' as const, maxPods: 30, evictionHard: '120MiB' },
            { maxPods: 'interfaces' as const, evictionSoft: '200MiB', evictionSoftGracePeriod: '1m' },
            {
              evictionSoft: '200MiB',
              evictionMaxPodGracePeriod: '9s',
              evictionMinimumReclaim: '1MiB',
              evictionPressureTransitionPeriod: '0s',
              maxContainerRestartPeriod: '1m',
            },
          ),
          config: fc.constantFrom({}, { percentageOfNodesToScore: 50 }),
          queue: fc.constantFrom('kube' as const, { kind: 'kube' as const, cycle: '5ms', grace: '0s' }),
        },
        { requiredKeys: ['kind'] },
      ),
      fc.record({
        kind: fc.constant('bare' as const),
        scheduler: fc.constantFrom('first-fit', { name: 'best-fit' }, { name: 'random' }),
      }),
    ),
    fc.record(
      {
        fleet,
        queue: fc.constantFrom('skip' as const, 'strict' as const),
        autoscaler: fc.constantFrom('none' as const, 'demand' as const, {
          kind: 'demand' as const,
          idle: '1h',
        }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([kind, others]) => ({ ...kind, ...others }));

/** Adds names that are not taken. */
function named(
  prefix: string,
): <Value extends object>(values: readonly Value[]) => (Value & { name: string })[] {
  return (values) => values.map((value, index) => ({ name: `${prefix}-${index}`, ...value }));
}

const ownType = {
  name: 'own',
  vcpus: 8,
  memory: '32GiB',
  price: '0.3333333333 USD/h',
  gpu: { count: 2, model: 'T4' },
};
const templates = {
  small: { cpu: '100m', memory: '64MiB' },
  'host-net': {
    cpu: 1,
    memory: '1GiB',
    network: 'host' as const,
    ports: [80, { port: 53, protocol: 'UDP' as const }],
  },
  rows: { startup: '3s', image: { name: 'rows', size: 1 } },
};

/**
 * Random scenarios without a mistake in them, over everything that the language can say but plug-ins. Tasks may fit
 * into no instance of a fleet: that is a warning, or an error when it is all of them.
 */
export const arbitraryScenario: fc.Arbitrary<ScenarioInput> = fc
  .record(
    {
      version: fc.constant(1 as const),
      name: fc.constantFrom('shop', 'A.b_c-9'),
      horizon: duration,
      seed: fc.integer({ min: 0, max: 1000 }),
      description: fc.constantFrom('', 'two\nlines: "quoted"'),
      start: fc.constantFrom('2026-03-02T00:00:00Z', '2028-02-29T23:59:59.999+05:30'),
      spot: spotMarket,
      fleet,
      services: fc.array(service, { maxLength: 3 }).map(named('service')),
      jobs: fc.array(job, { maxLength: 3 }).map(named('job')),
      traces: fc
        .array(trace, { maxLength: 2 })
        .map((list) => list.map((entry, index) => ({ file: `t-${index}.csv.gz`, ...entry }))),
      measured: fc
        .array(fc.record({ file: fc.constant('m.json'), scale: fc.constantFrom(1, 0.1) }), { maxLength: 1 })
        .map(named('measured')),
      platforms: fc.array(platform, { minLength: 1, maxLength: 3 }).map(named('platform')),
      checks: fc.subarray([
        'wait.p95 < 30s',
        'unplaced == 0',
        'cost.total <= 1200 USD',
        'utilisation.cpu >= 62.5%',
        'instances.hours<100h',
      ]),
    },
    {
      requiredKeys: [
        'version',
        'name',
        'horizon',
        'fleet',
        'services',
        'jobs',
        'traces',
        'measured',
        'platforms',
        'checks',
      ],
    },
  )
  // The cast: fast-check infers readonly tuples, and the input types of zod are mutable.
  .map(({ services, jobs, traces, measured, ...head }) => ({
    ...head,
    types: [ownType],
    templates,
    workload: { services, jobs, traces, distributions: measured },
  })) as unknown as fc.Arbitrary<ScenarioInput>;
