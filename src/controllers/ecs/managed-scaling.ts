import type { CapacityMetric, ManagedScalingSettings } from './capacity-metric.ts';

/** How far a minute's scale-in goes: one instance, or as many as are less than half. */
export type ScaleInPerMinute = 'one' | 'half';

/** Consecutive datapoints of a minute below the target before instances end. Source: aws/containers-roadmap 1220. */
export const SCALE_IN_MINUTES = 15;
/** Instances launched for the first demand of an empty group. Source: AWS ECS developer guide, cluster auto scaling. */
export const FIRST_INSTANCES = 2;

export interface GroupBounds {
  readonly minSize: number;
  readonly maxSize: number;
}

export interface MinuteObservation {
  /** Instances that run in the Auto Scaling group. */
  readonly running: number;
  /** Seconds since the youngest of them started to run; null without any. */
  readonly youngestAgeSeconds: number | null;
  readonly metric: CapacityMetric;
}

/** atMax: more is wanted than may be. blocked: launches are under way or warming up. */
export type ScalingAction = 'out' | 'blocked' | 'atMax' | 'in' | 'none';

/**
 * From CapacityProviderReservation to the desired capacity of the Auto Scaling group, once a minute: out at the first
 * datapoint above the target, unless instances are still launching or warming up; in after 15 datapoints below it, and
 * not within 15 minutes of a scale-out.
 * Sources: AWS ECS developer guide, managed scaling behavior; aws/containers-roadmap issues 900, 1150 and 1220;
 * the exact order of the checks is chosen.
 */
export class ManagedScaling {
  readonly #settings: ManagedScalingSettings;
  readonly #bounds: GroupBounds;
  readonly #perMinute: ScaleInPerMinute;
  readonly #scaleInMinutes: number;
  readonly #firstInstances: number;
  #minute = 0;
  #minutesBelow = 0;
  #lastOut = Number.NEGATIVE_INFINITY;
  desired: number;

  constructor(options: {
    readonly settings: ManagedScalingSettings;
    readonly bounds: GroupBounds;
    readonly scaleInPerMinute: ScaleInPerMinute;
    readonly desired: number;
    /** Defaults: `SCALE_IN_MINUTES` and `FIRST_INSTANCES`. */
    readonly scaleInDatapoints?: number | undefined;
    readonly firstInstances?: number | undefined;
  }) {
    this.#settings = options.settings;
    this.#bounds = options.bounds;
    this.#perMinute = options.scaleInPerMinute;
    this.#scaleInMinutes = options.scaleInDatapoints ?? SCALE_IN_MINUTES;
    this.#firstInstances = options.firstInstances ?? FIRST_INSTANCES;
    this.desired = options.desired;
  }

  /** One datapoint. `desired` afterwards is what the group should have. */
  observe({ running, youngestAgeSeconds, metric }: MinuteObservation): ScalingAction {
    const minute = this.#minute++;
    const { targetCapacity, instanceWarmupSeconds } = this.#settings;
    const target = targetCapacity * metric.denominator;
    if (metric.numerator > target) {
      this.#minutesBelow = 0;
      const isWarming = youngestAgeSeconds !== null && youngestAgeSeconds < instanceWarmupSeconds;
      if (this.desired > running || isWarming) return 'blocked';
      return this.#scaleOut(running === 0 ? this.#firstInstances : this.#sizeFor(metric), minute);
    }
    if (metric.numerator === target) {
      this.#minutesBelow = 0;
      return 'none';
    }
    this.#minutesBelow += 1;
    const isSettled =
      this.#minutesBelow >= this.#scaleInMinutes && minute - this.#lastOut >= this.#scaleInMinutes;
    return isSettled && this.desired <= running ? this.#scaleIn(this.#sizeFor(metric), running) : 'none';
  }

  /** Instances at which the metric would be at its target. */
  #sizeFor({ needed }: CapacityMetric): number {
    return Math.ceil(((needed ?? 0) * 100) / this.#settings.targetCapacity);
  }

  #scaleOut(size: number, minute: number): ScalingAction {
    const wanted = Math.min(this.#bounds.maxSize, size);
    if (wanted <= this.desired) return 'atMax';
    this.desired = wanted;
    this.#lastOut = minute;
    return 'out';
  }

  #scaleIn(size: number, running: number): ScalingAction {
    const wanted = Math.max(this.#bounds.minSize, size);
    if (wanted >= this.desired) return 'none';
    const step = this.#perMinute === 'one' ? 1 : Math.max(1, Math.ceil(running / 2) - 1);
    this.desired = Math.max(wanted, this.desired - step);
    return 'in';
  }
}
