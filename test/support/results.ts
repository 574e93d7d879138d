import {
  type Comparison,
  type CostNode,
  type GroupSummary,
  type InstanceRow,
  RESULT_SCHEMA_VERSION,
  type RunResult,
  type RunSummary,
  type TaskRow,
  type TimeBucket,
} from '../../src/experiment/result.ts';
import { METRIC_NAMES, type MetricName } from '../../src/model/metrics.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';

/** What sets one plausible run apart from another. Dollars of the bill follow from hours and price. */
export interface SampleRun {
  readonly name: string;
  readonly kind: 'ecs' | 'kubernetes' | 'bare';
  readonly scheduler: string;
  readonly seed: number;
  /** m6i.xlarge at 0.192 USD per hour, us-east-1, Linux, on demand. */
  readonly meanInstances: number;
  readonly controlPlaneUsd: number;
  readonly idleShare: number;
  readonly waitScaleS: number;
  readonly unplaced: number;
}

const NO_METRICS = Object.fromEntries(METRIC_NAMES.map((name) => [name, null])) as Record<MetricName, null>;
const HORIZON_MS = 7 * DAY;
const BUCKET_MS = HOUR;
const PRICE = 0.192;
const VOLUME_USD_PER_HOUR = (20 * 0.08) / 730;

/** ECS with bin packing: the baseline of the samples. */
export const ECS_BINPACK: SampleRun = {
  name: 'ecs-binpack',
  kind: 'ecs',
  scheduler: 'ecs',
  seed: 42,
  meanInstances: 41,
  controlPlaneUsd: 0,
  idleShare: 0.213,
  waitScaleS: 1,
  unplaced: 0,
};

export const ECS_SPREAD: SampleRun = {
  ...ECS_BINPACK,
  name: 'ecs-spread',
  meanInstances: 44,
  idleShare: 0.271,
  waitScaleS: 0.8,
};

export const KUBERNETES: SampleRun = {
  ...ECS_BINPACK,
  name: 'kubernetes',
  kind: 'kubernetes',
  scheduler: 'kube-scheduler 1.36',
  meanInstances: 38,
  controlPlaneUsd: 16.8,
  idleShare: 0.164,
  waitScaleS: 1.6,
  unplaced: 7,
};

/** A whole run of the imagined shop: one week, three groups, a day curve. The same input gives the same result. */
export function sampleRun(sample: SampleRun): RunResult {
  const summary = sampleSummary(sample);
  return {
    summary,
    series: { bucketMs: BUCKET_MS, rows: sampleSeries(sample) },
    tasks: () => sampleTasks(sample),
    instances: sampleInstances(sample),
  };
}

export function sampleComparison(
  samples: readonly SampleRun[] = [ECS_BINPACK, ECS_SPREAD, KUBERNETES],
): Comparison {
  const [first] = samples;
  const runs = samples.filter(({ seed }) => seed === first!.seed).map(sampleRun);
  const replications = samples.filter(({ seed }) => seed !== first!.seed).map(sampleSummary);
  return {
    scenario: 'shop',
    description: 'A web shop for one week: services with a day curve, grading jobs, a nightly batch',
    seeds: [...new Set(samples.map((sample) => sample.seed))],
    baseline: samples[0]!.name,
    runs,
    replications,
    verdict:
      'kubernetes costs $80.55 less than ecs-binpack (−6.0%): it pays for 504 fewer instance-hours, which outweighs $16.80 for the control plane, but it left 7 tasks unplaced',
  };
}

/** A comparison over several seeds: the same platforms with waits and sizes that vary a little by seed. */
export function sampleReplications(seeds: readonly number[]): Comparison {
  const samples = [ECS_BINPACK, KUBERNETES].flatMap((sample) =>
    seeds.map((seed, index) => ({
      ...sample,
      seed,
      unplaced: 0,
      meanInstances: sample.meanInstances + (index % 3) - 1 + (sample.kind === 'ecs' ? 0 : (index % 2) * 0.5),
      waitScaleS: sample.waitScaleS + (sample.kind === 'ecs' ? 0.1 : 0.3) * (index % 4),
    })),
  );
  return sampleComparison(samples);
}

