import { describe, expect, test } from 'vitest';
import { arrivalMs, manifestNotes, podTasks } from '../../../src/experiment/run/manifest-workload.ts';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { ManifestSet } from '../../../src/schedulers/kubernetes/manifests/manifest-set.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { checkLog } from '../../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../../src/telemetry/event-log.ts';
import { plan } from '../../support/plans.ts';

const PLAN = { ...plan({}), startEpochMs: Date.UTC(2026, 2, 2) };

function node(
  name: string,
  more: { readonly spec?: object; readonly labels?: object; readonly images?: object[] } = {},
) {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...more.labels } },
    ...(more.spec && { spec: more.spec }),
    status: {
      capacity: { cpu: '4', memory: '8Gi', pods: '10' },
      allocatable: { cpu: '3', memory: '7Gi', pods: '10' },
      ...(more.images && { images: more.images }),
    },
  };
}
function pod(name: string, cpu: string, more: { readonly metadata?: object; readonly spec?: object } = {}) {
  const containers = [{ image: 'web:1', resources: { requests: { cpu } } }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...more.metadata },
    spec: { containers, ...more.spec },
  };
}

async function run(
  nodes: readonly object[],
  manifests: readonly object[],
  horizon = '1h',
  platform: object = {},
) {
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    start: '2026-03-02T00:00:00Z',
    horizon,
    fleet: [{ name: 'c', nodes, price: 0.1 }],
    workload: { manifests },
    platforms: [{ name: 'k', kind: 'kubernetes', controlPlane: 'none', ...platform }],
  };
  const log = new MemoryLog();
  const result = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
  expect(checkLog(log.records)).toEqual([]);
  const rows = [...result.tasks()].map(
    ({ group, instance, placedMs, endMs, outcome }) =>
      `${group} ${instance || '-'} ${placedMs ?? '-'} ${endMs ?? '-'} ${outcome}`,
  );
  const evicted = log.records.flatMap((record) =>
    record.kind === 'evicted' ? [`${record.task} until ${record.untilMs}`] : [],
  );
  return { rows, evicted, summary: result.summary };
}

test('arrivalMs() is the creation, or the start of the run if that is later', () => {
  const created = (createdAt: string | undefined) =>
    arrivalMs({ createdAt } as unknown as Parameters<typeof arrivalMs>[0], PLAN);
  expect(created(undefined)).toBe(0);
  expect(created('2026-03-01T23:00:00Z')).toBe(0);
  expect(created('2026-03-02T00:00:01Z')).toBe(1000);
});

test('podTasks() take the sizes of images from the nodes of the fleet', () => {
  const set = new ManifestSet([pod('a', '1')]);
  const images = (sizeBytes: number) => [{ names: ['web:1', 'web@sha256:0a'], sizeBytes }];
  const objects = [node('n', { images: images(7) }), node('m', { images: images(9) })];
  const fleet = [{ ...PLAN.fleet[0]!, nodes: { objects, priceE10PerHour: null } }];
  const [task] = podTasks(set, PLAN, fleet, kubernetesResourceTable([]));
  expect(task!.spec.images).toEqual([{ name: 'web:1', sizeBytes: 9 }]);
});

test('manifestNotes() count what is left out', () => {
  const claims = { spec: { resourceClaims: [{ name: 'g' }] } };
  const set = new ManifestSet([
    pod('a', '1', claims),
    pod('b', '1', claims),
    pod('c', '1', { spec: { nodeName: 'n' } }),
    { kind: 'ConfigMap', metadata: { name: 'j' } },
  ]);
  const [about, left] = manifestNotes(set, [], 'skip');
  expect(about).toMatch(
    /: 1 were on their nodes when the run began and never waited, 2 were to be scheduled\./,
  );
  expect(left).toBe('Left out of the Kubernetes objects: 2 × resource claims of pods, 1 × ConfigMap.');
  expect(manifestNotes(null, [], 'skip')).toEqual([]);
});

test('manifestNotes() say that gates are passed over by any queue but the one of kube-scheduler', () => {
  const set = new ManifestSet([pod('a', '1', { spec: { schedulingGates: [{ name: 'quota' }] } })]);
  expect(manifestNotes(set, [], 'skip').at(-1)).toMatch(/^1 pods have scheduling gates, which this queue/);
  expect(manifestNotes(set, [], { kind: 'kube', cycleMs: 1, bindMs: 1, graceMs: 1 })).toHaveLength(1);
});

