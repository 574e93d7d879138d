import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alignmentDistance,
  didYouMean,
  listed,
  nearestNames,
} from '../../../src/io/scenario/did-you-mean.ts';

describe('alignmentDistance()', () => {
  test.each([
    ['', 'abc', 3],
    ['memory', 'memory', 0],
    // one swap of neighbours
    ['memroy', 'memory', 1],
    ['kitten', 'sitting', 3],
    // optimal string alignment edits no part twice: CA -> A -> ABC would be 2 otherwise
    ['ca', 'abc', 3],
  ])('%s and %s are %d apart', (a, b, distance) => {
    expect(alignmentDistance(a, b)).toBe(distance);
  });

  test('is symmetric, and 0 only for equal words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(alignmentDistance(a, b)).toBe(alignmentDistance(b, a));
        expect(alignmentDistance(a, b) === 0).toBe(a === b);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('nearestNames()', () => {
  const names = ['cpu', 'memory', 'ephemeral', 'gpu', 'placementStrategy', 'binpack', 'spread'];
  test.each([
    ['memroy', ['memory']],
    // length 3: one edit; both are one away, the catalogue's order decides
    ['cpuu', ['cpu']],
    ['xpu', ['cpu', 'gpu']],
    ['CPU', ['cpu', 'gpu']],
    ['mem', ['memory']],
    ['placementStrategies', ['placementStrategy']],
    ['binpak', ['binpack']],
    ['x', []],
    ['', []],
    ['z'.repeat(10_000), []],
  ])('%s: %j', (word, expected) => {
    expect(nearestNames(word, names)).toEqual(expected);
  });

  test('gives three at most', () => {
    expect(nearestNames('aa', ['ab', 'ac', 'ad', 'ae'])).toEqual(['ab', 'ac', 'ad']);
  });
});

test('didYouMean() suggests, else lists up to 20 valid names, else says nothing', () => {
  expect(didYouMean('spred', ['spread', 'random'])).toBe('did you mean "spread"?');
  expect(didYouMean('xyz', ['spread', 'random'])).toBe('use spread or random');
  expect(
    didYouMean(
      'xyz',
      Array.from({ length: 21 }, (_, index) => `name-${index}`),
    ),
  ).toBeUndefined();
});

test('listed() joins as people do', () => {
  expect([listed([], 'or'), listed(['a'], 'or'), listed(['a', 'b', 'c'], 'and')]).toEqual([
    '',
    'a',
    'a, b and c',
  ]);
});
