import { MAX_NODE_SCORE } from '../framework.ts';

/**
 * Scales the first `count` scores so that the largest becomes 100: floor(100 * score / max). All stay as they are when
 * the largest is 0. Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/helper/normalize_score.go
 */
export function normaliseByMax(scores: Float64Array, count: number): void {
  let max = 0;
  for (let i = 0; i < count; i++) if (scores[i]! > max) max = scores[i]!;
  if (max === 0) return;
  for (let i = 0; i < count; i++) scores[i] = Math.floor((MAX_NODE_SCORE * scores[i]!) / max);
}
