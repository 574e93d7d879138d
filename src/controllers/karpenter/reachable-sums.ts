/** Sums of so many units are looked up; of larger ones every multiple of the unit is taken for reachable. */
const TABLE_LENGTH = 512;

/**
 * What sums of some sizes there are, each size as often as wanted: an upper bound of what pods of these sizes can take
 * of a node, exact where the node is small.
 */
export class ReachableSums {
  readonly #least: number;
  /** The greatest common divisor of the sizes. */
  readonly #unit: number;
  /** By units: the largest sum that is not above, in units. */
  readonly #largest = new Int32Array(TABLE_LENGTH);

  /** `sizes`: integers above 0. O(sizes). */
  constructor(sizes: readonly number[]) {
    this.#least = Math.min(...sizes);
    this.#unit = sizes.reduce(greatestCommonDivisor);
    const units = sizes.map((size) => size / this.#unit);
    for (let sum = 1; sum < TABLE_LENGTH; sum++) {
      const isReached = units.some((size) => size <= sum && this.#largest[sum - size] === sum - size);
      this.#largest[sum] = isReached ? sum : this.#largest[sum - 1]!;
    }
  }

  /** At least the largest sum that is not above `limit`, and not above it either. */
  upTo(limit: number): number {
    if (limit < this.#least) return 0;
    const units = Math.floor(limit / this.#unit);
    return this.#unit * (units < TABLE_LENGTH ? this.#largest[units]! : units);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
