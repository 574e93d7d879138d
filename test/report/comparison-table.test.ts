import { expect, test } from 'vitest';
import type { Comparison, RunResult, RunSummary } from '../../src/experiment/result.ts';
import type { MetricName } from '../../src/model/metrics.ts';
import {
  allRows,
  comparisonTable,
  type ComparisonCell,
  type Mark,
} from '../../src/report/comparison-table.ts';
import {
  ECS_BINPACK,
  ECS_SPREAD,
  KUBERNETES,
  sampleComparison,
  sampleReplications,
  sampleRun,
} from '../support/results.ts';

/** Two platforms, alike but for one metric. */
function pair(metric: MetricName, base: number | null, value: number | null): Comparison {
  const run = (name: string, number: number | null): RunResult => {
    const sample = sampleRun({ ...ECS_BINPACK, name });
    return changed(sample, { metrics: { ...sample.summary.metrics, [metric]: number } });
  };
  return { ...sampleComparison([ECS_BINPACK]), runs: [run('ecs-binpack', base), run('other', value)] };
}

function changed(run: RunResult, change: Partial<RunSummary>): RunResult {
  return { ...run, summary: { ...run.summary, ...change } };
}

function cellOf(comparison: Comparison, metric: MetricName, platform = 1): ComparisonCell {
  const row = allRows(comparisonTable(comparison)).find((candidate) => candidate.metric === metric);
  return row!.cells[platform]!;
}

test.each<{ metric: MetricName; base: number | null; value: number | null; mark: Mark }>([
  { metric: 'cost.total', base: 100, value: 100, mark: 'same' },
  { metric: 'cost.total', base: 100, value: 90, mark: 'better' },
  { metric: 'cost.total', base: 100, value: 110, mark: 'worse' },
  // Below one percent: no verdict.
  { metric: 'cost.total', base: 100, value: 100.9, mark: 'same' },
  { metric: 'cost.total', base: 100, value: 101, mark: 'worse' },
  // More is better here.
  { metric: 'packing.density', base: 0.8, value: 0.9, mark: 'better' },
  { metric: 'packing.density', base: 0.8, value: 0.7, mark: 'worse' },
  { metric: 'unplaced', base: 0, value: 1, mark: 'unplaced' },
  { metric: 'unplaced', base: 3, value: 0, mark: 'placed' },
  { metric: 'unplaced', base: 3, value: 4, mark: 'worse' },
  { metric: 'wait.p95', base: null, value: 4, mark: 'incomparable' },
  { metric: 'wait.p95', base: 4, value: null, mark: 'incomparable' },
  { metric: 'cost.controlPlane', base: 0, value: 16.8, mark: 'worse' },
])('comparisonTable() calls $metric $base → $value $mark', ({ metric, base, value, mark }) => {
  expect(cellOf(pair(metric, base, value), metric).mark).toBe(mark);
});

test('comparisonTable() gives differences to the baseline, absolute and relative', () => {
  expect(cellOf(pair('cost.total', 200, 150), 'cost.total').difference).toEqual({
    absolute: -50,
    ratio: -0.25,
    halfWidth: null,
    p: null,
  });
  expect(cellOf(pair('cost.controlPlane', 0, 16.8), 'cost.controlPlane').difference?.ratio).toBeNull();
  expect(cellOf(pair('cost.total', 200, 150), 'cost.total', 0).difference).toBeNull();
});

test('comparisonTable() puts the baseline first and keeps the order of the others', () => {
  const comparison = sampleComparison([ECS_SPREAD, KUBERNETES, ECS_BINPACK]);
  const names = comparisonTable({ ...comparison, baseline: 'ecs-binpack' }).platforms.map(({ name }) => name);
  expect(names).toEqual(['ecs-binpack', 'ecs-spread', 'kubernetes']);
});

test('comparisonTable() leaves out rows without any number', () => {
  const metrics = allRows(comparisonTable(pair('wait.p99', null, null))).map((row) => row.metric);
  expect(metrics).toContain('wait.p95');
  expect(metrics).not.toContain('wait.p99');
});

test('comparisonTable() pairs runs by seed, whatever their order', () => {
  const replications = sampleReplications([1, 2, 3]);
  const cell = cellOf(replications, 'instances.hours');
  // Mean instances 40, 41, 42 against 37, 38.5, 39; times 168 h: differences -504, -420, -504.
  expect(cell.difference?.absolute).toBeCloseTo(-476, 6);
  // s = 48.497, t(2) = 4.303: 4.303 · 48.497 / sqrt(3) = 120.48
  expect(cell.difference?.halfWidth).toBeCloseTo(120.48, 1);
  expect(cell.mark).toBe('better');
  const shuffled = { ...replications, runs: [...replications.runs].reverse() };
  expect(cellOf(shuffled, 'instances.hours').difference?.absolute).toBeCloseTo(-476, 6);
});

test('comparisonTable() calls a difference unclear whose interval holds zero', () => {
  const samples = [1, 2].flatMap((seed) => [
    { ...ECS_BINPACK, seed },
    { ...KUBERNETES, seed, unplaced: 0, meanInstances: seed === 1 ? 30 : 50 },
  ]);
  // Differences -11 and +9 instances: the interval reaches far beyond zero.
  expect(cellOf(sampleComparison(samples), 'instances.hours').mark).toBe('unclear');
});

test('comparisonTable() shows a row of GPUs when a platform has any', () => {
  const labels = (comparison: Comparison) => allRows(comparisonTable(comparison)).map(({ label }) => label);
  expect(labels(pair('utilisation.gpu', null, 0.4))).toContain('GPU requested');
  expect(labels(pair('utilisation.gpu', null, null))).not.toContain('GPU requested');
});

test('comparisonTable() compares no dollars of different price lists, and says so', () => {
  const comparison = pair('cost.total', 100, 50);
  const [base, other] = comparison.runs;
  const priced = changed(other!, {
    catalogue: { id: 'aws-us-east-1', date: '2025-01-01', pricesAsOf: '2024-12' },
  });
  const mixed = { ...comparison, runs: [base!, priced] };
  expect(cellOf(mixed, 'cost.total').mark).toBe('incomparable');
  expect(cellOf(mixed, 'wait.p95').mark).toBe('same');
  expect(comparisonTable(mixed).warnings.join()).toContain('different price lists');
});

test('comparisonTable() warns of runs that cannot be compared fairly', () => {
  const [base, other] = pair('cost.total', 100, 50).runs;
  const warningsOf = (change: Partial<RunSummary>) =>
    comparisonTable({ ...sampleComparison([ECS_BINPACK]), runs: [base!, changed(other!, change)] }).warnings;
  expect(warningsOf({})).toEqual([]);
  expect(warningsOf({ planHash: 'other' })).toEqual(['The runs come from different plans']);
  expect(warningsOf({ complete: false })).toEqual(['other was stopped before its horizon']);
  expect(warningsOf({ endedMs: 1 })).toEqual(['The runs cover different spans of time']);
  expect(comparisonTable(sampleComparison()).warnings).toEqual([
    'kubernetes left tasks without room: its cost is the cost of less work',
  ]);
});
