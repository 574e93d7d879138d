import type { PodBudget } from '../../../src/controllers/karpenter/budget-cover.ts';
import type { ClusterNode } from '../../../src/controllers/karpenter/candidates.ts';
import { type Daemon, difference, sum } from '../../../src/controllers/karpenter/daemon-overhead.ts';
import type { DisruptionInput } from '../../../src/controllers/karpenter/candidates.ts';
import { isHeldByAnnotation } from '../../../src/controllers/karpenter/do-not-disrupt.ts';
import type { OfferedType } from '../../../src/controllers/karpenter/instance-types.ts';
import { nodePoolOf } from '../../../src/controllers/karpenter/node-pool.ts';
import { evictionCost, type NodePod } from '../../../src/controllers/karpenter/node-pods.ts';
import { LaunchCatalogue } from '../../../src/controllers/karpenter/provisioning.ts';
import type { KarpenterPod, PodSpec } from '../../../src/controllers/karpenter/pod-demand.ts';
import { requirement } from '../../../src/controllers/karpenter/requirement.ts';
import { combined, labelRequirements, WELL_KNOWN_LABELS } from '../../../src/controllers/karpenter/requirements.ts';
import { topologyNode } from '../../../src/controllers/karpenter/topology.ts';
import { Interner } from '../../../src/model/interner.ts';
import { PortTable } from '../../../src/model/port-table.ts';
import type { ResourceTable } from '../../../src/model/resources.ts';
import { TaskClasses } from '../../../src/model/task-classes.ts';
import { nodeFromObject, podFromObject } from '../../../src/schedulers/kubernetes/objects.ts';
import { readNodePool } from '../../../src/schedulers/kubernetes/manifests/node-pool.ts';
import { podOfClass } from '../../../src/schedulers/kubernetes/pod.ts';
import { Reader } from '../../../src/schedulers/kubernetes/reader.ts';
import { readLabelSelector } from '../../../src/schedulers/kubernetes/requirement.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import type { BudgetJson, CatalogueType, KarpenterInput, NodeJson, PodJson } from './objects.ts';

const PLAIN_RESOURCES = ['cpu', 'memory', 'pods', 'ephemeral-storage', 'nvidia.com/gpu'];

/** What the decisions are made of, from the objects of a case. */
export function readCluster(input: KarpenterInput, catalogue: readonly CatalogueType[]): DisruptionInput {
  const extended = [...new Set(catalogue.flatMap(({ capacity }) => Object.keys(capacity)))];
  const table = kubernetesResourceTable(extended.filter((name) => !PLAIN_RESOURCES.includes(name)));
  const pods = podReader(table);
  const types = catalogue.map((type) => offeredType(type, table));
  const now = Date.parse(input.now);
  const running = input.pods.filter(({ spec }) => spec.nodeName !== undefined);
  const nodes = (input.nodes ?? []).map((node) => {
    const own = running.filter(({ spec }) => spec.nodeName === node.metadata.name);
    return clusterNode(node, own, pods, { table, now, settled: !(input.notConsolidatable ?? []).includes(node.metadata.name) });
  });
  const pending = input.pods.filter(({ spec }) => spec.nodeName === undefined);
  const daemons = (input.daemonSets ?? []).map(({ metadata, spec }): Daemon => {
    const { spec: own, requests } = pods({ metadata, ...spec.template } as PodJson);
    return { spec: own, requests };
  });
  return {
    epochMs: now,
    catalogue: new LaunchCatalogue(
      input.nodePools.map((object) => nodePoolOf(valueOf(readNodePool(object)), table)),
      () => types,
      daemons,
      new Set([...WELL_KNOWN_LABELS, 'oracle.example/family']),
    ),
    nodes,
    topologyNodes: nodes.map(({ state, pods: own }) => topologyNode(state, own.map(({ pod }) => pod))),
    pending: pending.map((pod) => pods(pod)),
    budgets: (input.podDisruptionBudgets ?? []).map(podBudget),
    namespaces: new Map(),
    spotToSpot: input.spotToSpotConsolidation === true,
  };
}

