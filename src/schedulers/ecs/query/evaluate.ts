import { unreachable } from '../../../errors.ts';
import type { Expression, TextTest } from './expression.ts';
import { compareComponents, compareTexts, satisfies } from './ordered-values.ts';

/** What expressions ask of a container instance. */
export interface InstanceFacts {
  /** '' when it has no value, undefined when it is missing. */
  attribute(name: string): string | undefined;
  readonly agentConnected: boolean;
  readonly ec2InstanceId: string;
  /** As `readVersion` and `readTime` read them; undefined: not known, and every comparison false. */
  readonly agentVersion: readonly bigint[] | undefined;
  readonly registeredAt: readonly bigint[] | undefined;
  /** Tasks whose desired status is RUNNING. */
  runningTasksCount(): number;
  /** Is there a task, not told to stop, whose group is one that is wanted? */
  hasTaskOf(wanted: (group: string) => boolean): boolean;
}

/**
 * Is the expression true for the instance? An absent attribute makes every test but `!exists` false, the negative ones
 * too: `attribute:stack != prod` asks for another value, not for none; only `not (...)` finds instances without it.
 * `task:group` is the set of groups on the instance: `==` asks whether any is equal, `!=` whether none is.
 * Source: AWS ECS developer guide, cluster query language; ordering of attributes chosen, see `compareTexts`.
 */
export function evaluate(expression: Expression, instance: InstanceFacts): boolean {
  switch (expression.kind) {
    case 'and':
      return evaluate(expression.left, instance) && evaluate(expression.right, instance);
    case 'or':
      return evaluate(expression.left, instance) || evaluate(expression.right, instance);
    case 'not':
      return !evaluate(expression.of, instance);
    case 'exists':
      return instance.attribute(expression.attribute) !== undefined;
    case 'text':
      return isText(expression, instance);
    case 'order': {
      const value = instance.attribute(expression.attribute);
      return value !== undefined && satisfies(compareTexts(value, expression.value), expression.operator);
    }
    case 'count':
    case 'version':
    case 'instant': {
      const actual = componentsOf(expression.kind, instance);
      const { value, operator } = expression.test;
      return actual !== undefined && satisfies(compareComponents(actual, value), operator);
    }
    default:
      return unreachable(expression);
  }
}

function isText({ subject, negated, is }: TextTest, instance: InstanceFacts): boolean {
  const holds = 'oneOf' in is ? (text: string) => is.oneOf.includes(text) : is.matching.matches;
  if (subject === 'task:group') return instance.hasTaskOf(holds) !== negated;
  if (subject === 'agentConnected') return holds(String(instance.agentConnected)) !== negated;
  if (subject === 'ec2InstanceId') return holds(instance.ec2InstanceId) !== negated;
  const value = instance.attribute(subject.slice('attribute:'.length));
  return value !== undefined && holds(value) !== negated;
}

function componentsOf(
  kind: 'count' | 'version' | 'instant',
  instance: InstanceFacts,
): readonly bigint[] | undefined {
  if (kind === 'count') return [BigInt(instance.runningTasksCount())];
  return kind === 'version' ? instance.agentVersion : instance.registeredAt;
}
