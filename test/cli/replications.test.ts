import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFolder, ROOT, stowage, TINY } from './process.ts';
import { readResult } from '../../src/experiment/result-directory.ts';

const SHOP = [
  'compare',
  join(ROOT, 'scenarios/shop/scenario.yaml'),
  '--set',
  'horizon=6h',
  '--progress',
  'none',
];

describe('stowage compare --seeds', () => {
  test('gives the same answer for any number of workers, and per seed what a run of that seed gives', () => {
    const asJson = (jobs: string) => stowage([...SHOP, '--seeds', '3..5', '--jobs', jobs, '-o', 'json']);
    const alone = asJson('1');
    expect(alone.code).toBe(0);
    expect(asJson('2').stdout).toBe(alone.stdout);
    const { seeds, runs, table } = JSON.parse(alone.stdout);
    expect(seeds).toEqual([3, 4, 5]);
    expect(runs).toHaveLength(9);
    const four = stowage([...SHOP, '--seed', '4', '--platforms', 'kubernetes', '-o', 'json']);
    const [own] = JSON.parse(four.stdout).runs;
    const same = runs.find(
      (one: { seed: number; platform: { name: string } }) =>
        one.seed === 4 && one.platform.name === 'kubernetes',
    );
    expect(same.metrics).toEqual(own.metrics);
    expect(same.fingerprint).toEqual(own.fingerprint);
    const cost = table.find(
      (cell: { metric: string; platform: string }) =>
        cell.metric === 'cost.total' && cell.platform === 'kubernetes',
    );
    const costs = (name: string) =>
      runs
        .filter((one: { platform: { name: string } }) => one.platform.name === name)
        .map((one: { metrics: Record<string, number> }) => one.metrics['cost.total']!);
    const [ours, theirs] = [costs('kubernetes'), costs('ecs-binpack')];
    const differences = ours.map((value: number, at: number) => value - theirs[at]!);
    const mean = differences.reduce((sum: number, value: number) => sum + value, 0) / 3;
    expect(cost.difference.absolute).toBeCloseTo(mean, 9);
    expect(cost.difference.halfWidth).toBeGreaterThan(0);
  });

  test('auto goes on until the interval is narrow, or says that it is not', () => {
    const wide = stowage([
      ...SHOP,
      '--platforms',
      'ecs-binpack,ecs-spread',
      '--seeds',
      'auto:50%',
      '-o',
      'json',
    ]);
    expect(JSON.parse(wide.stdout).seeds).toHaveLength(10);
    expect(wide.stderr).not.toContain('not met');
  });
});

describe('stowage compare --seeds --out', () => {
  test('keeps the result of every seed and platform, equal to that of a run of its own', () => {
    const folder = freshFolder();
    const compared = stowage(['compare', TINY, '--seeds', '1..3', '--jobs', '2', '--out', folder]);
    expect(compared.code).toBe(0);
    stowage(['run', TINY, '--seed', '3', '--platform', 'kubernetes', '--out', join(folder, 'alone')]);
    const stored = (...path: string[]) => readResult(join(folder, ...path)).result;
    for (const platform of ['ecs-binpack', 'kubernetes']) {
      for (const seed of [1, 2, 3]) expect(stored('tiny', platform, `seed=${seed}`).summary.seed).toBe(seed);
    }
    const [among, alone] = [
      stored('tiny', 'kubernetes', 'seed=3'),
      stored('alone', 'tiny', 'kubernetes', 'seed=3'),
    ];
    expect(among.summary).toEqual(alone.summary);
    expect([...among.tasks()]).toEqual([...alone.tasks()]);
  });

  test('says before the first run which results are there already', () => {
    const folder = freshFolder();
    stowage(['run', TINY, '--seed', '2', '--platform', 'kubernetes', '--out', folder]);
    const again = stowage(['compare', TINY, '--seeds', '1..3', '--out', folder, '-o', 'json']);
    expect(again.code).toBe(4);
    expect(again.stdout).toContain('kubernetes/seed=2 exists already');
  });
});

describe('stowage compare --fail-if, --exit-code', () => {
  test('exit code 6 when a platform differs too much', () => {
    const beyond = stowage([...SHOP, '--fail-if', 'cost > +0.1%']);
    expect(beyond.code).toBe(6);
    expect(beyond.stderr).toContain('kubernetes: cost.total +');
    expect(stowage([...SHOP, '--fail-if', 'cost > +900%']).code).toBe(0);
    expect(stowage([...SHOP, '--exit-code']).code).toBe(6);
    expect(stowage([...SHOP, '--platforms', 'ecs-binpack', '--exit-code']).code).toBe(0);
  });

  test('exit code 2, all at once, when it cannot be read', () => {
    const { code, stderr } = stowage([
      ...SHOP,
      '--fail-if',
      'cots > 2%',
      '--fail-if',
      'cost.totl > 2%',
      '--fail-if',
      'cost > 2',
    ]);
    expect(code).toBe(2);
    for (const text of ['there is no metric "cots"', 'cost.total', 'cannot read "cost > 2"'])
      expect(stderr).toContain(text);
  });
});
