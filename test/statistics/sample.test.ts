import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../src/kernel/random-streams.ts';
import { Sample, SKETCH_ACCURACY } from '../../src/statistics/sample.ts';
import { quantile } from '../../src/statistics/descriptive.ts';
import { exp } from '../../src/detmath.ts';

const SHARES = [0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.9999, 1];

describe('Sample', () => {
  test('of nothing has no mean, no maximum, no quantile', () => {
    const sample = new Sample();
    expect([sample.count, sample.mean, sample.max, sample.quantile(0.5)]).toEqual([0, null, null, null]);
  });

  test('gives exact quantiles up to its limit, values in any order', () => {
    const sample = new Sample(5);
    for (const value of [30, 10, 20, 50, 40]) sample.add(value);
    expect(sample.isSketched).toBe(false);
    expect([0.2, 0.5, 0.9, 1].map((p) => sample.quantile(p))).toEqual([10, 30, 50, 50]);
    expect([sample.mean, sample.max]).toEqual([30, 50]);
  });

  test('beyond it keeps every quantile within the stated relative error, mean and maximum exact', () => {
    const draws = new RandomStreams(1, 0).stream('sample');
    const sample = new Sample(100);
    // From zeros over milliseconds to months: nine orders of magnitude.
    const values = Array.from({ length: 20_000 }, (_, index) =>
      index % 10 === 0 ? 0 : Math.floor(exp(draws.double() * 22)),
    );
    for (const value of values) sample.add(value);
    const sorted = Float64Array.from(values).sort();
    expect(sample.isSketched).toBe(true);
    for (const p of SHARES) {
      const exact = quantile(sorted, p);
      expect(Math.abs(sample.quantile(p)! - exact), `p ${p}`).toBeLessThanOrEqual(
        SKETCH_ACCURACY * exact * (1 + 1e-9),
      );
    }
    expect(sample.max).toBe(sorted[sorted.length - 1]);
    expect(sample.sum).toBe(values.reduce((sum, value) => sum + value, 0));
  });

  test('loses nobody where it changes over', () => {
    const sample = new Sample(3);
    for (const value of [1, 2, 3, 4]) sample.add(value);
    expect([sample.count, sample.mean]).toEqual([4, 2.5]);
    expect(sample.quantile(0.25)).toBeCloseTo(1, 2);
    expect(sample.quantile(1)).toBe(4);
  });

  test('beyond its limit a run of equal values counts like each of them', () => {
    const sample = new Sample(4);
    const plain: number[] = [];
    for (let n = 0; n < 300; n++) {
      // Ten times 0, ten times 1, ten times another value, by turns.
      const value = [0, 1, 50 + n][Math.floor(n / 10) % 3]!;
      sample.add(value);
      plain.push(value);
    }
    plain.sort((a, b) => a - b);
    expect([sample.quantile(0.3), sample.quantile(1)]).toEqual([0, plain.at(-1)]);
    for (const p of [0.4, 0.5, 0.6, 0.7, 0.9]) {
      const exact = plain[Math.ceil(p * plain.length) - 1]!;
      expect(Math.abs(sample.quantile(p)! - exact)).toBeLessThanOrEqual(0.001 * exact + 1e-9);
    }
    // Asking puts the last run in; more may follow it.
    sample.add(plain.at(-1)!);
    expect([sample.count, sample.quantile(0.3)]).toEqual([301, 0]);
  });
});
