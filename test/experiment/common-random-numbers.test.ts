import { describe, expect, test } from 'vitest';
import { standardDeviation } from '../../src/statistics/intervals.ts';
import { squared } from '../../src/statistics/descriptive.ts';
import { job, plan, platform, template } from '../support/plans.ts';
import { simulationInput } from '../support/play.ts';
import { simulate } from '../../src/experiment/simulate.ts';

/**
 * What common random numbers are worth, on a pair of machines as in the textbooks: one task at a time, 48 arrivals an hour,
 * tasks of 60 s on average on one and of 57.143 s (5 % faster) on the other. The mean waits of both swing with the arrivals far
 * more than they differ; seed by seed they swing together.
 */
describe('pairs with common random numbers', () => {
  const waitOf = (seed: number, meanMs: number) => {
    const stream = job('customers', {
      template: template({ cpuMilli: 4000 }),
      arrivals: { kind: 'poisson', steps: [{ atMs: 0, perHour: 48 }], repeatMs: null },
      runtime: { kind: 'exponential', meanMs },
    });
    const input = simulationInput(plan({ jobs: [stream] }, { seed, horizonS: 40 * 3600 }), platform('bare'));
    return simulate(input).summary.metrics['wait.mean']!;
  };

  test('need fewer than a fifth of the replications that independent runs need', () => {
    const seeds = Array.from({ length: 12 }, (_, index) => index + 1);
    const slow = seeds.map((seed) => waitOf(seed, 60_000));
    const fast = seeds.map((seed) => waitOf(seed, 57_143));
    const differences = slow.map((wait, index) => wait - fast[index]!);
    expect(differences.every((difference) => difference > 0)).toBe(true);
    // Replications grow with the variance of what is averaged: of a pair's difference, or of two independent waits.
    const paired = squared(standardDeviation(differences));
    const independent = squared(standardDeviation(slow)) + squared(standardDeviation(fast));
    expect(independent / paired).toBeGreaterThan(5);
  });
});
