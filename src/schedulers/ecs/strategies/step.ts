import type { ClusterView } from '../../../model/cluster-view.ts';
import type { GroupCounts } from '../../group-counts.ts';
import type { RoomKey } from '../../room-index.ts';

/** The attribute that holds the zone of every container instance. Source: AWS ECS developer guide, attributes. */
export const AVAILABILITY_ZONE = 'ecs.availability-zone';

/**
 * One strategy of a chain. It keeps those candidates for which its key is least: chained, the steps compare
 * candidates lexicographically.
 */
export interface KeyedStep {
  readonly kind: 'keyed';
  /** As in a request: `spread(attribute:ecs.availability-zone)`, `binpack(memory)`. */
  readonly name: string;
  /** The key as an index of instances knows it: one per instance, or the tasks of the group by an attribute's value. */
  readonly index: RoomKey | { readonly attribute: string };
  /**
   * Keeps the best of the first `count` candidates at the front, in the order they had; returns how many. No
   * allocation. `counts` follows the view already.
   */
  narrow(
    candidates: Int32Array,
    count: number,
    view: ClusterView,
    groupId: number,
    counts: GroupCounts,
  ): number;
  /** The plain rule: one key per slot, from the tasks themselves and not from any index. Least is best. */
  keys(view: ClusterView, slots: readonly number[], groupId: number): readonly number[];
}

/** Picks one candidate by one draw, and ends the chain: whatever follows has nothing left to choose. */
export interface RandomStep {
  readonly kind: 'random';
  readonly name: string;
}

export type Step = KeyedStep | RandomStep;
