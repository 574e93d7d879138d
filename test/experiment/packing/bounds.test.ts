import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowerBound1, lowerBound2, makespanBoundMs } from '../../../src/experiment/packing/bounds.ts';
import { fewestBins } from '../../support/oracles/branch-and-bound.ts';
import * as oracle from '../../support/oracles/packing-bounds.ts';

const times = (count: number, size: number) => Array.from({ length: count }, () => [size]);
const bins = (count: number, capacity: number) => times(count, capacity);

describe('lowerBound1() and lowerBound2()', () => {
  test('seven tasks of 51 on machines of 100: 4 by volume, 7 because no two fit together', () => {
    expect(lowerBound1(times(7, 51), bins(10, 100))).toBe(4);
    expect(lowerBound2(times(7, 51), bins(10, 100))).toBe(7);
  });

  test('6 × 51, 6 × 27, 6 × 26, 12 × 23 on machines of 100 need 9', () => {
    const tasks = [...times(6, 51), ...times(6, 27), ...times(6, 26), ...times(12, 23)];
    expect(lowerBound1(tasks, bins(11, 100))).toBe(9);
    expect(lowerBound2(tasks, bins(11, 100))).toBe(9);
  });

  test('the scarcest resource counts, by itself', () => {
    // CPU 6 / 4 → 2, memory 12 / 4 → 3
    const tasks = [
      [2, 4],
      [2, 4],
      [2, 4],
    ];
    const machines = Array.from({ length: 5 }, () => [4, 4]);
    expect(lowerBound1(tasks, machines)).toBe(3);
    expect(lowerBound2(tasks, machines)).toBe(3);
  });

  test('of different machines the largest come first; too little in all is no number', () => {
    expect(lowerBound1(times(10, 2), [[4], [12], [4], [8]])).toBe(2);
    expect(lowerBound1(times(10, 3), [[4], [12], [4], [8]])).toBe(Number.POSITIVE_INFINITY);
  });

  test('tasks that may stay out are the largest', () => {
    expect(lowerBound1([[90], [90], [10]], bins(5, 100), 2)).toBe(1);
    expect(lowerBound2(times(7, 51), bins(10, 100), 3)).toBe(4);
  });

  test('are those of the plain definition, and no packing beats them', () => {
    const instance = fc
      .integer({ min: 1, max: 40 })
      .chain((capacity) =>
        fc.tuple(fc.constant(capacity), fc.array(fc.integer({ min: 1, max: capacity }), { maxLength: 10 })),
      );
    fc.assert(
      fc.property(instance, ([capacity, sizes]) => {
        const tasks = sizes.map((size) => [size]);
        const machines = bins(20, capacity);
        const optimum = fewestBins(sizes, capacity);
        expect(lowerBound1(tasks, machines)).toBe(oracle.lowerBound1(tasks, [capacity]));
        expect(lowerBound2(tasks, machines)).toBe(oracle.lowerBound2(sizes, capacity));
        expect(lowerBound2(tasks, machines)).toBeLessThanOrEqual(optimum);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe('makespanBoundMs()', () => {
  const task = (amounts: readonly number[], submitMs: number, durationMs: number) => ({
    amounts,
    submitMs,
    durationMs,
  });
  test.each([
    // 4 × 10 of work on 2 → 20
    { name: 'work', tasks: Array.from({ length: 4 }, () => task([1], 0, 10)), capacity: [2], boundMs: 20 },
    { name: 'the longest task', tasks: [task([1], 5, 100), task([1], 5, 10)], capacity: [8], boundMs: 100 },
    { name: 'the last arrival', tasks: [task([1], 5, 10), task([1], 90, 10)], capacity: [8], boundMs: 95 },
    // Memory: (3 + 3) × 10 / 4 = 15
    {
      name: 'the scarcer resource',
      tasks: [task([1, 3], 0, 10), task([1, 3], 0, 10)],
      capacity: [4, 4],
      boundMs: 15,
    },
  ])('$name', ({ tasks, capacity, boundMs }) => {
    expect(makespanBoundMs(tasks, capacity)).toBe(boundMs);
  });

  test('without tasks there is none', () => {
    expect(makespanBoundMs([], [4])).toBeNull();
  });
});