describe('a run of Kubernetes objects', () => {
  test('places bound pods first, then those that come, each for its time', async () => {
    const { rows } = await run(
      [node('n')],
      [
        pod('later', '1', {
          metadata: {
            creationTimestamp: '2026-03-02T00:10:00Z',
            annotations: { 'stowage.dev/runtime': '1m', 'stowage.dev/startup': '5s' },
          },
        }),
        pod('first', '2', { spec: { nodeName: 'n' } }),
        pod('waits', '3'),
      ],
    );
    expect(rows).toEqual([
      'default/first n 0 - running',
      'default/waits - - - pending',
      // Ten minutes, a cycle of 1 ms, binding for 10 ms, five seconds of start-up, one minute.
      'default/later n 600001 665011 succeeded',
    ]);
  });

  test('a pod whose node has no room is turned down, and said to be', async () => {
    const onN = { spec: { nodeName: 'n' } };
    const { rows, summary } = await run(
      [node('n')],
      [pod('a', '2', onN), pod('b', '2', onN), pod('c', '1', onN)],
    );
    expect(rows).toEqual(['default/a n 0 - running', 'default/b - - 0 rejected', 'default/c n 0 - running']);
    expect(summary.unplaced).toEqual([
      { reason: 'Its node n has no room for it: the kubelet turns it down.', tasks: 1 },
    ]);
  });

  test('looks at cordons, conditions, images and the labels of namespaces', async () => {
    const notReady = {
      ...node('sick'),
      status: { ...node('sick').status, conditions: [{ type: 'Ready', status: 'Unknown' }] },
    };
    const images = [{ names: ['web:1'], sizeBytes: 900_000_000 }];
    const { rows, summary } = await run(
      [node('old', { spec: { unschedulable: true } }), notReady, node('a'), node('b', { images })],
      [
        pod('near-the-image', '1'),
        pod('friend', '1', {
          metadata: { namespace: 'front', labels: { app: 'x' } },
          spec: { nodeName: 'a' },
        }),
        { kind: 'Namespace', metadata: { name: 'front', labels: { team: 'front' } } },
        pod('follows', '1', {
          spec: {
            affinity: {
              podAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  {
                    topologyKey: 'kubernetes.io/hostname',
                    namespaceSelector: { matchLabels: { team: 'front' } },
                    labelSelector: { matchLabels: { app: 'x' } },
                  },
                ],
              },
            },
          },
        }),
        pod('too-large', '3'),
      ],
    );
    expect(rows).toEqual([
      'front/friend a 0 - running',
      'default/near-the-image b 1 - running',
      'default/follows a 2 - running',
      'default/too-large - - - pending',
    ]);
    expect(summary.unplaced[0]!.reason).toBe(
      '0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Insufficient cpu. ' +
        'no new claims to deallocate, preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, ' +
        '2 Preemption is not helpful for scheduling.',
    );
  });

  test('bills nodes of unknown types at the price of their group', async () => {
    const { summary } = await run([node('n'), node('m')], [pod('a', '1')]);
    // Two nodes for an hour at 0.1 USD.
    expect(summary.metrics['cost.instances']).toBeCloseTo(0.2, 12);
    expect(summary.instances).toEqual([
      expect.objectContaining({ group: 'c', type: 'node-4c-8192m-1000000000', launched: 2 }),
    ]);
  });

  test('jobs of the scenario find room on given nodes, and are turned down when none could have it', async () => {
    const scenario = {
      version: 1,
      name: 't',
      seed: 1,
      horizon: '10m',
      fleet: [{ name: 'c', nodes: [node('n')], price: 0.1 }],
      workload: {
        jobs: ['1', '9'].map((cpu) => ({
          name: `cpu-${cpu}`,
          template: { cpu, memory: '1GiB' },
          arrivals: { at: ['0s'] },
          runtime: '1m',
        })),
      },
      platforms: [{ name: 'k', kind: 'kubernetes' }],
    };
    const { summary } = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }));
    expect(summary.tasks).toMatchObject({ succeeded: 1, rejected: 1 });
  });
});

const GATED = { schedulingGates: [{ name: 'quota' }, { name: 'review' }] };
const owned = (name: string, app: string, cpu: string, more: object = {}) =>
  pod(name, cpu, {
    metadata: {
      labels: { app },
      ownerReferences: [{ kind: 'StatefulSet', name: app, controller: true }],
    },
    spec: { nodeName: name, ...more },
  });
