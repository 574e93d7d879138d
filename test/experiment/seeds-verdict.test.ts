import { describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/experiment/result.ts';
import { seedsVerdict, widestShare } from '../../src/experiment/seeds-verdict.ts';

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

describe('widestShare', () => {
  test('is the widest interval of a difference as a share of what the baseline costs', () => {
    const share = widestShare(summaries({ a: [100, 110, 120, 130], b: [110, 120, 130, 141] }), 'a');
    expect(share).toBeCloseTo(0.7956 / 115, 5);
  });
});
