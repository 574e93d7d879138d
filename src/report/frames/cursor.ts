/** A moment of a replay: all that happened up to `timeMs`, of the placements at that very time only those before `next`. */
export interface Cursor {
  readonly timeMs: number;
  /** Index of the first attempt that is not placed yet. */
  readonly next: number;
}

/** Index of the first of sorted values that is greater than `value`; their number when none is. */
export function firstAfter(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
