import { type ClusterView, INSTANCE_STATE } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { type ClassPolicy, isInScope } from './class-policy.ts';
import { DISTINCT_INSTANCE_REASON, isDistinct } from './constraints/distinct-instance.ts';
import { isInZone, LOCATION_REASON } from './constraints/location.ts';
import { attributeValue, isMember, MEMBER_OF_REASON } from './constraints/member-of.ts';
import { ATTRIBUTE_REASON, hasRequiredAttributes } from './constraints/required-attributes.ts';
import { missingShare, roomShortages } from './constraints/room.ts';
import { type Register, SlotFacts } from './slot-facts.ts';
import { AVAILABILITY_ZONE } from './strategies/step.ts';

/** The agent of the instance is disconnected. Source: AWS ECS developer guide, API failure reasons. */
export const AGENT_REASON = 'AGENT';

/** An instance with every check that it fails, in the order in which ECS names them. */
export interface Judged {
  readonly slot: number;
  readonly failures: readonly string[];
}

/**
 * Every instance in scope, by id, with all the checks it fails. In scope are ACTIVE instances of the selected capacity
 * provider, or of the whole cluster; others are neither candidates nor refused.
 */
export function judgeInstances(
  view: ClusterView,
  taskClass: TaskClass,
  policy: ClassPolicy,
  register: Register,
): Judged[] {
  const facts = new SlotFacts(register);
  return slotsById(view)
    .filter((slot) => view.state[slot] === INSTANCE_STATE.ready)
    .filter((slot) => isInScope(policy, view, slot))
    .map((slot) => ({
      slot,
      failures: [
        ...instanceFailures(view, slot, policy, facts.at(view, slot)),
        ...roomShortages(view, slot, taskClass),
        ...constraintFailures(view, slot, taskClass, policy, facts),
      ],
    }));
}

/** Every instance there is, in order of id. */
export function slotsById(view: ClusterView): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < view.slotCount; slot++)
    if (view.state[slot] !== INSTANCE_STATE.free) slots.push(slot);
  return slots.sort((a, b) => view.instanceId[a]! - view.instanceId[b]!);
}

/** Sources: AWS ECS developer guide, API failure reasons, for the reasons; their order is chosen. */
function instanceFailures(view: ClusterView, slot: number, policy: ClassPolicy, facts: SlotFacts): string[] {
  const failed: string[] = [];
  if (!facts.agentConnected) failed.push(AGENT_REASON);
  const attributeOf = (name: string) => attributeValue(view, slot, name);
  if (!hasRequiredAttributes(policy.requiresAttributes, attributeOf)) failed.push(ATTRIBUTE_REASON);
  if (!isInZone(policy.zones, attributeOf(AVAILABILITY_ZONE))) failed.push(LOCATION_REASON);
  return failed;
}

/** The placement constraints that the instance does not satisfy: memberOf, then distinctInstance. */
export function constraintFailures(
  view: ClusterView,
  slot: number,
  { groupId }: Pick<TaskClass, 'groupId'>,
  policy: Pick<ClassPolicy, 'memberOf' | 'distinctInstance'>,
  facts: SlotFacts,
): string[] {
  const failed: string[] = [];
  const instance = facts.at(view, slot);
  if (!policy.memberOf.every((constraint) => isMember(constraint, instance))) failed.push(MEMBER_OF_REASON);
  if (policy.distinctInstance && !isDistinct(view, slot, groupId)) failed.push(DISTINCT_INSTANCE_REASON);
  return failed;
}

/**
 * The instance that the event message names: fewest failing checks, then least share of CPU and memory missing,
 * then lowest id (chosen: AWS does not say which instance is closest). Undefined when none is in scope.
 */
export function closestMatch(
  view: ClusterView,
  taskClass: TaskClass,
  judged: readonly Judged[],
): Judged | undefined {
  const missing = ({ slot }: Judged) => missingShare(view, slot, taskClass);
  let closest: Judged | undefined;
  for (const each of judged) {
    if (closest === undefined || each.failures.length < closest.failures.length) closest = each;
    else if (each.failures.length === closest.failures.length && missing(each) < missing(closest))
      closest = each;
  }
  return closest;
}
