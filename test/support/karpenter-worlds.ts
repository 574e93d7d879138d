import fc from 'fast-check';
import type { DisruptionInput } from '../../src/controllers/karpenter/candidates.ts';
import { readCluster } from '../conformance/karpenter/cluster.ts';
import type {
  BudgetJson,
  CatalogueType,
  KarpenterInput,
  NodeJson,
  PodJson,
} from '../conformance/karpenter/objects.ts';

const NOW = '2026-03-02T10:00:00Z';
const ZONE = 'topology.kubernetes.io/zone';
const ZONES = ['zone-a', 'zone-b'];
const APPS = ['plain', 'other', 'zonal', 'lonely', 'near'] as const;

/** On one node. */
const MOST_PODS = 12;

/** Names, vCPUs, GiB, and the On-Demand price; Spot costs a third. */
const SIZES = [
  ['small', 2, 4, 0.1],
  ['medium', 4, 8, 0.2],
  ['wide', 4, 16, 0.25],
  ['large', 8, 16, 0.39],
] as const;

function catalogueType(
  [name, cpu, memory, price]: (typeof SIZES)[number],
  isOffered: boolean,
): CatalogueType {
  const capacity = { cpu: `${cpu}`, memory: `${memory}Gi`, pods: `${MOST_PODS}` };
  const offerings = ZONES.flatMap((zone, index): CatalogueType['offerings'] => [
    [zone, 'on-demand', price, isOffered],
    [zone, 'spot', price / 3 + index / 1000, isOffered],
  ]);
  return { name, labels: { size: name }, capacity, kubeReserved: { cpu: '100m' }, offerings };
}

const term = (app: string, topologyKey: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey }],
});
/** What pods of some applications ask of where others are. */
const CONSTRAINTS: Readonly<Partial<Record<(typeof APPS)[number], object>>> = {
  zonal: {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: ZONE,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'zonal' } },
      },
    ],
  },
  lonely: { affinity: { podAntiAffinity: term('lonely', 'kubernetes.io/hostname') } },
  near: { affinity: { podAffinity: term('plain', ZONE) } },
};

/** All of a world are of few kinds, so that room decides; in half of the worlds nothing else does. */
interface PodKinds {
  readonly apps: readonly (typeof APPS)[number][];
  readonly cpus: readonly number[];
  readonly memories: readonly number[];
}
const arbitraryKinds: fc.Arbitrary<PodKinds> = fc.record({
  apps: fc.constantFrom<PodKinds['apps']>(['plain'], ['plain', 'plain', ...APPS]),
  cpus: fc.uniqueArray(fc.constantFrom(250, 400, 500, 900, 1500), { minLength: 1, maxLength: 3 }),
  memories: fc.constantFrom([256], [1024], [256, 3072]),
});

const arbitraryPod = ({ apps, cpus, memories }: PodKinds) =>
  fc.record({
    app: fc.constantFrom(...apps),
    cpu: fc.constantFrom(...cpus),
    memory: fc.constantFrom(...memories),
    second: fc.integer({ min: 0, max: 3 }),
    doNotDisrupt: fc.integer({ min: 0, max: 50 }).map((drawn) => drawn === 0),
    isGuest: fc.integer({ min: 0, max: 2 }).map((drawn) => drawn === 0),
  });
type DrawnPod = ReturnType<typeof arbitraryPod> extends fc.Arbitrary<infer T> ? T : never;

const arbitraryNode = (kinds: PodKinds) =>
  fc.record({
    size: fc.constantFrom(...SIZES),
    zone: fc.constantFrom(...ZONES),
    capacityType: fc.constantFrom('on-demand', 'on-demand', 'spot'),
    pods: fc.array(arbitraryPod(kinds), { maxLength: 12 }),
    state: fc.constantFrom('plain', 'plain', 'plain', 'plain', 'settling', 'settling', 'deleting', 'coming'),
  });
type DrawnNode = ReturnType<typeof arbitraryNode> extends fc.Arbitrary<infer T> ? T : never;

function podJson(name: string, drawn: DrawnPod, nodeName?: string): PodJson {
  const { app, cpu, memory, second, doNotDisrupt } = drawn;
  const containers = [{ name: 'main', resources: { requests: { cpu: `${cpu}m`, memory: `${memory}Mi` } } }];
  return {
    metadata: {
      name,
      uid: name,
      creationTimestamp: `2026-03-02T09:00:0${second}Z`,
      labels: { app },
      ...(doNotDisrupt && { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } }),
      ownerReferences: [{ kind: 'ReplicaSet' }],
    },
    spec: {
      containers,
      ...CONSTRAINTS[app as keyof typeof CONSTRAINTS],
      ...(nodeName !== undefined && { nodeName }),
    },
  } as PodJson;
}

/** The pods, as long as there is room for them. */
function seated(pods: readonly DrawnPod[], [, cpu, memory]: (typeof SIZES)[number]): DrawnPod[] {
  const room = { cpu: cpu * 1000 - 100, memory: memory * 1024, pods: MOST_PODS };
  return pods.filter((pod) => {
    if (pod.cpu > room.cpu || pod.memory > room.memory || room.pods === 0) return false;
    room.cpu -= pod.cpu;
    room.memory -= pod.memory;
    room.pods -= 1;
    return true;
  });
}

