import fc from 'fast-check';
import type { PodWords } from './fixture.ts';
import { volumeObjects } from './volumes.ts';

/** Random clusters in Kubernetes' own words in which every plugin has something to say. */
const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
/** Pods of each world. */
export const PODS_EACH = 25;
export const NAMESPACES = { default: { team: 'shop' }, web: { team: 'front' }, jobs: {} };

const sometimes = <T>(value: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });

const node = fc.record({
  cpu: fc.constantFrom('2', '4', '7910m'),
  memory: fc.constantFrom('4Gi', '8Gi', '15000Mi'),
  pods: fc.constantFrom('4', '110'),
  zone: sometimes(fc.constantFrom('z1', 'z2', 'z3'), 9),
  labels: fc.constantFrom({}, { pool: 'a' }, { pool: 'b', disk: 'ssd' }, { pool: 'a', size: '7' }),
  more: fc.constantFrom({}, { 'example.com/fpga': '2' }, { 'ephemeral-storage': '10Gi' }),
  taints: fc.constantFrom(
    ...[[], [], [], [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }]],
    ...[[{ key: 'old', effect: 'PreferNoSchedule' }], [{ key: 'gone', effect: 'NoExecute' }]],
  ),
  unschedulable: fc.constantFrom(false, false, false, false, true),
  images: fc.constantFrom({}, { 'web:1': 900_000_000 }, { 'api:2': 50_000_000, 'web:1': 900_000_000 }),
});

const selector = fc.constantFrom<object>(
  { matchLabels: { app: 'web' } },
  { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] },
  { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
  {},
);
const topologyKey = fc.constantFrom(ZONE, HOST, 'pool');
export const present = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
const term = fc
  .record({
    topologyKey,
    labelSelector: selector,
    namespaces: sometimes(fc.constantFrom(['web'], ['web', 'jobs'])),
    namespaceSelector: sometimes(fc.constantFrom<object>({ matchLabels: { team: 'front' } }, {})),
    matchLabelKeys: sometimes(fc.constant(['tier'])),
    mismatchLabelKeys: sometimes(fc.constant(['app'])),
  })
  .map(present);
const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
const soft = 'preferredDuringSchedulingIgnoredDuringExecution';
const weight = fc.integer({ min: 1, max: 100 });
const between = fc.record({
  [hard]: fc.array(term, { maxLength: 1 }),
  [soft]: fc.array(fc.record({ weight, podAffinityTerm: term }), { maxLength: 2 }),
});
const expressions = fc.constantFrom<object>(
  { matchExpressions: [{ key: 'pool', operator: 'In', values: ['a'] }] },
  { matchExpressions: [{ key: 'disk', operator: 'DoesNotExist' }] },
  { matchExpressions: [{ key: 'size', operator: 'Gt', values: ['5'] }] },
  { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] },
);
const nodeAffinity = fc.record({
  [hard]: fc.record({ nodeSelectorTerms: fc.array(expressions, { minLength: 1, maxLength: 2 }) }),
  [soft]: fc.array(fc.record({ weight, preference: expressions }), { maxLength: 2 }),
});
const spread = fc
  .record({
    maxSkew: fc.constantFrom(1, 2),
    topologyKey,
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
    labelSelector: selector,
    nodeAffinityPolicy: fc.constantFrom(undefined, 'Honor', 'Ignore'),
    nodeTaintsPolicy: fc.constantFrom(undefined, 'Honor', 'Ignore'),
    matchLabelKeys: sometimes(fc.constant(['tier'])),
  })
  .map(present);
