import type { Candidate, DisruptionInput } from '../../../src/controllers/karpenter/candidates.ts';
import { type Change, changeOf } from '../../../src/controllers/karpenter/consolidation.ts';
import { withoutNodes } from '../../../src/controllers/karpenter/removal.ts';

/**
 * Consolidation as Karpenter does it: one whole simulation for every question, to its end, and nothing known from any
 * other. `consolidate` must come to the same.
 */
export function plainConsolidation(input: DisruptionInput, candidates: readonly Candidate[]): Change | null {
  const nodes = input.nodes.map((node) => ({ ...node, pods: [...node.pods] }));
  const fresh: DisruptionInput = {
    ...input,
    nodes,
    topologyNodes: input.topologyNodes.map((node) => ({ ...node })),
    pending: [...input.pending],
    budgets: [...input.budgets],
  };
  const own = candidates.map((one) => ({ ...one, node: nodes[input.nodes.indexOf(one.node)]! }));
  return changeOf(fresh, own, withoutNodes(fresh, own));
}
