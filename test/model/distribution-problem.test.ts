import { describe, expect, test } from 'vitest';
import { distributionProblem } from '../../src/model/distribution-problem.ts';
import type { Distribution } from '../../src/model/plan.ts';

describe('distributionProblem()', () => {
  test.each<Distribution>([
    { kind: 'constant', valueMs: 0 },
    { kind: 'constant', valueMs: 2 ** 52 },
    { kind: 'uniform', minMs: 5, maxMs: 5 },
    { kind: 'exponential', meanMs: 0 },
    // e^(1.644854² / 2) = 3.868132
    { kind: 'lognormal', meanMs: 100_000, p95Ms: 386_813 },
    { kind: 'lognormal', meanMs: 100_000, p95Ms: 100_000 },
    { kind: 'hyperexponential', meanMs: 1, squaredVariation: 1 },
    { kind: 'empirical', points: [{ valueMs: 1, weight: 0.5 }] },
  ])('finds nothing wrong with %o', (distribution) => {
    expect(distributionProblem(distribution)).toBeUndefined();
  });

  test.each<[Distribution, string]>([
    [{ kind: 'constant', valueMs: -1 }, 'the value -1 ms is not a whole number'],
    [{ kind: 'constant', valueMs: 0.5 }, 'the value 0.5 ms is not a whole number'],
    [{ kind: 'constant', valueMs: 2 ** 52 + 1 }, 'from 0 to 2^52'],
    [{ kind: 'uniform', minMs: Number.NaN, maxMs: 1 }, 'the minimum NaN ms'],
    [{ kind: 'uniform', minMs: 0, maxMs: Number.POSITIVE_INFINITY }, 'the maximum Infinity ms'],
    [{ kind: 'uniform', minMs: 2000, maxMs: 1000 }, 'the minimum 2s is larger than the maximum 1s'],
    [{ kind: 'exponential', meanMs: -5 }, 'the mean -5 ms'],
    [
      { kind: 'lognormal', meanMs: 100_000, p95Ms: 386_814 },
      'p95 6m26s814ms must be from 1 to 3.868 times the mean 1m40s, no lognormal distribution has a larger one',
    ],
    [
      { kind: 'lognormal', meanMs: 60_000, p95Ms: 59_000 },
      'p95 59s must be from 1 to 3.868 times the mean 1m, it is smaller',
    ],
    [{ kind: 'lognormal', meanMs: 0, p95Ms: 1 }, 'no lognormal distribution has a larger one'],
    [{ kind: 'hyperexponential', meanMs: 1, squaredVariation: 0.5 }, 'the squared variation 0.5'],
    [{ kind: 'hyperexponential', meanMs: 1, squaredVariation: Number.NaN }, 'the squared variation NaN'],
    [{ kind: 'empirical', points: [] }, 'there are no points'],
    [{ kind: 'empirical', points: [{ valueMs: 1, weight: 0 }] }, 'the weights sum to 0'],
    [{ kind: 'empirical', points: [{ valueMs: 1, weight: -1 }] }, 'the weight -1 is negative'],
    [{ kind: 'empirical', points: [{ valueMs: 1.5, weight: 1 }] }, 'the value 1.5 ms'],
  ])('%o: %s', (distribution, problem) => {
    expect(distributionProblem(distribution)).toContain(problem);
  });
});
