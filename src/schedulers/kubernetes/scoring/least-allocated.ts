import { MAX_NODE_SCORE } from '../framework.ts';
import type { ResourceColumns } from './resource-columns.ts';

/**
 * LeastAllocated: prefers nodes with the largest unrequested share of their allocatable resources.
 * Per resource: floor((allocatable - requested) * 100 / allocatable); 0 when requested > allocatable.
 * Node: floor(sum(weight * score) / sum(weight)); 0 without resources.
 * Range 0-100, higher is better. `requested` already includes the pod being placed.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/noderesources/least_allocated.go
 */
export function leastAllocatedScore(columns: ResourceColumns): number {
  const { requested, allocatable, weights, count } = columns;
  let sum = 0;
  let weightSum = 0;
  for (let i = 0; i < count; i++) {
    const capacity = allocatable[i]!;
    const wanted = requested[i]!;
    const score = wanted > capacity ? 0 : Math.floor(((capacity - wanted) * MAX_NODE_SCORE) / capacity);
    sum += score * weights[i]!;
    weightSum += weights[i]!;
  }
  return weightSum === 0 ? 0 : Math.floor(sum / weightSum);
}
