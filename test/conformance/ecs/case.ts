import type { CaseOutcome } from '../run.ts';

/** One line of a vector file: what is asked and what ECS answers. */
export interface EcsCase<Input = unknown, Output = unknown> {
  readonly id: string;
  readonly kind: string;
  readonly in: Input;
  readonly out: Output | { readonly error: string };
}

/** The type of an error, or the plain answer: everything of it must be equal, but the order of keys. */
export function compare(actual: unknown, expected: unknown): CaseOutcome {
  if (areEqual(actual, expected)) return { agree: true };
  return { agree: false, difference: `${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}` };
}

/** Numbers that are not whole may differ by a millionth of themselves. */
function areEqual(actual: unknown, expected: unknown): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') {
    if (Number.isInteger(expected)) return actual === expected;
    return Math.abs(actual - expected) <= 1e-6 * Math.abs(expected);
  }
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) {
    return actual === expected;
  }
  if (Array.isArray(actual) !== Array.isArray(expected)) return false;
  const keys = Object.keys(actual).filter((key) => actual[key as never] !== undefined);
  return (
    keys.length === Object.keys(expected).length &&
    keys.every((key) => Object.hasOwn(expected, key) && areEqual(actual[key as never], expected[key as never]))
  );
}

/** Instances and tasks are named by the end of their ARN. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
