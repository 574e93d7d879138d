import { bootstrapInterval } from './bootstrap.ts';
import { squared } from './descriptive.ts';
import { meanInterval, pValueOfZero, standardDeviation, welchInterval } from './intervals.ts';
import { mannWhitney } from './mann-whitney.ts';

/** What replications say of a difference. */
export interface DifferenceEvidence {
  readonly mean: number;
  /** Null from a single pair. */
  readonly interval: {
    readonly lower: number;
    readonly upper: number;
    /** t: of the paired differences. bootstrap: the same, resampled, where they are skewed. welch: of unpaired means. */
    readonly method: 't' | 'bootstrap' | 'welch';
  } | null;
  /** Of "no difference": paired t, or Mann-Whitney for unpaired values. Null from a single pair. */
  readonly p: number | null;
  /**
   * How many times as many replications the same precision would take with other seeds on both sides: the variances of
   * both over that of their differences. Absent unless paired by seed; null where nothing varies.
   */
  readonly pairingGain?: number | null;
}

/** Beyond this skewness a t-interval of few differences misses too often on one side. Chosen. */
const SKEWED = 1;
/** Fewer differences say too little about their own shape. */
const FEWEST_RESAMPLED = 10;

/** From differences of pairs that shared their random numbers, one at least. `among`: as in `meanInterval`. */
export function pairedEvidence(
  differences: readonly number[],
  level: number,
  among: number,
): DifferenceEvidence {
  if (differences.length < 2) return { mean: differences[0]!, interval: null, p: null };
  const { mean, halfWidth } = meanInterval(differences, level, among);
  const p = pValueOfZero(differences);
  if (differences.length >= FEWEST_RESAMPLED && Math.abs(skewness(differences)) > SKEWED) {
    const { lower, upper } = bootstrapInterval(differences, 1 - (1 - level) / among, resamplingDraws());
    return { mean, interval: { lower, upper, method: 'bootstrap' }, p };
  }
  return { mean, interval: { lower: mean - halfWidth, upper: mean + halfWidth, method: 't' }, p };
}

/** From replications with different seeds, two at least on each side. */
export function unpairedEvidence(
  ours: readonly number[],
  theirs: readonly number[],
  level: number,
  among: number,
): DifferenceEvidence {
  const { p } = mannWhitney(ours, theirs);
  const isFlat = standardDeviation(ours) === 0 && standardDeviation(theirs) === 0;
  const { mean, halfWidth } = isFlat
    ? { mean: ours[0]! - theirs[0]!, halfWidth: 0 }
    : welchInterval(ours, theirs, 1 - (1 - level) / among);
  return { mean, interval: { lower: mean - halfWidth, upper: mean + halfWidth, method: 'welch' }, p };
}

/** A value of the replication with that seed. */
export interface SeedValue {
  readonly seed: number;
  readonly value: number;
}

/**
 * Paired by seed when two seeds or more are common to both sides, by those alone; else from the values of both sides, as
 * if they were independent, which other seeds are. One common seed is a fact without an interval. Null where neither says
 * anything.
 */
export function evidenceBySeed(
  ours: readonly SeedValue[],
  theirs: readonly SeedValue[],
  level: number,
  among: number,
): DifferenceEvidence | null {
  const bySeed = new Map(theirs.map(({ seed, value }) => [seed, value]));
  const pairs = ours.flatMap(({ seed, value }) => {
    const base = bySeed.get(seed);
    return base === undefined ? [] : [[value, base] as const];
  });
  const differences = pairs.map(([value, base]) => value - base);
  const areIndependent = differences.length < 2 && ours.length >= 2 && theirs.length >= 2;
  if (differences.length > 0 && !areIndependent) {
    return { ...pairedEvidence(differences, level, among), pairingGain: pairingGain(pairs) };
  }
  if (!areIndependent) return null;
  const plain = (side: readonly SeedValue[]) => side.map(({ value }) => value);
  return unpairedEvidence(plain(ours), plain(theirs), level, among);
}

function pairingGain(pairs: readonly (readonly [number, number])[]): number | null {
  if (pairs.length < 2) return null;
  const variance = (values: readonly number[]) => squared(standardDeviation(values));
  const [ours, theirs] = [pairs.map(([value]) => value), pairs.map(([, base]) => base)];
  const ofDifferences = variance(pairs.map(([value, base]) => value - base));
  return ofDifferences === 0 ? null : (variance(ours) + variance(theirs)) / ofDifferences;
}

/** Third standardised moment; 0 where nothing varies. At least one value. */
export function skewness(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const second = values.reduce((sum, value) => sum + squared(value - mean), 0) / n;
  const third = values.reduce((sum, value) => sum + squared(value - mean) * (value - mean), 0) / n;
  return second === 0 ? 0 : third / (second * Math.sqrt(second));
}

/**
 * Draws for resampling, the same for every interval: which of the differences are drawn together must not depend on what
 * else a table shows. Mulberry32 (T. Ettinger) with a fixed seed.
 */
function resamplingDraws(): { double(): number } {
  let state = 0x9e3779b9;
  return {
    double() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
