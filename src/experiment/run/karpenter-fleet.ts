import { CAPACITY_TYPE_LABEL } from '../../controllers/karpenter/instance-types.ts';
import { type NodePool, nodePoolOf } from '../../controllers/karpenter/node-pool.ts';
import { requirement } from '../../controllers/karpenter/requirement.ts';
import { assert } from '../../errors.ts';
import type { ResourceTable } from '../../model/resources.ts';
import type { ApiObject, FleetGroup, PlatformPlan } from '../../model/plan.ts';
import { nodeClassesIn } from '../../schedulers/kubernetes/manifests/node-class.ts';
import {
  type NodePoolObject,
  poolOfGroups,
  readNodePool,
} from '../../schedulers/kubernetes/manifests/node-pool.ts';

/** The NodePools of a platform, as its plan has them; empty where Karpenter does not run. */
export function nodePoolsOf({ autoscaler }: PlatformPlan): readonly NodePoolObject[] {
  if (autoscaler.kind !== 'karpenter') return [];
  return autoscaler.nodePools.map((object) => {
    const read = readNodePool(object);
    assert('value' in read, 'a NodePool of the plan cannot be read');
    return read.value;
  });
}

/**
 * Groups as Karpenter launches them: with the labels and taints that their pool gives its nodes, with the root volume and
 * the kubelet of its EC2NodeClass, if there is one among the manifests, and without a minimum, which Karpenter does not
 * know. Groups of no pool stay as they are.
 */
export function karpenterGroups(
  groups: readonly FleetGroup[],
  platform: PlatformPlan,
  manifests: readonly ApiObject[],
): readonly FleetGroup[] {
  const pools = nodePoolsOf(platform);
  if (pools.length === 0) return groups;
  const poolOf = poolOfGroups(pools, groups);
  const nodeClasses = nodeClassesIn(manifests);
  return groups.map((group, index) => {
    const pool = poolOf[index]!;
    if (pool === null) return group;
    const labels = new Map([
      ...group.labels,
      ...ownLabels(pool),
      ['karpenter.sh/nodepool', pool.name],
      ['karpenter.sh/capacity-type', group.spot === undefined ? 'on-demand' : 'spot'],
      ['karpenter.sh/registered', 'true'],
      ['karpenter.sh/initialized', 'true'],
    ]);
    const { rootVolume = null, kubelet = null } = nodeClasses.get(pool.nodeClass) ?? {};
    return {
      ...group,
      labels,
      taints: pool.taints,
      size: { ...group.size, min: 0 },
      ...(rootVolume !== null && { rootVolume }),
      ...(kubelet !== null && { kubelet }),
    };
  });
}

/**
 * Those of the pool's template, and a value for each label that its requirements name beyond what instances have anyway:
 * the first, where several would do (chosen: the real one is any of them).
 */
function ownLabels({ labels, requirements }: NodePoolObject): Map<string, string> {
  const result = new Map<string, string>();
  for (const { key, operator, values } of requirements) {
    const isOwn = !/(?:^|\.)(?:kubernetes\.io|karpenter\.sh|k8s\.aws)\//.test(key);
    if (isOwn && operator === 'In') result.set(key, [...values].sort()[0]!);
  }
  for (const [key, value] of labels) result.set(key, value);
  return result;
}

/**
 * The pools with lanes in place of resource names, how long their nodes live, and which group belongs to which. A pool
 * launches Spot or On-Demand nodes as its groups buy them.
 */
export function runPools(
  platform: PlatformPlan,
  groups: readonly FleetGroup[],
  table: ResourceTable,
): {
  readonly pools: readonly NodePool[];
  readonly poolOf: readonly (NodePool | null)[];
  readonly expiryMs: (pool: NodePool) => number | null;
} {
  const objects = nodePoolsOf(platform);
  const objectOf = poolOfGroups(objects, groups);
  const pools = objects.map((object) => {
    const pool = nodePoolOf(object, table);
    const kinds = groups
      .filter((_, index) => objectOf[index] === object)
      .map(({ spot }) => (spot === undefined ? 'on-demand' : 'spot'));
    return { ...pool, requirements: [...pool.requirements, requirement(CAPACITY_TYPE_LABEL, 'In', kinds)] };
  });
  const poolOf = objectOf.map((object) => (object === null ? null : pools[objects.indexOf(object)]!));
  const expiry = new Map(objects.map(({ name, expireAfterMs }) => [name, expireAfterMs]));
  return { pools, poolOf, expiryMs: ({ name }) => expiry.get(name) ?? null };
}

/** Labels that pods may ask for on any pool: those of Karpenter's AWS provider. */
export const AWS_LABELS: readonly string[] = [
  'karpenter.k8s.aws/instance-category',
  'karpenter.k8s.aws/instance-generation',
  'karpenter.k8s.aws/instance-family',
  'karpenter.k8s.aws/instance-size',
  'karpenter.k8s.aws/instance-cpu',
  'karpenter.k8s.aws/instance-memory',
];
