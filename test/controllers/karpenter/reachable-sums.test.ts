import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReachableSums } from '../../../src/controllers/karpenter/reachable-sums.ts';

test.each([
  // 300, 400, 600 = 2 * 300, 700, 800 = 2 * 400, ...: 350 holds 300, 599 holds 400, 999 holds 900 = 3 * 300
  { sizes: [300, 400], limits: [0, 299, 350, 599, 650, 799, 999], sums: [0, 0, 300, 400, 600, 700, 900] },
  // Every multiple of 50 from 500 on: 250 + 300 = 550, 2 * 300 = 600, 250 + 400 = 650, 300 + 400 = 700
  {
    sizes: [250, 300, 400],
    limits: [299, 499, 540, 590, 640, 690, 740],
    sums: [250, 400, 500, 550, 600, 650, 700],
  },
  // 512 units of 7 and more: 3600 = 514 * 7 + 2, and is not looked up
  { sizes: [21, 14], limits: [20, 3600], sums: [14, 3598] },
])('upTo() of $sizes is the largest sum that is not above the limit', ({ sizes, limits, sums }) => {
  const reachable = new ReachableSums(sizes);
  expect(limits.map((limit) => reachable.upTo(limit))).toEqual(sums);
});

test('upTo() is never below what the sizes can come to, nor above the limit', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 4 });
  const counts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(sizes, counts, fc.integer({ min: 0, max: 5000 }), (some, often, more) => {
      const sum = some.reduce((total, size, index) => total + size * often[index]!, 0);
      const found = new ReachableSums(some).upTo(sum + more);
      expect(found).toBeGreaterThanOrEqual(sum);
      expect(found).toBeLessThanOrEqual(sum + more);
    }),
    { seed: 5, numRuns: 500 },
  );
});
