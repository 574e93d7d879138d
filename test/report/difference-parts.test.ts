import { describe, expect, test } from 'vitest';
import { splitDifference, SPLITS } from '../../src/report/difference-parts.ts';
import { comparisonTable } from '../../src/report/comparison-table.ts';
import { splitTable, whySentences } from '../../src/report/why.ts';
import { job, plan, platform, template } from '../support/plans.ts';
import { play } from '../support/play.ts';
import { ECS_BINPACK, KUBERNETES, sampleComparison, sampleRun } from '../support/results.ts';
import type { Comparison } from '../../src/experiment/result.ts';

describe('splitDifference()', () => {
  // Three hours of one instance of 4 vCPUs; half of it is asked for by batch on one side, by nobody on the other.
  const jobs = [job('batch', { runS: 3600, template: template({ cpuMilli: 2000 }) })];
  const run = (workload: object) =>
    play(plan(workload, { horizonS: 3 * 3600 }), platform('kubernetes')).result;
  const [baseline, other] = [run({}), run({ jobs })];

  test.each(SPLITS)('by %s: the parts make the bills, and their differences the difference', (by) => {
    const { parts } = splitDifference(baseline, other, by);
    const sum = (key: 'usd' | 'baselineUsd' | 'differenceUsd') =>
      parts.reduce((total, part) => total + part[key], 0);
    const [before, after] = [baseline, other].map(({ summary }) => summary.metrics['cost.total']!);
    expect(sum('baselineUsd')).toBeCloseTo(before!, 9);
    expect(sum('usd')).toBeCloseTo(after!, 9);
    expect(sum('differenceUsd')).toBeCloseTo(after! - before!, 9);
  });

  test('by service: what batch asked for was idle without it', () => {
    const { parts } = splitDifference(baseline, other, 'service');
    const of = (name: string) => parts.find((part) => part.name === name)!;
    expect(of('batch').differenceUsd).toBeGreaterThan(0);
    expect(of('(idle)').differenceUsd).toBeCloseTo(-of('batch').differenceUsd, 9);
    expect([of('batch').baselineWait, of('batch').wait]).toEqual([null, 0]);
  });

  test('by hour: three hours of 4 vCPUs at 0.36 USD, the same on both sides', () => {
    const { parts } = splitDifference(baseline, other, 'hour');
    const hours = parts.filter(({ name }) => name.startsWith('hour'));
    expect(hours.map(({ name, usd }) => [name, Number(usd.toFixed(9))])).toEqual([
      ['hour 00', 1.44],
      ['hour 01', 1.44],
      ['hour 02', 1.44],
    ]);
  });

  test('runs of days are split by the hour of the day', () => {
    const names = splitDifference(sampleRun(ECS_BINPACK), sampleRun(KUBERNETES), 'hour').parts.map(
      ({ name }) => name,
    );
    expect(names.filter((name) => name.endsWith('of the day'))).toHaveLength(24);
  });
});

describe('whySentences() and splitTable()', () => {
  const tableOf = (comparison: Comparison) => comparisonTable(comparison);

  test('name the parts that make the difference, largest first', () => {
    const [sentence] = whySentences(tableOf(sampleComparison([ECS_BINPACK, KUBERNETES])));
    expect(sentence).toMatch(/^kubernetes against ecs-binpack: by service \(idle\) −\$\d/);
    expect(sentence).toContain('control plane +$16.80');
    expect(sentence).toMatch(/by type m6i\.xlarge −\$/);
  });

  test('say nothing of bills that are equal', () => {
    const twin = sampleComparison([ECS_BINPACK, { ...ECS_BINPACK, name: 'twin' }]);
    expect(whySentences(tableOf(twin))).toEqual([]);
    expect(splitTable(tableOf(twin), 'type').rows.every((row) => row[3] === '')).toBe(true);
  });

  test('have a column for each platform and a row for each part', () => {
    const { head, rows } = splitTable(tableOf(sampleComparison()), 'service');
    expect(head).toEqual(['', 'ecs-binpack', 'ecs-spread', 'Δ', 'kubernetes', 'Δ']);
    expect(rows.map(([name]) => name)).toContain('control plane');
  });
});
