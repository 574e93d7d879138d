import { MAX_NODE_SCORE } from '../framework.ts';
import type { Amounts } from '../node-rows.ts';
import type { ManyNodes, ResourceColumns } from './resource-columns.ts';

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

/**
 * The same for the first `count` of many slots, resource after resource, into `scores`. `weightSums` is scratch, as long
 * as `scores`.
 */
export function leastAllocatedScores(
  { allocatable, requested, wanted, weights, size }: ManyNodes,
  slots: Int32Array,
  count: number,
  scores: Float64Array,
  weightSums: Float64Array,
): void {
  for (let n = 0; n < count; n++) {
    scores[n] = 0;
    weightSums[n] = 0;
  }
  for (let i = 0; i < size; i++) {
    addResource(allocatable[i]!, requested[i]!, wanted[i]!, weights[i]!, slots, count, scores, weightSums);
  }
  for (let n = 0; n < count; n++) {
    const weightSum = weightSums[n]!;
    scores[n] = weightSum === 0 ? 0 : Math.floor(scores[n]! / weightSum);
  }
}

function addResource(
  { values: offered, stride: offeredStride, offset: offeredAt }: Amounts,
  { values: taken, stride: takenStride, offset: takenAt }: Amounts,
  wanted: number,
  weight: number,
  slots: Int32Array,
  count: number,
  sums: Float64Array,
  weightSums: Float64Array,
): void {
  for (let n = 0; n < count; n++) {
    const slot = slots[n]!;
    const capacity = offered[slot * offeredStride + offeredAt]!;
    if (capacity === 0) continue;
    weightSums[n]! += weight;
    const free = capacity - (taken[slot * takenStride + takenAt]! + wanted);
    if (free > 0) sums[n]! += Math.floor((free * MAX_NODE_SCORE) / capacity) * weight;
  }
}