const budget = (app: string, spec: object) => ({
  kind: 'PodDisruptionBudget',
  metadata: { name: app },
  spec: { selector: { matchLabels: { app } }, ...spec },
});
/** Comes after a minute, and needs a whole node. */
const urgent = (spec: object = {}) =>
  pod('urgent', '3', {
    metadata: { creationTimestamp: '2026-03-02T00:01:00Z' },
    spec: { priority: 9, ...spec },
  });

describe('pods of manifests in the queue of kube-scheduler', () => {
  test('wait for their gates, which go together at the time of the annotation', async () => {
    const { rows, summary } = await run(
      [node('n')],
      [
        pod('later', '1', {
          metadata: {
            creationTimestamp: '2026-03-02T00:05:00Z',
            annotations: { 'stowage.dev/gates-removed': '10m' },
          },
          spec: GATED,
        }),
        pod('stays', '1', { spec: GATED }),
      ],
    );
    // 5 min + 10 min, a cycle of 1 ms.
    expect(rows).toEqual(['default/stays - - - pending', 'default/later n 900001 - running']);
    expect(summary.unplaced).toEqual([
      { reason: 'Scheduling is blocked due to non-empty scheduling gates', tasks: 1 },
    ]);
  });

  test('go to the profile that they name, and to nobody when there is none', async () => {
    const packing = {
      schedulerName: 'packer',
      pluginConfig: [
        {
          name: 'NodeResourcesFit',
          args: { scoringStrategy: { type: 'MostAllocated', resources: [{ name: 'cpu', weight: 1 }] } },
        },
      ],
      plugins: { score: { disabled: [{ name: 'NodeResourcesBalancedAllocation' }] } },
    };
    const { rows } = await run(
      [node('used'), node('empty')],
      [
        pod('first', '1', { spec: { nodeName: 'used' } }),
        pod('packed', '1', { spec: { schedulerName: 'packer' } }),
        pod('default', '1'),
        pod('lost', '1', { spec: { schedulerName: 'volcano' } }),
      ],
      '1h',
      { config: { profiles: [{ schedulerName: 'default-scheduler' }, packing] } },
    );
    expect(rows.map((row) => row.split(' ').slice(0, 2).join(' '))).toEqual([
      'default/first used',
      'default/packed used',
      'default/default empty',
      'default/lost -',
    ]);
  });

  test.each([
    // The budget keeps both of its pods, the one on the other node must go.
    ['a', { minAvailable: '100%' }, ['1 until 90001']],
    ['b', { maxUnavailable: 0 }, ['0 until 90001']],
  ])('have those evicted that the budget of %s spares not: %j', async (app, spec, victims) => {
    const { evicted } = await run(
      [node('a'), node('b')],
      [owned('a', 'a', '3'), owned('b', 'b', '3'), budget(app, spec), urgent()],
    );
    expect(evicted).toEqual(victims);
  });

  test('have nobody evicted with preemptionPolicy Never, nor those of the same priority', async () => {
    const pods = [owned('a', 'a', '3', { priority: 3 })];
    expect((await run([node('a')], [...pods, urgent()])).evicted).toHaveLength(1);
    expect((await run([node('a')], [...pods, urgent({ preemptionPolicy: 'Never' })])).evicted).toEqual([]);
    expect((await run([node('a')], [...pods, urgent({ priority: 3 })])).evicted).toEqual([]);
    const classes = [
      { kind: 'PriorityClass', metadata: { name: 'polite' }, value: 5, preemptionPolicy: 'Never' },
      { kind: 'PriorityClass', metadata: { name: 'rude' }, value: 5 },
    ];
    const by = async (priorityClassName: string) =>
      (await run([node('a')], [...classes, ...pods, urgent({ priority: undefined, priorityClassName })]))
        .evicted.length;
    expect([await by('polite'), await by('rude')]).toEqual([0, 1]);
  });

  test.each([
    // Evicted at 60.001 s; the pod that waits backs off, so that its victim is tried first, for 1 ms, and then it.
    [0, 60_001, 60_003],
    [5, 65_001, 65_002],
    [600, 660_001, 660_002],
  ])('are gone after their own grace period of %i s', async (seconds, untilMs, placedMs) => {
    const { rows, evicted } = await run(
      [node('a')],
      [owned('a', 'a', '3', { terminationGracePeriodSeconds: seconds }), urgent()],
    );
    expect(evicted).toEqual([`0 until ${untilMs}`]);
    expect(rows).toContain(`default/urgent a ${placedMs} - running`);
  });
});