/** Reads pods; those that are alike share their specification, and those that ask for the same their requests, as in a run. */
function podReader(table: ResourceTable): (pod: PodJson) => KarpenterPod {
  const classes = new TaskClasses(table, new Interner(), new PortTable([]));
  const specs = new Map<number, PodSpec>();
  const known = new Map<string, Float64Array>();
  const limited = (amounts: Float64Array) => {
    const requests = amounts.map((amount, lane) => (table.limited[lane] === 1 ? amount : 0));
    const shared = known.get(requests.join()) ?? requests;
    known.set(requests.join(), shared);
    return shared;
  };
  return (pod) => {
    const context = { table, group: 'pods', groupKind: 'trace' as const, imageSize: () => 0 };
    const taskClass = classes.intern(valueOf(podFromObject(pod, context)));
    const spec = specs.get(taskClass.id) ?? podOfClass(taskClass);
    specs.set(taskClass.id, spec);
    const { name, uid = name, creationTimestamp = '1970-01-01T00:00:00Z' } = pod.metadata;
    return {
      name,
      uid,
      createdMs: Date.parse(creationTimestamp),
      spec,
      requests: limited(Float64Array.from(taskClass.requests)),
      nodeName: pod.spec.nodeName ?? null,
      pending: pod.spec.nodeName === undefined,
    };
  };
}

function clusterNode(
  node: NodeJson,
  own: readonly PodJson[],
  pods: (pod: PodJson) => KarpenterPod,
  { table, now, settled }: { readonly table: ResourceTable; readonly now: number; readonly settled: boolean },
): ClusterNode {
  const { instance } = valueOf(nodeFromObject(node, table));
  const { labels, taints, capacity, allocatable } = instance.shape;
  const there = own.map((pod) => nodePod(pod, pods(pod), now));
  const nothing = new Float64Array(table.laneCount);
  const total = (list: readonly NodePod[]) => sum([nothing, ...list.map(({ pod }) => pod.requests)]);
  return {
    state: {
      name: node.metadata.name,
      pool: labels.get('karpenter.sh/nodepool') ?? '',
      labels,
      taints,
      capacity,
      available: difference(allocatable, total(there)),
      daemonRequests: total(there.filter((_, index) => ownerOf(own[index]!) === 'DaemonSet')),
      hostPorts: there.flatMap(({ pod }) => pod.spec.hostPorts),
      initialised: labels.get('karpenter.sh/initialized') === 'true',
      isSettling: false,
    },
    typeName: instance.shape.typeName,
    zone: instance.zone,
    capacityType: labels.get('karpenter.sh/capacity-type') ?? '',
    pods: there,
    ready: (node.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True'),
    deleting: false,
    nominated: false,
    doNotDisrupt: node.metadata.annotations?.['karpenter.sh/do-not-disrupt'] === 'true',
    consolidatable: settled,
    drifted: false,
  };
}

function nodePod(pod: PodJson, read: KarpenterPod, now: number): NodePod {
  const annotations = pod.metadata.annotations ?? {};
  const owner = ownerOf(pod);
  const start = pod.status?.startTime;
  return {
    pod: read,
    reschedulable: owner !== 'DaemonSet' && owner !== 'Node',
    doNotDisrupt: isHeldByAnnotation(
      annotations['karpenter.sh/do-not-disrupt'],
      start === undefined ? null : now - Date.parse(start),
    ),
    evictionCost: evictionCost(
      Number(annotations['controller.kubernetes.io/pod-deletion-cost'] ?? 0),
      pod.spec.priority ?? 0,
    ),
  };
}

function ownerOf({ metadata }: PodJson): string {
  return metadata.ownerReferences?.[0]?.kind ?? '';
}

function podBudget({ metadata, spec, status }: BudgetJson): PodBudget {
  return {
    namespace: metadata.namespace ?? 'default',
    selector: readLabelSelector(new Reader(), spec.selector, []) ?? null,
    disruptionsAllowed: status.disruptionsAllowed,
    disrupted: new Set(),
    blocksAll: spec.maxUnavailable === 0 || spec.maxUnavailable === '0%' || spec.minAvailable === '100%',
  };
}

function offeredType(type: CatalogueType, table: ResourceTable): OfferedType {
  const amounts = (list: Readonly<Record<string, string>>) =>
    valueOf(nodeFromObject({ metadata: { name: type.name }, status: { allocatable: list } }, table)).instance.shape.allocatable;
  const capacity = amounts(type.capacity);
  const own = [
    requirement('node.kubernetes.io/instance-type', 'In', [type.name]),
    requirement('topology.kubernetes.io/zone', 'In', type.offerings.map(([zone]) => zone)),
    requirement('karpenter.sh/capacity-type', 'In', type.offerings.map(([, kind]) => kind)),
  ];
  return {
    name: type.name,
    requirements: combined(labelRequirements(new Map(Object.entries(type.labels))), own),
    capacity,
    allocatable: difference(capacity, amounts(type.kubeReserved)),
    offerings: type.offerings.map(([zone, capacityType, price, available = true]) => ({ zone, capacityType, price, available })),
  };
}

function valueOf<T>(read: { readonly value: T } | { readonly problems: readonly unknown[] }): T {
  if ('value' in read) return read.value;
  throw new Error(`cannot read the case: ${JSON.stringify(read.problems)}`);
}