export function sampleSummary(sample: SampleRun): RunSummary {
  const hours = sample.meanInstances * 168;
  const instancesUsd = hours * PRICE;
  const volumesUsd = hours * VOLUME_USD_PER_HOUR;
  const loadBalancersUsd = 2 * 168 * 0.0225;
  const total = instancesUsd + volumesUsd + loadBalancersUsd + sample.controlPlaneUsd;
  const idle = (instancesUsd + volumesUsd) * sample.idleShare;
  const submitted = 21_340;
  const succeeded = 21_250 - sample.unplaced;
  const wait = sample.waitScaleS;
  const roomUsd = instancesUsd + volumesUsd;
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    scenario: 'shop',
    planHash: '9f2c4be1a7d05c6e8b1f3a2d4c5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70',
    platform: { name: sample.name, kind: sample.kind, scheduler: sample.scheduler },
    seed: sample.seed,
    region: 'us-east-1',
    catalogue: { id: 'aws-us-east-1', date: '2026-09-01', pricesAsOf: '2026-07' },
    complete: true,
    horizonMs: HORIZON_MS,
    endedMs: HORIZON_MS,
    fingerprint: { behaviour: '5be1c07d94a3f218', events: 'c41f86a20b7e93d5' },
    metrics: {
      ...NO_METRICS,
      'cost.total': total,
      'cost.instances': instancesUsd,
      'cost.volumes': volumesUsd,
      'cost.controlPlane': sample.controlPlaneUsd,
      'cost.loadBalancers': loadBalancersUsd,
      'cost.idle': idle,
      'cost.idleShare': sample.idleShare,
      'cost.perTask': total / succeeded,
      'cost.perVcpuHour': total / (hours * 4 * (1 - sample.idleShare)),
      'instances.hours': hours,
      'instances.readyHours': hours * 0.99,
      'instances.launched': Math.round(sample.meanInstances * 3.1),
      'instances.peak': Math.round(sample.meanInstances * 1.45),
      'wait.mean': 3.1 * wait,
      'wait.p50': 0.4 * wait,
      'wait.p95': 12.3 * wait,
      'wait.p99': 64 * wait,
      'wait.max': 311 * wait,
      'response.mean': 241.5 + 3.1 * wait,
      'response.p95': 903.2 + wait,
      'slowdown.mean': 1.02 + 0.02 * wait,
      unplaced: sample.unplaced,
      'tasks.submitted': submitted,
      'tasks.succeeded': succeeded,
      'tasks.interrupted': sample.kind === 'kubernetes' ? 14 : 0,
      'packing.density': 1 - sample.idleShare * 0.8,
      'packing.densityMemory': 1 - sample.idleShare * 1.6,
      'utilisation.cpu': 1 - sample.idleShare,
      'utilisation.memory': 1 - sample.idleShare * 1.8,
      'utilisation.gpu': null,
      'services.availability': 0.99987,
      makespan: 604_512.5,
    },
    tasks: {
      submitted,
      succeeded,
      failed: 12,
      stopped: 26,
      rejected: 0,
      pending: sample.unplaced,
      running: submitted - succeeded - 38 - sample.unplaced,
    },
    cost: {
      currency: 'USD',
      total: total.toFixed(10),
      tree: sampleCostTree(sample, instancesUsd, volumesUsd, loadBalancersUsd, total),
      allocation: [
        share('web', 0.52 * (1 - sample.idleShare), roomUsd),
        share('grading', 0.33 * (1 - sample.idleShare), roomUsd),
        share('nightly', 0.15 * (1 - sample.idleShare) - 0.04, roomUsd),
        share('(overhead)', 0.04, roomUsd),
        share('(idle)', sample.idleShare, roomUsd),
      ],
      roundingUsd: 1.84,
      lines: [
        {
          service: 'AmazonEC2',
          dimension: 'ec2:on-demand',
          region: 'us-east-1',
          az: 'us-east-1a',
          type: 'm6i.xlarge',
          option: 'od',
          unit: 'Hrs',
          quantity: instancesUsd / 0.192,
          price: '0.192',
          usd: instancesUsd,
          cents: Math.round(instancesUsd * 100),
          stated: false,
        },
      ],
      cuts: [{ by: 'service', parts: [{ name: 'AmazonEC2', usd: total }] }],
      monthUsd: (total / 168) * 730,
      cash: null,
    },
    instances: [
      {
        group: 'general',
        type: 'm6i.xlarge',
        launched: Math.round(sample.meanInstances * 2.4),
        hours: hours * 0.8,
        usd: instancesUsd * 0.8,
      },
      {
        group: 'burst',
        type: 'c6i.2xlarge',
        launched: Math.round(sample.meanInstances * 0.7),
        hours: hours * 0.1,
        usd: instancesUsd * 0.2,
      },
    ],
    groups: [
      sampleGroup('web', 'service', 1_840, 0.52 * roomUsd * (1 - sample.idleShare), sample),
      sampleGroup('grading', 'job', 19_220, 0.33 * roomUsd * (1 - sample.idleShare), sample),
      sampleGroup('nightly', 'job', 280, 0.15 * roomUsd * (1 - sample.idleShare), sample),
    ],
    unplaced:
      sample.unplaced > 0
        ? [
            { reason: '0/38 nodes are available: 31 Insufficient memory, 7 Insufficient cpu', tasks: 5 },
            { reason: '0/38 nodes are available: 38 node(s) had untolerated taint', tasks: 2 },
          ]
        : [],
    checks: [
      check('wait.p95 < 30s', 'wait.p95', 12.3 * wait, 30),
      check('unplaced == 0', 'unplaced', sample.unplaced, 0.5),
      check('cost.total < 1400 USD', 'cost.total', total, 1400),
    ],
    notes: [
      'Network throughput and disk latency are not modelled',
      sample.kind === 'ecs'
        ? 'Tasks start 20 s after placement: image pulls follow the ECS agent defaults'
        : 'Karpenter consolidates empty nodes after 30 s',
    ],
  };
}

