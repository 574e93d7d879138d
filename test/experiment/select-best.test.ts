import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../src/detmath.ts';
import { FIRST_STAGE, selectByOcba, selectByRinott } from '../../src/experiment/select-best.ts';
import { rinottConstant } from '../../src/statistics/ranking-selection.ts';
import { RandomStreams } from '../../src/kernel/random-streams.ts';

/** Normal values, a stream for each alternative and experiment. */
function normals(means: readonly number[], deviations: readonly number[], experiment: number) {
  const streams = new RandomStreams('selection', experiment);
  const draws = means.map((_, alternative) => streams.stream('draws', String(alternative)));
  const counts = means.map(() => 0);
  const replicate = async (alternative: number, count: number) => {
    counts[alternative]! += count;
    return Array.from(
      { length: count },
      () =>
        means[alternative]! +
        deviations[alternative]! * normalQuantile(Math.max(draws[alternative]!.double(), 1e-12)),
    );
  };
  return { counts, options: { alternatives: means.length, lessIsBetter: true, replicate } };
}

describe('selectByRinott()', () => {
  const constant = rinottConstant(3, FIRST_STAGE, 0.9);
  const wish = { probability: 0.9, constant, indifference: () => 0.5, most: 10_000 };

  test('keeps its promise where the best is better by just what matters', async () => {
    // 200 experiments: 90 % of them are 180 ± 4.2; the procedure errs on the safe side.
    let right = 0;
    for (let experiment = 0; experiment < 200; experiment++) {
      const { options } = normals([10, 10.5, 10.5], [1, 2, 1], experiment);
      if ((await selectByRinott(options, wish)).selected === 0) right += 1;
    }
    expect(right).toBeGreaterThanOrEqual(176);
  });

  test('asks more of what varies more', async () => {
    const { counts, options } = normals([10, 12], [0.5, 3], 1);
    const { alternatives, isMet } = await selectByRinott(options, wish);
    expect(isMet).toBe(true);
    expect(alternatives.map(({ replications }) => replications)).toEqual(counts);
    expect(counts[0]).toBe(20);
    expect(counts[1]).toBeGreaterThan(100);
  });

  test('says when it may not run as often as it must', async () => {
    const { counts, options } = normals([10, 12], [0.5, 3], 1);
    expect((await selectByRinott(options, { ...wish, most: 30 })).isMet).toBe(false);
    expect(counts[1]).toBe(30);
  });
});

describe('selectByOcba()', () => {
  test('spends its budget on the best and its rivals, and says how sure it is', async () => {
    const { counts, options } = normals([1, 2, 3, 8], [2, 2, 2, 2], 3);
    const { selected, probability } = await selectByOcba(options, 400);
    expect(counts.reduce((sum, count) => sum + count)).toBe(400);
    expect(selected).toBe(0);
    expect(probability).toBeGreaterThan(0.95);
    expect(counts[1]).toBeGreaterThan(counts[2]!);
    expect(counts[3]).toBeLessThan(25);
  });

  test('takes the largest where more is better', async () => {
    const { options } = normals([1, 9], [1, 1], 4);
    expect((await selectByOcba({ ...options, lessIsBetter: false }, 40)).selected).toBe(1);
  });

  test('is not sure of equals', async () => {
    const { options } = normals([5, 5], [1, 1], 5);
    expect((await selectByOcba(options, 40)).probability).toBeLessThan(0.95);
  });
});
