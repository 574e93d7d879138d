import type { Namespaces } from '../../schedulers/kubernetes/pod-affinity.ts';
import type { PodBudget } from './budget-cover.ts';
import type { NodeState } from './existing-node.ts';
import type { OfferedType } from './instance-types.ts';
import type { NodePool } from './node-pool.ts';
import { BASE_DISRUPTION_COST, disruptionCost, keepTheirNode, type NodePod } from './node-pods.ts';
import type { KarpenterPod } from './pod-demand.ts';
import type { LaunchCatalogue } from './provisioning.ts';
import type { TopologyNode } from './topology.ts';

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
    keepTheirNode(node.pods, budgets)
  );
}

function priceOf({ zone, capacityType }: ClusterNode, type: OfferedType | null): number {
  const own = type?.offerings.find((one) => one.zone === zone && one.capacityType === capacityType);
  return own?.price ?? 0;
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
