import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fewestBins } from './branch-and-bound.ts';
import {
  bestFit,
  firstFit,
  firstFitDecreasing,
  lowerBound1,
  lowerBound2,
  makespanBound,
  nextFit,
} from './packing-bounds.ts';

const times = (count: number, size: number) => Array.from({ length: count }, () => size);
const scalar = (items: readonly number[]) => items.map((item) => [item]);

/** Up to eleven items for bins of 1 to 60, so that branch and bound is quick. */
const instance = fc
  .integer({ min: 1, max: 60 })
  .chain((capacity) =>
    fc.tuple(fc.constant(capacity), fc.array(fc.integer({ min: 1, max: capacity }), { maxLength: 11 })),
  );

/** STOWAGE_NIGHTLY asks for the long form. */
const numRuns = process.env['STOWAGE_NIGHTLY'] === undefined ? 2000 : 20_000;

describe('bounds on bins', () => {
  test('seven items of 51 in bins of 100: L1 says 4, L2 says 7', () => {
    expect(lowerBound1(scalar(times(7, 51)), [100])).toBe(4);
    expect(lowerBound2(times(7, 51), 100)).toBe(7);
  });

  test('the classic case in which first fit decreasing needs 11 bins and 9 do', () => {
    const items = [...times(6, 51), ...times(6, 27), ...times(6, 26), ...times(12, 23)];
    expect(firstFitDecreasing(items, 100)).toBe(11);
    // 9 × 100 = 900 = 306 + 162 + 156 + 276, so L1 proves 9 from below; {51, 26, 23} × 6 and {27, 27, 23, 23} × 3
    expect(lowerBound1(scalar(items), [100])).toBe(9);
    const packing = [...times(6, 51 + 26 + 23), ...times(3, 27 + 27 + 23 + 23)];
    expect(packing).toEqual(times(9, 100));
    expect(items.reduce((sum, item) => sum + item, 0)).toBe(900);
  });

  test('bins of 61 need one more than bins of 60 under first fit decreasing', () => {
    const items = [38, 33, 31, 30, 26, 21, 18, 18, 16, 15, 15, 14, 12, 10];
    expect(firstFitDecreasing(items, 60)).toBe(5);
    expect(firstFitDecreasing(items, 61)).toBe(6);
  });

  test('identical items: every packer needs ⌈n / ⌊C/w⌋⌉', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(60),
        (w, extra, n) => {
          const capacity = w + extra - 1;
          const bins = Math.ceil(n / Math.floor(capacity / w));
          for (const pack of [nextFit, firstFit, bestFit, firstFitDecreasing]) {
            expect(pack(times(n, w), capacity)).toBe(bins);
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  test('fewestBins() lies between the lower bounds and every packer, and packers keep their guarantees', () => {
    fc.assert(
      fc.property(instance, ([capacity, items]) => {
        const optimum = fewestBins(items, capacity);
        expect(lowerBound1(scalar(items), [capacity])).toBeLessThanOrEqual(lowerBound2(items, capacity));
        expect(lowerBound2(items, capacity)).toBeLessThanOrEqual(optimum);
        expect(nextFit(items, capacity)).toBeLessThanOrEqual(Math.max(0, 2 * optimum - 1));
        expect(firstFit(items, capacity)).toBeLessThanOrEqual(Math.floor(1.7 * optimum));
        expect(bestFit(items, capacity)).toBeLessThanOrEqual(Math.floor(1.7 * optimum));
        expect(9 * firstFitDecreasing(items, capacity)).toBeLessThanOrEqual(11 * optimum + 6);
        for (const pack of [nextFit, firstFit, bestFit, firstFitDecreasing]) {
          expect(pack(items, capacity)).toBeGreaterThanOrEqual(optimum);
        }
      }),
      { seed: 1, numRuns },
    );
  });

  test('fewestBins() equals the least over all assignments of up to six items', () => {
    const tiny = fc
      .integer({ min: 1, max: 12 })
      .chain((capacity) =>
        fc.tuple(fc.constant(capacity), fc.array(fc.integer({ min: 1, max: capacity }), { maxLength: 6 })),
      );
    fc.assert(
      fc.property(tiny, ([capacity, items]) => {
        expect(fewestBins(items, capacity)).toBe(byPartitions(items, capacity));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('lowerBound1() takes the scarcest resource', () => {
    // cpu 6/4 → 2, memory 12/4 → 3
    expect(
      lowerBound1(
        [
          [2, 4],
          [2, 4],
          [2, 4],
        ],
        [4, 4],
      ),
    ).toBe(3);
  });
});

describe('makespanBound()', () => {
  test.each([
    // 4 × 10 of work on 2 → 20
    {
      name: 'work',
      tasks: [
        [2, 0, 10],
        [2, 0, 10],
      ],
      bound: 20,
    },
    { name: 'longest task', tasks: [[1, 0, 50]], bound: 50 },
    {
      name: 'last arrival',
      tasks: [
        [1, 0, 5],
        [1, 90, 5],
      ],
      bound: 95,
    },
    {
      name: 'work begins with the first arrival',
      tasks: [
        [2, 100, 10],
        [2, 100, 10],
      ],
      bound: 120,
    },
  ])('is set by the $name', ({ tasks, bound }) => {
    const bounded = tasks.map(([size, submitMs, runtimeMs]) => ({
      sizes: [size!],
      submitMs: submitMs!,
      runtimeMs: runtimeMs!,
    }));
    expect(makespanBound(bounded, [2])).toBe(bound);
  });
});

/** Every assignment of each item to one of the first bins. */
function byPartitions(items: readonly number[], capacity: number, rooms: readonly number[] = []): number {
  const [item, ...rest] = items;
  if (item === undefined) return rooms.length;
  const choices = rooms.map((room, bin) => ({ room, bin })).filter(({ room }) => room >= item);
  return Math.min(
    byPartitions(rest, capacity, [...rooms, capacity - item]),
    ...choices.map(({ bin }) =>
      byPartitions(
        rest,
        capacity,
        rooms.map((room, other) => (other === bin ? room - item : room)),
      ),
    ),
  );
}
