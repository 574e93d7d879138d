/** How long the rest of a run will take. */
export interface Remaining {
  readonly ms: number;
  /** It has grown to more than twice what was said before: do not rely on it. */
  readonly isVague: boolean;
}

/** After this much time the rate of a moment counts half. */
const HALF_LIFE_MS = 10_000;
/** Nothing is said before the run has taken this long, or has come this far. */
const FROM_MS = 3000;
const FROM_SHARE = 0.02;

/** Remaining time of a run from its recent speed: share of the horizon per millisecond, exponentially weighted. */
export class RunEstimate {
  #elapsedMs = 0;
  #share = 0;
  #sharePerMs: number | null = null;
  #leastEndMs = Number.POSITIVE_INFINITY;

  /** After `elapsedMs` of wall-clock time the run has done `share` (0-1) of its work. */
  add(elapsedMs: number, share: number): void {
    const passedMs = elapsedMs - this.#elapsedMs;
    if (passedMs <= 0) return;
    const rate = (share - this.#share) / passedMs;
    const weight = 1 - 2 ** (-passedMs / HALF_LIFE_MS);
    this.#sharePerMs =
      this.#sharePerMs === null ? rate : this.#sharePerMs + weight * (rate - this.#sharePerMs);
    this.#elapsedMs = elapsedMs;
    this.#share = share;
  }

  /** null while too little is known. */
  remaining(): Remaining | null {
    if (this.#elapsedMs < FROM_MS && this.#share < FROM_SHARE) return null;
    if (this.#sharePerMs === null || this.#sharePerMs <= 0) return null;
    const ms = (1 - this.#share) / this.#sharePerMs;
    const expectedMs = Math.max(this.#leastEndMs - this.#elapsedMs, 0);
    this.#leastEndMs = Math.min(this.#leastEndMs, this.#elapsedMs + ms);
    return { ms, isVague: ms > 2 * expectedMs };
  }
}
