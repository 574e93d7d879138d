import { describe, expect, test } from 'vitest';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { checkLog } from '../../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../../src/telemetry/event-log.ts';
import { SECOND } from '../../../src/units.ts';

function node(name: string, cpu = '4', zone = 'us-east-1a') {
  const amounts = { cpu, memory: '8Gi', pods: '20' };
  return {
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone } },
    status: { capacity: amounts, allocatable: amounts },
  };
}

/** Containers of a pod that asks for one CPU. */
const CONTAINERS = [{ image: 'a', resources: { requests: { cpu: '1' } } }];

function object(kind: string, name: string, spec: object, annotations: object = {}, podSpec: object = {}) {
  const labels = { app: name };
  const template = { metadata: { labels, annotations }, spec: { containers: CONTAINERS, ...podSpec } };
  return { kind, metadata: { name }, spec: { selector: { matchLabels: labels }, ...spec, template } };
}

function pod(name: string, owner: { kind: string; name: string } | null, nodeName?: string) {
  return {
    kind: 'Pod',
    metadata: {
      name,
      labels: { app: 'web' },
      ...(owner !== null && { ownerReferences: [{ ...owner, controller: true }] }),
    },
    spec: { containers: CONTAINERS, ...(nodeName !== undefined && { nodeName }) },
  };
}

interface More {
  readonly nodes?: readonly object[];
  readonly horizon?: string;
  readonly events?: readonly object[];
}

/** Records of tasks as `SECONDS what TASK`, and what was said; every invariant holds. */
async function run(manifests: readonly object[], more: More = {}) {
  const { nodes = [node('n')], horizon = '1h', events = [] } = more;
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    start: '2026-03-02T00:00:00Z',
    horizon,
    fleet: [{ name: 'c', nodes, price: 0.1 }],
    workload: { manifests },
    events,
    platforms: [
      {
        name: 'k',
        kind: 'kubernetes',
        controlPlane: 'none',
        autoscaler: 'none',
        queue: { kind: 'kube', cycle: '0s', bind: '0s', grace: '0s' },
      },
    ],
  };
  const log = new MemoryLog();
  const result = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
  expect(checkLog(log.records)).toEqual([]);
  const lines = log.records.flatMap((record) => {
    const isOfTask = record.kind === 'submitted' || record.kind === 'running' || record.kind === 'ended';
    return isOfTask ? [`${record.timeMs / SECOND} ${record.kind} ${record.task}`] : [];
  });
  const said = log.records.flatMap((record) =>
    record.kind === 'service' ? [`${record.timeMs / SECOND} ${record.message}`] : [],
  );
  return { lines, said, result, records: log.records };
}

describe('pods that are there when the run begins', () => {
  test('belong to the ReplicaSet of their Deployment, which makes only what is missing', async () => {
    const owner = { kind: 'ReplicaSet', name: 'web-7d4b' };
    const labelled = (name: string) => {
      const one = pod(name, owner, 'n');
      return { ...one, metadata: { ...one.metadata, labels: { app: 'web', 'pod-template-hash': '7d4b' } } };
    };
    const { lines, said } = await run([
      object('Deployment', 'web', { replicas: 3 }),
      labelled('web-7d4b-a'),
      labelled('web-7d4b-b'),
    ]);
    expect(lines.filter((line) => line.includes('submitted'))).toHaveLength(3);
    expect(said.filter((line) => line.includes('Scaled'))).toEqual([]);
  });

  test('belong to the ReplicaSet that the manifests hold, of which an old one rolls out of the way', async () => {
    const hash = { 'pod-template-hash': '1' };
    const old = object('ReplicaSet', 'web-1', { replicas: 2 }, { 'stowage.dev/startup': '1s' });
    const owned = {
      ...old,
      metadata: { ...old.metadata, ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }] },
    };
    const there = pod('web-1-a', { kind: 'ReplicaSet', name: 'web-1' }, 'n');
    const { said } = await run([
      object('Deployment', 'web', { replicas: 2 }),
      owned,
      { ...there, metadata: { ...there.metadata, labels: { app: 'web', ...hash } } },
    ]);
    // Surge ⌈0.5⌉ = 1, unavailable ⌊0.5⌋ = 0; the pod that the old one still lacks goes first, being not available.
    expect(said.map((line) => line.replace(/web-[0-9a-f]{8}/, 'HASH'))).toEqual([
      '0 Scaled up replica set default/HASH from 0 to 1',
      '0 Scaled down replica set default/HASH from 2 to 1',
      '0 Scaled up replica set default/HASH from 1 to 2',
      '0 Scaled down replica set default/HASH from 1 to 0',
      '0 ReplicaSet default/HASH has successfully progressed',
    ]);
  });

  test('are lost for good with their room when nobody owns them, and come back when their owner is not among the objects', async () => {
    const drain = { kind: 'drain', at: '1m', group: 'c', count: 1 };
    const nodes = [node('n'), node('m')];
    const bare = await run([pod('a', null, 'n')], { nodes, events: [drain] });
    expect(bare.lines).toEqual(['0 submitted 0', '0 running 0', '60 ended 0']);
    const owned = await run([pod('a', { kind: 'ReplicaSet', name: 'x' }, 'n')], { nodes, events: [drain] });
    expect(owned.lines).toEqual(['0 submitted 0', '0 running 0', '60 running 0']);
  });
});

