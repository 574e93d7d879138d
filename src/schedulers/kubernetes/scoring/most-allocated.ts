import { MAX_NODE_SCORE } from '../framework.ts';
import type { ResourceColumns } from './resource-columns.ts';

/**
 * MostAllocated: prefers nodes with the smallest unrequested share of their allocatable resources (bin packing).
 * Per resource: floor(min(requested, allocatable) * 100 / allocatable).
 * Node: floor(sum(weight * score) / sum(weight)); 0 without resources.
 * Range 0-100, higher is better. `requested` already includes the pod being placed.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/noderesources/most_allocated.go
 */
export function mostAllocatedScore(columns: ResourceColumns): number {
  const { requested, allocatable, weights, count } = columns;
  let sum = 0;
  let weightSum = 0;
  for (let i = 0; i < count; i++) {
    const capacity = allocatable[i]!;
    // Silent pods count more here than the filter sees, so the sum may exceed what there is.
    const score = Math.floor((Math.min(requested[i]!, capacity) * MAX_NODE_SCORE) / capacity);
    sum += score * weights[i]!;
    weightSum += weights[i]!;
  }
  return weightSum === 0 ? 0 : Math.floor(sum / weightSum);
}
