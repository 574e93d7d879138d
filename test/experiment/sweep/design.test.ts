import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAxes } from '../../../src/experiment/sweep/axis.ts';
import { drawn, pointsOf, sobolRow } from '../../../src/experiment/sweep/design.ts';
import { PERMUTATION_KEYS, permutation } from '../../../src/experiment/sweep/permutation.ts';

const levels = (text: string, isDrawn = false): string[] => {
  const [axis] = parseAxes([text], isDrawn);
  return Array.from({ length: axis!.count }, (_, level) => axis!.valueAt(level));
};

describe('parseAxes()', () => {
  test.each([
    { text: 'a=1,2,4', values: ['1', '2', '4'] },
    { text: 'a=[x, y],{ b: [1, 2] },"p,q"', values: ['[x, y]', '{ b: [1, 2] }', '"p,q"'] },
    { text: 'a=1..4', values: ['1', '2', '3', '4'] },
    // The step does not meet 10: 1, 4, 7, 10 would; from 2 it is 2, 5, 8.
    { text: 'a=2..10:3', values: ['2', '5', '8'] },
    // Decimals are exact: ten times 0.1 is 1, not 0.9999999999999999.
    { text: 'a=0.7..1:0.1', values: ['0.7', '0.8', '0.9', '1'] },
    { text: 'a=-1..1', values: ['-1', '0', '1'] },
    { text: 'a=10s..30s:10s', values: ['10s', '20s', '30s'] },
    { text: 'fleet[0].type=m5.large', values: ['m5.large'] },
  ])('reads $text', ({ text, values }) => {
    expect(levels(text)).toEqual(values);
  });

  test('draws from a range without a step three digits finer than written', () => {
    const [axis] = parseAxes(['a=0.5..0.9'], true);
    // 0.5000, 0.5001, ..., 0.9000
    expect(axis!.count).toBe(4001);
    expect([axis!.valueAt(1), axis!.valueAt(4000)]).toEqual(['0.5001', '0.9']);
  });

  test('names every mistake at once', () => {
    const texts = ['a', 'b=', 'c=1,,2', 'd=1,1', 'e=0.5..0.9', 'f=9..1', 'g=1s..9m', 'h=1..9:0', 'seed=1,2'];
    expect(() => parseAxes([...texts, 'x=1', 'x=2'], false)).toThrow(
      expect.objectContaining({ diagnostics: expect.objectContaining({ length: texts.length + 1 }) }),
    );
  });
});

describe('permutation()', () => {
  test('meets every number once, for any size and keys', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), {
      minLength: PERMUTATION_KEYS,
      maxLength: PERMUTATION_KEYS,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), keys, (n, ownKeys) => {
        const order = permutation(n, ownKeys);
        const met = new Set(Array.from({ length: n }, (_, place) => order(place)));
        expect(met.size).toBe(n);
        expect(Math.max(...met)).toBe(n - 1);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  test('reaches the largest size without listing it', () => {
    const order = permutation(2 ** 30, [1, 2, 3, 4, 5, 6, 7, 8]);
    const some = Array.from({ length: 1000 }, (_, place) => order(place));
    expect(new Set(some).size).toBe(1000);
    expect(some.every((value) => value >= 0 && value < 2 ** 30)).toBe(true);
  });
});

describe('pointsOf()', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 0, maxLength: 5 });
  const axesOf = (counts: readonly number[]) =>
    parseAxes(
      counts.map((count, at) => `p${at}=1..${count}`),
      false,
    );

  test('a grid is a bijection of indexes and combinations, the last parameter fastest', () => {
    fc.assert(
      fc.property(sizes, (counts) => {
        const { count, levelsAt } = pointsOf({ kind: 'grid' }, axesOf(counts));
        expect(count).toBe(counts.reduce((product, own) => product * own, 1));
        for (let point = 0; point < count; point++) {
          const digits = levelsAt(point);
          expect(digits.every((level, axis) => level >= 0 && level < counts[axis]!)).toBe(true);
          // Horner: the digits are the index again, so no two indexes share them.
          expect(digits.reduce((index, level, axis) => index * counts[axis]! + level, 0)).toBe(point);
        }
      }),
      { seed: 12, numRuns: 100 },
    );
  });

  test('a Latin hypercube meets each of n equal parts of every parameter once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 1e6 }), (n, seed) => {
        const axes = parseAxes(['a=1..1000', 'b=0.5..0.9', 'c=1..7'], true);
        const { count, unitPointAt } = drawn({ kind: 'lhs', points: n, seed }, axes);
        expect(count).toBe(n);
        const points = Array.from({ length: n }, (_, point) => unitPointAt(point));
        axes.forEach((_, axis) => {
          const parts = new Set(points.map((point) => Math.floor(point[axis]! * n)));
          expect(parts.size).toBe(n);
        });
      }),
      { seed: 13, numRuns: 60 },
    );
  });

  test('drawn points depend on seed and index alone, and stay within the levels', () => {
    const axes = parseAxes(['a=1..3', 'b=x,y'], true);
    for (const kind of ['random', 'lhs', 'sobol'] as const) {
      const points = pointsOf({ kind, points: 64, seed: 5 }, axes);
      const again = pointsOf({ kind, points: 64, seed: 5 }, axes);
      const other = pointsOf({ kind, points: 64, seed: 6 }, axes);
      const all = Array.from({ length: points.count }, (_, point) => points.levelsAt(point));
      expect(again.levelsAt(40)).toEqual(all[40]);
      expect(all).not.toEqual(Array.from({ length: points.count }, (_, point) => other.levelsAt(point)));
      expect(all.every(([a, b]) => a! < 3 && b! < 2 && a! >= 0 && b! >= 0)).toBe(true);
    }
  });

  test('a sobol design takes one column at a time from the second sample', () => {
    const axes = parseAxes(['a=1..1000', 'b=1..1000'], true);
    const { count, levelsAt } = pointsOf({ kind: 'sobol', points: 8, seed: 1 }, axes);
    expect(count).toBe(8 * 4);
    for (let row = 0; row < 8; row++) {
      const [a, b, ab0, ab1] = [0, 1, 2, 3].map((block) => levelsAt(block * 8 + row));
      expect(ab0).toEqual([b![0], a![1]]);
      expect(ab1).toEqual([a![0], b![1]]);
    }
    expect(sobolRow(27, 8)).toEqual({ row: 3, fromB: 1 });
  });
});
