import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketLengthMs, type SeriesBucket, StepSeries } from '../../src/telemetry/step-series.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/units.ts';

interface Change {
  readonly timeMs: number;
  readonly delta: number;
}

function series(bucketCount: number, bucketMs: number, changes: readonly Change[]): StepSeries {
  const made = new StepSeries(bucketCount, bucketMs);
  for (const { timeMs, delta } of changes) made.change(timeMs, delta);
  return made;
}

/** The value in every millisecond of a bucket, one by one. */
function bruteForce(
  changes: readonly Change[],
  bucketCount: number,
  bucketMs: number,
  endMs: number,
): SeriesBucket[] {
  const valueAt = (timeMs: number) =>
    changes.reduce((sum, change) => sum + (change.timeMs <= timeMs ? change.delta : 0), 0);
  const buckets: SeriesBucket[] = [];
  for (let startMs = 0; startMs < Math.min(endMs, bucketCount * bucketMs); startMs += bucketMs) {
    const values: number[] = [];
    for (let ms = startMs; ms < Math.min(startMs + bucketMs, endMs); ms++) values.push(valueAt(ms));
    const sum = values.reduce((total, value) => total + value, 0);
    buckets.push({ mean: sum / values.length, min: Math.min(...values), max: Math.max(...values) });
  }
  return buckets;
}

describe('StepSeries.buckets()', () => {
  test.each<{ name: string; changes: Change[]; endMs: number; expected: SeriesBucket[] }>([
    {
      name: 'of nothing is 0 throughout',
      changes: [],
      endMs: 20,
      expected: [
        { mean: 0, min: 0, max: 0 },
        { mean: 0, min: 0, max: 0 },
      ],
    },
    {
      // (4 × 0 + 6 × 3) / 10 = 1.8
      name: 'weighs each value with its time',
      changes: [{ timeMs: 4, delta: 3 }],
      endMs: 20,
      expected: [
        { mean: 1.8, min: 0, max: 3 },
        { mean: 3, min: 3, max: 3 },
      ],
    },
    {
      name: 'a change on the border belongs to the bucket that begins there, and to it alone',
      changes: [
        { timeMs: 0, delta: 5 },
        { timeMs: 10, delta: -2 },
      ],
      endMs: 20,
      expected: [
        { mean: 5, min: 5, max: 5 },
        { mean: 3, min: 3, max: 3 },
      ],
    },
    {
      name: 'what stands for no time is not there',
      changes: [
        { timeMs: 3, delta: 7 },
        { timeMs: 3, delta: -7 },
        { timeMs: 10, delta: 9 },
        { timeMs: 10, delta: -8 },
      ],
      endMs: 20,
      expected: [
        { mean: 0, min: 0, max: 0 },
        { mean: 1, min: 1, max: 1 },
      ],
    },
    {
      // The last bucket ends at 14: (2 × 1 + 2 × 4) / 4 = 2.5.
      name: 'averages the last bucket over its part before the end',
      changes: [
        { timeMs: 5, delta: 1 },
        { timeMs: 12, delta: 3 },
      ],
      endMs: 14,
      expected: [
        { mean: 0.5, min: 0, max: 1 },
        { mean: 2.5, min: 1, max: 4 },
      ],
    },
    {
      name: 'a change at the very end has no time',
      changes: [{ timeMs: 10, delta: 4 }],
      endMs: 10,
      expected: [{ mean: 0, min: 0, max: 0 }],
    },
    { name: 'of no time at all is empty', changes: [{ timeMs: 0, delta: 1 }], endMs: 0, expected: [] },
  ])('$name', ({ changes, endMs, expected }) => {
    expect(series(2, 10, changes).buckets(endMs)).toEqual(expected);
  });

  test('changes beyond the last bucket count for the value only', () => {
    const made = series(1, 10, [
      { timeMs: 5, delta: 1 },
      { timeMs: 25, delta: 6 },
    ]);
    expect(made.buckets(30)).toEqual([{ mean: 0.5, min: 0, max: 1 }]);
    expect(made.value).toBe(7);
  });

  test('can be asked in between', () => {
    const made = series(3, 10, [{ timeMs: 2, delta: 1 }]);
    expect(made.buckets(5)).toEqual([{ mean: 0.6, min: 0, max: 1 }]);
    made.change(15, 1);
    expect(made.buckets(20)).toEqual(
      series(3, 10, [
        { timeMs: 2, delta: 1 },
        { timeMs: 15, delta: 1 },
      ]).buckets(20),
    );
  });

  test('equals the sum over every millisecond', () => {
    const change = fc.record({
      gap: fc.constantFrom(0, 0, 1, 3, 5, 10, 23),
      delta: fc.integer({ min: -4, max: 4 }),
    });
    const worlds = fc.record({
      gaps: fc.array(change, { maxLength: 30 }),
      bucketMs: fc.constantFrom(1, 5, 10, 16),
      bucketCount: fc.integer({ min: 1, max: 8 }),
      rest: fc.nat(20),
    });
    fc.assert(
      fc.property(worlds, ({ gaps, bucketMs, bucketCount, rest }) => {
        let timeMs = 0;
        const changes = gaps.map(({ gap, delta }) => {
          timeMs += gap;
          return { timeMs, delta };
        });
        const endMs = timeMs + rest;
        const found = series(bucketCount, bucketMs, changes).buckets(endMs);
        const expected = bruteForce(changes, bucketCount, bucketMs, endMs);
        expect(found.length).toBe(expected.length);
        found.forEach((bucket, index) => {
          const { mean, min, max } = expected[index]!;
          expect(bucket.mean).toBeCloseTo(mean, 10);
          expect([bucket.min, bucket.max]).toEqual([min, max]);
        });
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

test.each([
  // The first of 1, 2, 5, 10, 15, 30 s and m, 1, 2, 3, 6, 12 h, and whole days that is at least horizon / 300.
  { horizonMs: 1, lengthMs: SECOND },
  { horizonMs: 5 * MINUTE, lengthMs: SECOND },
  { horizonMs: 5 * MINUTE + 1, lengthMs: 2 * SECOND },
  { horizonMs: HOUR, lengthMs: 15 * SECOND },
  { horizonMs: DAY, lengthMs: 5 * MINUTE },
  { horizonMs: 7 * DAY, lengthMs: HOUR },
  { horizonMs: 150 * DAY, lengthMs: 12 * HOUR },
  { horizonMs: 301 * DAY, lengthMs: 2 * DAY },
])(
  'bucketLengthMs($horizonMs) is round and makes at most 300 buckets: $lengthMs',
  ({ horizonMs, lengthMs }) => {
    expect(bucketLengthMs(horizonMs)).toBe(lengthMs);
    expect(horizonMs / lengthMs).toBeLessThanOrEqual(300);
  },
);
