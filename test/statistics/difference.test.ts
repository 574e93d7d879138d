import { describe, expect, test } from 'vitest';
import {
  evidenceBySeed,
  pairedEvidence,
  skewness,
  unpairedEvidence,
} from '../../src/statistics/difference.ts';
import { meanInterval } from '../../src/statistics/intervals.ts';

describe('pairedEvidence()', () => {
  test('one pair is a fact without an interval', () => {
    expect(pairedEvidence([3], 0.95, 1)).toEqual({ mean: 3, interval: null, p: null });
  });

  test('differences of no great skewness get a t-interval', () => {
    const differences = [0.5, 0.7, 0.3, 0.9, 0.3];
    const { mean, halfWidth } = meanInterval(differences, 0.95);
    const { interval, p } = pairedEvidence(differences, 0.95, 1);
    expect(interval).toEqual({ lower: mean - halfWidth, upper: mean + halfWidth, method: 't' });
    expect(p).toBeLessThan(0.05);
  });

  test('skewed ones are resampled: the interval lies to the long side, the same each time', () => {
    const differences = [1, 1, 1, 2, 1, 2, 1, 1, 2, 1, 1, 30];
    const { mean, interval } = pairedEvidence(differences, 0.95, 1);
    expect(skewness(differences)).toBeGreaterThan(1);
    expect(interval!.method).toBe('bootstrap');
    expect(interval!.upper - mean).toBeGreaterThan(mean - interval!.lower);
    // A t-interval would reach below zero, where no difference lies.
    expect(interval!.lower).toBeGreaterThan(0.9);
    expect(pairedEvidence(differences, 0.95, 1)).toEqual({ ...pairedEvidence(differences, 0.95, 1) });
  });
});

describe('unpairedEvidence()', () => {
  test('the interval of Welch, the p-value of Mann and Whitney', () => {
    const evidence = unpairedEvidence([10.2, 11.5, 9.8, 12.1, 10.9], [9.7, 10.8, 9.5, 11.2, 10.6], 0.95, 1);
    expect(evidence.mean).toBeCloseTo(0.54, 12);
    expect(evidence.interval!.upper - evidence.mean).toBeCloseTo(1.2363857, 6);
    expect(evidence.interval!.method).toBe('welch');
    // U = 18 of 25: P(U ≤ 7) = (1 + 1 + 2 + 3 + 5 + 7 + 9 + 11) / 252
    expect(evidence.p).toBeCloseTo(78 / 252, 12);
  });

  test('constants differ with certainty, or not at all', () => {
    expect(unpairedEvidence([2, 2, 2], [1, 1, 1], 0.95, 1).interval).toEqual({
      lower: 1,
      upper: 1,
      method: 'welch',
    });
  });
});

describe('evidenceBySeed()', () => {
  const from = (seed: number, values: readonly number[]) =>
    values.map((value, index) => ({ seed: seed + index, value }));
  const methodOf = (ours: ReturnType<typeof from>, theirs: ReturnType<typeof from>) => {
    const evidence = evidenceBySeed(ours, theirs, 0.95, 1);
    return evidence && [evidence.mean, evidence.interval?.method ?? null];
  };

  test.each([
    // Differences 1, 1, 4 of the seeds 1 to 3; 1 and 4 of 2 and 3 alone; no common seed; one common seed.
    { ours: from(1, [2, 4, 9]), theirs: from(1, [1, 3, 5]), expected: [2, 't'] },
    { ours: from(2, [4, 9, 100]), theirs: from(1, [1, 3, 5]), expected: [2.5, 't'] },
    { ours: from(11, [2, 4, 9]), theirs: from(1, [1, 3, 5]), expected: [2, 'welch'] },
    { ours: from(3, [2, 4, 9]), theirs: from(1, [1, 3, 5]), expected: [2, 'welch'] },
    { ours: from(3, [9]), theirs: from(1, [1, 3, 5]), expected: [4, null] },
    { ours: from(8, [9]), theirs: from(1, [1, 3, 5]), expected: null },
    { ours: [], theirs: from(1, [1, 3, 5]), expected: null },
  ])('$ours against $theirs: $expected', ({ ours, theirs, expected }) => {
    expect(methodOf(ours, theirs)).toEqual(expected);
  });
});

test('evidenceBySeed() says what pairing saves: 5-fold where the sides swing together', () => {
  const from = (values: readonly number[]) => values.map((value, seed) => ({ seed, value }));
  // Variances 10 and 10 (of 1, 3, 5, 7, 9: 40 / 4), of the differences 1, 3, 1, 3, 2: 4 / 4 = 1.
  const gain = evidenceBySeed(from([2, 6, 6, 10, 11]), from([1, 3, 5, 7, 9]), 0.95, 1)!.pairingGain;
  // 2, 6, 6, 10, 11 has mean 7 and variance (25 + 1 + 1 + 9 + 16) / 4 = 13.
  expect(gain).toBeCloseTo((10 + 13) / 1, 12);
  expect(evidenceBySeed(from([2, 3]), from([1, 2]), 0.95, 1)!.pairingGain).toBeNull();
});
