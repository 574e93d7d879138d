import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { checkLog } from '../../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../../src/telemetry/event-log.ts';

const A = 'us-east-1a';
const B = 'us-east-1b';
const C = 'us-east-1c';
const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

interface World {
  readonly manifests: readonly object[];
  /** One instance group per zone, unless `fleet` says otherwise. */
  readonly zones?: readonly string[];
  readonly size?: object;
  readonly fleet?: readonly object[];
  readonly horizon?: string;
  readonly autoscaler?: object;
}

/** A run with the Cluster Autoscaler on nodes of 4 vCPU (3.92 to pods, less 150m of agents), up 30 s after the request. */
async function run({ manifests, zones = [A], horizon = '30m', autoscaler = {}, ...rest }: World) {
  const common = { type: 'm6i.xlarge', launch: '5s', boot: '25s' };
  const fleet =
    rest.fleet?.map((group) => ({ ...common, ...group })) ??
    zones.map((zone) => ({
      ...common,
      name: zone.slice(-1),
      zones: [zone],
      size: { min: 0, max: 10, ...rest.size },
    }));
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    start: '2026-03-02T00:00:00Z',
    horizon,
    region: 'us-east-1',
    fleet,
    workload: { manifests },
    platforms: [
      {
        name: 'k',
        kind: 'kubernetes',
        controlPlane: 'none',
        autoscaler: { kind: 'cluster-autoscaler', ...autoscaler },
      },
    ],
  };
  const log = new MemoryLog();
  const result = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
  expect(checkLog(log.records, { livenessMs: 340_000 })).toEqual([]);
  const groups = result.instances.map(({ group }) => group);
  const unplaced = result.summary.metrics['unplaced'];
  return { ...result, groups: groups.sort().join(''), unplaced };
}

const deployment = (
  name: string,
  replicas: number,
  cpu: string,
  { hostPort, ...pod }: { readonly hostPort?: number; readonly [field: string]: unknown } = {},
) => {
  const ports = hostPort === undefined ? [] : [{ containerPort: hostPort, hostPort }];
  const containers = [{ image: 'a', ports, resources: { requests: { cpu, memory: '1Gi' } } }];
  return {
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers, ...pod } },
    },
  };
};

const selects = (app: string) => ({ labelSelector: { matchLabels: { app } } });
const spread = (topologyKey: string, rest: object = {}) => ({
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', ...selects('web'), ...rest },
  ],
});
const apart = (topologyKey: string, app = 'web') => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, ...selects(app) }],
    },
  },
});
const near = (topologyKey: string, app: string) => ({
  affinity: {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, ...selects(app) }] },
  },
});

const volume = (name: string, zone: string) => [
  {
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      claimRef: { namespace: 'default', name },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: [zone] }] }],
        },
      },
    },
  },
  {
    kind: 'PersistentVolumeClaim',
    metadata: { name, annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeName: name,
      storageClassName: '',
      resources: { requests: { storage: '10Gi' } },
    },
  },
];
const mounts = (name: string) => ({
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
});

