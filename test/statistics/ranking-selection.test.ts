import { describe, expect, test } from 'vitest';
import { ocbaShares, rinottConstant, rinottReplications } from '../../src/statistics/ranking-selection.ts';

describe('rinottConstant', () => {
  // Published tables of Rinott's constant.
  test.each([
    { alternatives: 2, first: 20, p: 0.95, h: 2.452 },
    { alternatives: 3, first: 20, p: 0.95, h: 2.937 },
    { alternatives: 4, first: 20, p: 0.95, h: 3.203 },
    { alternatives: 5, first: 20, p: 0.95, h: 3.385 },
    { alternatives: 10, first: 20, p: 0.95, h: 3.875 },
    { alternatives: 20, first: 20, p: 0.95, h: 4.302 },
    { alternatives: 2, first: 10, p: 0.95, h: 2.614 },
    { alternatives: 10, first: 10, p: 0.95, h: 4.29 },
    { alternatives: 10, first: 20, p: 0.9, h: 3.437 },
    { alternatives: 10, first: 20, p: 0.99, h: 4.794 },
  ])('$alternatives alternatives, $first first replications, P* $p: $h', ({ alternatives, first, p, h }) => {
    expect(Math.abs(rinottConstant(alternatives, first, p) - h)).toBeLessThan(0.0006);
  });

  // (2.452 · 3 / 1)² = 54.1: 55; with a small deviation the first stage is enough.
  test('replications', () => {
    expect([rinottReplications(2.452, 3, 1, 20), rinottReplications(2.452, 0.1, 1, 20)]).toEqual([55, 20]);
  });
});

describe('ocbaShares', () => {
  // (1/1)² = 1, (2/2)² = 1, (2/3)² = .444; the best 1·√(1² + (1/2)² + (.444/2)²) = 1.140; of 3.584 in all.
  test('gives the best and its nearest rivals most', () => {
    const shares = ocbaShares([1, 2, 3, 4], [1, 1, 2, 2]);
    expect(shares.map((share) => (share * 100).toFixed(2))).toEqual(['31.80', '27.90', '27.90', '12.40']);
  });

  test('nothing known: equal shares', () => {
    expect(ocbaShares([1, 1], [0, 0])).toEqual([0.5, 0.5]);
  });
});
