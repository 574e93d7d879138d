import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { InputError } from '../../../src/errors.ts';
import type { Plan, PlatformPlan } from '../../../src/model/plan.ts';
import { readScenario, resolvePlan, resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import type { PlanContext } from '../../../src/io/scenario/plan-context.ts';
import type { ScenarioInput } from '../../../src/io/scenario/scenario-schema.ts';
import { findings, scenarioWith, TEST_DIGEST, testContext } from '../../support/scenarios.ts';

async function planOf(parts: Partial<ScenarioInput>): Promise<Plan> {
  const bytes = new TextEncoder().encode(stringify(scenarioWith(parts)));
  return (await resolveScenario({ file: 'test.yaml', bytes }, testContext)).plan;
}

/** Findings without their positions. */
async function found(parts: object, context: Partial<PlanContext> = {}): Promise<string[]> {
  const lines = await findings(stringify({ ...scenarioWith({}), ...parts }), context);
  return lines.map((line) => line.replace(/ (\d+:\d+|-) /, ' '));
}

const web = { cpu: '500m', memory: '1GiB' };

type KubernetesInput = Extract<ScenarioInput['platforms'][number], { kind: 'kubernetes' }>;

describe('resolvePlan() fills in', () => {
  test('the defaults of the smallest scenario', async () => {
    const { plan, warnings } = await resolveScenario(
      {
        file: 'test.yaml',
        bytes: new TextEncoder().encode(
          'version: 1\nname: t\nhorizon: 1d\nfleet: [{name: g, type: m5.large, size: 2}]\nplatforms: [{name: e, kind: ecs}]\n',
        ),
      },
      testContext,
    );
    expect(plan).toMatchObject({
      description: '',
      seed: 1,
      // 2026-03-02T00:00:00Z
      startEpochMs: 1_772_409_600_000,
      horizonMs: 86_400_000,
      region: 'us-east-1',
      catalogue: { id: 'test', date: '2026-07-20' },
      fleet: [
        {
          types: ['m5.large'],
          zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
          size: { min: 2, max: 2, initial: 2 },
          launch: { kind: 'constant', valueMs: 22_000 },
          boot: { kind: 'constant', valueMs: 40_000 },
          rootVolume: { type: 'gp3', sizeGiB: 30, iops: 3000, throughputMiBps: 125 },
          instances: [],
        },
      ],
      workload: { services: [], jobs: [], traces: [], distributions: [] },
      platforms: [
        {
          kind: 'ecs',
          scheduler: { name: 'ecs', options: {}, plugin: null },
          fleet: null,
          queue: 'skip',
          autoscaler: { kind: 'demand', intervalMs: 10_000, idleMs: 300_000 },
          reservedMemoryMiB: 0,
          awsvpcTrunking: false,
        },
      ],
      checks: [],
    });
    expect(warnings.map(({ code }) => code)).toEqual(['W2003']);
  });

  test('a template: every amount in its own unit', async () => {
    const template = {
      ...web,
      ephemeral: '2GiB',
      gpu: { share: '250m', models: ['T4'] },
      image: { name: 'web', size: '300MB' },
      startup: { uniform: { min: '1s', max: '2s' } },
    };
    const plan = await planOf({
      fleet: [{ name: 'gpu', type: 'g4dn.xlarge', size: 1 }],
      workload: { services: [{ name: 'web', template, replicas: 1 }] },
    });
    expect(plan.workload.services[0]!.template).toEqual({
      name: 'web',
      cpuMilli: 500,
      memoryBytes: 2 ** 30,
      ephemeralBytes: 2 ** 31,
      gpu: { count: 1, milli: 250, models: ['T4'] },
      extended: new Map(),
      hostPorts: [],
      network: 'bridge',
      image: { name: 'web', sizeBytes: 300_000_000 },
      startup: { kind: 'uniform', minMs: 1000, maxMs: 2000 },
      labels: new Map(),
      where: new Map(),
      distinctInstance: false,
      tolerations: [],
      priority: 0,
    });
  });

  test.each([
    ['bridge', { ports: [80], hostPorts: [8080] }, [{ port: 8080, protocol: 'TCP' }]],
    [
      'host',
      { ports: [80, { port: 53, protocol: 'UDP' }], hostPorts: [8080] },
      [
        { port: 8080, protocol: 'TCP' },
        { port: 80, protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
      ],
    ],
    ['awsvpc', { ports: [80] }, []],
  ])('ports of the instance: network %s', async (network, ports, hostPorts) => {
    const template = { ...web, network, ...ports } as never;
    const plan = await planOf({ workload: { services: [{ name: 'web', template, replicas: 1 }] } });
    expect(plan.workload.services[0]!.template.hostPorts).toEqual(hostPorts);
  });

  test('copies: own names, own load balancers, one shared when it is named', async () => {
    const service = { name: 'api', template: web, replicas: 2, copies: 3 };
    const own = await planOf({ workload: { services: [{ ...service, loadBalancer: { kind: 'network' } }] } });
    expect(
      own.workload.services.map(({ name, template, loadBalancer }) => [
        name,
        template.name,
        loadBalancer?.name,
      ]),
    ).toEqual([
      ['api-001', 'api-001', 'api-001'],
      ['api-002', 'api-002', 'api-002'],
      ['api-003', 'api-003', 'api-003'],
    ]);
    const shared = await planOf({
      workload: { services: [{ ...service, loadBalancer: { name: 'front', kind: 'network' } }] },
    });
    expect(shared.workload.services.map(({ loadBalancer }) => loadBalancer?.name)).toEqual([
      'front',
      'front',
      'front',
    ]);
  });

  test.each<[string, object, object]>([
    ['a fixed number', { n: 3 }, { replicas: [{ atMs: 0, count: 3 }], repeatMs: null }],
    [
      'none before the first step',
      { at: '1h', count: 3 },
      {
        replicas: [
          { atMs: 0, count: 0 },
          { atMs: 3_600_000, count: 3 },
        ],
        repeatMs: null,
      },
    ],
    [
      'steps that repeat',
      // biome-ignore lint/suspicious/noThenProperty: the language says 'then'; nobody awaits a scenario
      { count: 1, then: [{ at: '8h', count: 4 }], repeat: '1d' },
      {
        replicas: [
          { atMs: 0, count: 1 },
          { atMs: 28_800_000, count: 4 },
        ],
        repeatMs: 86_400_000,
      },
    ],
  ])('replicas: %s', async (_, replicas, expected) => {
    const wanted = 'n' in replicas ? (replicas.n as number) : (replicas as never);
    const plan = await planOf({ workload: { services: [{ name: 'web', template: web, replicas: wanted }] } });
    expect(plan.workload.services[0]).toMatchObject(expected);
  });

  test.each<[object, object]>([
    [
      { arrivals: { poisson: '2/min' } },
      { kind: 'poisson', steps: [{ atMs: 0, perHour: 120 }], repeatMs: null },
    ],
    [
      { arrivals: { poisson: [{ at: '1h', rate: '24/d' }], repeat: '1d' } },
      {
        kind: 'poisson',
        steps: [
          { atMs: 0, perHour: 0 },
          { atMs: 3_600_000, perHour: 1 },
        ],
        repeatMs: 86_400_000,
      },
    ],
    [{ arrivals: { every: '15m' } }, { kind: 'every', intervalMs: 900_000, firstMs: 0 }],
    [{ arrivals: { at: ['2h', '1h', '1h'] } }, { kind: 'at', timesMs: [3_600_000, 3_600_000, 7_200_000] }],
    [{ schedule: 'rate(5 minutes)' }, { kind: 'schedule', expression: 'rate(5 minutes)', timezone: 'UTC' }],
  ])('arrivals: %j', async (arrivals, expected) => {
    const plan = await planOf({
      workload: { jobs: [{ name: 'j', template: web, runtime: '1m', ...arrivals }] },
    });
    expect(plan.workload.jobs[0]!.arrivals).toEqual(expected);
  });

  test('a node list: one type for each shape, its price from the rates, zones in turn', async () => {
    const rates = { vcpu: '0.04 USD/h', gib: '0.005 USD/h', gpu: '1 USD/h' };
    const from = { file: 'nodes.csv', format: 'openb' as const, rates };
    const plan = await planOf({ fleet: [{ name: 'list', from, zones: ['us-east-1b', 'us-east-1c'] }] });
    // node-a: 32 vCPUs × 0.04 + 128 GiB × 0.005 + 2 GPUs × 1 = 3.92; node-b: 64 × 0.04 + 256 × 0.005 = 3.84
    expect(plan.types.map(({ name, vcpus, priceE10PerHour }) => [name, vcpus, priceE10PerHour])).toEqual([
      ['node-32c-131072m-2xT4-39200000000', 32, 39_200_000_000n],
      ['node-64c-262144m-38400000000', 64, 38_400_000_000n],
    ]);
    expect(plan.fleet[0]).toMatchObject({
      zones: ['us-east-1b', 'us-east-1c'],
      size: { min: 2, max: 2, initial: 2 },
      instances: [
        { name: 'node-a', type: plan.types[0]!.name, zone: 'us-east-1b' },
        { name: 'node-b', type: plan.types[1]!.name, zone: 'us-east-1c' },
      ],
    });
  });

  test('a trace: name from its file, digest of its bytes, window and sample as numbers', async () => {
    const plan = await planOf({
      workload: {
        traces: [{ file: '{traces}/a/pods.v2.csv.gz', format: 'swf', window: ['5d', '6d'], sample: '10%' }],
      },
    });
    expect(plan.workload.traces[0]).toMatchObject({
      name: 'pods',
      file: '{traces}/a/pods.v2.csv.gz',
      sha256: TEST_DIGEST,
      window: { fromMs: 432_000_000, toMs: 518_400_000 },
      sample: 0.1,
      timeScale: 1,
      runtimeScale: 1,
      departures: 'trace',
      template: { name: 'pods', cpuMilli: 0, memoryBytes: 0, gpu: null },
    });
  });

  test('a type of the scenario replaces the one of the price list', async () => {
    const plan = await planOf({
      types: [{ name: 'm5.large', vcpus: 2, memory: '8GiB', price: 0.05, linuxMemory: '7900MiB' }],
    });
    expect(plan.types).toMatchObject([
      { name: 'm5.large', priceE10PerHour: 500_000_000n, linuxMemoryMiB: 7900 },
    ]);
  });

  test('a platform: options of its scheduler apart from its own', async () => {
    const plan = await planOf({
      platforms: [
        {
          name: 'e',
          kind: 'ecs',
          placementStrategy: [{ type: 'binpack', field: 'cpu' }],
          tieBreak: 'random',
          reservedMemory: '256MiB',
        },
        {
          name: 'b',
          kind: 'bare',
          scheduler: { name: 'best-fit', resource: 'memory' },
          autoscaler: 'none',
          queue: 'strict',
        },
      ],
    });
    expect(plan.platforms.map(({ scheduler }) => scheduler)).toEqual([
      {
        name: 'ecs',
        options: { placementStrategy: [{ type: 'binpack', field: 'cpu' }], tieBreak: 'random' },
        plugin: null,
      },
      { name: 'best-fit', options: { resource: 'memory' }, plugin: null },
    ]);
    expect(plan.platforms[0]).toMatchObject({ reservedMemoryMiB: 256 });
  });

  test.each<[{ queue?: KubernetesInput['queue'] }, PlatformPlan['queue']]>([
    [{}, { kind: 'kube', cycleMs: 1, bindMs: 10, graceMs: 30_000 }],
    [{ queue: 'kube' }, { kind: 'kube', cycleMs: 1, bindMs: 10, graceMs: 30_000 }],
    [{ queue: 'strict' }, 'strict'],
    [
      { queue: { kind: 'kube', cycle: '5ms', bind: '0s', grace: '1m' } },
      { kind: 'kube', cycleMs: 5, bindMs: 0, graceMs: 60_000 },
    ],
  ])('Kubernetes with %j has the queue %j', async (keys, queue) => {
    const plan = await planOf({ platforms: [{ name: 'k', kind: 'kubernetes', ...keys }] });
    expect(plan.platforms[0]!.queue).toEqual(queue);
  });
});

describe('resolvePlan() refuses', () => {
  const service = { name: 'web', template: web, replicas: 1 };
  const job = { name: 'j', template: web, runtime: '1m', arrivals: { every: '1h' } };
  const group = { name: 'g', type: 'm5.large', size: 1 };
  test.each<[string, object, string[]]>([
    [
      'a region',
      { region: 'us-east-9' },
      ['E1204 there is no region "us-east-9" in the price list (did you mean "us-east-1"?)'],
    ],
    [
      'a zone',
      { fleet: [{ ...group, zones: ['us-east-1a', 'us-est-1b'] }] },
      [
        'E1204 there is no zone "us-est-1b" in us-east-1 (did you mean "us-east-1b", "us-east-1a" or "us-east-1c"?)',
      ],
    ],
    [
      'a type without a price',
      { region: 'eu-west-1', fleet: [{ ...group, type: 'c5.4xlarge' }] },
      [
        'E2101 there is no price for "c5.4xlarge" in eu-west-1 (it has one in us-east-1; did you mean "m5.xlarge"?)',
      ],
    ],
    ['equal names of groups', { fleet: [group, group] }, ['E1205 two instance groups are named "g"']],
    [
      'equal types in a group',
      { fleet: [{ ...group, type: ['m5.large', 'm5.large'] }] },
      ['E1205 type "m5.large" appears twice in instance group "g"'],
    ],
    [
      'a group without a size',
      { fleet: [{ name: 'g', type: 'm5.large' }] },
      ['E1101 missing key "size" in instance group "g" (size: 5, or size: { min: 3, max: 60 })'],
    ],
    [
      'a group without a type',
      { fleet: [{ name: 'g', size: 1 }] },
      ['E1101 missing key "type" in instance group "g" (it takes an instance type or a list)'],
    ],
    [
      'a group with two origins',
      { fleet: [{ ...group, instances: [{ name: 'a', type: 'm5.large', zone: 'us-east-1a' }] }] },
      ['E1203 instance group "g" says size and instances: only one of them can hold'],
    ],
    [
      'a range upside down',
      { fleet: [{ ...group, size: { min: 5, max: 3 } }] },
      ['E1103 instance group "g": min 5 is above max 3'],
    ],
    [
      'an initial size outside',
      { fleet: [{ ...group, size: { min: 1, max: 3, initial: 4 } }] },
      ['E1103 instance group "g": initial 4 is not between 1 and 3'],
    ],
    [
      'a volume that EC2 refuses',
      { fleet: [{ ...group, volume: { type: 'gp2', iops: 5000 } }] },
      ['E1103 volume of instance group "g": IOPS of a gp2 volume cannot be chosen'],
    ],
    [
      'a distribution without numbers',
      { fleet: [{ ...group, boot: { uniform: { min: '2s', max: '1s' } } }] },
      ['E1103 boot of instance group "g": the minimum 2s is larger than the maximum 1s'],
    ],
    [
      'no fleet at all',
      { fleet: [] },
      [
        'E1101 platform "ecs" has no fleet, and the scenario has none either (fleet: [{ name: general, type: m6i.xlarge, size: 3 }])',
      ],
    ],
    [
      'a template',
      { workload: { services: [{ ...service, template: 'web' }] } },
      ['E1204 there is no template "web" (there are no templates)'],
    ],
    [
      'a template without cpu',
      { templates: { w: { memory: '1GiB' } }, workload: { services: [{ ...service, template: 'w' }] } },
      ['E1101 missing key "cpu" in template "w", which service "web" uses'],
    ],
    [
      'cpu in the template of a trace',
      { templates: { w: web }, workload: { traces: [{ file: 'a', format: 'swf', template: 'w' }] } },
      [
        'E1203 template "w" says cpu, which trace number 1 takes from its rows (give trace number 1 a template without it)',
      ],
    ],
    [
      'a share of several devices',
      { workload: { services: [{ ...service, template: { ...web, gpu: { count: 2, share: 0.5 } } }] } },
      ['E1103 template.gpu of service "web": a share is of one device, several devices are always whole'],
    ],
    [
      'a port twice',
      {
        workload: {
          services: [{ ...service, template: { ...web, network: 'host', hostPorts: [80], ports: [80] } }],
        },
      },
      ['E1205 template of service "web": port 80 TCP appears twice'],
    ],
    [
      'host ports of an own interface',
      { workload: { services: [{ ...service, template: { ...web, network: 'awsvpc', hostPorts: [80] } }] } },
      ['E1103 template of service "web": a task with its own interface takes no port of the instance'],
    ],
    [
      'ports without a network',
      { workload: { services: [{ ...service, template: { ...web, network: 'none', ports: [80] } }] } },
      ['E1103 template of service "web": without a network there are no ports'],
    ],
    [
      'a toleration of nothing',
      { workload: { services: [{ ...service, template: { ...web, tolerations: [{ value: 'a' }] } }] } },
      ['E1103 template.tolerations[0] of service "web": without a key the operator must be Exists'],
    ],
    [
      'a lane as extended resource',
      { workload: { services: [{ ...service, template: { ...web, extended: { cpu: 1 } } }] } },
      ['E1103 template of service "web": "cpu" is no extended resource (use a name like example.com/fpga)'],
    ],
    [
      'steps out of order',
      {
        workload: {
          // biome-ignore lint/suspicious/noThenProperty: as above
          services: [{ ...service, replicas: { at: '2h', count: 1, then: [{ at: '1h', count: 2 }] } }],
        },
      },
      ['E1103 replicas of service "web": 1h is not after the step before'],
    ],
    [
      'a repetition within the steps',
      {
        workload: {
          // biome-ignore lint/suspicious/noThenProperty: as above
          services: [{ ...service, replicas: { count: 1, then: [{ at: '1h', count: 2 }], repeat: '1h' } }],
        },
      },
      ['E1103 replicas of service "web": 1h is not after the last step'],
    ],
    [
      'equal names of groups of tasks',
      { workload: { services: [{ ...service, copies: 2 }], jobs: [{ ...job, name: 'web-002' }] } },
      ['E1205 the name "web-002" is taken by service "web"'],
    ],
    [
      'a job without arrivals',
      { workload: { jobs: [{ ...job, arrivals: undefined }] } },
      [
        'E1101 job "j" says neither arrivals nor schedule (arrivals: { poisson: 120/h }, or schedule: "cron(0 2 * * ? *)")',
      ],
    ],
    [
      'a job with two calendars',
      { workload: { jobs: [{ ...job, schedule: 'rate(1 hour)' }] } },
      ['E1203 job "j" says arrivals and schedule: only one can hold'],
    ],
    [
      'a time zone without a schedule',
      { workload: { jobs: [{ ...job, timezone: 'UTC' }] } },
      ['E1203 timezone of job "j" is for a schedule'],
    ],
    [
      'columns of a format that has its own',
      { workload: { traces: [{ file: 'a', format: 'swf', columns: { submit: 'a:s' } }] } },
      ['E1203 trace number 1: the format swf has its own columns (columns are for format csv)'],
    ],
    [
      'a window upside down',
      { workload: { traces: [{ file: 'a', format: 'swf', window: ['2d', '1d'] }] } },
      ['E1103 window of trace number 1 ends before it begins'],
    ],
    [
      'another file than the plan was made for',
      { workload: { traces: [{ file: 'a', format: 'swf', sha256: 'cd'.repeat(32) }] } },
      [
        `E4006 trace number 1 was made for another file: this one has the SHA-256 ${TEST_DIGEST} (remove sha256 to take the file as it is)`,
      ],
    ],
    [
      'equal names of platforms',
      {
        platforms: [
          { name: 'e', kind: 'ecs' },
          { name: 'e', kind: 'ecs' },
        ],
      },
      ['E1205 two platforms are named "e"'],
    ],
    [
      'a scheduler without its platform',
      { platforms: [{ name: 'b', kind: 'bare', scheduler: 'ecs' }] },
      ['E1204 scheduler "ecs" belongs to its platform and cannot stand on a bare one (write kind: ecs)'],
    ],
    [
      'plug-ins',
      { platforms: [{ name: 'b', kind: 'bare', scheduler: { use: './a.ts' } }] },
      ['E1207 the scenario wants to run the code in "./a.ts" (add --allow-plugins if you trust it)'],
    ],
    [
      'a price list that is not there',
      { catalogue: { id: 'other', date: '2020-01-01' } },
      [
        'E2102 type "m5.large" is not written in the scenario, whose price list is other of 2020-01-01 (installed is test of 2026-07-20)',
      ],
    ],
  ])('%s', async (_, parts, expected) => {
    expect(await found(parts)).toEqual(expected);
  });

  test('options that the scheduler does not know, at their place', async () => {
    const text = stringify(
      scenarioWith({
        platforms: [{ name: 'e', kind: 'ecs', placementStrategy: [{ type: 'binpak', field: 'cpu' }] }],
      }),
    );
    const [finding, ...others] = await findings(text);
    expect(finding).toMatch(/^E1204 \d+:15 platform "e": .*binpak.* \(did you mean "binpack"\?\)$/);
    expect(others).toEqual([]);
    expect(text.split('\n')[Number(finding!.split(/[ :]/)[1]) - 1]).toContain('binpak');
  });

  test('schedules and columns that cannot be read', async () => {
    expect(
      await found({
        workload: { jobs: [{ name: 'j', template: web, runtime: '1m', schedule: 'cron(0 2 * * *)' }] },
      }),
    ).toEqual([expect.stringMatching(/^E1104 schedule of job "j": /)]);
    expect(
      await found({
        workload: {
          jobs: [
            { name: 'j', template: web, runtime: '1m', schedule: 'rate(1 hour)', timezone: 'Mars/Olympus' },
          ],
        },
      }),
    ).toEqual([
      'E1104 timezone of job "j": there is no time zone Mars/Olympus (write it like Europe/Berlin)',
    ]);
    const csv = { file: 'a', format: 'csv', columns: { submit: 't:s', cpu: 'c:cores', memory: '=1:GiB' } };
    expect(await found({ workload: { traces: [csv] } })).toEqual([
      expect.stringMatching(/^E1104 columns of trace number 1: unknown unit 'cores'/),
    ]);
  });

  test('plug-ins outside the folder, even when plug-ins are allowed', async () => {
    for (const use of ['../a.ts', '/a.ts', 'https://example.com/a.ts', 'a/../../b.ts']) {
      const platforms = [{ name: 'b', kind: 'bare', scheduler: { use } }];
      expect(await found({ platforms }, { allowPlugins: true })).toEqual([expect.stringMatching(/^E1208 /)]);
    }
    const platforms = [{ name: 'b', kind: 'bare' as const, scheduler: { use: './a.ts', depth: 3 } }];
    const { scenario } = readScenario({
      file: 'x',
      bytes: new TextEncoder().encode(stringify(scenarioWith({ platforms }))),
    });
    const { plan } = await resolvePlan(scenario, { ...testContext, allowPlugins: true });
    expect(plan.platforms[0]!.scheduler).toEqual({ name: 'plugin', options: { depth: 3 }, plugin: './a.ts' });
  });

  test('files that cannot be had, at the key that names them', async () => {
    const missing = (): never => {
      throw new InputError([
        {
          severity: 'error',
          code: 'E4005',
          message: 'the folder of the traces is not set',
          hint: 'use --traces',
        },
      ]);
    };
    const files = {
      hashTrace: missing,
      hashFile: missing,
      readNodes: missing,
      readManifests: missing,
      readBytes: missing,
      readPrices: missing,
      loadKubernetesPlugins: missing,
      loadMetrics: missing,
    };
    const text = `version: 1\nname: t\nseed: 1\nhorizon: 1d\nplatforms: [{name: e, kind: ecs}]
fleet:\n  - {name: g, from: {file: n, format: openb, rates: {vcpu: 1, gib: 1, gpu: 1}}}
workload:\n  traces:\n    - file: "{traces}/a"\n      format: swf\n  distributions:\n    - {name: d, file: d.json}\n`;
    expect(await findings(text, { files })).toEqual([
      'E4005 7:28 the folder of the traces is not set (use --traces)',
      'E4005 10:13 the folder of the traces is not set (use --traces)',
      'E4005 13:23 the folder of the traces is not set (use --traces)',
    ]);
  });
});

describe('resolvePlan() warns', () => {
  test.each<[string, object]>([
    ['every', { arrivals: { every: '1h', first: '25h' } }],
    ['at', { arrivals: { at: ['25h', '30h'] } }],
    ['a rate of 0', { arrivals: { poisson: '0/h' } }],
    ['a late rate', { arrivals: { poisson: [{ at: '2d', rate: '1/h' }] } }],
    // the run starts on 2 March, 00:00 UTC, and ends a day later
    ['a schedule', { schedule: 'cron(0 2 4 * ? *)' }],
  ])('when the first arrival comes after the horizon: %s', async (_, arrivals) => {
    const jobs = [{ name: 'j', template: web, runtime: '1m', ...arrivals }];
    expect(await found({ workload: { jobs } })).toEqual([
      'W2002 the first arrival of job "j" comes after the horizon of 1d',
    ]);
  });

  test('not when it comes just in time', async () => {
    const jobs = [{ name: 'j', template: web, runtime: '1m', arrivals: { every: '1h', first: '1d' } }];
    expect(await found({ workload: { jobs } })).toEqual([]);
  });
});

test('readScenario() validates without looking at files or the price list', () => {
  const bytes = new TextEncoder().encode(stringify(scenarioWith({ region: 'nowhere' })));
  expect(readScenario({ file: 'x', bytes }).scenario).toMatchObject({
    region: 'nowhere',
    fleet: [{ purchase: 'on-demand' }],
  });
  expect(() => readScenario({ file: 'x', bytes }, [['seed', '-1']])).toThrow('E1103: seed: -1 is below 0');
});
