import { describe, expect, test } from 'vitest';
import {
  comparisonOfStored,
  otherPlans,
  planKey,
  someColumns,
  type StoredRun,
} from '../../src/experiment/stored-comparison.ts';
import { ECS_BINPACK, KUBERNETES, type SampleRun, sampleRun } from '../support/results.ts';

function stored(
  source: string,
  sample: SampleRun,
  seed: number,
  plan: object = { horizon: '7d' },
): StoredRun {
  const result = sampleRun({ ...sample, seed });
  const whole = { ...plan, seed };
  return {
    ...{ source, summary: result.summary, plan: whole, planKey: planKey(whole), engineVersion: '1' },
    read: () => result,
  };
}

function shapeOf(runs: readonly StoredRun[]) {
  const { baseline, seeds, runs: firsts, replications } = comparisonOfStored(runs);
  const told = ({ platform, seed }: { platform: { name: string }; seed: number }) =>
    `${platform.name} ${seed}`;
  return {
    baseline,
    seeds,
    firsts: firsts.map(({ summary }) => told(summary)),
    others: replications.map(told),
  };
}

describe('comparisonOfStored()', () => {
  test('takes the seeds of a platform and a plan for replications, in whatever order they come', () => {
    const runs = [3, 1, 2].flatMap((seed) => [stored('a', KUBERNETES, seed), stored('a', ECS_BINPACK, seed)]);
    expect(shapeOf(runs)).toEqual({
      baseline: 'kubernetes',
      seeds: [1, 2, 3],
      firsts: ['kubernetes 1', 'ecs-binpack 1'],
      others: ['kubernetes 2', 'kubernetes 3', 'ecs-binpack 2', 'ecs-binpack 3'],
    });
  });

  test('tells equal runs apart by their folders, and reads the first seed that all have', () => {
    const runs = [
      ...[1, 2].map((seed) => stored('old', ECS_BINPACK, seed)),
      ...[2, 3].map((seed) => stored('new', ECS_BINPACK, seed)),
    ];
    expect(shapeOf(runs)).toEqual({
      baseline: 'ecs-binpack (old)',
      seeds: [1, 2, 3],
      firsts: ['ecs-binpack (old) 2', 'ecs-binpack (new) 2'],
      others: ['ecs-binpack (old) 1', 'ecs-binpack (new) 3'],
    });
  });

  test('puts other seeds of one folder and another together: they are replications of one plan', () => {
    const runs = [stored('monday', ECS_BINPACK, 1), stored('tuesday', ECS_BINPACK, 2)];
    expect(shapeOf(runs)).toMatchObject({ firsts: ['ecs-binpack 1'], others: ['ecs-binpack 2'] });
  });

  test('keeps plans apart; someColumns() leaves some, with a verdict of their own', () => {
    const runs = [
      ...[1, 2, 3].map((seed) => stored('old', ECS_BINPACK, seed)),
      ...[11, 12, 13].map((seed) =>
        stored('new', { ...ECS_BINPACK, meanInstances: 80 }, seed, { horizon: '8d' }),
      ),
      ...[1, 2, 3].map((seed) => stored('old', KUBERNETES, seed)),
    ];
    const comparison = comparisonOfStored(runs);
    const names = comparison.runs.map(({ summary }) => summary.platform.name);
    expect(names).toEqual(['ecs-binpack (old)', 'ecs-binpack (new)', 'kubernetes']);
    const two = someColumns(comparison, names.slice(0, 2), names[1]!);
    expect(two).toMatchObject({ baseline: 'ecs-binpack (new)', seeds: [1, 2, 3, 11, 12, 13] });
    expect(two.verdict).toMatch(
      /^ecs-binpack \(old\) is cheapest at .* over 3 seeds; .* Seeds 1, 11, one of each: /,
    );
    expect(two.verdict).not.toContain('kubernetes');
    expect(otherPlans(runs)).toEqual([
      { source: 'new', differences: [{ path: 'horizon', before: '7d', after: '8d' }] },
    ]);
  });
});
