import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, stowage } from './process.ts';

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
