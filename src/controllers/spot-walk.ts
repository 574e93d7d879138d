import { exp, ln, normalQuantile } from '../detmath.ts';
import type { SpotMarketPlan } from '../model/purchase.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { HOUR } from '../units.ts';

/**
 * A factor around 1 that changes in steps and returns to its mean: exp(x − swing²/2), where x is a stationary
 * first-order autoregression with standard deviation `swing` and memory `memoryMs`, so that the mean of the factor is 1.
 * Chosen: AWS says no more of Spot prices than that they move gradually with supply and demand.
 */
export function spotWalk(
  { swing, memoryMs, stepMs }: Pick<SpotMarketPlan, 'swing' | 'memoryMs' | 'stepMs'>,
  draws: RandomDraws,
): () => number {
  const kept = exp(-stepMs / memoryMs);
  const added = Math.sqrt(1 - kept * kept);
  let x = swing * gaussian(draws);
  return () => {
    const factor = exp(x - (swing * swing) / 2);
    x = kept * x + swing * added * gaussian(draws);
    return factor;
  };
}

/** Inversion of a uniform draw kept inside (0, 1). */
function gaussian(draws: RandomDraws): number {
  return normalQuantile((draws.double() * (2 ** 53 - 1) + 0.5) / 2 ** 53);
}

/** Hours in the 30 days that the Spot advisor looks back on. */
const ADVISOR_HOURS = 720;

/**
 * Reclaims of a pool per hour, so that an instance is reclaimed within 30 days with probability `monthlyShare`: the
 * hazard of an instance is −ln(1 − share) / 720 h, and each reclaim takes it with probability `perReclaim`.
 */
export function reclaimsPerHour(monthlyShare: number, perReclaim: number): number {
  return -ln(1 - monthlyShare) / ADVISOR_HOURS / perReclaim;
}

/** Milliseconds to the next reclaim: exponential, at least 1; Infinity without any. */
export function nextReclaimMs(perHour: number, draws: RandomDraws): number {
  if (perHour === 0) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.round((-ln(1 - draws.double()) / perHour) * HOUR));
}
