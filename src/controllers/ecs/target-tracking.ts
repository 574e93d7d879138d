import { ceilOfQuotient, compareExact, type ExactNumber, exactNumber, timesExact } from './exact-number.ts';
import { type CapacityBounds, clampCapacity } from './scalable-target.ts';

/** A target tracking policy of Application Auto Scaling. */
export interface TargetTrackingPolicy {
  /** In the metric's unit; above 0. */
  readonly targetValue: number;
  readonly scaleInCooldownSeconds: number;
  readonly disableScaleIn: boolean;
}

/** Consecutive datapoints of a minute above the target, and below 90 % of it. Source: fortem.dev, "ECS Fargate Autoscaling". */
export const HIGH_MINUTES = 3;
export const LOW_MINUTES = 15;

export interface TrackingMinute {
  /** Running tasks of the service: what a new count is worked out from. */
  readonly running: number;
  readonly desired: number;
  /** One per policy; null: no datapoint. */
  readonly metrics: readonly (number | null)[];
  readonly deploymentInProgress: boolean;
}

/** cooldown: a scale-in that has to wait. */
export type TrackingAction = 'out' | 'in' | 'cooldown' | 'none';

interface Alarms {
  readonly policy: TargetTrackingPolicy;
  readonly target: ExactNumber;
  high: number;
  low: number;
}

/**
 * Target tracking of one service, once a minute. Out when any policy wants it, in only when all that may agree;
 * the new count is `ceil(running * metric / target)`, the largest of the policies'. A high alarm that changes nothing
 * still prevents scale-in; scale-in waits while a deployment is in progress and for its own cooldown, which a scale-out
 * ends. Because the wanted count is absolute, a cooldown after scaling out has nothing to hold back.
 * Sources: AWS ECS developer guide, target tracking scaling; Application Auto Scaling user guide. The number of
 * datapoints and the 90 % are observed, the rest of the reading is chosen.
 */
export class TargetTracking {
  readonly #bounds: CapacityBounds;
  readonly #alarms: readonly Alarms[];
  readonly #datapoints: { readonly out: number; readonly in: number };
  #minute = 0;
  #lastInMinute = Number.NEGATIVE_INFINITY;

  /** `datapoints`: how many in a row move it, default `HIGH_MINUTES` and `LOW_MINUTES`. */
  constructor(
    bounds: CapacityBounds,
    policies: readonly TargetTrackingPolicy[],
    datapoints: { readonly out: number; readonly in: number } = { out: HIGH_MINUTES, in: LOW_MINUTES },
  ) {
    this.#datapoints = datapoints;
    this.#bounds = bounds;
    this.#alarms = policies.map((policy) => ({
      policy,
      target: exactNumber(policy.targetValue),
      high: 0,
      low: 0,
    }));
  }

  /** One minute's datapoints. Returns the desired count afterwards and what was done. */
  observe(minute: TrackingMinute): { readonly desired: number; readonly action: TrackingAction } {
    const now = this.#minute++;
    const { running, desired, deploymentInProgress } = minute;
    const wanted = this.#alarms.map((alarms, index) => count(alarms, minute.metrics[index] ?? null, running));
    const patience = running === 0 ? 1 : this.#datapoints.out;
    const outs = wanted.filter((_, index) => this.#alarms[index]!.high >= patience);
    if (outs.length > 0) {
      const want = clampCapacity(this.#bounds, Math.max(...outs));
      if (want <= desired) return { desired, action: 'none' };
      this.#lastInMinute = Number.NEGATIVE_INFINITY;
      return { desired: want, action: 'out' };
    }
    const shrinking = this.#alarms.filter(({ policy }) => !policy.disableScaleIn);
    const agreed = shrinking.length > 0 && shrinking.every(({ low }) => low >= this.#datapoints.in);
    if (!agreed || deploymentInProgress) return { desired, action: 'none' };
    const counts = wanted.filter((_, index) => !this.#alarms[index]!.policy.disableScaleIn);
    const want = clampCapacity(this.#bounds, Math.max(...counts));
    if (want >= desired) return { desired, action: 'none' };
    const cooldown = Math.max(...shrinking.map(({ policy }) => policy.scaleInCooldownSeconds));
    if ((now - this.#lastInMinute) * 60 < cooldown) return { desired, action: 'cooldown' };
    this.#lastInMinute = now;
    return { desired: want, action: 'in' };
  }
}

/** Counts the datapoint and returns the number of tasks at which it would be at the target, at least 1 from none. */
function count(alarms: Alarms, metric: number | null, running: number): number {
  if (metric === null) {
    alarms.high = 0;
    alarms.low = 0;
    return 0;
  }
  const value = exactNumber(metric);
  const { target } = alarms;
  alarms.high = compareExact(value, target) > 0 ? alarms.high + 1 : 0;
  alarms.low = compareExact(timesExact(10, value), timesExact(9, target)) < 0 ? alarms.low + 1 : 0;
  return running === 0 ? 1 : ceilOfQuotient(timesExact(running, value), target);
}
