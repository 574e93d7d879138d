import { describe, expect, test } from 'vitest';
import { sensitivityOf, tieVariants } from '../../src/experiment/sensitivity.ts';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { METRICS } from '../../src/model/metrics.ts';
import { TINY } from '../cli/process.ts';

describe('tieVariants()', () => {
  test('every rule of every platform, the one of the scenario marked', async () => {
    const prepared = await prepareScenario(TINY, { sets: [['platforms[1].tieBreak', 'last']] });
    expect(tieVariants(prepared.plan.platforms).map(({ rule, isOwn }) => `${rule} ${isOwn}`)).toEqual([
      'lowestId true',
      'random false',
      'kube false',
      'first false',
      'last true',
      'random false',
      'shuffled false',
    ]);
  });
});

describe('sensitivityOf()', () => {
  const COST = { name: 'cost.total', ...METRICS['cost.total'] };
  const variants = [
    { platform: 'a', rule: 'x', isOwn: true },
    { platform: 'a', rule: 'y', isOwn: false },
    { platform: 'b', rule: null, isOwn: true },
  ];

  test('an order that a rule turns round is told as the rule', () => {
    // a with x: 10, 12; with y: 20, 22; b: 15, 17.
    const { outcomes, pairs } = sensitivityOf(
      variants,
      [
        [10, 12],
        [20, 22],
        [15, 17],
      ],
      COST,
    );
    expect(outcomes.map(({ mean }) => mean.mean)).toEqual([11, 21, 16]);
    expect(outcomes[1]!.difference).toMatchObject({ mean: 10, halfWidth: 0 });
    expect(pairs).toEqual([{ better: 'a', worse: 'b', rulePairs: 2, kept: 1, sure: 1, worlds: 0.5 }]);
  });

  test('more is better where the metric says so', () => {
    const { pairs } = sensitivityOf(
      variants,
      [
        [0.9, 0.8],
        [0.9, 0.8],
        [0.5, 0.8],
      ],
      { name: 'packing.density', ...METRICS['packing.density'] },
    );
    // Differences 0.4 and 0: no sure order; the tie counts half.
    expect(pairs).toEqual([{ better: 'a', worse: 'b', rulePairs: 2, kept: 2, sure: 0, worlds: 0.75 }]);
  });

  test('the variance is that of platforms, rules, seeds and the rest', () => {
    // Means 11, 21, 16, all 16. Platforms: a 16 (two rules), b 16: nothing. Rules: 2·(5² + 5²) = 100.
    // Seeds: 15 and 17, 3·(1 + 1) = 6. Total: 36 + 16 + 16 + 36 + 1 + 1 = 106.
    const { variance } = sensitivityOf(
      variants,
      [
        [10, 12],
        [20, 22],
        [15, 17],
      ],
      COST,
    );
    expect(variance!.platform).toBeCloseTo(0, 12);
    expect(variance!.rule).toBeCloseTo(100 / 106, 12);
    expect(variance!.seed).toBeCloseTo(6 / 106, 12);
    expect(variance!.rest).toBeCloseTo(0, 12);
  });

  test('no variance, no shares', () => {
    const same = [
      [1, 1],
      [1, 1],
      [1, 1],
    ];
    expect(sensitivityOf(variants, same, COST).variance).toBeNull();
  });
});
