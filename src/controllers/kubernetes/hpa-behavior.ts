/** A number of replicas, and when it was recommended or by how much it changed. */
export interface Recommendation {
  readonly replicas: number;
  readonly atMs: number;
}

export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

export interface ScalingRules {
  readonly stabilizationSeconds: number;
  readonly select: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ScalingPolicy[];
}

export interface ScalingBehavior {
  readonly up: ScalingRules;
  readonly down: ScalingRules;
}

/** What `behavior` means where it says nothing. Source: kubernetes v1.36.2 pkg/apis/autoscaling/v2/defaults.go. */
export const DEFAULT_BEHAVIOR: ScalingBehavior = {
  up: {
    stabilizationSeconds: 0,
    select: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  },
  down: {
    stabilizationSeconds: 300,
    select: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  },
};

/** What the autoscaler remembers. Changes are of its own scalings, recorded while a behaviour is set. */
export interface ScalingMemory {
  readonly recommendations: readonly Recommendation[];
  readonly ups: readonly Recommendation[];
  readonly downs: readonly Recommendation[];
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly current: number;
}

export interface Limited {
  readonly replicas: number;
  /** Reason of the condition ScalingLimited. */
  readonly reason:
    | 'DesiredWithinRange'
    | 'TooFewReplicas'
    | 'TooManyReplicas'
    | 'ScaleUpLimit'
    | 'ScaleDownLimit';
}

/** Without `behavior`: the highest recommendation of the last five minutes, this long ago counting still. */
const DOWNSCALE_STABILIZATION_MS = 300_000;

/**
 * How long a recommendation counts: the longer of the windows. Like the real controller, which overwrites older ones.
 * Source: kubernetes v1.36.2 pkg/controller/podautoscaler/horizontal.go, stabilizeRecommendationWithBehaviors
 */
export function stabilizationMs(behavior: ScalingBehavior | null): number {
  if (behavior === null) return DOWNSCALE_STABILIZATION_MS;
  return Math.max(behavior.up.stabilizationSeconds, behavior.down.stabilizationSeconds) * 1000;
}

/** Source: as above, stabilizeRecommendation. */
export function highestRecent(desired: number, { recommendations }: ScalingMemory, nowMs: number): number {
  return recommendations
    .filter(({ atMs }) => atMs >= nowMs - DOWNSCALE_STABILIZATION_MS)
    .reduce((highest, { replicas }) => Math.max(highest, replicas), desired);
}

/** Without `behavior`: at most twice as many, or four. Source: as above, convertDesiredReplicasWithRules. */
export function limitPlainly(desired: number, { min, max, current }: Bounds): Limited {
  const limit = Math.max(2 * current, 4);
  if (desired < min) return { replicas: min, reason: 'TooFewReplicas' };
  if (desired <= Math.min(max, limit)) return { replicas: desired, reason: 'DesiredWithinRange' };
  return max > limit
    ? { replicas: limit, reason: 'ScaleUpLimit' }
    : { replicas: max, reason: 'TooManyReplicas' };
}

/**
 * The recommendation nearest to the current size that all recommendations of the windows agree on.
 * Source: as above, stabilizeRecommendationWithBehaviors.
 */
export function stabilise(
  desired: number,
  current: number,
  behavior: ScalingBehavior,
  { recommendations }: ScalingMemory,
  nowMs: number,
): number {
  const recent = ({ stabilizationSeconds }: ScalingRules) =>
    recommendations
      .filter(({ atMs }) => atMs > nowMs - stabilizationSeconds * 1000)
      .map(({ replicas }) => replicas);
  const lowest = Math.min(desired, ...recent(behavior.up));
  const highest = Math.max(desired, ...recent(behavior.down));
  return Math.min(Math.max(current, lowest), highest);
}

/** Source: as above, convertDesiredReplicasWithBehaviorRate. */
export function limitByPolicies(
  desired: number,
  { min, max, current }: Bounds,
  behavior: ScalingBehavior,
  memory: ScalingMemory,
  nowMs: number,
): Limited {
  if (desired > current) {
    const limit = Math.max(upLimit(current, behavior.up, memory, nowMs), current);
    if (desired > Math.min(max, limit)) {
      return max > limit
        ? { replicas: limit, reason: 'ScaleUpLimit' }
        : { replicas: max, reason: 'TooManyReplicas' };
    }
  }
  if (desired < current) {
    const limit = Math.min(downLimit(current, behavior.down, memory, nowMs), current);
    if (desired < Math.max(min, limit)) {
      return min < limit
        ? { replicas: limit, reason: 'ScaleDownLimit' }
        : { replicas: min, reason: 'TooFewReplicas' };
    }
  }
  return { replicas: desired, reason: 'DesiredWithinRange' };
}

function upLimit(current: number, rules: ScalingRules, memory: ScalingMemory, nowMs: number): number {
  if (rules.select === 'Disabled') return current;
  const limits = rules.policies.map(({ type, value, periodSeconds }) => {
    const start = sizeBefore(current, periodSeconds, memory, nowMs);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return rules.select === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

function downLimit(current: number, rules: ScalingRules, memory: ScalingMemory, nowMs: number): number {
  if (rules.select === 'Disabled') return current;
  const limits = rules.policies.map(({ type, value, periodSeconds }) => {
    const start = sizeBefore(current, periodSeconds, memory, nowMs);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return rules.select === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

/** The size at the start of the period, as far as this autoscaler changed it since. */
function sizeBefore(
  current: number,
  periodSeconds: number,
  { ups, downs }: ScalingMemory,
  nowMs: number,
): number {
  const change = (events: readonly Recommendation[]) =>
    events
      .filter(({ atMs }) => atMs > nowMs - periodSeconds * 1000)
      .reduce((sum, { replicas }) => sum + replicas, 0);
  return current - change(ups) + change(downs);
}
