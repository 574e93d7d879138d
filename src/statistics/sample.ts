import { createRequire } from 'node:module';
import type { DDSketch } from '@datadog/sketches-js';
import { exp, ln } from '../detmath.ts';
import { quantile } from './descriptive.ts';

/** Values kept as they are; from the next one on a sketch stands in for all of them. */
export const EXACT_VALUES = 1_000_000;
/** Largest relative error of a quantile that comes from a sketch. */
export const SKETCH_ACCURACY = 0.001;

/**
 * Values of one kind, none below 0: their number, mean, maximum and quantiles. Mean and maximum are exact always,
 * quantiles while there are at most `exactValues`; beyond, DDSketch keeps buckets whose bounds grow by a constant
 * factor, and a quantile has a relative error of `SKETCH_ACCURACY` at most.
 * Source: C. Masson, J. Rim, H. Lee, DDSketch: a fast and fully-mergeable quantile sketch with relative-error
 * guarantees, VLDB 2019; @datadog/sketches-js 2.1.1
 */
export class Sample {
  count = 0;
  /** Null without values. */
  max: number | null = null;
  readonly #exactValues: number;
  /** The first `count` are values; of those, so many from the first on are in order. */
  #values = new Float64Array(0);
  #sketch: DDSketch | null = null;
  /** The last value, and how often in a row it came that the sketch has not heard of. */
  #repeated = 0;
  #repeats = 0;
  #sortedCount = 0;
  /** Neumaier's compensated sum, in order of arrival. */
  #sum = 0;
  #lost = 0;

  constructor(exactValues = EXACT_VALUES) {
    this.#exactValues = exactValues;
  }

  add(value: number): void {
    this.count += 1;
    if (this.max === null || value > this.max) this.max = value;
    const next = this.#sum + value;
    this.#lost +=
      Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
    if (this.#sketch !== null) this.#sketchIn(this.#sketch, value);
    else {
      if (this.count > this.#values.length) this.#grow();
      this.#values[this.count - 1] = value;
      if (this.count > this.#exactValues) this.#condense();
    }
  }

  /** Do quantiles come from a sketch? */
  get isSketched(): boolean {
    return this.#sketch !== null;
  }

  get sum(): number {
    return this.#sum + this.#lost;
  }

  /** Null without values. */
  get mean(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }

  /** The p-quantile by the inverse of the empirical distribution, 0 < p ≤ 1; null without values. */
  quantile(p: number): number | null {
    if (this.count === 0) return null;
    if (this.#sketch === null) {
      const values = this.#values.subarray(0, this.count);
      if (this.#sortedCount < this.count) values.sort();
      this.#sortedCount = this.count;
      return quantile(values, p);
    }
    this.#flushInto(this.#sketch);
    const rank = Math.ceil(p * this.count * (1 - 1e-12));
    if (rank >= this.count) return this.max;
    // Half a rank further, so that no rounding of the share can fall back to the value before.
    return this.#sketch.getValueAtQuantile((Math.max(rank, 1) - 0.5) / (this.count - 1));
  }

  /** Most tasks of many runs wait as long as the one before, not at all: equal values go in at once. */
  #sketchIn(sketch: DDSketch, value: number): void {
    if (value !== this.#repeated) {
      this.#flushInto(sketch);
      this.#repeated = value;
    }
    this.#repeats += 1;
  }

  #flushInto(sketch: DDSketch): void {
    if (this.#repeats > 0) sketch.accept(this.#repeated, this.#repeats);
    this.#repeats = 0;
  }

  #grow(): void {
    const longer = new Float64Array(Math.max(16, this.#values.length * 2));
    longer.set(this.#values);
    this.#values = longer;
  }

  #condense(): void {
    const sketch = newSketch();
    for (let n = 0; n < this.count; n++) sketch.accept(this.#values[n]!);
    this.#sketch = sketch;
    this.#values = new Float64Array(0);
  }
}

/** Few runs need it, so it is loaded by the first that does. Its logarithms are those of detmath: equal on any machine. */
function newSketch(): DDSketch {
  const library = createRequire(import.meta.url)('@datadog/sketches-js') as {
    DDSketch: new (options: { relativeAccuracy: number }) => DDSketch;
  };
  const sketch = new library.DDSketch({ relativeAccuracy: SKETCH_ACCURACY });
  const gamma = (1 + SKETCH_ACCURACY) / (1 - SKETCH_ACCURACY);
  const lnGamma = ln(gamma);
  sketch.mapping.key = (value) => Math.ceil(ln(value) / lnGamma);
  // The middle of a bucket: as far from its lower bound as from its upper one, relatively.
  sketch.mapping.value = (key) => (2 * exp(key * lnGamma)) / (1 + gamma);
  return sketch;
}
