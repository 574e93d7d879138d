import type { ClusterView, InstanceShape } from '../../../model/cluster-view.ts';
import { shapeAttribute } from '../../instance-rules.ts';
import { AVAILABILITY_ZONE } from '../strategies/step.ts';
import { evaluate, type Expression } from './expression.ts';

/** Reason of a refusal, in AWS's words. Source: AWS ECS developer guide, API failure reasons and stopped tasks. */
export const MEMBER_OF_REASON = 'MemberOf placement constraint unsatisfied.';

/**
 * memberOf: the expression must be true for the instance. Judged at placement only: tasks that run stay where they
 * are when attributes change. Source: AWS ECS API reference, PlacementConstraint.
 */
export interface MemberOf {
  /** As given, or as put together from wishes: equal texts mean equal constraints. */
  readonly text: string;
  readonly expression: Expression;
}

/** memberOf `attribute:NAME == VALUE`. */
export function attributeEquals(attribute: string, value: string): MemberOf {
  const expression: Expression = { kind: 'in', attribute, values: [value] };
  return { text: JSON.stringify(expression), expression };
}

/** Is the expression true for the instance in `slot`? */
export function isMember({ expression }: MemberOf, view: ClusterView, slot: number): boolean {
  return evaluate(expression, (attribute) => attributeValue(view, slot, attribute));
}

/** The same question about an instance that does not exist yet. */
export function shapeIsMember({ expression }: MemberOf, shape: InstanceShape, zone: string): boolean {
  return evaluate(expression, (attribute) => shapeAttribute(shape, zone, attribute));
}

/** Value of an attribute of a container instance; '' when it has none, undefined when the attribute is missing. */
export function attributeValue(view: ClusterView, slot: number, attribute: string): string | undefined {
  if (attribute === AVAILABILITY_ZONE) return view.strings.name(view.zone[slot]!);
  return view.label(slot, attribute);
}
