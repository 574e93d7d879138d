import type { ClusterView, InstanceShape } from '../../../model/cluster-view.ts';
import { shapeAttribute } from '../../instance-rules.ts';
import { evaluate, type InstanceFacts } from '../query/evaluate.ts';
import { dependsOnTasks, type Expression, mentions } from '../query/expression.ts';
import { AVAILABILITY_ZONE } from '../strategies/step.ts';

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
  /** Tasks that come and go can change the answer; else only changes of the instance can. */
  readonly dependsOnTasks: boolean;
}

/** memberOf with an expression that was read. */
export function memberOf(text: string, expression: Expression): MemberOf {
  return { text, expression, dependsOnTasks: dependsOnTasks(expression) };
}

/** memberOf `attribute:NAME == VALUE`. */
export function attributeEquals(attribute: string, value: string): MemberOf {
  const expression: Expression = {
    kind: 'text',
    subject: `attribute:${attribute}`,
    negated: false,
    is: { oneOf: [value] },
  };
  return memberOf(JSON.stringify(expression), expression);
}

/** Is the expression true for the instance? */
export function isMember({ expression }: MemberOf, instance: InstanceFacts): boolean {
  return evaluate(expression, instance);
}

/**
 * Could an instance of this shape, which may not exist yet, satisfy it? What depends on tasks or on the one instance
 * (`task:group`, `runningTasksCount`, `ec2InstanceId`, `registeredAt`) can come true and counts as possible.
 */
export function shapeIsMember(
  constraint: MemberOf,
  shape: InstanceShape,
  zone: string,
  agentVersion: InstanceFacts['agentVersion'],
): boolean {
  if (constraint.dependsOnTasks || namesInstances(constraint.expression)) return true;
  return evaluate(constraint.expression, {
    attribute: (name) => shapeAttribute(shape, zone, name),
    agentConnected: true,
    agentVersion,
    ec2InstanceId: '',
    registeredAt: undefined,
    runningTasksCount: () => 0,
    hasTaskOf: () => false,
  });
}

function namesInstances(expression: Expression): boolean {
  return mentions(
    expression,
    (test) => test.kind === 'instant' || (test.kind === 'text' && test.subject === 'ec2InstanceId'),
  );
}

/** Value of an attribute of a container instance; '' when it has none, undefined when the attribute is missing. */
export function attributeValue(view: ClusterView, slot: number, attribute: string): string | undefined {
  const value = view.label(slot, attribute);
  if (value !== undefined || attribute !== AVAILABILITY_ZONE) return value;
  const zone = view.strings.name(view.zone[slot]!);
  return zone === '' ? undefined : zone;
}
