import { DAY, HOUR, MINUTE, SECOND } from '../units.ts';

export interface SeriesBucket {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/**
 * A quantity that changes in steps, as mean, minimum and maximum over equal buckets of time. A change costs O(1),
 * whatever the time since the last one: each bucket keeps the sum of its changes, and of each change times the rest
 * of its bucket; means follow from prefix sums at the end.
 */
export class StepSeries {
  readonly #bucketMs: number;
  readonly #delta: Float64Array;
  readonly #area: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  #value = 0;

  constructor(bucketCount: number, bucketMs: number) {
    this.#bucketMs = bucketMs;
    this.#delta = new Float64Array(bucketCount);
    this.#area = new Float64Array(bucketCount);
    this.#min = new Float64Array(bucketCount).fill(Number.POSITIVE_INFINITY);
    this.#max = new Float64Array(bucketCount).fill(Number.NEGATIVE_INFINITY);
  }

  get value(): number {
    return this.#value;
  }

  /** The value changes by `delta` at `timeMs`; times must not fall. Changes beyond the last bucket only count on. */
  change(timeMs: number, delta: number): void {
    const bucket = Math.floor(timeMs / this.#bucketMs);
    const value = this.#value + delta;
    this.#value = value;
    if (bucket >= this.#delta.length) return;
    this.#delta[bucket]! += delta;
    this.#area[bucket]! += delta * ((bucket + 1) * this.#bucketMs - timeMs);
    // A change at the very start of a bucket leaves no time at the old value: what stands there is the new one,
    // so extremes are those of the values left standing by each change. The value carried in is added by `buckets`.
    if (value < this.#min[bucket]!) this.#min[bucket] = value;
    if (value > this.#max[bucket]!) this.#max[bucket] = value;
  }

  /** The buckets that begin before `endMs`; the last one is averaged over its part before `endMs`. */
  buckets(endMs: number): SeriesBucket[] {
    const result: SeriesBucket[] = [];
    let carried = 0;
    for (let bucket = 0; bucket < this.#delta.length && bucket * this.#bucketMs < endMs; bucket++) {
      const lengthMs = Math.min(this.#bucketMs, endMs - bucket * this.#bucketMs);
      const after = carried + this.#delta[bucket]!;
      const beyondEnd = after * (this.#bucketMs - lengthMs);
      result.push({
        mean: (carried * this.#bucketMs + this.#area[bucket]! - beyondEnd) / lengthMs,
        min: Math.min(carried, this.#min[bucket]!),
        max: Math.max(carried, this.#max[bucket]!),
      });
      carried = after;
    }
    return result;
  }
}

const NICE_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];

/** The shortest round bucket length with at most 300 buckets in the horizon. */
export function bucketLengthMs(horizonMs: number): number {
  const atLeast = horizonMs / 300;
  return NICE_MS.find((length) => length >= atLeast) ?? Math.ceil(atLeast / DAY) * DAY;
}
