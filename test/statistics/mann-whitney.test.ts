import { describe, expect, test } from 'vitest';
import { mannWhitney } from '../../src/statistics/mann-whitney.ts';

describe('mannWhitney()', () => {
  test.each([
    // 1 of 20 orders is as extreme, on each side: 2 / 20
    { ours: [1, 2, 3], theirs: [4, 5, 6], u: 0, p: 0.1 },
    { ours: [4, 5, 6], theirs: [1, 2, 3], u: 9, p: 0.1 },
    // U ≤ 1 in 2 of 20 orders
    { ours: [1, 2, 4], theirs: [3, 5, 6], u: 1, p: 0.2 },
    // U ≤ 4 of 25, of 252 orders: 1 + 1 + 2 + 3 + 5 = 12
    { ours: [1, 2, 3, 6, 7], theirs: [4, 5, 8, 9, 10], u: 4, p: 24 / 252 },
    // In the middle of U: nothing to say.
    { ours: [1, 4], theirs: [2, 3], u: 2, p: 1 },
  ])('exact for $ours against $theirs', ({ ours, theirs, u, p }) => {
    expect(mannWhitney(ours, theirs).u).toBe(u);
    expect(mannWhitney(ours, theirs).p).toBeCloseTo(p, 12);
  });

  test('ties count half and shrink the variance; equal samples differ in nothing', () => {
    // Mean 12.5, variance 25/12 · (11 − (24 + 24 + 6)/90): z = (12.5 − 4 − .5) / 4.6547 = 1.7187
    const { u, p } = mannWhitney([1, 2, 2, 3, 3], [2, 3, 4, 4, 5]);
    expect(u).toBe(4);
    expect(p).toBeCloseTo(0.08567, 4);
    expect(mannWhitney([3, 3, 3], [3, 3, 3]).p).toBe(1);
  });

  test('the normal approximation meets the exact count', () => {
    const ours = Array.from({ length: 30 }, (_, at) => 2 * at);
    const theirs = Array.from({ length: 30 }, (_, at) => 2 * at + 11);
    const exact = mannWhitney(ours, theirs).p;
    const approximate = mannWhitney(ours, [...theirs, 1e9]).p;
    expect(Math.abs(exact - approximate)).toBeLessThan(0.1);
    expect(exact).toBeGreaterThan(0);
  });
});
