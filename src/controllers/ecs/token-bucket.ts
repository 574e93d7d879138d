/** What one call costs of the credit, which grows by the rate per second in each millisecond. */
const CREDIT_PER_CALL = 1000;

/**
 * How many calls of an API an account may make at a time: a bucket that fills at `perSecond` and holds `burst`. Calls
 * that find it empty are throttled: the caller waits until they are paid for. Whole numbers throughout.
 * Source: AWS ECS developer guide, request throttling for the Amazon ECS API.
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #most: number;
  #credit: number;
  #sinceMs = 0;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#most = burst * CREDIT_PER_CALL;
    this.#credit = this.#most;
  }

  /** Takes so many calls, there or not. Returns the milliseconds until all of them are paid for: 0 when they were there. */
  take(calls: number, nowMs: number): number {
    this.#credit = Math.min(this.#most, this.#credit + (nowMs - this.#sinceMs) * this.#perSecond);
    this.#sinceMs = nowMs;
    this.#credit -= calls * CREDIT_PER_CALL;
    return this.#credit >= 0 ? 0 : Math.ceil(-this.#credit / this.#perSecond);
  }
}