describe('a Job', () => {
  test('runs its completions, as many at a time as it may', async () => {
    const job = object('Job', 'j', { completions: 3, parallelism: 2 }, { 'stowage.dev/runtime': '1m' });
    const { lines, said } = await run([job]);
    // Two at once, and the third when one of them is counted, at the job's next sync.
    expect(lines).toEqual([
      '0 submitted 0',
      '0 submitted 1',
      '0 running 0',
      '0 running 1',
      '60 ended 0',
      '60 ended 1',
      '60 submitted 2',
      '60 running 2',
      '120 ended 2',
    ]);
    expect(said.at(-1)).toBe('120 Job Complete: CompletionsReached');
  });

  test('backs off 10 s, 20 s, 40 s after failures, and fails beyond its limit', async () => {
    const annotations = { 'stowage.dev/runtime': '1m', 'stowage.dev/failing': '100%' };
    const { lines, said } = await run([object('Job', 'j', { backoffLimit: 3 }, annotations)]);
    // Failures at 60, 130 (10 s and a minute later), 210 (20 s), 310 (40 s): four are more than three.
    expect(lines.filter((line) => line.includes('ended'))).toEqual([
      '60 ended 0',
      '130 ended 1',
      '210 ended 2',
      '310 ended 3',
    ]);
    expect(said).toEqual(['310 Job Failed: BackoffLimitExceeded']);
  });

  test('does not count what a drain takes, where its policy ignores disruptions', async () => {
    const podFailurePolicy = {
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }],
    };
    const drain = { kind: 'drain', at: '1m', group: 'c', count: 1 };
    const more = { nodes: [node('n'), node('m')], events: [drain] };
    const annotations = { 'stowage.dev/runtime': '10m' };
    const strict = await run([object('Job', 'j', { backoffLimit: 0 }, annotations)], more);
    expect(strict.said).toEqual(['60 Job Failed: BackoffLimitExceeded']);
    const lenient = await run([object('Job', 'j', { backoffLimit: 0, podFailurePolicy }, annotations)], more);
    expect(lenient.said.at(-1)).toMatch(/Job Complete: CompletionsReached$/);
  });
});

test('a CronJob makes a Job at each due time, and skips those that come while one is active', async () => {
  const jobTemplate = {
    spec: { template: object('Job', 'x', {}, { 'stowage.dev/runtime': '25m' }).spec.template },
  };
  const cron = (concurrencyPolicy: string) => ({
    kind: 'CronJob',
    metadata: { name: 'c' },
    spec: { schedule: '*/20 * * * *', concurrencyPolicy, jobTemplate },
  });
  const starts = async (policy: string) =>
    (await run([cron(policy)], { horizon: '110m' })).lines.filter((line) => line.includes('submitted'));
  expect((await starts('Allow')).map((line) => Math.floor(Number(line.split(' ')[0]) / 60))).toEqual([
    20, 40, 60, 80, 100,
  ]);
  // 20 to 45, the one of 40 when that is over, until 70; then that of 60, until 95; that of 80.
  expect((await starts('Forbid')).map((line) => Math.floor(Number(line.split(' ')[0]) / 60))).toEqual([
    20, 45, 70, 95,
  ]);
});

test('a StatefulSet makes its pods one after the other, and restarts them from the last', async () => {
  const set = object('StatefulSet', 's', { replicas: 3 }, { 'stowage.dev/startup': '10s' });
  const restart = { kind: 'restart', at: '5m', object: 'default/s' };
  const { lines } = await run([set], { events: [restart] });
  expect(lines.filter((line) => line.includes('submitted'))).toEqual([
    '0 submitted 0',
    '10 submitted 1',
    '20 submitted 2',
    '300 submitted 3',
    '310 submitted 4',
    '320 submitted 5',
  ]);
  expect(lines.filter((line) => line.includes('ended'))).toEqual([
    '300 ended 2',
    '310 ended 1',
    '320 ended 0',
  ]);
});

