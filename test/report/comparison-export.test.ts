import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/model/metrics.ts';
import { comparisonToCsv, comparisonToJson } from '../../src/report/comparison-export.ts';
import { HOSTILE_TEXTS, sampleComparison, sampleReplications, withHostileNames } from '../support/results.ts';

test('comparisonToJson() is one document with every run and every metric of every platform', () => {
  const comparison = sampleComparison();
  const text = comparisonToJson(comparison);
  const document = JSON.parse(text);
  expect(text.endsWith('}\n')).toBe(true);
  expect(document.runs).toEqual(comparison.runs.map((run) => run.summary));
  expect(document.table).toHaveLength(METRIC_NAMES.length * 3);
  expect(document).toMatchObject({ scenario: 'shop', seeds: [42], baseline: 'ecs-binpack' });
});

test('comparisonToCsv() has one row per metric and platform, numbers bare, gaps empty', () => {
  const rows: Record<string, string>[] = parse(comparisonToCsv(sampleComparison()), { columns: true });
  expect(rows).toHaveLength(METRIC_NAMES.length * 3);
  const row = (metric: string, platform: string) =>
    rows.find((candidate) => candidate['metric'] === metric && candidate['platform'] === platform);
  expect(row('cost.controlPlane', 'kubernetes')).toEqual({
    metric: 'cost.controlPlane',
    unit: 'USD',
    platform: 'kubernetes',
    seeds: '1',
    value: '16.8',
    baseline_value: '0',
    difference: '16.8',
    difference_ratio: '',
    half_width: '',
    lower: '',
    upper: '',
    interval: '',
    pairing_gain: '',
    p_adjusted: '',
    mark: 'worse',
  });
  expect(row('utilisation.gpu', 'kubernetes')).toMatchObject({ value: '', mark: 'same' });
});

test('comparisonToCsv() carries the interval when there are several seeds', () => {
  const rows: Record<string, string>[] = parse(comparisonToCsv(sampleReplications([1, 2, 3])), {
    columns: true,
  });
  const hours = rows.find((row) => row['metric'] === 'instances.hours' && row['platform'] === 'kubernetes');
  expect(Number(hours!['difference'])).toBeCloseTo(-476, 6);
  expect(Number(hours!['half_width'])).toBeCloseTo(120.48, 1);
});

test.each(HOSTILE_TEXTS)('comparisonToCsv() keeps its shape with %j in every name', (text) => {
  const comparison = withHostileNames(sampleComparison(), text);
  const rows: Record<string, string>[] = parse(comparisonToCsv(comparison), { columns: true });
  expect(rows).toHaveLength(METRIC_NAMES.length * 3);
  expect(rows[0]!['platform']).toBe(`ecs-binpack${text}`);
});

test.each(['service', 'type', 'hour'] as const)(
  'comparisonToCsv() split by %s: its parts are those of the JSON, and sum to the difference of the bills',
  (by) => {
    const comparison = sampleComparison();
    const rows: Record<string, string>[] = parse(comparisonToCsv(comparison, { by }), { columns: true });
    const { differences, why } = JSON.parse(comparisonToJson(comparison));
    const parts = differences.flatMap(
      (one: {
        platform: string;
        splits: { by: string; parts: { name: string; differenceUsd: number }[] }[];
      }) =>
        one.splits
          .find((split) => split.by === by)!
          .parts.map(({ name, differenceUsd }) => [one.platform, name, String(differenceUsd)]),
    );
    expect(rows.map((row) => [row['platform'], row['part'], row['difference_usd']])).toEqual(parts);
    const [base, other] = comparison.runs.map(({ summary }) => summary.metrics['cost.total']!);
    const own = rows.filter(({ platform }) => platform === 'ecs-spread');
    const sum = own.reduce((total, row) => total + Number(row['difference_usd']), 0);
    expect(sum).toBeCloseTo(other! - base!, 6);
    // The sentences name all three.
    for (const word of ['by service', 'by type', 'above all']) expect(why.join()).toContain(word);
  },
);
