import { type Candidate, type ClusterNode, type DisruptionInput, isMoved } from './candidates.ts';
import type { NodeClaim } from './node-claim.ts';
import type { KarpenterPod } from './pod-demand.ts';
import { provision } from './provisioning.ts';

/** What becomes of the cluster without some of its nodes. */
export interface Removal {
  /** Every pod that does not wait already has a place. */
  readonly isPossible: boolean;
  readonly claims: readonly NodeClaim[];
}

/**
 * Simulates provisioning with the candidates removed. Pods that would rely on a node which is not ready yet make the
 * removal impossible, unless their own node is on its way out anyway. Beyond `maxClaims` new nodes it stops looking.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/helpers.go, SimulateScheduling
 */
export function withoutNodes(
  input: DisruptionInput,
  candidates: readonly Candidate[],
  maxClaims = Number.POSITIVE_INFINITY,
): Removal {
  const removed = new Set(candidates.map(({ node }) => node));
  const staying = input.nodes.filter((node) => !node.deleting && !removed.has(node));
  const movedFrom = (nodes: Iterable<ClusterNode>): KarpenterPod[] =>
    [...nodes].flatMap(({ pods }) => pods.filter((one) => isMoved(one, input.budgets)).map(({ pod }) => pod));
  const leaving = movedFrom(input.nodes.filter(({ deleting }) => deleting)).map((pod) => ({
    ...pod,
    fromDeletingNode: true,
  }));
  const stays = new Set(staying.map(({ state }) => state.name));
  const result = provision({
    ...input,
    nodes: staying.map(({ state }) => state),
    staysUp: (name) => stays.has(name),
    pods: [...input.pending, ...movedFrom(removed), ...leaving],
    maxClaims,
  });
  const reliesOnNew = result.nodes.some(
    ({ state, pods }) =>
      !state.initialised && pods.some((pod) => !pod.pending && pod.fromDeletingNode !== true),
  );
  return {
    isPossible: !reliesOnNew && result.unschedulable.every(({ pending }) => pending),
    claims: result.claims,
  };
}