test('a DaemonSet fills up the nodes beside the pods that it has there', async () => {
  const set = object('DaemonSet', 'd', {});
  const there = pod('d-x', { kind: 'DaemonSet', name: 'd' }, 'n');
  const { lines } = await run([set, there], { nodes: [node('n'), node('m')] });
  expect(lines.filter((line) => line.includes('submitted'))).toHaveLength(2);
});

test('a HorizontalPodAutoscaler follows the load that its annotation tells', async () => {
  const hpa = {
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', annotations: { 'stowage.dev/cpu-load': '0s=1, 10m=3' } },
    spec: {
      maxReplicas: 10,
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
    },
  };
  // 1 CPU over two pods of one CPU each are 50 %: nothing to do. 3 CPU are 150 %: 6 pods, at most 4 in the first step.
  const { said } = await run([object('Deployment', 'web', { replicas: 2 }), hpa], {
    nodes: [node('n', '16')],
  });
  expect(
    said.filter((line) => line.includes('Scaled')).map((line) => line.replace(/default\/web-\w+/, 'set')),
  ).toEqual([
    '0 Scaled up replica set set from 0 to 2',
    '600 Scaled up replica set set from 2 to 4',
    '615 Scaled up replica set set from 4 to 6',
  ]);
});

test.each([
  // Each pod asks for 1 GiB. 3 GiB over 2 pods are 150 % of it, 50 % wanted: 6.
  {
    by: 'memory',
    loads: { memory: '0s=1Gi, 10m=3Gi' },
    metrics: [{ type: 'Resource', resource: { name: 'memory', target: { averageUtilization: 50 } } }],
    size: 6,
  },
  // 100 requests over pods that shall have 20 each: 5.
  {
    by: 'a metric of its pods',
    loads: { requests: '0s=40, 10m=100' },
    metrics: [{ type: 'Pods', pods: { metric: { name: 'requests' }, target: { averageValue: '20' } } }],
    size: 5,
  },
  // 120 messages, 40 for each pod: 3.
  {
    by: 'something outside',
    loads: { queue: '0s=80, 10m=120' },
    metrics: [{ type: 'External', external: { metric: { name: 'queue' }, target: { averageValue: '40' } } }],
    size: 3,
  },
  // 3 CPU at 50 %: 6. 100 requests at 20: 5. The larger wins.
  {
    by: 'the metric that asks for most',
    loads: { cpu: '0s=1, 10m=3', requests: '0s=40, 10m=100' },
    metrics: [
      { type: 'Pods', pods: { metric: { name: 'requests' }, target: { averageValue: '20' } } },
      { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 50 } } },
    ],
    size: 6,
  },
  // Nobody tells of the queue: the CPU alone counts.
  {
    by: 'what is measured',
    loads: { cpu: '0s=1, 10m=3' },
    metrics: [
      { type: 'External', external: { metric: { name: 'queue' }, target: { averageValue: '40' } } },
      { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 50 } } },
    ],
    size: 6,
  },
])('a HorizontalPodAutoscaler scales by $by', async ({ loads, metrics, size }) => {
  const annotations = Object.fromEntries(
    Object.entries(loads).map(([name, load]) => [`stowage.dev/${name}-load`, load]),
  );
  const spec = {
    minReplicas: 2,
    maxReplicas: 10,
    scaleTargetRef: { kind: 'Deployment', name: 'web' },
    metrics,
  };
  const hpa = { kind: 'HorizontalPodAutoscaler', metadata: { name: 'web', annotations }, spec };
  const containers = [{ image: 'a', resources: { requests: { cpu: '1', memory: '1Gi' } } }];
  const { said } = await run([object('Deployment', 'web', { replicas: 2 }, {}, { containers }), hpa], {
    nodes: [node('n', '16')],
  });
  const sizes = said.flatMap((line) => / to (\d+)$/.exec(line)?.[1] ?? []);
  expect(Number(sizes.at(-1))).toBe(size);
});

test('an event can restart what the objects have, and nothing else', async () => {
  const restart = { kind: 'restart', at: '5m', object: 'default/wbe' };
  await expect(run([object('Deployment', 'web', {})], { events: [restart] })).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'E1204',
        message: expect.stringContaining('there is no Deployment, StatefulSet or DaemonSet "default/wbe"'),
      },
    ],
  });
});

