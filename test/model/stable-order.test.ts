import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderByWords, stableOrder } from '../../src/model/stable-order.ts';

describe('stableOrder()', () => {
  test.each([
    { name: 'nothing', values: [], order: [] },
    { name: 'equal values in the order of their rows', values: [7, 7, 7], order: [0, 1, 2] },
    { name: 'zeros alone', values: [0, 0], order: [0, 1] },
    // Digits of 11 bits: 2047 and 2048 differ in the second, 2^32 is the first that needs the upper word.
    { name: 'digits and words', values: [2 ** 32, 2048, 2047, 2 ** 32 + 1, 0], order: [4, 2, 1, 0, 3] },
    { name: 'the largest whole number', values: [2 ** 53, 2 ** 53 - 1, 2 ** 33], order: [2, 1, 0] },
  ])('sorts $name', ({ values, order }) => {
    expect([...stableOrder(Float64Array.from(values))]).toEqual(order);
  });

  test('agrees with a comparison sort for whole numbers of any size', () => {
    const value = fc.oneof(fc.nat(5), fc.nat(5000), fc.maxSafeNat());
    fc.assert(
      fc.property(fc.array(value, { maxLength: 80 }), (values) => {
        const expected = values.map((_, row) => row).sort((a, b) => values[a]! - values[b]! || a - b);
        expect([...stableOrder(Float64Array.from(values))]).toEqual(expected);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

test('orderByWords() sorts by the last column, then by those before it, then by row', () => {
  const attempts = Uint16Array.from([1, 0, 0, 65_535, 0]);
  const ordinals = Int32Array.from([5, 2 ** 31 - 1, 5, 5, 5]);
  expect([...orderByWords([attempts, ordinals])]).toEqual([2, 4, 0, 3, 1]);
});
