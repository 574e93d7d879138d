import { expect, test } from 'vitest';
import { comparisonOfResults } from '../../src/experiment/results-comparison.ts';
import { ECS_BINPACK, KUBERNETES, type SampleRun, sampleRun } from '../support/results.ts';

const named = (sample: SampleRun, directory: string) => ({ directory, result: sampleRun(sample) });
const namesOf = (...list: ReturnType<typeof named>[]) =>
  comparisonOfResults(list).runs.map(({ summary }) => summary.platform.name);

test('comparisonOfResults() puts platforms side by side, the first as the baseline', () => {
  const comparison = comparisonOfResults([named(KUBERNETES, 'a'), named(ECS_BINPACK, 'b')]);
  expect(comparison).toMatchObject({ baseline: 'kubernetes', seeds: [42], replications: [] });
  expect(comparison.verdict).toMatch(/^kubernetes is cheapest/);
});

test('comparisonOfResults() takes other seeds as replications when every platform has them', () => {
  const other = { ...ECS_BINPACK, seed: 7 };
  const grid = [ECS_BINPACK, KUBERNETES, other, { ...KUBERNETES, seed: 7 }].map((run) => named(run, 'x'));
  const { seeds, runs, replications } = comparisonOfResults(grid);
  expect({ seeds, runs: runs.length, replications: replications.length }).toEqual({
    ...{ seeds: [42, 7], runs: 2, replications: 2 },
  });
});

test('comparisonOfResults() tells runs of one name apart by their seeds, or by their directories', () => {
  const other = named({ ...ECS_BINPACK, seed: 7 }, 'b');
  expect(namesOf(named(ECS_BINPACK, 'a'), named(KUBERNETES, 'c'), other)).toEqual([
    ...['ecs-binpack seed=42', 'kubernetes', 'ecs-binpack seed=7'],
  ]);
  expect(namesOf(named(ECS_BINPACK, 'before'), named(ECS_BINPACK, 'after'))).toEqual([
    ...['ecs-binpack (before)', 'ecs-binpack (after)'],
  ]);
});
