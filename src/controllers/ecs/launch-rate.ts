/** What one launch costs of the credit, which grows by the rate per minute in each millisecond. */
const CREDIT_PER_LAUNCH = 60_000;

/**
 * How many tasks a service may launch at a time: a bucket that fills at `perMinute` and holds `burst`. Whole numbers
 * throughout, so that nothing drifts. Source: AWS ECS developer guide, service quotas; the bucket is chosen.
 */
export class LaunchRate {
  readonly #perMinute: number;
  readonly #most: number;
  #credit: number;
  #sinceMs = 0;

  constructor(perMinute: number, burst: number) {
    this.#perMinute = perMinute;
    this.#most = burst * CREDIT_PER_LAUNCH;
    this.#credit = this.#most;
  }

  /** Launches that are free now. */
  available(nowMs: number): number {
    this.#credit = Math.min(this.#most, this.#credit + (nowMs - this.#sinceMs) * this.#perMinute);
    this.#sinceMs = nowMs;
    return Math.floor(this.#credit / CREDIT_PER_LAUNCH);
  }

  /** Takes launches that are available. */
  take(launches: number): void {
    this.#credit -= launches * CREDIT_PER_LAUNCH;
  }

  /** Milliseconds until one launch is free. */
  untilNextMs(nowMs: number): number {
    if (this.available(nowMs) > 0) return 0;
    return Math.ceil((CREDIT_PER_LAUNCH - this.#credit) / this.#perMinute);
  }
}
