import { describe, expect, test } from 'vitest';
import {
  holm,
  isPreciseEnough,
  meanInterval,
  pairedInterval,
  pValueOfZero,
  welchInterval,
} from '../../src/statistics/intervals.ts';
import { studentTCdf, studentTQuantile } from '../../src/statistics/student-t.ts';

const OURS = [10.2, 11.5, 9.8, 12.1, 10.9];
const THEIRS = [9.7, 10.8, 9.5, 11.2, 10.6];

describe('studentTQuantile', () => {
  // t(df, .975), to the digits of common tables; df 1 is tan(.475 π).
  test.each([
    [1, 12.706204736432095],
    [4, 2.7764451051977987],
    [9, 2.2621571627409915],
    [19, 2.0930240544082634],
    [29, 2.045229642132703],
    [99, 1.9842169515086827],
  ])('%i degrees of freedom: %f', (df, t) => {
    expect(studentTQuantile(0.975, df)).toBeCloseTo(t, 9);
    expect(studentTQuantile(0.025, df)).toBeCloseTo(-t, 9);
    expect(studentTCdf(t, df)).toBeCloseTo(0.975, 10);
  });

  // Bonferroni: .95 shared among m intervals of ten replications.
  test('shares the level among several', () => {
    expect(studentTQuantile(1 - 0.05 / 6, 9)).toBeCloseTo(2.9333, 4);
    expect(studentTQuantile(1 - 0.05 / 20, 9)).toBeCloseTo(3.6897, 4);
  });
});

describe('meanInterval, pairedInterval, welchInterval', () => {
  test('a mean', () => {
    const { mean, deviation, halfWidth } = meanInterval(OURS, 0.95);
    expect([mean, deviation, halfWidth].map((value) => value.toFixed(7))).toEqual([
      '10.9000000',
      '0.9354143',
      '1.1614703',
    ]);
  });

  // Differences .5 .7 .3 .9 .3.
  test('a difference of pairs', () => {
    const { mean, deviation, halfWidth } = pairedInterval(OURS, THEIRS, 0.95);
    expect([mean, deviation, halfWidth].map((value) => value.toFixed(7))).toEqual([
      '0.5400000',
      '0.2607681',
      '0.3237864',
    ]);
  });

  test('a difference of means with unequal variances', () => {
    const { halfWidth, df } = welchInterval(OURS, THEIRS, 0.95);
    expect([halfWidth.toFixed(7), df.toFixed(6)]).toEqual(['1.2363857', '7.554301']);
  });
});

describe('isPreciseEnough', () => {
  // γ = 10 %: half the width may be .1/1.1 = 9.09 % of the mean.
  test('stops at the relative precision, not before ten replications', () => {
    const interval = { mean: -100, deviation: 1, df: 9 };
    expect(isPreciseEnough({ ...interval, halfWidth: 9.09 }, 0.1)).toBe(true);
    expect(isPreciseEnough({ ...interval, halfWidth: 9.1 }, 0.1)).toBe(false);
    expect(isPreciseEnough({ ...interval, halfWidth: 0, df: 8 }, 0.1)).toBe(false);
  });
});

describe('holm', () => {
  // Sorted .01 .02 .03 .04: 4·.01, max(3·.02), 2·.03, .04 raised to .06.
  test('steps down, never lower than a smaller p', () => {
    expect(holm([0.04, 0.01, 0.03, 0.02]).map((p) => p.toFixed(2))).toEqual(['0.06', '0.04', '0.06', '0.06']);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });
});

describe('pValueOfZero', () => {
  test('is .05 where the interval touches zero', () => {
    const { mean, halfWidth } = meanInterval(OURS, 0.95);
    expect(pValueOfZero(OURS.map((value) => value - mean + halfWidth))).toBeCloseTo(0.05, 9);
    expect([pValueOfZero([2, 2]), pValueOfZero([0, 0])]).toEqual([0, 1]);
  });
});