describe('ResourceQuotas', () => {
  const quota = (hard: object) => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace: 'default' },
    spec: { hard },
  });

  test('hold a Deployment at what they allow, tell why, and let it grow when room is given back', async () => {
    // Pods of one CPU each: three of five fit into 3 CPUs. A Job has two of them until 4:00.
    const job = object('Job', 'work', { completions: 2, parallelism: 2 }, { 'stowage.dev/runtime': '4m' });
    const web = object('Deployment', 'web', { replicas: 5 });
    const { records } = await run([quota({ 'requests.cpu': '5', pods: '5' }), job, web], {
      nodes: [node('n', '8')],
    });
    const refusals = records.filter((one) => one.kind === 'service' && one.event === 'FailedCreate');
    expect(refusals.length).toBeGreaterThan(3);
    const [first] = refusals as readonly { readonly timeMs: number; readonly message: string }[];
    expect(first!.timeMs).toBe(0);
    expect(first!.message).toMatch(
      /^Error creating: pods "web-[0-9a-f]{8}-" is forbidden: exceeded quota: team, requested: pods=1,requests.cpu=1, used: pods=5,requests.cpu=5, limited: pods=5,requests.cpu=5$/,
    );
    // 5 ms, doubled and tried again each time; the first try after 4:00 is that of 5 × (2^16 - 1) = 327.675 s.
    const created = records.flatMap((one) => (one.kind === 'submitted' ? [one.timeMs / 1000] : []));
    expect(created.filter((second) => second === 0)).toHaveLength(5);
    expect(created.filter((second) => second > 240)).toHaveLength(2);
    expect(new Set(created.filter((second) => second > 0)).size).toBe(1);
  });

  test('refuse pods that are applied, and say so with what was not placed; pods that were there count', async () => {
    const bare = (name: string, more: object = {}) => ({
      kind: 'Pod',
      metadata: { name, namespace: 'default', ...more },
      spec: { containers: [{ image: 'a', resources: { requests: { cpu: '1' } } }] },
    });
    const stored = { creationTimestamp: '2026-03-01T00:00:00Z' };
    const { result } = await run([
      quota({ pods: '2' }),
      bare('old', stored),
      bare('older', stored),
      bare('new'),
    ]);
    expect(result.summary.unplaced).toEqual([
      {
        reason:
          'pods "new" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2',
        tasks: 1,
      },
    ]);
  });
});

describe('LimitRanges', () => {
  const range = (...limits: readonly object[]) => ({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'team', namespace: 'default' },
    spec: { limits },
  });
  const limited = (name: string, cpu: string) =>
    object(
      'Deployment',
      name,
      { replicas: 2 },
      {},
      {
        containers: [{ image: 'a', resources: { requests: { cpu: '1' }, limits: { cpu } } }],
      },
    );

  test('keep the pods of a Deployment from being made, again and again, and leave those of another alone', async () => {
    const bounds = range(
      { type: 'Container', max: { cpu: '2' } },
      { type: 'Pod', maxLimitRequestRatio: { cpu: '2' } },
    );
    const { lines, records } = await run([bounds, limited('big', '3'), limited('fine', '2')]);
    const refusals = records.flatMap((one) =>
      one.kind === 'service' && one.event === 'FailedCreate' ? [one] : [],
    );
    const why =
      'maximum cpu usage per Container is 2, but limit is 3, cpu max limit to request ratio per Pod is 2, but provided ratio is 3.000000';
    for (const { message } of refusals) {
      expect(message).toMatch(/^Error creating: pods "big-[0-9a-f]{8}-" is forbidden: \[/);
      expect(message.endsWith(`forbidden: [${why}]`)).toBe(true);
    }
    // The n-th try is 5 ms × (2^(n-1) - 1) after the first, and no later than 1000 s after the one before:
    // 0, 5 ms, 15 ms, ... 655.355 s (the 18th), 1310.715 s, 2310.715 s, 3310.715 s.
    expect(refusals.map(({ timeMs }) => timeMs).slice(0, 4)).toEqual([0, 5, 15, 35]);
    expect(refusals.map(({ timeMs }) => timeMs).slice(17)).toEqual([
      655_355, 1_310_715, 2_310_715, 3_310_715,
    ]);
    expect(lines.filter((line) => line.includes('submitted'))).toHaveLength(2);
  });

  test('refuse pods that are applied before quotas do, and leave those alone that are there', async () => {
    const bare = (name: string, resources: object, more: object = {}) => ({
      kind: 'Pod',
      metadata: { name, namespace: 'default', ...more },
      spec: { containers: [{ image: 'a', resources }] },
    });
    const quota = {
      kind: 'ResourceQuota',
      metadata: { name: 'team', namespace: 'default' },
      spec: { hard: { 'limits.cpu': '1' } },
    };
    const { result, lines } = await run([
      range({ type: 'Container', max: { cpu: '1' }, default: { cpu: '500m' } }),
      quota,
      bare('big', { limits: { cpu: '2' } }),
      bare('old', { limits: { cpu: '0' } }, { creationTimestamp: '2026-03-01T00:00:00Z' }),
      // Silent: 500m by default, which the quota lets pass twice.
      bare('silent', {}),
      bare('still', {}),
      bare('third', {}),
      // Asks for more than the limit that it gets.
      bare('torn', { requests: { cpu: '600m' } }),
    ]);
    expect(result.summary.unplaced.map(({ reason }) => reason).sort()).toEqual([
      'Pod "torn" is invalid: spec.containers[0].resources.requests: Invalid value: "600m": must be less than or equal to cpu limit of 500m',
      'pods "big" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
      'pods "third" is forbidden: exceeded quota: team, requested: limits.cpu=500m, used: limits.cpu=1, limited: limits.cpu=1',
    ]);
    expect(lines.filter((line) => line.includes('running'))).toHaveLength(3);
  });
});

