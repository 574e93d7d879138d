import { grown } from '../model/grown.ts';

/** Below this, adding any duration of a run (< 2^52 ms) stays exact. */
const SPILL_AT = 2 ** 52;

/**
 * Exact sums of durations by small integer key (a task class, an instance shape). Integrals of resources follow by
 * multiplying each sum once with an amount, in bigints: ∫ requested dt = Σ over classes of request × Σ durations.
 */
export class DurationSums {
  #sums = new Float64Array(0);
  readonly #spilled = new Map<number, bigint>();

  add(key: number, durationMs: number): void {
    if (key >= this.#sums.length) {
      this.#sums = grown(Float64Array, this.#sums, Math.max(16, this.#sums.length * 2, key + 1));
    }
    const sum = this.#sums[key]! + durationMs;
    if (sum < SPILL_AT) {
      this.#sums[key] = sum;
    } else {
      this.#spilled.set(key, (this.#spilled.get(key) ?? 0n) + BigInt(this.#sums[key]!));
      this.#sums[key] = durationMs;
    }
  }

  /** Milliseconds under `key`. */
  of(key: number): bigint {
    return BigInt(this.#sums[key] ?? 0) + (this.#spilled.get(key) ?? 0n);
  }
}
