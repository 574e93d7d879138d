import { unreachable } from '../errors.ts';
import type { Check } from '../model/plan.ts';
import type { CheckOutcome } from './result.ts';

/** What became of each check. A metric that the run does not support fails its check: nothing shows that it holds. */
export function checkOutcomes(
  checks: readonly Check[],
  numberOf: (metric: string) => number | null,
): CheckOutcome[] {
  return checks.map(({ text, metric, operator, value: bound }) => {
    const value = numberOf(metric);
    return { text, metric, value, passed: value !== null && holds(value, operator, bound) };
  });
}

function holds(value: number, operator: Check['operator'], bound: number): boolean {
  switch (operator) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '==':
      return value === bound;
    case '!=':
      return value !== bound;
    default:
      return unreachable(operator);
  }
}
