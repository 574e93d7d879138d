/** What one write costs of the credit, which grows by the rate per second in each millisecond. */
const CREDIT_PER_WRITE = 1000;

/**
 * How many objects a controller may create at a time, as its client's own limit has it: a bucket that fills at `perSecond`
 * and holds `burst`. Whole numbers throughout.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/client-go/util/flowcontrol/throttle.go.
 */
export class ClientRate {
  readonly #limit: { readonly perSecond: number; readonly burst: number } | null;
  #credit: number;
  #sinceMs = 0;

  /** `limit` null: none. */
  constructor(limit: { readonly perSecond: number; readonly burst: number } | null) {
    this.#limit = limit;
    this.#credit = (limit?.burst ?? 0) * CREDIT_PER_WRITE;
  }

  /** Takes as many of the wanted writes as are free now, and returns their number. */
  take(wanted: number, nowMs: number): number {
    if (this.#limit === null) return wanted;
    this.#fill(nowMs, this.#limit);
    const count = Math.min(wanted, Math.floor(this.#credit / CREDIT_PER_WRITE));
    this.#credit -= count * CREDIT_PER_WRITE;
    return count;
  }

  /** Milliseconds until one write is free; 0: now. */
  untilNextMs(nowMs: number): number {
    if (this.#limit === null) return 0;
    this.#fill(nowMs, this.#limit);
    return Math.max(0, Math.ceil((CREDIT_PER_WRITE - this.#credit) / this.#limit.perSecond));
  }

  #fill(nowMs: number, { perSecond, burst }: { readonly perSecond: number; readonly burst: number }): void {
    this.#credit = Math.min(burst * CREDIT_PER_WRITE, this.#credit + (nowMs - this.#sinceMs) * perSecond);
    this.#sinceMs = nowMs;
  }
}