function check(text: string, metric: 'wait.p95' | 'unplaced' | 'cost.total', value: number, limit: number) {
  return { text, metric, value, passed: value < limit };
}

function share(name: string, part: number, total: number) {
  return { name, usd: part * total, share: part };
}

function sampleGroup(
  name: string,
  kind: GroupSummary['kind'],
  submitted: number,
  usd: number,
  sample: SampleRun,
): GroupSummary {
  const lost = name === 'grading' ? sample.unplaced : 0;
  return {
    name,
    kind,
    submitted,
    placed: submitted - lost,
    succeeded: kind === 'service' ? 0 : submitted - lost,
    waitMeanS: 3.1 * sample.waitScaleS,
    waitP95S: kind === 'service' ? 1.2 * sample.waitScaleS : 14.8 * sample.waitScaleS,
    cpuHours: usd * 17,
    memoryGiBHours: usd * 46,
    usd,
  };
}

function sampleCostTree(
  sample: SampleRun,
  instancesUsd: number,
  volumesUsd: number,
  loadBalancersUsd: number,
  total: number,
): CostNode {
  const leaf = (name: string, usd: number, detail: string): CostNode => ({ name, usd, detail, children: [] });
  const hours = (instancesUsd * 0.8) / PRICE;
  const pools: CostNode[] = [
    {
      name: 'general',
      usd: instancesUsd * 0.8 + volumesUsd,
      detail: '',
      children: [
        {
          name: 'm6i.xlarge',
          usd: instancesUsd * 0.8 + volumesUsd,
          detail: '',
          children: [
            leaf('on demand', instancesUsd * 0.8, `${hours.toFixed(1)} Hrs at 0.192`),
            leaf('gp3 20 GiB', volumesUsd, `${((hours * 20) / 730).toFixed(1)} GB-Mo at 0.08`),
          ],
        },
      ],
    },
    {
      name: 'burst',
      usd: instancesUsd * 0.2,
      detail: '',
      children: [
        {
          name: 'c6i.2xlarge',
          usd: instancesUsd * 0.2,
          detail: '',
          children: [
            leaf('on demand', instancesUsd * 0.2, `${((instancesUsd * 0.2) / 0.34).toFixed(1)} Hrs at 0.34`),
          ],
        },
      ],
    },
    leaf('load balancers', loadBalancersUsd, '336.0 Hrs at 0.0225'),
  ];
  if (sample.controlPlaneUsd > 0) {
    pools.push(leaf('control plane', sample.controlPlaneUsd, '168.0 Hrs at 0.1'));
  }
  return { name: 'total', usd: total, detail: '', children: pools };
}