describe('the Cluster Autoscaler grows', () => {
  const three = [A, B, C];
  test.each([
    // No zone is known before the first node, so that one zone takes all six: three of 1 CPU to 3.77.
    {
      name: 'one zone alone while no other has a node',
      zones: three,
      pods: spread(ZONE),
      groups: /^(aa|bb|cc)$/,
    },
    // Fewer domains than three: the fewest are 0, and no zone may have two. Then 2 + 2 + 2 on the three nodes.
    {
      name: 'a node in each zone for minDomains 3',
      zones: three,
      pods: spread(ZONE, { minDomains: 3 }),
      groups: /^abc$/,
    },
    // A node in each zone takes three of 1 CPU. Nine are 3 + 3 + 3; the tenth and eleventh go to two more nodes.
    {
      name: 'each zone in its turn when the skew asks for it',
      zones: three,
      size: { initial: 1 },
      replicas: 11,
      pods: spread(ZONE),
      groups: /^(aabbc|aabcc|abbcc)$/,
    },
    { name: 'a node for each pod that is apart by host', pods: apart(HOST), groups: /^aaaaaa$/ },
    // Six on two nodes are 3 + 3; nothing but room asks for the second.
    { name: 'as many nodes as spread by host leaves', pods: spread(HOST), groups: /^aa$/ },
    // One node takes one pod before there is a second: 4 domains at least.
    {
      name: 'a node for each of minDomains by host',
      pods: spread(HOST, { minDomains: 4 }),
      groups: /^aaaa$/,
    },
    {
      name: 'a node for each pod with the same host port',
      pods: { hostPort: 80 },
      groups: /^aaaaaa$/,
    },
  ])('$name', async ({ zones = [A], size = {}, replicas = 6, pods, groups }) => {
    const result = await run({ zones, size, manifests: [deployment('web', replicas, '1', pods)] });
    expect(result.groups).toMatch(groups);
    expect(result.unplaced).toBe(0);
  });

  test('the zone that affinity asks for, and no other', async () => {
    const db = deployment('db', 1, '3', { nodeSelector: { [ZONE]: B } });
    const cache = deployment('cache', 2, '3', near(ZONE, 'db'));
    const result = await run({ zones: three, manifests: [db, cache] });
    expect([result.groups, result.unplaced]).toEqual(['bbb', 0]);
  });

  test('the zone of the volume that a pod mounts', async () => {
    const db = deployment('db', 1, '3', mounts('data'));
    const result = await run({ zones: three, manifests: [...volume('data', C), db] });
    expect([result.groups, result.unplaced]).toEqual(['c', 0]);
  });

  test('by a node for a pod that those on the nodes there keep away by their anti-affinity', async () => {
    // The database takes 1 CPU of 3.77, and room for the web pod is left, but it wants no web pod beside it.
    const db = deployment('db', 1, '1', apart(HOST, 'web'));
    const result = await run({ size: { initial: 1 }, manifests: [db, deployment('web', 1, '1')] });
    expect([result.groups, result.unplaced]).toEqual(['aa', 0]);
  });

  test('by one node for pods of two deployments whose affinity joins them on a host', async () => {
    const web = deployment('web', 1, '1');
    const side = deployment('side', 1, '1', near(HOST, 'web'));
    expect((await run({ manifests: [web, side] })).groups).toBe('a');
  });
});

describe('the Cluster Autoscaler and a group of three zones', () => {
  const grown = (size: object, rest: object = {}) =>
    run({
      fleet: [{ name: 'm', zones: [A, B, C], size: { min: 0, max: 20, ...size } }],
      manifests: [deployment('web', 9, '2', spread(ZONE, rest))],
    });

  test('come to an end loop by loop, whichever of the nodes stands for the next one', async () => {
    // One pod to a node. The group launches where it has the fewest nodes, which is where the fewest pods are.
    const { groups, unplaced, instances } = await grown({ initial: 3 });
    expect([groups, unplaced]).toEqual(['mmmmmmmmm', 0]);
    for (const zone of [A, B, C]) expect(instances.filter((one) => one.zone === zone)).toHaveLength(3);
  });

  test('get stuck where a zone is wanted that no node of the group is in yet', async () => {
    // The first node is in a. For the second pod it stands for those to come: 2 − 0 in a zone that has one already.
    const { groups, unplaced } = await grown({}, { minDomains: 3 });
    expect([groups, unplaced]).toEqual(['m', 8]);
  });
});

describe('the Cluster Autoscaler launches nothing', () => {
  const zones = [A, B, C];
  test.each([
    { name: 'that is too large for every node', manifests: [deployment('web', 1, '5')] },
    { name: 'near a pod that there is not', manifests: [deployment('web', 2, '1', near(ZONE, 'ghost'))] },
    { name: 'spread over a label that no node has', manifests: [deployment('web', 2, '1', spread('rack'))] },
    {
      name: 'for which fewer zones exist than it wants',
      manifests: [deployment('web', 4, '1', spread(ZONE, { minDomains: 4 }))],
      groups: 'abc',
      unplaced: 1,
    },
    {
      name: 'beyond one in each zone that are apart by zone',
      manifests: [deployment('web', 5, '1', apart(ZONE))],
      groups: 'abc',
      unplaced: 2,
    },
    {
      name: 'whose volume is in a zone without nodes',
      manifests: [...volume('data', 'us-east-1d'), deployment('web', 1, '1', mounts('data'))],
      unplaced: 1,
    },
  ])('for pods $name', async ({ manifests, groups = '', unplaced }) => {
    const result = await run({ zones, manifests });
    expect(result.groups).toBe(groups);
    expect(result.unplaced).toBe(unplaced ?? (groups === '' ? result.unplaced : 0));
    expect(result.unplaced).toBeGreaterThan(0);
  });
});