const resources = fc.record({
  requests: fc.constantFrom<Record<string, string>>(
    {},
    { cpu: '250m' },
    { cpu: '500m', memory: '512Mi' },
    { cpu: '1', memory: '2Gi', 'example.com/fpga': '1' },
    { memory: '3Gi', 'ephemeral-storage': '2Gi' },
  ),
});
const container = fc.record({
  image: fc.constantFrom('web:1', 'api:2', 'other:3'),
  resources,
  ports: sometimes(fc.constantFrom([{ hostPort: 80 }], [{ hostPort: 80, hostIP: '10.0.0.1' }])),
});
const volume = fc.constantFrom<object>(
  { gcePersistentDisk: { pdName: 'disk' } },
  { awsElasticBlockStore: { volumeID: 'vol-1' } },
  ...['zonal', 'labelled', 'lonely', 'missing', 'first', 'twin', 'second', 'third'].map((claimName) => ({
    persistentVolumeClaim: { claimName },
  })),
);
const EBS = 'ebs.csi.aws.com';
export const VOLUMES = volumeObjects({
  zonal: { reachableFrom: [ZONE, 'z1', 'z2'] },
  labelled: { labels: { [ZONE]: 'z2' } },
  lonely: { modes: ['ReadWriteOncePod'] },
  first: { csi: [EBS, 'vol-1'] },
  twin: { csi: [EBS, 'vol-1'] },
  second: { csi: [EBS, 'vol-2'] },
  third: { csi: ['efs.csi.aws.com', 'fs-1'] },
});
/** Of the nodes that come first; later ones take any number. */
export const VOLUME_LIMITS = { n0: { [EBS]: 1 }, n1: { [EBS]: 2, 'efs.csi.aws.com': 0 }, n2: { [EBS]: 0 } };
const spec = fc
  .record({
    containers: fc.array(container, { minLength: 1, maxLength: 2 }),
    initContainers: sometimes(fc.array(container, { minLength: 1, maxLength: 1 })),
    overhead: sometimes(fc.constant({ cpu: '50m' })),
    priority: sometimes(fc.constantFrom(-1, 1000)),
    nodeName: sometimes(fc.constant('n0')),
    nodeSelector: sometimes(fc.constantFrom({ pool: 'a' }, { disk: 'ssd' })),
    nodeAffinity: sometimes(nodeAffinity),
    podAffinity: sometimes(between),
    podAntiAffinity: sometimes(between),
    topologySpreadConstraints: sometimes(fc.array(spread, { minLength: 1, maxLength: 2 }), 2),
    tolerations: sometimes(
      fc.constantFrom(
        [{ operator: 'Exists' }],
        [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
      ),
    ),
    volumes: sometimes(fc.array(volume, { minLength: 1, maxLength: 2 })),
  })
  .map(({ nodeAffinity, podAffinity, podAntiAffinity, ...rest }) =>
    present({ ...rest, affinity: present({ nodeAffinity, podAffinity, podAntiAffinity }) }),
  );
const pod: fc.Arbitrary<PodWords> = fc.record({
  namespace: fc.constantFrom('default', 'default', 'web', 'jobs'),
  labels: fc.constantFrom<Record<string, string>>({}, { app: 'web' }, { app: 'api', tier: 'front' }),
  selectedBy: fc.constantFrom([], [], [{ matchLabels: { app: 'web' } }]),
  spec,
});
/** What happens before the next pod: nothing mostly, or the oldest pod goes, or a node is drained or comes back. */
const before = fc.constantFrom('nothing', 'nothing', 'leave', 'drain', 'return');
export const world = fc.record({
  nodes: fc.array(node, { minLength: 1, maxLength: 8 }),
  pods: fc.array(fc.record({ pod, first: before }), { minLength: PODS_EACH, maxLength: PODS_EACH }),
  options: fc.constantFrom<object>(
    {},
    {},
    { version: '1.34' },
    { tieBreak: 'random' },
    { tieBreak: 'shuffled' },
    {
      config: {
        profiles: [
          {
            pluginConfig: [
              { name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } },
              { name: 'InterPodAffinity', args: { hardPodAffinityWeight: 5 } },
            ],
          },
        ],
      },
    },
  ),
  seed: fc.integer(),
});
