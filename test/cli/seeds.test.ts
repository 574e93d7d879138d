import { describe, expect, test } from 'vitest';
import { jobsOf, seedsOf } from '../../src/cli/seeds.ts';

describe('seedsOf', () => {
  test.each([
    ['1..4', [1, 2, 3, 4]],
    ['3,7,9', [3, 7, 9]],
    ['5', [5]],
    ['1..2, 8', [1, 2, 8]],
  ])('%s', (text, seeds) => {
    expect(seedsOf({ seeds: text })).toEqual({ kind: 'list', seeds });
  });

  test.each([
    ['auto', null],
    ['auto:0.5%', 0.005],
  ])('%s', (text, precision) => {
    expect(seedsOf({ seeds: text })).toEqual({ kind: 'auto', precision });
  });

  test('nothing asked: one run', () => {
    expect(seedsOf({})).toBeNull();
  });

  test.each([
    ['', "cannot use --seeds ''"],
    ['4..1', "cannot use --seeds '4..1': 4..1 goes backwards"],
    ['1..x', "cannot use --seeds '1..x'"],
    ['1,2,1', '--seeds names 1 more than once'],
    ['1..100000', "cannot use --seeds '1..100000': more than 10000 seeds"],
    ['auto:0%', "cannot use --seeds 'auto:0%': nothing is that precise"],
    ['-3', "cannot use --seeds '-3'"],
  ])('refuses %j', (text, message) => {
    expect(() => seedsOf({ seeds: text })).toThrow(message);
  });

  test('not together with --seed', () => {
    expect(() => seedsOf({ seeds: '1..3', seed: '4' })).toThrow('cannot use --seed and --seeds together');
  });
});

describe('jobsOf', () => {
  test('whole numbers from 1', () => {
    expect(jobsOf({ jobs: 3 })).toBe(3);
    expect(jobsOf({})).toBeGreaterThanOrEqual(1);
    for (const jobs of [0, 1.5, Number.NaN]) expect(() => jobsOf({ jobs })).toThrow('cannot use --jobs');
  });
});
