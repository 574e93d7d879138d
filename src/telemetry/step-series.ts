import { DAY, HOUR, MINUTE, SECOND } from '../units.ts';

export interface SeriesBucket {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/**
 * A quantity that changes in steps, as mean, minimum and maximum over equal buckets of time. A change costs O(1),
 * whatever the time since the last one: each bucket keeps the sum of its changes, and of each change times the rest
 * of its bucket; means follow from prefix sums at the end. A value counts for the extremes when it stood for some
 * time: what lies between several changes of one instant does not.
 */
export class StepSeries {
  readonly #bucketMs: number;
  readonly #delta: Float64Array;
  readonly #area: Float64Array;
  /** Of the values that stood in a bucket and changed since; the value carried through is added by `buckets`. */
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  #value = 0;
  #sinceMs = 0;
  /** The bucket of `#sinceMs`, and where it ends. */
  #bucket = 0;
  #endMs: number;

  constructor(bucketCount: number, bucketMs: number) {
    this.#bucketMs = bucketMs;
    this.#endMs = bucketMs;
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
    if (timeMs > this.#sinceMs) {
      // The value that ends here stood in the bucket where it began, and in this one unless it ends at its very start.
      this.#stood(this.#bucket);
      if (timeMs >= this.#endMs) this.#enter(timeMs);
      this.#sinceMs = timeMs;
    }
    this.#value += delta;
    const bucket = this.#bucket;
    if (bucket >= this.#delta.length) return;
    this.#delta[bucket]! += delta;
    this.#area[bucket]! += delta * (this.#endMs - timeMs);
  }

  /** Another bucket begins, with the value of before. */
  #enter(timeMs: number): void {
    const bucket = Math.floor(timeMs / this.#bucketMs);
    this.#bucket = bucket;
    this.#endMs = (bucket + 1) * this.#bucketMs;
    if (timeMs > bucket * this.#bucketMs) this.#stood(bucket);
  }

  #stood(bucket: number): void {
    if (bucket >= this.#min.length) return;
    const value = this.#value;
    if (value < this.#min[bucket]!) this.#min[bucket] = value;
    if (value > this.#max[bucket]!) this.#max[bucket] = value;
  }

  /**
   * The buckets that begin before `endMs`, which is not before the last change; the last one is averaged over its
   * part before `endMs`.
   */
  buckets(endMs: number): SeriesBucket[] {
    const result: SeriesBucket[] = [];
    if (endMs > this.#sinceMs) this.#stood(this.#bucket);
    let carried = 0;
    for (let bucket = 0; bucket < this.#delta.length && bucket * this.#bucketMs < endMs; bucket++) {
      const lengthMs = Math.min(this.#bucketMs, endMs - bucket * this.#bucketMs);
      const after = carried + this.#delta[bucket]!;
      const beyondEnd = after * (this.#bucketMs - lengthMs);
      const min = this.#min[bucket]!;
      const isSteady = min === Number.POSITIVE_INFINITY;
      result.push({
        mean: (carried * this.#bucketMs + this.#area[bucket]! - beyondEnd) / lengthMs,
        min: isSteady ? carried : min,
        max: isSteady ? carried : this.#max[bucket]!,
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
