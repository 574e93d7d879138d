import { describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/experiment/result.ts';
import { seedsVerdict, widestInterval } from '../../src/experiment/seeds-verdict.ts';

function summaries(costs: Readonly<Record<string, readonly number[]>>): RunSummary[] {
  return Object.entries(costs).flatMap(([name, values]) =>
    values.map(
      (value, seed) =>
        ({ platform: { name }, seed, metrics: { 'cost.total': value } }) as unknown as RunSummary,
    ),
  );
}

describe('seedsVerdict', () => {
  // Differences 12, 8: mean 10, s 2.828, t(1, .975) = 12.7062: 12.7062 · 2.828 / √2 = 25.41, more than 10.
  test('two seeds are not enough to be sure', () => {
    const text = seedsVerdict(summaries({ a: [100, 100], b: [112, 108] }));
    expect(text).toBe('No platform is cheaper with certainty over 2 seeds: $100.00 to $110.00 on average.');
  });

  // Differences 10, 10, 10, 11: mean 10.25, s .5, t(3, .975) = 3.1824: .7956.
  test('names the cheapest, and the interval of what the dearest costs more', () => {
    const text = seedsVerdict(summaries({ b: [110, 120, 130, 141], a: [100, 110, 120, 130] }));
    expect(text).toBe('a is cheapest at $115.00 on average over 4 seeds; b costs 8.9%, $10.25 ± $0.80 more.');
  });
});

describe('seedsVerdict of other seeds', () => {
  // Welch: variances 1 and 1 of three values each, half-width 2.7764 · √(2/3) = 2.267.
  test('takes the means for independent', () => {
    const ours = summaries({ a: [99, 100, 101] });
    const theirs = summaries({ b: [109, 110, 111] }).map((summary) => ({
      ...summary,
      seed: summary.seed + 10,
    }));
    expect(seedsVerdict([...ours, ...theirs])).toBe(
      'a is cheapest at $100.00 on average over 3 seeds; b costs 10.0%, $10.00 ± $2.27 more.',
    );
  });
});

describe('widestInterval', () => {
  test('is the widest interval of a difference, and its share of what the baseline costs', () => {
    const runs = summaries({ a: [100, 110, 120, 130], b: [110, 120, 130, 141] });
    const width = widestInterval(runs, 'a', 'cost.total')!;
    expect(width.absolute).toBeCloseTo(0.7956, 4);
    expect(width.share).toBeCloseTo(0.7956 / 115, 5);
  });

  // One platform: 3.1824 · 12.91 / 2 = 20.54 around 115.
  test('of a platform by itself is that of its mean; of what a run does not know there is none', () => {
    const runs = summaries({ a: [100, 110, 120, 130] });
    expect(widestInterval(runs, 'a', 'cost.total')!.absolute).toBeCloseTo(20.5426, 3);
    expect(widestInterval(runs, 'a', 'wait.p95')).toBeNull();
    expect(widestInterval(summaries({ a: [0, 0], b: [1, 1] }), 'a', 'cost.total')).toEqual({
      absolute: 0,
      share: null,
    });
  });
});
