import type { ComponentTest } from './ordered-values.ts';
import type { TextMatcher } from './regular-expression.ts';

/**
 * An expression of the ECS cluster query language, read and checked: operators that a subject does not have and values
 * that it cannot be compared with were refused before.
 *
 *     expr    = and { ("or" | "||") and } ;      and = unary { ("and" | "&&") unary } ;
 *     unary   = ("not" | "!") unary | "(" expr ")" | subject test ;
 *     subject = "agentConnected" | "agentVersion" | "ec2InstanceId" | "registeredAt" | "runningTasksCount"
 *             | "task:group" | "attribute:" name ;
 *     test    = "exists" | "!exists" | operator literal | ("in" | "!in") "[" literal { "," literal } "]" ;
 *
 * Source: AWS ECS developer guide, cluster query language. Precedence not > and > or, keywords in any case, and the
 * exact extent of a bare literal are chosen: the guide does not say.
 */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'exists'; readonly attribute: string }
  | TextTest
  | AttributeOrder
  | { readonly kind: 'count' | 'version' | 'instant'; readonly test: ComponentTest };

/** Is the text one of these, does it match, or (`negated`) the opposite? An absent attribute is neither. */
export interface TextTest {
  readonly kind: 'text';
  readonly subject: TextSubject;
  readonly negated: boolean;
  readonly is: { readonly oneOf: readonly string[] } | { readonly matching: TextMatcher };
}

export interface AttributeOrder {
  readonly kind: 'order';
  readonly attribute: string;
  readonly operator: Ordering;
  readonly value: string;
}

export type TextSubject = 'agentConnected' | 'ec2InstanceId' | 'task:group' | `attribute:${string}`;
export const ORDERINGS = ['<', '<=', '>', '>='] as const;
export type Ordering = (typeof ORDERINGS)[number];

/** Does the truth of the expression change with the tasks on an instance? Else it changes with the instance only. */
export function dependsOnTasks(expression: Expression): boolean {
  return mentions(
    expression,
    (test) => test.kind === 'count' || (test.kind === 'text' && test.subject === 'task:group'),
  );
}

/** Does any test of the expression satisfy `wanted`? */
export function mentions(expression: Expression, wanted: (test: Expression) => boolean): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return mentions(expression.left, wanted) || mentions(expression.right, wanted);
    case 'not':
      return mentions(expression.of, wanted);
    default:
      return wanted(expression);
  }
}
