import { expect, test } from 'vitest';
import type { Comparison, RunResult, RunSummary } from '../../src/experiment/result.ts';
import { METRIC_NAMES, type MetricName } from '../../src/model/metrics.ts';
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
    interval: null,
    pairingGain: null,
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

/** Four seeds of two platforms; `values` by metric: of the baseline and of the other, seed by seed. */
function seeded(
  values: Partial<Record<MetricName, readonly (readonly [number, number])[]>>,
  seedsOfOther: readonly number[] = [1, 2, 3, 4],
): Comparison {
  const summaryOf = (name: string, side: 0 | 1, index: number, seed: number): RunSummary => {
    const { summary } = sampleRun({ ...ECS_BINPACK, name, seed });
    const own = Object.entries(values).map(([metric, pairs]) => [metric, pairs![index]![side]]);
    return { ...summary, metrics: { ...summary.metrics, ...Object.fromEntries(own) } };
  };
  const base = [1, 2, 3, 4].map((seed, index) => summaryOf('ecs-binpack', 0, index, seed));
  const other = seedsOfOther.map((seed, index) => summaryOf('other', 1, index, seed));
  const runOf = (summary: RunSummary): RunResult => ({ ...sampleRun(ECS_BINPACK), summary });
  return {
    ...sampleComparison([ECS_BINPACK]),
    seeds: [1, 2, 3, 4],
    runs: [runOf(base[0]!), runOf(other[0]!)],
    replications: [...base.slice(1), ...other.slice(1)],
  };
}

// Differences 1.0, 1.3, 0.9, 1.4: mean 1.15, s .238, t 9.66, p .0024.
const COSTS = [
  [10, 11],
  [11, 12.3],
  [10, 10.9],
  [12, 13.4],
] as const;

test('comparisonTable() adjusts p over all that it lists: what is clear alone may not be among many', () => {
  const comparison = seeded({ 'cost.total': COSTS });
  const pOf = (metrics: readonly MetricName[]) =>
    allRows(comparisonTable(comparison, { metrics }))[0]!.cells[1]!.difference!.p!;
  const alone = pOf(['cost.total']);
  expect(alone).toBeCloseTo(0.0024, 4);
  expect(pOf(['cost.total', 'wait.p95', 'wait.p99'])).toBeCloseTo(3 * alone, 12);
  const many = comparisonTable(comparison, { metrics: METRIC_NAMES });
  expect(allRows(many).find(({ metric }) => metric === 'cost.total')!.cells[1]!.mark).toBe('unclear');
});

test('comparisonTable() takes means and ranks where the platforms have no seed in common', () => {
  const [, cell] = allRows(
    comparisonTable(seeded({ 'cost.total': COSTS }, [5, 6, 7, 8]), { metrics: ['cost.total'] }),
  )[0]!.cells;
  expect(cell!.difference!.absolute).toBeCloseTo(1.15, 12);
  expect(cell!.difference!.interval!.method).toBe('welch');
  // 10.9, 11, 12.3, 13.4 against 10, 10, 11, 12: one tie, U = 13.5 of 16; no difference to be sure of.
  expect(cell!.mark).toBe('unclear');
});

test('comparisonTable() follows the level, the minimum effect and the wish for changes alone', () => {
  const comparison = seeded({ 'cost.total': COSTS });
  const markAt = (options: object) =>
    allRows(comparisonTable(comparison, { metrics: ['cost.total'], ...options }))[0]!.cells[1]!.mark;
  expect(markAt({})).toBe('worse');
  expect(markAt({ level: 0.999 })).toBe('unclear');
  expect(markAt({ minEffect: 0.2 })).toBe('same');
  const changed = allRows(
    comparisonTable(comparison, { metrics: ['cost.total', 'wait.p95'], onlyChanged: true }),
  );
  expect(changed.map(({ metric }) => metric)).toEqual(['cost.total']);
});

test('comparisonTable() shows metrics of plug-ins like its own', () => {
  const comparison = pair('cost.total', 100, 100);
  const runs = comparison.runs.map((run, index) =>
    changed(run, {
      userMetrics: [
        { name: 'big.wait', unit: 's', better: 'less', about: 'of big tasks', value: 10 * (index + 1) },
      ],
    }),
  );
  const row = allRows(comparisonTable({ ...comparison, runs })).find(({ metric }) => metric === 'big.wait')!;
  expect(row.cells.map(({ value }) => value)).toEqual([10, 20]);
  expect(row.cells[1]!.mark).toBe('worse');
});