function sampleSeries(sample: SampleRun): TimeBucket[] {
  const rows: TimeBucket[] = [];
  for (let startMs = 0; startMs < HORIZON_MS; startMs += BUCKET_MS) {
    const day = Math.sin((2 * Math.PI * (startMs / DAY - 0.35)) as number);
    const batch = startMs % DAY === 2 * HOUR ? 1 : 0;
    const instances = sample.meanInstances * (1 + 0.32 * day + 0.1 * batch);
    const busy = 1 - sample.idleShare * (1.1 - 0.3 * day);
    rows.push({
      startMs,
      instances: {
        mean: instances,
        min: Math.floor(instances - 1),
        max: Math.ceil(instances + 1 + 4 * batch),
      },
      pending: {
        mean: sample.waitScaleS * (0.6 + 18 * batch) + sample.unplaced * (startMs / HORIZON_MS),
        max: Math.ceil(sample.waitScaleS * (3 + 74 * batch)) + sample.unplaced,
      },
      running: instances * 4.2,
      cpuRequested: instances * 4 * busy,
      cpuAllocatable: instances * 4,
      memoryRequestedGiB: instances * 15.2 * busy * 0.86,
      memoryAllocatableGiB: instances * 15.2,
      gpuRequested: 0,
      gpuAllocatable: 0,
      usdPerHour: instances * PRICE,
    });
  }
  return rows;
}

function* sampleTasks(sample: SampleRun): Generator<TaskRow> {
  const total = 400;
  for (let index = 0; index < total; index++) {
    const submitMs = index * 25 * MINUTE;
    // A long tail: most waits below a second, some of minutes.
    const waitMs = Math.round(
      sample.waitScaleS * (index % 40 === 0 ? 200_000 : index % 9 === 0 ? 9_500 : 420),
    );
    const lost = index >= total - sample.unplaced;
    yield {
      task: `grading-${index}`,
      group: 'grading',
      attempt: 1,
      cpuMilli: 1000,
      memoryMiB: 2048,
      gpus: 0,
      gpuMask: 0,
      submitMs,
      placedMs: lost ? null : submitMs + waitMs,
      runningMs: lost ? null : submitMs + waitMs + 20_000,
      endMs: lost ? null : submitMs + waitMs + 260_000,
      instance: lost ? '' : `i-${(index % 38).toString(16).padStart(4, '0')}`,
      outcome: lost ? 'pending' : 'succeeded',
    };
  }
}

