import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteProblem, grownBytes } from '../../src/model/memory-use.ts';
import { DAY, GIB, HOUR, MIB } from '../../src/units.ts';

describe('grownBytes()', () => {
  test('is the whole bytes of rate times time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 * GIB }), fc.integer({ min: 0, max: 28 * DAY }), (rate, ms) => {
        expect(grownBytes(rate, ms)).toBe(Number((BigInt(rate) * BigInt(ms)) / BigInt(HOUR)));
      }),
      { seed: 1 },
    );
  });
});

describe('byteProblem()', () => {
  test.each([
    { distribution: { kind: 'constant', bytes: GIB }, problem: undefined },
    {
      distribution: { kind: 'uniform', minBytes: 2 * MIB, maxBytes: MIB },
      problem: 'the minimum 2MiB is larger than the maximum 1MiB',
    },
    { distribution: { kind: 'uniform', minBytes: MIB, maxBytes: MIB }, problem: undefined },
    { distribution: { kind: 'lognormal', meanBytes: MIB, p95Bytes: 3 * MIB }, problem: undefined },
    {
      distribution: { kind: 'lognormal', meanBytes: MIB, p95Bytes: 4 * MIB },
      problem: 'p95 4MiB must be from 1 to 3.868 times the mean 1MiB',
    },
  ] as const)('$distribution', ({ distribution, problem }) => {
    expect(byteProblem(distribution)).toBe(problem);
  });
});
