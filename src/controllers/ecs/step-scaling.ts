import type { StepBounds } from '../../model/step-adjustments.ts';
import { compareExact, type ExactNumber, exactNumber, subtractExact } from './exact-number.ts';
import { type CapacityBounds, clampCapacity } from './scalable-target.ts';

/** `StepAdjustment` of Application Auto Scaling: bounds are offsets from the alarm's threshold, null is infinite. */
export interface StepAdjustment extends StepBounds {
  readonly scalingAdjustment: number;
}

export interface StepScalingPolicy {
  /** The alarm breaches at the threshold or above it, or at the threshold or below it; one datapoint is enough. */
  readonly direction: 'above' | 'below';
  readonly threshold: number;
  readonly adjustmentType: 'ChangeInCapacity' | 'PercentChangeInCapacity' | 'ExactCapacity';
  readonly steps: readonly StepAdjustment[];
  /** Least change of a percentage, unless that comes to exactly 0. */
  readonly minAdjustmentMagnitude: number;
  readonly cooldownSeconds: number;
}

/** cooldown: a scale-in that has to wait. */
export type StepAction = 'out' | 'in' | 'cooldown' | 'none';

/**
 * Step scaling of one service, once a minute. Policies for high metrics come first; if one has a step for the metric,
 * those for low ones are not asked. While a scale-out cools down, a further one is worked out from the capacity
 * before the first, and any scale-in waits; a scale-out ends the cooldown of a scale-in.
 * Source: Application Auto Scaling user guide, step scaling policies; of several policies that breach, the one that
 * leaves most tasks acts; the exact reading of the cooldowns is chosen.
 */
export class StepScaling {
  readonly #bounds: CapacityBounds;
  readonly #policies: readonly StepScalingPolicy[];
  /** Capacity before the scale-out that cools down. */
  #outBase = 0;
  #outOverAtSeconds = Number.NEGATIVE_INFINITY;
  #inOverAtSeconds = Number.NEGATIVE_INFINITY;
  #minute = 0;

  constructor(bounds: CapacityBounds, policies: readonly StepScalingPolicy[]) {
    this.#bounds = bounds;
    this.#policies = policies;
  }

  /** One minute's datapoint, null for none. Returns the desired count afterwards and what was done. */
  observe(desired: number, metric: number | null): { readonly desired: number; readonly action: StepAction } {
    const now = 60 * this.#minute++;
    if (metric === null) return { desired, action: 'none' };
    const value = exactNumber(metric);
    const isCooling = now < this.#outOverAtSeconds;
    const base = isCooling ? this.#outBase : desired;
    const above = this.#strongest('above', value, base);
    if (above !== null) {
      if (above.want <= desired) return { desired, action: 'none' };
      this.#outBase = base;
      this.#outOverAtSeconds = now + above.policy.cooldownSeconds;
      this.#inOverAtSeconds = Number.NEGATIVE_INFINITY;
      return { desired: above.want, action: 'out' };
    }
    const below = this.#strongest('below', value, desired);
    if (below === null || below.want >= desired) return { desired, action: 'none' };
    if (isCooling || now < this.#inOverAtSeconds) return { desired, action: 'cooldown' };
    this.#inOverAtSeconds = now + below.policy.cooldownSeconds;
    return { desired: below.want, action: 'in' };
  }

  /** Of the policies of a direction that have a step for the value, the one that wants most tasks. */
  #strongest(
    direction: StepScalingPolicy['direction'],
    value: ExactNumber,
    base: number,
  ): { readonly policy: StepScalingPolicy; readonly want: number } | null {
    let best: { policy: StepScalingPolicy; want: number } | null = null;
    for (const policy of this.#policies) {
      if (policy.direction !== direction) continue;
      const step = stepFor(policy, value);
      if (step === undefined) continue;
      const want = clampCapacity(this.#bounds, adjusted(policy, step.scalingAdjustment, base));
      if (best === null || want > best.want) best = { policy, want };
    }
    return best;
  }
}

/** The step that the breach falls into: above, the lower bound belongs to it; below, the upper one does. */
function stepFor({ direction, threshold, steps }: StepScalingPolicy, value: ExactNumber) {
  const offset = subtractExact(value, exactNumber(threshold));
  if (direction === 'above' ? offset.digits < 0n : offset.digits > 0n) return undefined;
  return steps.find(({ lower, upper }) => {
    const fromLower = lower === null ? 1 : compareExact(offset, exactNumber(lower));
    const toUpper = upper === null ? 1 : compareExact(exactNumber(upper), offset);
    return direction === 'above' ? fromLower >= 0 && toUpper > 0 : fromLower > 0 && toUpper >= 0;
  });
}

/** The capacity that the adjustment makes of `base`, before the limits. */
function adjusted(policy: StepScalingPolicy, adjustment: number, base: number): number {
  switch (policy.adjustmentType) {
    case 'ExactCapacity':
      return adjustment;
    case 'ChangeInCapacity':
      return base + adjustment;
    case 'PercentChangeInCapacity':
      return base + percentChange(base * adjustment, policy.minAdjustmentMagnitude);
  }
}

/** Hundredths of tasks to whole tasks: towards 0, but at least 1 and at least the magnitude, unless exactly 0. */
function percentChange(hundredths: number, magnitude: number): number {
  if (hundredths === 0) return 0;
  const whole = Math.max(1, Math.floor(Math.abs(hundredths) / 100), magnitude);
  return hundredths < 0 ? -whole : whole;
}