describe('the Cluster Autoscaler shrinks', () => {
  const zones = [A, B, C];
  /** Nodes that are still there after an hour, of one in each zone. */
  const left = async (pods: Record<string, unknown>) => {
    const manifests = [deployment('web', 3, '500m', pods)];
    const { instances } = await run({ zones, size: { initial: 1 }, horizon: '1h', manifests });
    return instances.filter(({ endMs }) => endMs === null).length;
  };

  test.each([
    // (500 + 150) / 3920 of a node are used: two of three could go.
    { name: 'to one node, when its pods may be anywhere', pods: {}, nodes: 1 },
    // The node that goes still counts as a zone without pods: 2 − 0 is more than 1.
    { name: 'not at all, when hard spread over zones would break', pods: spread(ZONE), nodes: 3 },
    { name: 'not at all, when the pods must be apart', pods: apart(HOST), nodes: 3 },
    // Tainted nodes are no domains any more: 2 − 1, 3 − 2 on the nodes that are left.
    {
      name: 'to one node, when spreading honours the taint of the one that goes',
      pods: spread(ZONE, { nodeTaintsPolicy: 'Honor' }),
      nodes: 1,
    },
    // 2 − 0 is allowed; then two on one of two nodes, of which the emptier one could go with 3 − 0: no.
    { name: 'by one node, when the skew may be two', pods: spread(ZONE, { maxSkew: 2 }), nodes: 2 },
  ])('$name', async ({ pods, nodes }) => {
    expect(await left(pods)).toBe(nodes);
  });
});