function sampleInstances(sample: SampleRun): InstanceRow[] {
  return Array.from({ length: Math.round(sample.meanInstances) }, (_, index) => ({
    instance: `i-${index.toString(16).padStart(4, '0')}`,
    group: index % 10 === 0 ? 'burst' : 'general',
    type: index % 10 === 0 ? 'c6i.2xlarge' : 'm6i.xlarge',
    zone: `us-east-1${'abc'[index % 3]}`,
    cpuMilli: index % 10 === 0 ? 8000 : 4000,
    memoryMiB: 16_384,
    allocatableCpuMilli: index % 10 === 0 ? 7900 : 3920,
    allocatableMemoryMiB: 15_000,
    gpus: 0,
    requestedMs: index * MINUTE,
    runningMs: index * MINUTE + 25_000,
    readyMs: index * MINUTE + 70_123,
    drainingMs: null,
    endMs: index % 7 === 6 ? null : HORIZON_MS - index * MINUTE,
    billedSeconds: 604_800 - index * 120,
    usd: ((604_800 - index * 120) / 3600) * PRICE,
    cpuUtilisation: index % 11 === 10 ? null : 1 - sample.idleShare,
  }));
}

/** The comparison with `mark` appended to every text that comes from outside: names, reasons, notes, prices, hashes. */
export function withHostileNames(comparison: Comparison, mark: string): Comparison {
  const hostile = (text: string) => `${text}${mark}`;
  const tree = (node: CostNode): CostNode => ({
    ...node,
    name: hostile(node.name),
    detail: hostile(node.detail),
    children: node.children.map(tree),
  });
  const runs = comparison.runs.map((run): RunResult => {
    const { summary } = run;
    return {
      ...run,
      summary: {
        ...summary,
        scenario: hostile(summary.scenario),
        planHash: hostile(summary.planHash),
        region: hostile(summary.region),
        platform: {
          ...summary.platform,
          name: hostile(summary.platform.name),
          scheduler: hostile(summary.platform.scheduler),
        },
        catalogue: {
          id: hostile(summary.catalogue.id),
          date: hostile(summary.catalogue.date),
          pricesAsOf: hostile(summary.catalogue.pricesAsOf),
        },
        fingerprint: {
          behaviour: hostile(summary.fingerprint.behaviour),
          events: hostile(summary.fingerprint.events),
        },
        cost: {
          ...summary.cost,
          tree: tree(summary.cost.tree),
          allocation: summary.cost.allocation.map((entry) => ({ ...entry, name: hostile(entry.name) })),
        },
        instances: summary.instances.map((use) => ({
          ...use,
          group: hostile(use.group),
          type: hostile(use.type),
        })),
        groups: summary.groups.map((group) => ({ ...group, name: hostile(group.name) })),
        unplaced: summary.unplaced.map((entry) => ({ ...entry, reason: hostile(entry.reason) })),
        checks: summary.checks.map((outcome) => ({ ...outcome, text: hostile(outcome.text) })),
        notes: summary.notes.map(hostile),
      },
    };
  });
  return {
    ...comparison,
    scenario: hostile(comparison.scenario),
    description: hostile(comparison.description),
    baseline: hostile(comparison.baseline),
    verdict: hostile(comparison.verdict),
    runs,
  };
}

/** Controls, line separators and marks of direction: nothing of it may reach a terminal. */
export const CONTROL_CHARACTERS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this pattern is for
  /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** Plain ASCII, line ends included. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
export const ASCII_ONLY = /^[\u0000-\u007f]*$/;

/** Thirty ways to break out of text into HTML, script, style, SVG, Markdown, CSV or the terminal. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '<!--<script>',
  '-->',
  ']]>',
  '"><svg onload=alert(1)>',
  "'><svg onload=alert(1)>",
  '" onmouseover="alert(1)',
  "' onmouseover='alert(1)",
  '`onclick=alert(1)`',
  '<svg><script>alert(1)</script></svg>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<base href="http://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
  '<link rel=stylesheet href=http://evil.example/>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '![x](http://evil.example/pixel.png)',
  '| a | b |',
  '\n# heading\n',
  '```\n<script>alert(1)</script>\n```',
  '&lt;script&gt;',
  '&#60;script&#62;',
  '\u2028alert(1)\u2029',
  '\u202egnp.exe',
  '\u001b[31mred\u001b]8;;http://evil.example\u0007',
  '\u0000\u0007\u009b31m',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template that must not be filled in
  '{{constructor.constructor("alert(1)")()}}${alert(1)}',
];
