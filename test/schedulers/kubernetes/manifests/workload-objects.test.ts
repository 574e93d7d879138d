import { describe, expect, test } from 'vitest';
import { identifyAlone } from '../../../../src/schedulers/kubernetes/manifests/api-object.ts';
import { autoscalerFrom } from '../../../../src/schedulers/kubernetes/manifests/autoscaler-object.ts';
import { workloadFrom } from '../../../../src/schedulers/kubernetes/manifests/workload-objects.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';

function read<T>(
  from: (reader: Reader, named: Parameters<typeof workloadFrom>[1]) => T,
  object: object,
): { readonly value: T; readonly problems: readonly string[] } {
  const named = identifyAlone({ metadata: { name: 'a' }, ...object });
  if (!('value' in named)) throw new Error('no object');
  const reader = new Reader();
  const value = from(reader, named.value);
  return { value, problems: reader.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) };
}

const workload = (kind: string, spec: object = {}) => read(workloadFrom, { kind, spec });

describe('workloadFrom() has the defaults of the API server', () => {
  test.each([
    {
      kind: 'Deployment',
      fields: {
        replicas: 1,
        minReadySeconds: 0,
        paused: false,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', maxSurge: '25%', maxUnavailable: '25%' },
      },
    },
    { kind: 'ReplicaSet', fields: { replicas: 1, minReadySeconds: 0 } },
    {
      kind: 'StatefulSet',
      fields: {
        replicas: 1,
        minReadySeconds: 0,
        firstOrdinal: 0,
        podManagement: 'OrderedReady',
        update: { type: 'RollingUpdate', partition: 0, maxUnavailable: null },
      },
    },
    { kind: 'DaemonSet', fields: { minReadySeconds: 0, rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
    {
      kind: 'Job',
      fields: {
        completions: 1,
        parallelism: 1,
        indexed: false,
        backoffLimit: 6,
        backoffLimitPerIndex: null,
        maxFailedIndexes: null,
        activeDeadlineSeconds: null,
        suspended: false,
        podReplacement: 'TerminatingOrFailed',
        failurePolicy: null,
      },
    },
  ])('$kind', ({ kind, fields }) => {
    expect(workload(kind)).toEqual({ value: { kind, ...fields }, problems: [] });
  });

  test('a Job with a parallelism and no completions is a work queue', () => {
    expect(workload('Job', { parallelism: 3 }).value).toMatchObject({ completions: null, parallelism: 3 });
  });

  test('a failure policy replaces only what has failed, and a limit for each index lifts the other', () => {
    const rules = [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }];
    expect(workload('Job', { podFailurePolicy: { rules }, backoffLimitPerIndex: 1 }).value).toMatchObject({
      podReplacement: 'Failed',
      backoffLimit: 2 ** 31 - 1,
      failurePolicy: [{ action: 'FailJob', onExitCodes: { container: null, operator: 'In', values: [42] } }],
    });
  });

  test("other kinds are nobody's business here", () => {
    expect(workload('Pod')).toEqual({ value: undefined, problems: [] });
  });
});

test.each([
  ['Deployment', { replicas: -1 }, 'spec.replicas: must be a whole number from 0 to 1000000'],
  [
    'Deployment',
    { strategy: { rollingUpdate: { maxSurge: '1' } } },
    "spec.strategy.rollingUpdate.maxSurge: '1' is neither a number of pods nor a percentage",
  ],
  [
    'Deployment',
    { strategy: { type: 'Recrate' } },
    "spec.strategy.type: 'Recrate' is none of RollingUpdate, Recreate",
  ],
  ['Job', { completionMode: 'Indexed' }, 'spec.completions: an indexed Job needs completions'],
  ['CronJob', { schedule: '* * *' }, /^spec\.schedule: /],
  [
    'CronJob',
    { schedule: '@daily', timeZone: 'Mars/Olympus' },
    'spec.schedule: there is no time zone Mars/Olympus',
  ],
  [
    'StatefulSet',
    { podManagementPolicy: 'parallel' },
    "spec.podManagementPolicy: 'parallel' is none of OrderedReady, Parallel",
  ],
] as const)('workloadFrom() of a %s with %o says where it is wrong', (kind, spec, problem) => {
  const { problems } = workload(kind, spec);
  expect(problems).toHaveLength(1);
  if (typeof problem === 'string') expect(problems[0]).toBe(problem);
  else expect(problems[0]).toMatch(problem);
});

describe('autoscalerFrom()', () => {
  const autoscaler = (spec: object, load?: string, metric = 'cpu') =>
    read(autoscalerFrom, {
      kind: 'HorizontalPodAutoscaler',
      metadata: {
        name: 'a',
        ...(load !== undefined && { annotations: { [`stowage.dev/${metric}-load`]: load } }),
      },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 5, ...spec },
    });

  test('scales by 80 % of the CPU when it names no metric', () => {
    const cpu = { source: 'Resource', name: 'cpu', target: { type: 'Utilization', percent: 80 }, load: [] };
    expect(autoscaler({})).toMatchObject({
      value: { minReplicas: 1, maxReplicas: 5, metrics: [cpu], behavior: null },
      problems: [],
    });
  });

  test('reads metrics of every source, each with its load', () => {
    const metrics = [
      { type: 'Resource', resource: { name: 'memory', target: { averageUtilization: 60 } } },
      { type: 'Resource', resource: { name: 'cpu', target: { averageValue: '250m' } } },
      { type: 'Pods', pods: { metric: { name: 'http_requests' }, target: { averageValue: '10' } } },
      { type: 'Object', object: { metric: { name: 'hits' }, target: { value: '2k' } } },
      { type: 'External', external: { metric: { name: 'queue' }, target: { averageValue: '30' } } },
    ];
    const read = autoscaler({ metrics }, '0s=1k', 'http_requests');
    expect(read.problems).toEqual([]);
    expect(read.value!.metrics.map(({ source, name, target }) => [source, name, target])).toEqual([
      ['Resource', 'memory', { type: 'Utilization', percent: 60 }],
      ['Resource', 'cpu', { type: 'AverageValue', value: 250 }],
      ['Pods', 'http_requests', { type: 'AverageValue', value: 10_000 }],
      ['Object', 'hits', { type: 'Value', value: 2_000_000 }],
      ['External', 'queue', { type: 'AverageValue', value: 30_000 }],
    ]);
    expect(read.value!.metrics.map(({ load }) => load)).toEqual([
      [],
      [],
      [{ atMs: 0, milli: 1_000_000 }],
      [],
      [],
    ]);
  });

  test.each([
    [{ type: 'Resources' }, 'spec.metrics.0.type: '],
    [
      { type: 'Resource', resource: { target: { averageUtilization: 60 } } },
      'spec.metrics.0.resource: a metric needs a name',
    ],
    [
      { type: 'Resource', resource: { name: 'cpu' } },
      'spec.metrics.0.resource.target.value: a target needs an amount',
    ],
    [
      { type: 'Pods', pods: { metric: { name: 'x' }, target: { averageUtilization: 5 } } },
      'spec.metrics.0.pods.target: only resources have an averageUtilization',
    ],
  ])('says what is wrong with the metric %o', (metric, problem) => {
    expect(autoscaler({ metrics: [metric] }).problems[0]).toContain(problem);
  });

  test('fills the rest of a behaviour with the defaults', () => {
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    expect(autoscaler({ behavior }).value!.behavior).toMatchObject({
      up: { stabilizationSeconds: 0, policies: [{ value: 4 }, { value: 100 }] },
      down: { stabilizationSeconds: 60, policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
    });
  });

  test('reads the load by time, in order', () => {
    expect(autoscaler({}, '0s=2, 8h=2500m').value!.metrics[0]!.load).toEqual([
      { atMs: 0, milli: 2000 },
      { atMs: 28_800_000, milli: 2500 },
    ]);
    for (const wrong of ['2', '8h=1, 0s=2', '0s=x', '']) {
      expect(autoscaler({}, wrong).problems, wrong).toHaveLength(1);
    }
  });
});