/**
 * The nodes, and others for the guests among their pods: these would just fit where they were drawn, so that many nodes
 * can go, or only just not.
 */
function withGuestsApart(nodes: readonly DrawnNode[]): DrawnNode[] {
  const filled = nodes.map((node) => ({ ...node, pods: seated(node.pods, node.size) }));
  let guests = filled.flatMap(({ pods }) => pods.filter(({ isGuest }) => isGuest));
  const made = filled.map((node) => ({ ...node, pods: node.pods.filter(({ isGuest }) => !isGuest) }));
  for (const size of [SIZES[1], SIZES[0], SIZES[3]]) {
    const pods = seated(guests, size);
    guests = guests.filter((pod) => !pods.includes(pod));
    made.push({ size, zone: 'zone-a', capacityType: 'on-demand', state: 'plain', pods });
  }
  return made;
}

/** The node with its pods. */
function nodeJson(
  name: string,
  { size: [typeName, cpu, memory], zone, capacityType, pods, state }: DrawnNode,
): { readonly node: NodeJson; readonly pods: readonly PodJson[] } {
  const node = {
    metadata: {
      name,
      labels: {
        'karpenter.sh/capacity-type': capacityType,
        'karpenter.sh/nodepool': 'general',
        'karpenter.sh/registered': 'true',
        ...(state !== 'coming' && { 'karpenter.sh/initialized': 'true' }),
        'kubernetes.io/hostname': name,
        'node.kubernetes.io/instance-type': typeName,
        size: typeName,
        [ZONE]: zone,
      },
    },
    status: {
      capacity: { cpu: `${cpu}`, memory: `${memory}Gi`, pods: `${MOST_PODS}` },
      allocatable: { cpu: `${cpu * 1000 - 100}m`, memory: `${memory}Gi`, pods: `${MOST_PODS}` },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
  return { node, pods: pods.map((pod, index) => podJson(`${name}-${index}`, pod, name)) };
}

const budget = (app: string, allowed: number): BudgetJson => ({
  metadata: { name: app },
  spec: { maxUnavailable: allowed, selector: { matchLabels: { app } } },
  status: { disruptionsAllowed: allowed },
});

/** Up to nine nodes with pods on them, some coming, going or settling, and what may be launched in their place. */
export const arbitraryDisruptionInput: fc.Arbitrary<DisruptionInput> = arbitraryKinds
  .chain((kinds) =>
    fc.record({
      nodes: fc.array(arbitraryNode(kinds), { minLength: 1, maxLength: 6 }).map(withGuestsApart),
      pending: fc.array(arbitraryPod(kinds), { maxLength: 2 }),
      budgets: fc.uniqueArray(
        fc.record({ app: fc.constantFrom(...APPS), allowed: fc.constantFrom(0, 1, 5) }),
        { maxLength: 1 },
      ),
      hasDaemon: fc.boolean(),
      offered: fc.array(
        fc.integer({ min: 0, max: 3 }).map((drawn) => drawn > 0),
        { minLength: 4, maxLength: 4 },
      ),
      mayBuySpot: fc.boolean(),
    }),
  )
  .map(({ nodes, pending, budgets, hasDaemon, offered, mayBuySpot }) => {
    const made = nodes.map((drawn, index) => nodeJson(`n${index}`, drawn));
    const capacityTypes = mayBuySpot ? ['on-demand', 'spot'] : ['on-demand'];
    const containers = [{ name: 'main', resources: { requests: { cpu: '350m', memory: '512Mi' } } }];
    const json: KarpenterInput = {
      now: NOW,
      catalogue: '',
      nodePools: [
        {
          metadata: { name: 'general' },
          spec: {
            disruption: {
              budgets: [{ nodes: '100%' }],
              consolidateAfter: '0s',
              consolidationPolicy: 'WhenEmptyOrUnderutilized',
            },
            template: {
              spec: {
                expireAfter: 'Never',
                requirements: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: capacityTypes }],
              },
            },
          },
        },
      ],
      nodes: made.map(({ node }) => node),
      daemonSets: hasDaemon
        ? [{ metadata: { name: 'agent' }, spec: { template: { spec: { containers } } } }]
        : [],
      podDisruptionBudgets: budgets.map(({ app, allowed }) => budget(app, allowed)),
      pods: [...made.flatMap(({ pods }) => pods), ...pending.map((one, index) => podJson(`p${index}`, one))],
      spotToSpotConsolidation: true,
    };
    const input = readCluster(
      json,
      SIZES.map((size, index) => catalogueType(size, offered[index]!)),
    );
    return {
      ...input,
      nodes: input.nodes.map((node, index) => ({
        ...node,
        deleting: nodes[index]!.state === 'deleting',
        state: { ...node.state, isSettling: nodes[index]!.state === 'settling' },
      })),
    };
  });
