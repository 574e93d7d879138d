import { expect, test } from 'vitest';
import { comparisonTable } from '../../src/report/comparison-table.ts';
import { costBarsSvg, timeChartSvg } from '../../src/report/svg.ts';
import { timeCharts } from '../../src/report/time-charts.ts';
import { HOSTILE_TEXTS, sampleComparison, withHostileNames } from '../support/results.ts';

const TABLE = comparisonTable(sampleComparison());
const CHARTS = timeCharts(TABLE.platforms);
const INSTANCES = CHARTS.rows[0]!.charts[0]!;

test('costBarsSvg() draws the committed picture', async () => {
  await expect(costBarsSvg(TABLE)).toMatchFileSnapshot('golden/cost.svg');
});

test('costBarsSvg() draws bars in proportion to dollars, on one scale', () => {
  const bars = [...costBarsSvg(TABLE).matchAll(/p-instances s\d" [^>]*width="([\d.]+)"/g)].map((match) =>
    Number(match[1]),
  );
  // 41 : 44 : 38 instances.
  expect(bars).toHaveLength(3);
  expect(bars[1]! / bars[0]!).toBeCloseTo(44 / 41, 4);
  expect(bars[2]! / bars[0]!).toBeCloseTo(38 / 41, 4);
});

test('timeChartSvg() has a title, a description, a line and a band per platform, and its units', () => {
  const svg = timeChartSvg(INSTANCES, CHARTS.endMs);
  expect(svg).toContain('<title id="title">Instances (running)</title>');
  expect(svg).toContain('<desc id="description">');
  expect(svg.match(/class="line s\d"/g)).toHaveLength(3);
  expect(svg.match(/class="band s\d"/g)).toHaveLength(3);
  expect(svg).toContain('>7d</text>');
  expect(svg).toContain('>60</text>');
});

test('svg drawings refer to nothing outside', () => {
  for (const svg of [costBarsSvg(TABLE), timeChartSvg(INSTANCES, CHARTS.endMs)]) {
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|<script|href=|@import/,
    );
    expect(svg).toContain('prefers-color-scheme:dark');
  }
});

test.each(HOSTILE_TEXTS)('svg drawings keep %j as text', (text) => {
  const table = comparisonTable(withHostileNames(sampleComparison(), text));
  const charts = timeCharts(table.platforms);
  const tags = (svg: string) => svg.match(/<[a-z!/][^>]*>/gi)?.length;
  expect(tags(costBarsSvg(table))).toBe(tags(costBarsSvg(TABLE)));
  const chart = charts.rows[0]!.charts[0]!;
  expect(tags(timeChartSvg(chart, charts.endMs))).toBe(tags(timeChartSvg(INSTANCES, CHARTS.endMs)));
});

test('timeCharts() leaves out quantities that are zero throughout, and puts one chart per platform beside another', () => {
  expect(CHARTS.rows.map((row) => [row.title, row.charts.length])).toEqual([
    ['Instances', 1],
    ['Tasks waiting for room', 1],
    ['Cost of running instances', 1],
    ['CPU', 3],
    ['Memory', 3],
  ]);
  const [first, ...others] = CHARTS.rows[3]!.charts;
  for (const chart of others) expect(chart.largest).toBe(first!.largest);
});

test('timeCharts() of runs without a series is empty', () => {
  const comparison = sampleComparison();
  const runs = comparison.runs.map((run) => ({ ...run, series: { bucketMs: 1, rows: [] } }));
  expect(timeCharts(comparisonTable({ ...comparison, runs }).platforms).rows).toEqual([]);
});
