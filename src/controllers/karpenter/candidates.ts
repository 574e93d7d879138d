import type { Namespaces } from '../../schedulers/kubernetes/pod-affinity.ts';
import type { DisruptionBudget } from '../../schedulers/kubernetes/preemption/disruption-budget.ts';
import { isSatisfied } from '../../schedulers/kubernetes/requirement.ts';
import type { NodeState } from './existing-node.ts';
import type { OfferedType } from './instance-types.ts';
import type { NodePool } from './node-pool.ts';
import type { KarpenterPod } from './pod-demand.ts';
import type { LaunchCatalogue } from './provisioning.ts';
import type { TopologyNode } from './topology.ts';

/** A pod on a node, as removing the node looks at it. */
export interface NodePod {
  readonly pod: KarpenterPod;
  /** Must it find another node? Those of DaemonSets and of the node itself need not. */
  readonly reschedulable: boolean;
  /** Karpenter's annotation karpenter.sh/do-not-disrupt holds. */
  readonly doNotDisrupt: boolean;
  /** From -10 to 10; see `evictionCost`. */
  readonly evictionCost: number;
}

/** A node with all that decides whether it may go. */
export interface ClusterNode {
  readonly state: NodeState;
  readonly typeName: string;
  readonly zone: string;
  readonly capacityType: string;
  readonly pods: readonly NodePod[];
  readonly ready: boolean;
  /** Is it on its way out? */
  readonly deleting: boolean;
  /** A pod that waits is expected here. */
  readonly nominated: boolean;
  readonly doNotDisrupt: boolean;
  /** Long enough without a pod coming or going. */
  readonly consolidatable: boolean;
  /** Differs from what its pool would launch now. */
  readonly drifted: boolean;
}

/** A PodDisruptionBudget; `blocksAll`: it never lets any pod go (maxUnavailable 0, minAvailable 100 %). */
export interface PodBudget extends DisruptionBudget {
  readonly blocksAll: boolean;
}

/** The cluster as one pass of the disruption controller sees it. */
export interface DisruptionInput {
  /** Milliseconds since 1970 UTC: budgets have calendars. */
  readonly epochMs: number;
  readonly catalogue: LaunchCatalogue;
  readonly nodes: readonly ClusterNode[];
  /** The same nodes, as constraints count on them. */
  readonly topologyNodes: readonly TopologyNode[];
  /** Waiting for room already. */
  readonly pending: readonly KarpenterPod[];
  readonly budgets: readonly PodBudget[];
  readonly namespaces: Namespaces;
  /** The feature gate SpotToSpotConsolidation. */
  readonly spotToSpot: boolean;
}

/** A node that may be removed, with what that would save and disturb. */
export interface Candidate {
  readonly node: ClusterNode;
  readonly pool: NodePool;
  /** Null: of a type that its pool does not know. */
  readonly type: OfferedType | null;
  /** Of its zone and capacity type, per hour; 0 when unknown. */
  readonly price: number;
  /** 1, and what the eviction of its pods costs. */
  readonly disruptionCost: number;
}

/** Removing a node costs at least this. */
const BASE_DISRUPTION_COST = 1;

/**
 * What it costs to evict a pod: 1, more with its deletion cost (controller.kubernetes.io/pod-deletion-cost) and its
 * priority. Source: karpenter v1.14.1 pkg/utils/disruption/disruption.go, EvictionCost
 */
export function evictionCost(deletionCost: number, priority: number): number {
  return Math.min(10, Math.max(-10, 1 + deletionCost / 2 ** 27 + priority / 2 ** 25));
}

/**
 * The nodes that nothing protects.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/types.go, NewCandidate; pkg/controllers/state/statenode.go
 */
export function candidatesOf(input: DisruptionInput): Candidate[] {
  const pools = new Map(input.catalogue.pools.map((pool) => [pool.name, pool]));
  return input.nodes.flatMap((node) => {
    const pool = pools.get(node.state.pool);
    if (pool === undefined || isProtected(node, input.budgets)) return [];
    const type = input.catalogue.typesOf(pool).find(({ name }) => name === node.typeName) ?? null;
    return [{ node, pool, type, price: priceOf(node, type), disruptionCost: disruptionCost(node) }];
  });
}

function isProtected(node: ClusterNode, budgets: readonly PodBudget[]): boolean {
  return (
    !node.state.initialised ||
    node.deleting ||
    node.nominated ||
    node.doNotDisrupt ||
    node.pods.some((one) => one.doNotDisrupt || isHeldByBudget(one, budgets))
  );
}

/** Eviction knows no pod with two budgets. */
function isHeldByBudget({ pod, doNotDisrupt }: NodePod, budgets: readonly PodBudget[]): boolean {
  if (doNotDisrupt) return false;
  const own = budgets.filter((budget) => covers(budget, pod));
  return own.length > 1 || own.some(({ disruptionsAllowed }) => disruptionsAllowed <= 0);
}

/** Unlike the scheduler, Karpenter lets an empty selector cover every pod of its namespace. */
function covers({ namespace, selector }: PodBudget, { spec: { taskClass } }: KarpenterPod): boolean {
  if (namespace !== taskClass.namespace || selector === null) return false;
  return selector.every((one) => isSatisfied(one, taskClass.labels.get(one.key)));
}

/** Will the pod be moved when its node goes? One that never may go is not worth a new node. */
export function isMoved(
  { pod, reschedulable, doNotDisrupt }: NodePod,
  budgets: readonly PodBudget[],
): boolean {
  if (!reschedulable || doNotDisrupt) return false;
  const own = budgets.filter((budget) => covers(budget, pod));
  return own.length < 2 && !own.some(({ blocksAll }) => blocksAll);
}

function priceOf({ zone, capacityType }: ClusterNode, type: OfferedType | null): number {
  const own = type?.offerings.find((one) => one.zone === zone && one.capacityType === capacityType);
  return own?.price ?? 0;
}

/** What removing the node costs: more than 1 unless it is empty. */
export function disruptionCost({ pods }: ClusterNode): number {
  let cost = BASE_DISRUPTION_COST;
  for (const one of pods) if (one.reschedulable) cost += Math.max(0, one.evictionCost);
  return cost;
}

/** No pod on it is worth anything. */
export function isEmpty({ disruptionCost: cost }: Candidate): boolean {
  return cost <= BASE_DISRUPTION_COST;
}

/** The most saved for the least disturbed first; equals by name (chosen: the real sort is not stable). */
export function bySavings(candidates: readonly Candidate[]): Candidate[] {
  const ratio = ({ price, disruptionCost: cost }: Candidate) => price / cost;
  return [...candidates].sort(
    (a, b) => ratio(b) - ratio(a) || (a.node.state.name < b.node.state.name ? -1 : 1),
  );
}
