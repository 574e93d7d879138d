/** `DeploymentCircuitBreaker` with its defaults filled in. Source: Amazon ECS API reference. */
export interface CircuitBreakerSettings {
  readonly enable: boolean;
  readonly rollback: boolean;
  /** A healthy task sets the count of failures back to 0. Default true. */
  readonly resetOnHealthyTask: boolean;
  readonly threshold: {
    readonly type: 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT';
    readonly value: number;
  };
}

/** Failures at which a bounded threshold starts and ends. Source: AWS ECS developer guide, deployment circuit breaker. */
export const BREAKER_BOUNDS = { least: 3, most: 200 } as const;

/**
 * What a deployment tells its breaker: a task did not reach RUNNING; one did; one got healthy (so it runs, too); one is
 * replaced because of failed health checks.
 */
export type BreakerEvent = 'startFailed' | 'running' | 'healthy' | 'healthCheckFailed';

/**
 * Failures that fail a deployment of `desiredCount` tasks: a count as it is; a bounded percent of the desired count,
 * rounded up, from 3 to 200; an unbounded one, at least 1. Source: AWS ECS developer guide, deployment circuit breaker;
 * the bounds read as a clamp, and the least unbounded threshold, are chosen.
 */
export function breakerThreshold({ threshold }: CircuitBreakerSettings, desiredCount: number): number {
  if (threshold.type === 'COUNT') return threshold.value;
  const share = Math.ceil((threshold.value * desiredCount) / 100);
  if (threshold.type === 'UNBOUNDED_PERCENT') return Math.max(1, share);
  return Math.min(BREAKER_BOUNDS.most, Math.max(BREAKER_BOUNDS.least, share));
}

/**
 * The circuit breaker of one deployment. Until a task of it has been RUNNING every failed start counts; from then on
 * every task replaced for failed health checks. Once the count reaches the threshold the deployment has failed and
 * nothing counts any more. Source: AWS ECS developer guide, deployment circuit breaker; that the count of the first
 * stage is kept, and that failed starts no longer count in the second, are chosen.
 */
export class CircuitBreaker {
  readonly threshold: number;
  readonly #resets: boolean;
  #hasRun = false;
  failures = 0;
  failed = false;

  constructor(settings: CircuitBreakerSettings, desiredCount: number) {
    this.threshold = breakerThreshold(settings, desiredCount);
    this.#resets = settings.resetOnHealthyTask;
  }

  /** Returns true when this event fails the deployment. */
  tell(event: BreakerEvent): boolean {
    if (this.failed) return false;
    switch (event) {
      case 'startFailed':
        if (!this.#hasRun) this.failures += 1;
        break;
      case 'healthCheckFailed':
        if (this.#hasRun) this.failures += 1;
        break;
      case 'running':
        this.#hasRun = true;
        break;
      case 'healthy':
        this.#hasRun = true;
        if (this.#resets) this.failures = 0;
        break;
    }
    this.failed = this.failures >= this.threshold;
    return this.failed;
  }
}
