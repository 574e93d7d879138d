import type { ClusterView } from '../../../model/cluster-view.ts';
import { tasksOfGroup } from '../strategies/spread.ts';

/** Reason of a refusal, in AWS's words. */
export const DISTINCT_INSTANCE_REASON = 'DistinctInstance placement constraint unsatisfied.';

/**
 * distinctInstance: no two tasks of the same group on one instance. A task counts from its placement until it leaves
 * the system: ECS looks at the desired status, which a stopping task has lost already.
 * Source: AWS ECS API reference, PlacementConstraint; AWS ECS developer guide, task placement constraints.
 * This is the plain rule, used to explain; decisions read the same from `GroupCounts.perInstance`.
 */
export function isDistinct(view: ClusterView, slot: number, groupId: number): boolean {
  return tasksOfGroup(view, slot, groupId) === 0;
}
