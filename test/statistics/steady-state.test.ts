import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compensatedSum } from '../../src/statistics/descriptive.ts';
import { batchMeans, mser5, overlappingBatchMeans } from '../../src/statistics/steady-state.ts';

const RUN = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4];

describe('batchMeans and overlappingBatchMeans', () => {
  // Batches of five: 14/5, 25/5, 38/5, 20/5; their variance 4.17.
  test('batches', () => {
    const { mean, deviation, halfWidth } = batchMeans(RUN, 5, 0.95);
    expect(mean).toBeCloseTo(4.85, 12);
    expect(deviation * deviation).toBeCloseTo(4.17, 12);
    expect(halfWidth).toBeCloseTo(3.2493696, 7);
  });

  test('all batches that overlap', () => {
    const { varianceConstant, deviation, df, halfWidth } = overlappingBatchMeans(RUN, 5, 0.95);
    expect(varianceConstant).toBeCloseTo(10.5583333, 7);
    expect(deviation * deviation).toBeCloseTo(0.5279167, 7);
    expect(df).toBe(4.5);
    expect(halfWidth).toBeCloseTo(1.9319092, 7);
  });
});

const compensatedMean = (values: readonly number[]) => compensatedSum(values) / values.length;

describe('mser5', () => {
  test('cuts what still falls', () => {
    const values = [
      20, 18, 15, 12, 10, 9, 8, 7, 6, 6, 5, 5, 4, 6, 5, 5, 4, 6, 5, 5, 6, 5, 4, 5, 5, 4, 5, 6, 5, 5,
    ];
    const { observations, mser, tooShort } = mser5(values);
    expect([observations, tooShort]).toEqual([10, false]);
    expect(mser[0]).toBeCloseTo(2.2231481, 7);
    expect(mser[1]).toBeCloseTo(0.15488, 10);
    const rest = values.slice(observations);
    expect(rest.reduce((sum, value) => sum + value, 0) / rest.length).toBe(5);
  });

  test('cuts where sums over each rest would: 300 random runs', () => {
    const plain = (values: readonly number[]) => {
      const batches = Array.from({ length: Math.floor(values.length / 5) }, (_, at) =>
        compensatedMean(values.slice(at * 5, at * 5 + 5)),
      );
      const statistics = Array.from({ length: Math.floor(batches.length / 2) + 1 }, (_, cut) => {
        const rest = batches.slice(cut);
        const mean = compensatedMean(rest);
        return compensatedMean(rest.map((value) => (value - mean) ** 2)) / rest.length;
      });
      return statistics.indexOf(Math.min(...statistics)) * 5;
    };
    // Values that are zero or equal for long make many cuts equally good.
    const value = fc.oneof(fc.constantFrom(0, 0, 7), fc.integer({ min: 0, max: 1e7 }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 10, maxLength: 200 }), (values) => {
        expect(mser5(values).observations).toBe(plain(values));
      }),
      { numRuns: 300, seed: 20261123 },
    );
  });

  test('takes a million values, most of them alike', () => {
    // 500 of 1, then nothing but 0: cut there, and no later.
    const values = Array.from({ length: 1e6 }, (_, at) => (at < 500 ? 1 : 0));
    expect(mser5(values).observations).toBe(500);
  });

  test('says so when a run falls to its end', () => {
    expect(mser5(Array.from({ length: 40 }, (_, index) => 40 - index)).tooShort).toBe(true);
  });
});
