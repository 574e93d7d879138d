import { type ClusterView, INSTANCE_STATE } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { ClassPolicy } from './class-policy.ts';
import { isInZone, LOCATION_REASON } from './constraints/location.ts';
import { attributeValue } from './constraints/member-of.ts';
import { ATTRIBUTE_REASON, hasRequiredAttributes } from './constraints/required-attributes.ts';
import { roomShortages } from './constraints/room.ts';
import { AGENT_REASON } from './judge-instances.ts';
import { AVAILABILITY_ZONE } from './strategies/step.ts';

/** The instance is there, but not ACTIVE. Source: AWS ECS developer guide, API failure reasons. */
const INACTIVE_REASON = 'INACTIVE';

/**
 * Why StartTask fails for a task of the class on the instance in `slot`, as the first reason of INACTIVE, AGENT, ATTRIBUTE,
 * LOCATION, RESOURCE:x (order chosen); null: it succeeds. Placement constraints and strategies are not looked at.
 * Source: AWS ECS developer guide, API failure reasons.
 */
export function startTaskFailure(
  view: ClusterView,
  slot: number,
  taskClass: TaskClass,
  { requiresAttributes, zones }: Pick<ClassPolicy, 'requiresAttributes' | 'zones'>,
): string | null {
  if (view.state[slot] !== INSTANCE_STATE.ready) return INACTIVE_REASON;
  if (view.accepts[slot] !== 1) return AGENT_REASON;
  const attributeOf = (name: string) => attributeValue(view, slot, name);
  if (!hasRequiredAttributes(requiresAttributes, attributeOf)) return ATTRIBUTE_REASON;
  if (!isInZone(zones, attributeOf(AVAILABILITY_ZONE))) return LOCATION_REASON;
  return roomShortages(view, slot, taskClass)[0] ?? null;
}
