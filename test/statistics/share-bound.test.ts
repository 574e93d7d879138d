import { describe, expect, test } from 'vitest';
import { mostFailures, shareLowerBound } from '../../src/statistics/share-bound.ts';

describe('shareLowerBound()', () => {
  test.each([
    // Everything passed: (1 - confidence)^(1/n). 0.05^(1/30) = 0.904966, 0.05^(1/59) = 0.950492, 0.01^(1/10) = 0.630957
    { passed: 30, n: 30, confidence: 0.95, bound: 0.904966 },
    { passed: 59, n: 59, confidence: 0.95, bound: 0.950492 },
    { passed: 10, n: 10, confidence: 0.99, bound: 0.630957 },
    // One of two: P(X ≥ 1) = 1 - (1 - p)² = 0.05, so p = 0.025321
    { passed: 1, n: 2, confidence: 0.95, bound: 0.025321 },
    { passed: 0, n: 5, confidence: 0.95, bound: 0 },
  ])('$passed of $n at $confidence: $bound', ({ passed, n, confidence, bound }) => {
    expect(shareLowerBound(passed, n, confidence)).toBeCloseTo(bound, 6);
  });

  test('is where as many passes become just unlikely: P(X ≥ 18 of 20 | bound) = 5 %', () => {
    const p = shareLowerBound(18, 20, 0.95);
    // C(20,18) p^18 q^2 + 20 p^19 q + p^20
    const tail = 190 * p ** 18 * (1 - p) ** 2 + 20 * p ** 19 * (1 - p) + p ** 20;
    expect(tail).toBeCloseTo(0.05, 9);
  });
});

describe('mostFailures()', () => {
  test.each([
    { n: 28, failures: -1 },
    { n: 29, failures: 0 },
    // With one failure a share of 0.9 takes 46 cases, with two 61 (Wilks' sample sizes).
    { n: 45, failures: 0 },
    { n: 46, failures: 1 },
    { n: 60, failures: 1 },
    { n: 61, failures: 2 },
  ])('$failures of $n may fail for 90 % at 95 %', ({ n, failures }) => {
    expect(mostFailures(n, 0.9, 0.95)).toBe(failures);
  });
});
