import { expect, test } from 'vitest';
import type { CostNode } from '../../src/experiment/result.ts';
import { comparisonTable } from '../../src/report/comparison-table.ts';
import { costBars, mergeCostTrees, usedPartNames } from '../../src/report/cost-parts.ts';
import { ECS_BINPACK, KUBERNETES, sampleComparison, sampleReplications } from '../support/results.ts';

test('costBars() splits each bill into parts that sum to its total', () => {
  const bars = costBars(comparisonTable(sampleComparison()).platforms);
  expect(bars.map((bar) => bar.platform)).toEqual(['ecs-binpack', 'ecs-spread', 'kubernetes']);
  for (const bar of bars) {
    expect(bar.parts.reduce((sum, part) => sum + part.usd, 0)).toBeCloseTo(bar.totalUsd, 8);
    expect(bar.idleUsd).toBeLessThan(bar.roomUsd);
  }
  expect(usedPartNames(bars)).toEqual(['instances', 'volumes', 'control plane', 'load balancers']);
});

test('costBars() shows what the named parts leave as a rest', () => {
  const comparison = sampleComparison([ECS_BINPACK]);
  const { summary } = comparison.runs[0]!;
  const total = summary.metrics['cost.total']! + 12.5;
  const run = {
    ...comparison.runs[0]!,
    summary: { ...summary, metrics: { ...summary.metrics, 'cost.total': total } },
  };
  const [bar] = costBars(comparisonTable({ ...comparison, runs: [run] }).platforms);
  expect(bar!.parts.at(-1)!.name).toBe('rest');
  expect(bar!.parts.at(-1)!.usd).toBeCloseTo(12.5, 8);
});

test('costBars() takes the mean over seeds', () => {
  const [bar] = costBars(comparisonTable(sampleReplications([1, 2, 3])).platforms);
  // 40, 41 and 42 instances for 168 h at 0.192 USD: the mean is that of 41.
  expect(bar!.parts[0]!.usd).toBeCloseTo(41 * 168 * 0.192, 8);
});

test('mergeCostTrees() matches lines by name and keeps the order of first appearance', () => {
  const node = (name: string, ...children: CostNode[]): CostNode => ({ name, usd: 1, detail: '', children });
  const lines = mergeCostTrees([
    node('total', node('general', node('m6i.large'))),
    node('total', node('spot'), node('general', node('c6i.large'))),
  ]);
  expect(
    lines.map(({ name, depth, leaf, nodes }) => [name, depth, leaf, nodes.map((found) => found !== null)]),
  ).toEqual([
    ['total', 0, false, [true, true]],
    ['general', 1, false, [true, true]],
    ['m6i.large', 2, true, [true, false]],
    ['c6i.large', 2, true, [false, true]],
    ['spot', 1, true, [false, true]],
  ]);
});

test('mergeCostTrees() shows the control plane of the only platform that pays for one', () => {
  const trees = sampleComparison([ECS_BINPACK, KUBERNETES]).runs.map((run) => run.summary.cost.tree);
  const line = mergeCostTrees(trees).find(({ name }) => name === 'control plane');
  expect(line!.nodes.map((found) => found?.usd ?? null)).toEqual([null, 16.8]);
});