describe('the Cluster Autoscaler leaves a node to pods', () => {
  /** Nodes of three that are still there after an hour: one takes all pods, if they may move. */
  const left = async (manifests: readonly object[], autoscaler: object = {}) => {
    const { instances } = await run({
      zones: [A, B, C],
      size: { initial: 1 },
      horizon: '1h',
      manifests,
      autoscaler,
    });
    return instances.filter(({ endMs }) => endMs === null).length;
  };
  const volumes = (volume: object) => ({ volumes: [{ name: 'cache', ...volume }] });
  const web = (pod: Record<string, unknown> = {}, annotations: object = {}, namespace = 'default') => {
    const plain = deployment('web', 3, '500m', pod);
    const { template } = plain.spec;
    const metadata = { ...template.metadata, annotations };
    return {
      ...plain,
      metadata: { name: 'web', namespace },
      spec: { ...plain.spec, template: { ...template, metadata } },
    };
  };
  /** Three pods that no Deployment has made. */
  const pods = (metadata: object) => {
    const { spec } = deployment('web', 1, '500m').spec.template;
    return [1, 2, 3].map((n) => ({ kind: 'Pod', metadata: { name: `web-${n}`, ...metadata }, spec }));
  };
  const ownedBy = (kind: string) => ({ ownerReferences: [{ kind, name: 'web', controller: true }] });
  const budget = (spec: object, namespace = 'default') => ({
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
  const SAFE = 'cluster-autoscaler.kubernetes.io/safe-to-evict';

  test.each<[string, readonly object[], object, number]>([
    ['not to those of a Deployment', [web()], {}, 1],
    ['with an emptyDir', [web(volumes({ emptyDir: {} }))], {}, 3],
    ['with a hostPath', [web(volumes({ hostPath: { path: '/var' } }))], {}, 3],
    ['not with an emptyDir in memory', [web(volumes({ emptyDir: { medium: 'Memory' } }))], {}, 1],
    [
      'not with an emptyDir that may be lost',
      [web(volumes({ emptyDir: {} }), { [`${SAFE}-local-volumes`]: 'cache' })],
      {},
      1,
    ],
    [
      'not with an emptyDir where the flag is off',
      [web(volumes({ emptyDir: {} }))],
      { skipNodesWithLocalStorage: false },
      1,
    ],
    [
      'not with an emptyDir that say they are safe',
      [web(volumes({ emptyDir: {} }), { [SAFE]: 'true' })],
      {},
      1,
    ],
    ['that say they are not safe', [web({}, { [SAFE]: 'false' })], {}, 3],
    ['that run to their end', [web({}, { [SAFE]: 'on-completion' })], {}, 3],
    ['of kube-system', [web({}, {}, 'kube-system')], {}, 3],
    [
      'of kube-system, not once they are old',
      [web({}, {}, 'kube-system')],
      { blockingSystemPodTimeout: '5m' },
      1,
    ],
    [
      'of kube-system, not where the flag is off',
      [web({}, {}, 'kube-system')],
      { skipNodesWithSystemPods: false },
      1,
    ],
    [
      'of kube-system, not with a budget',
      [web({}, {}, 'kube-system'), budget({ maxUnavailable: 1 }, 'kube-system')],
      {},
      1,
    ],
    ['whose budget lets none go', [web(), budget({ maxUnavailable: 0 })], {}, 3],
    ['that nobody makes again', pods({}), {}, 3],
    ['of a controller that Kubernetes does not bring', pods(ownedBy('Workflow')), {}, 3],
    ['of one of its own', pods(ownedBy('ReplicaSet')), {}, 1],
  ])('%s', async (_, manifests, autoscaler, nodes) => {
    expect(await left(manifests, autoscaler)).toBe(nodes);
  });
});

describe('on random worlds of pods that can all be placed', () => {
  const constraint = (app: string, others: readonly string[]) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      fc
        .record({
          topologyKey: fc.constantFrom(ZONE, HOST),
          maxSkew: fc.integer({ min: 1, max: 3 }),
          rest: fc.constantFrom({}, { minDomains: 2 }, { nodeTaintsPolicy: 'Honor' }),
        })
        .map(({ topologyKey, maxSkew, rest }) => ({
          topologySpreadConstraints: [
            { topologyKey, maxSkew, whenUnsatisfiable: 'DoNotSchedule', ...selects(app), ...rest },
          ],
        })),
      fc.constant(apart(HOST, app)),
      fc.constantFrom(app, ...others).map((other) => near(ZONE, other)),
      fc.constant({ nodeSelector: { [ZONE]: B } }),
      fc.constant({ hostPort: 80 }),
    );
  const APPS = ['web', 'db', 'side'];
  const manifests = fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      ...APPS.map((app, index) =>
        fc.record({
          replicas: fc.integer({ min: 1, max: 7 }),
          cpu: fc.constantFrom('250m', '1', '1500m'),
          pod: constraint(app, APPS.slice(0, index)),
        }),
      ),
    )
    .map(([count, ...all]) =>
      all
        .slice(0, count)
        .map(({ replicas, cpu, pod }, index) => deployment(APPS[index]!, replicas, cpu, pod)),
    );

  test('every pod gets a node, nothing is launched beyond that, and for one deployment nothing in vain', async () => {
    await fc.assert(
      fc.asyncProperty(manifests, async (drawn) => {
        const world = { zones: [A, B, C], size: { max: 30 }, horizon: '10m', manifests: drawn };
        const { unplaced, instances, tasks } = await run(world);
        expect(unplaced).toBe(0);
        const attempts = [...tasks()];
        const lastPlacedMs = Math.max(...attempts.map(({ placedMs }) => placedMs!));
        for (const { requestedMs } of instances) expect(requestedMs).toBeLessThan(lastPlacedMs);
        expect(instances.length).toBeLessThanOrEqual(attempts.length);
        // Of several deployments one may find room on nodes that were launched for another.
        const used = new Set(attempts.map(({ instance }) => instance));
        if (drawn.length === 1) expect(used.size).toBe(instances.length);
      }),
      { seed: 6, numRuns: 60 },
    );
  });
});
