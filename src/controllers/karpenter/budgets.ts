import { parseKubernetesCron } from '../../model/kubernetes-cron.ts';
import { scaledValue } from '../kubernetes/int-or-percent.ts';
import type { ClusterNode } from './candidates.ts';
import type { DisruptionReason, NodePool, PoolBudget } from './node-pool.ts';

/** No budget that is in force speaks of the reason. */
export const UNBOUNDED: number = 2 ** 31 - 1;

/**
 * How many more nodes of each pool may go for the reason now: the smallest of the budgets in force, less the nodes
 * that are not ready or on their way out; not below 0. Percentages round up, of the nodes that were initialised.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/helpers.go, BuildDisruptionBudgetMapping;
 * pkg/apis/v1/nodepool.go, GetAllowedDisruptionsByReason
 */
export function allowedDisruptions(
  pools: readonly NodePool[],
  nodes: readonly ClusterNode[],
  reason: DisruptionReason,
  epochMs: number,
): Map<string, number> {
  const allowed = pools.map((pool): [string, number] => {
    const own = nodes.filter(({ state }) => state.pool === pool.name && state.initialised);
    const gone = own.filter(({ ready, deleting }) => !ready || deleting).length;
    const bounds = pool.budgets
      .filter(({ reasons }) => reasons === null || reasons.includes(reason))
      .filter((budget) => isInForce(budget, epochMs))
      .map((budget) => scaledValue(budget.nodes, own.length, 'up'));
    return [pool.name, Math.max(0, Math.min(UNBOUNDED, ...bounds) - gone)];
  });
  return new Map(allowed);
}

/** From a time of its schedule on, until its duration is over. */
function isInForce({ window }: PoolBudget, epochMs: number): boolean {
  if (window === null) return true;
  const schedule = parseKubernetesCron(window.schedule);
  // One that cannot be read blocks everything, as in the real controller.
  return 'problem' in schedule || schedule.next(epochMs - window.durationMs) <= epochMs;
}
