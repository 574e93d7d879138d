import type { ResourceColumns } from './resource-columns.ts';

/** A point of the shape: at this utilisation (percent, 0-100) the score is that (0-100). Utilisation rises from point to point. */
export interface ShapePoint {
  readonly utilisation: number;
  readonly score: number;
}

const FULL = 100;

/**
 * RequestedToCapacityRatio: scores utilisation by a broken line.
 * Per resource: line(floor(requested * 100 / allocatable)), at 100 when requested > allocatable.
 * Node: round(sum(weight * score) / sum(weight)) over resources with a score above 0; 0 if there are none.
 * Range 0-100, higher is better. `requested` already includes the pod being placed.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/noderesources/requested_to_capacity_ratio.go
 */
export function requestedToCapacityRatioScore(
  columns: ResourceColumns,
  shape: readonly ShapePoint[],
): number {
  const { requested, allocatable, weights, count } = columns;
  let sum = 0;
  let weightSum = 0;
  for (let i = 0; i < count; i++) {
    const capacity = allocatable[i]!;
    const wanted = requested[i]!;
    const utilisation = wanted > capacity ? FULL : Math.floor((wanted * FULL) / capacity);
    const score = brokenLine(shape, utilisation);
    if (score > 0) {
      sum += score * weights[i]!;
      weightSum += weights[i]!;
    }
  }
  return weightSum === 0 ? 0 : Math.floor(sum / weightSum + 0.5);
}

/**
 * Linear between the points, flat outside them; whole numbers, with the division truncated towards zero, which on a
 * falling stretch rounds the score up. Source: kubernetes v1.36.2 .../plugins/helper/shape_score.go
 */
export function brokenLine(shape: readonly ShapePoint[], utilisation: number): number {
  const next = shape.findIndex((point) => utilisation <= point.utilisation);
  if (next < 0) return shape.at(-1)!.score;
  const right = shape[next]!;
  if (next === 0) return right.score;
  const left = shape[next - 1]!;
  const rise = (right.score - left.score) * (utilisation - left.utilisation);
  return left.score + Math.trunc(rise / (right.utilisation - left.utilisation));
}
