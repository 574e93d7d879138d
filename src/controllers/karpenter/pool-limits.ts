import type { Amounts, OfferedType } from './instance-types.ts';
import { NODES } from './node-pool.ts';

/** What a pool may still take, by lane; under `NODES`, how many nodes. */
export type Limits = ReadonlyMap<number, number>;

/**
 * Would a node of that capacity be too much? The number of nodes counts once it is used up.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/scheduler.go, filterByRemainingResources
 */
export function exceedsLimits(limits: Limits, capacity: Amounts): boolean {
  for (const [lane, left] of limits) {
    if (lane === NODES ? left <= 0 : capacity[lane]! > left) return true;
  }
  return false;
}

/** Less a node that is there. */
export function limitsAfterNode(limits: Limits, capacity: Amounts): Limits {
  return new Map([...limits].map(([lane, left]) => [lane, left - (lane === NODES ? 1 : capacity[lane]!)]));
}

/**
 * Less a new claim: the largest of its possible types counts, of each resource. Their number does not: the real code
 * looks for a resource named `nodes` that no instance type has.
 * Source: as above, subtractMax
 */
export function limitsAfterClaim(limits: Limits, types: readonly OfferedType[]): Limits {
  const most = (lane: number) => Math.max(...types.map(({ capacity }) => capacity[lane]!));
  return new Map([...limits].map(([lane, left]) => [lane, lane === NODES ? left : left - most(lane)]));
}
