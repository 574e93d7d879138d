import { describe, expect, test } from 'vitest';
import { ln } from '../../src/detmath.ts';
import { RandomStreams } from '../../src/kernel/random-streams.ts';
import { bootstrapInterval } from '../../src/statistics/bootstrap.ts';
import { meanInterval } from '../../src/statistics/intervals.ts';
import { paretoFront } from '../../src/statistics/pareto.ts';
import { sobolIndices } from '../../src/statistics/sobol-indices.ts';

const streams = new RandomStreams('statistics', 0);

describe('meanInterval', () => {
  /** Mean wait of customers of M/M/1 at ρ = .5, from the stationary start: P(W = 0) = 1 - ρ, else exponential (μ - λ). */
  function meanWait(draws: { double(): number }, customers: number): number {
    const exponential = (rate: number) => -ln(1 - draws.double()) / rate;
    let wait = draws.double() < 0.5 ? 0 : exponential(0.5);
    let sum = 0;
    for (let customer = 0; customer < customers; customer++) {
      sum += wait;
      wait = Math.max(wait + exponential(1) - exponential(0.5), 0);
    }
    return sum / customers;
  }

  // 2,000 intervals of ten replications: .95 · 2000 = 1,900 ± 3.3 standard deviations of √(2000·.95·.05) = 9.7.
  test('covers the true wait of 1 as often as it says', () => {
    const draws = streams.stream('coverage');
    let hits = 0;
    for (let run = 0; run < 2000; run++) {
      const waits = Array.from({ length: 10 }, () => meanWait(draws, 1000));
      const { mean, halfWidth } = meanInterval(waits, 0.95);
      if (Math.abs(mean - 1) <= halfWidth) hits += 1;
    }
    expect(hits).toBeGreaterThanOrEqual(1867);
    expect(hits).toBeLessThanOrEqual(1931);
  });
});

describe('bootstrapInterval', () => {
  // Exponential values, mean 1: 25 of them are far from normal.
  test('covers a skewed mean nearly as often as it says, and lies askew', () => {
    const draws = streams.stream('bootstrap');
    let hits = 0;
    let above = 0;
    for (let run = 0; run < 300; run++) {
      const values = Array.from({ length: 25 }, () => -ln(1 - draws.double()));
      const { mean, lower, upper } = bootstrapInterval(values, 0.95, draws, 400);
      if (lower <= 1 && 1 <= upper) hits += 1;
      if (upper - mean > mean - lower) above += 1;
    }
    expect(hits).toBeGreaterThan(264);
    expect(above).toBeGreaterThan(270);
  });

  test('has no width where nothing varies', () => {
    expect(bootstrapInterval([3, 3, 3], 0.95, streams.stream('flat'))).toEqual({
      mean: 3,
      lower: 3,
      upper: 3,
    });
  });
});

describe('paretoFront', () => {
  test('keeps what nothing beats, and what a tolerance cannot tell apart', () => {
    const points = [
      [1, 5],
      [2, 2],
      [3, 3],
      [5, 1],
      [2, 2],
    ];
    expect(paretoFront(points)).toEqual([0, 1, 3, 4]);
    // Differences of one are ties: (2, 2) is as cheap as (1, 5), and much faster; (3, 3) is as good as (2, 2).
    expect(paretoFront(points, [1, 1])).toEqual([1, 2, 4]);
  });
});

describe('sobolIndices', () => {
  // Ishigami's function with a = 7, b = .1: S .3139, .4424, 0; ST .5576, .4424, .2437.
  test('of a function whose shares are known', () => {
    const draws = streams.stream('sobol');
    const sample = () =>
      Array.from({ length: 2 ** 14 }, () =>
        Array.from({ length: 3 }, () => (2 * draws.double() - 1) * Math.PI),
      );
    const { first, total } = sobolIndices(sample(), sample(), ([x = 0, y = 0, z = 0]) => {
      const sine = Math.sin(y);
      return Math.sin(x) + 7 * sine * sine + 0.1 * z * z * z * z * Math.sin(x);
    });
    for (const [at, share] of [0.313905, 0.442411, 0].entries())
      expect(Math.abs(first[at]! - share)).toBeLessThan(0.02);
    for (const [at, share] of [0.557589, 0.442411, 0.243684].entries()) {
      expect(Math.abs(total[at]! - share)).toBeLessThan(0.02);
    }
  });
});
