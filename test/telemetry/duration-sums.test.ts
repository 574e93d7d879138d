import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DurationSums } from '../../src/telemetry/duration-sums.ts';

test('DurationSums.of() is 0 for a key that nothing was added under', () => {
  const sums = new DurationSums();
  expect([sums.of(0), sums.of(1000)]).toEqual([0n, 0n]);
});

test('DurationSums keeps keys apart, however far', () => {
  const sums = new DurationSums();
  sums.add(3, 5);
  sums.add(100_000, 7);
  sums.add(3, 1);
  expect([sums.of(2), sums.of(3), sums.of(100_000)]).toEqual([0n, 6n, 7n]);
});

test('DurationSums stays exact where a double would not', () => {
  const sums = new DurationSums();
  // 2^52 - 1 and 1, five times over: 5 × 2^52 > 2^53, odd sums on the way.
  for (let n = 0; n < 5; n++) {
    sums.add(0, 2 ** 52 - 1);
    sums.add(0, 1);
  }
  sums.add(0, 1);
  expect(sums.of(0)).toBe(5n * 2n ** 52n + 1n);
});

test('DurationSums equals a sum of bigints', () => {
  const duration = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 52 - 1 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), duration), { maxLength: 60, size: 'max' }), (added) => {
      const sums = new DurationSums();
      const exact = [0n, 0n, 0n, 0n];
      for (const [key, durationMs] of added) {
        sums.add(key, durationMs);
        exact[key]! += BigInt(durationMs);
      }
      expect(exact.map((_, key) => sums.of(key))).toEqual(exact);
    }),
    { seed: 1, numRuns: 200 },
  );
});
