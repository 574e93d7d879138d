import type { ResourceColumns } from '../../../../src/schedulers/kubernetes/scoring/resource-columns.ts';

/** Columns from plain lists of equal length. */
export function columnsOf(
  requested: readonly number[],
  allocatable: readonly number[],
  weights: readonly number[],
): ResourceColumns {
  return {
    requested: Float64Array.from(requested),
    allocatable: Float64Array.from(allocatable),
    weights: Float64Array.from(weights),
    count: requested.length,
  };
}