describe('quotas of objects that are no pods', () => {
  const quota = (hard: object) => ({ kind: 'ResourceQuota', metadata: { name: 'team' }, spec: { hard } });
  const submitted = (lines: readonly string[]) => lines.filter((line) => line.includes('submitted')).length;

  test('keep an object of the manifests from being made, and its pods with it', async () => {
    const { lines, said, result } = await run([
      quota({ 'count/deployments.apps': '1', 'services.loadbalancers': 0 }),
      object('Deployment', 'a', { replicas: 2 }),
      object('Deployment', 'b', { replicas: 3 }),
      { kind: 'Service', metadata: { name: 's' }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
    ]);
    const why = [
      'deployments.apps "b" is forbidden: exceeded quota: team, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
      'services "s" is forbidden: exceeded quota: team, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0',
    ];
    expect(said.filter((line) => line.includes('forbidden'))).toEqual(why.map((line) => `0 ${line}`));
    expect(submitted(lines)).toBe(2);
    expect(result.summary.notes).toContain(`Quotas keep these objects from being made: ${why.join('; ')}.`);
  });

  test('are full with objects that were stored before, which nobody asks', async () => {
    const stored = object('Deployment', 'z', { replicas: 1 });
    const { said, lines } = await run([
      quota({ 'count/deployments.apps': '1' }),
      object('Deployment', 'a', { replicas: 2 }),
      { ...stored, metadata: { ...stored.metadata, creationTimestamp: '2026-03-01T00:00:00Z' } },
    ]);
    expect(said.filter((line) => line.includes('deployments.apps "a" is forbidden'))).toHaveLength(1);
    expect(submitted(lines)).toBe(1);
  });

  test('hold back the Job of a CronJob until another one is gone, and it is due all the while', async () => {
    const { template, selector: _, ...spec } = object('Job', 'j', {}, { 'stowage.dev/runtime': '90s' }).spec;
    const cron = {
      kind: 'CronJob',
      metadata: { name: 'c' },
      spec: {
        schedule: '* * * * *',
        successfulJobsHistoryLimit: 0,
        jobTemplate: { spec: { ...spec, template } },
      },
    };
    const { said, lines } = await run([quota({ 'count/jobs.batch': '1' }), cron], { horizon: '155s' });
    // The first runs from 60 to 150; the second is due at 120, and asked for with a growing back-off until then.
    const refused = said.filter((line) => line.includes('Error creating job: jobs.batch "c-'));
    expect(refused[0]).toMatch(
      /^120\.1 .*exceeded quota: team, requested: count\/jobs\.batch=1, used: count\/jobs\.batch=1/,
    );
    // 120.1 and 120.1 + 0.005 * (2^n - 1) up to n = 12; the next would come after 161 s.
    expect(refused).toHaveLength(13);
    expect(
      lines.filter((line) => line.includes('submitted')).map((line) => Math.floor(Number.parseFloat(line))),
    ).toEqual([60, 150]);
  });

  test('stop a rollout that needs another ReplicaSet, after fifteen retries for good', async () => {
    const { said } = await run(
      [quota({ 'count/replicasets.apps': '1' }), object('Deployment', 'a', { replicas: 2 })],
      {
        events: [{ kind: 'restart', at: '1m', object: 'default/a' }],
      },
    );
    const failed = said.filter((line) =>
      line.includes('Failed to create new replica set "default/a-restart-1"'),
    );
    expect(failed).toHaveLength(16);
    // 60 + 0.005 * (2^15 - 1)
    expect(Number.parseFloat(failed.at(-1)!)).toBeCloseTo(223.835, 3);
  });
});
