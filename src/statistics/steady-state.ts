import { assert } from '../errors.ts';
import { compensatedSum, squared } from './descriptive.ts';
import { type Interval, meanInterval } from './intervals.ts';
import { studentTQuantile } from './student-t.ts';

/** Interval of a mean from one long run cut into batches of `length` values; what is left at the end is not used. */
export function batchMeans(values: readonly number[], length: number, level: number): Interval {
  return meanInterval(meansOf(values, length), level);
}

export interface OverlappingInterval extends Interval {
  /** Estimate of the variance constant: n times the variance of the mean. */
  readonly varianceConstant: number;
}

/**
 * The same with all batches that can be cut, which overlap: nearly the same information, a third less variable.
 * Source: M. Meketon, B. Schmeiser, Overlapping batch means, WSC 1984.
 */
export function overlappingBatchMeans(
  values: readonly number[],
  length: number,
  level: number,
): OverlappingInterval {
  const n = values.length;
  assert(length >= 1 && length < n, 'a batch is shorter than the run');
  const mean = compensatedSum(values) / n;
  let sum = compensatedSum(values.slice(0, length));
  const squares: number[] = [];
  for (let end = length; ; end++) {
    squares.push(squared(sum / length - mean));
    if (end === n) break;
    sum += values[end]! - values[end - length]!;
  }
  const varianceConstant = ((n * length) / ((n - length + 1) * (n - length))) * compensatedSum(squares);
  const df = 1.5 * (n / length - 1);
  const deviation = Math.sqrt(varianceConstant / n);
  const halfWidth = studentTQuantile(1 - (1 - level) / 2, df) * deviation;
  return { mean, halfWidth, deviation, df, varianceConstant };
}

function meansOf(values: readonly number[], length: number): number[] {
  const count = Math.floor(values.length / length);
  return Array.from({ length: count }, (_, batch) => {
    const own = values.slice(batch * length, (batch + 1) * length);
    return compensatedSum(own) / length;
  });
}

export interface WarmUp {
  /** Values to leave out at the start. */
  readonly observations: number;
  /** The statistic for each number of batches left out. */
  readonly mser: readonly number[];
  /** The minimum lies at the end of the range that was looked at: the run is too short to tell. */
  readonly tooShort: boolean;
}

const MSER_BATCH = 5;
/** Statistics that differ by less, relatively, may do so by rounding alone. */
const ROUNDING = 1e-9;

/**
 * How much of the start of a run is warm-up: the cut that makes the mean of the rest most precise, in batches of five,
 * at most half of the run; the smallest of equally good ones. Time: linear in the values.
 * Source: K. P. White, M. J. Cobb, S. C. Spratt, A comparison of five steady-state truncation heuristics, WSC 2000.
 */
export function mser5(values: readonly number[]): WarmUp {
  const batches = meansOf(values, MSER_BATCH);
  const most = Math.floor(batches.length / 2);
  assert(batches.length >= 2, 'a warm-up needs ten values to be seen');
  const mser = mserOfCuts(batches, most);
  const least = mser.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  let best = 0;
  let bestValue = Number.POSITIVE_INFINITY;
  mser.forEach((value, cut) => {
    if (value > least * (1 + ROUNDING)) return;
    // Zero is exact. Among others that are as good but for rounding, sums over the whole rest decide.
    const exact = value === 0 ? 0 : mserOf(batches.slice(cut));
    if (exact >= bestValue) return;
    best = cut;
    bestValue = exact;
  });
  return { observations: best * MSER_BATCH, mser, tooShort: best === most };
}

/** The statistic for 0 to `most` batches left out, from the last batch forwards: each adds its own deviation (Welford). */
function mserOfCuts(batches: readonly number[], most: number): number[] {
  const mser = new Array<number>(most + 1).fill(0);
  let mean = 0;
  let squares = 0;
  for (let cut = batches.length - 1; cut >= 0; cut--) {
    const count = batches.length - cut;
    const deviation = batches[cut]! - mean;
    mean += deviation / count;
    squares += deviation * (batches[cut]! - mean);
    if (cut <= most) mser[cut] = squares / squared(count);
  }
  return mser;
}

function mserOf(rest: readonly number[]): number {
  const mean = compensatedSum(rest) / rest.length;
  return compensatedSum(rest.map((value) => squared(value - mean))) / squared(rest.length);
}
