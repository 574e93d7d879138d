import { expect, test } from 'vitest';
import { checkRows } from '../../src/report/check-table.ts';
import { comparisonTable } from '../../src/report/comparison-table.ts';
import { sampleComparison, sampleReplications } from '../support/results.ts';

test('checkRows() shows the value observed and the outcome of each platform', () => {
  const rows = checkRows(comparisonTable(sampleComparison()).platforms);
  expect(rows.map((row) => row.text)).toEqual(['wait.p95 < 30s', 'unplaced == 0', 'cost.total < 1400 USD']);
  expect(rows[1]!.cells).toEqual([
    { value: '0', passed: true },
    { value: '0', passed: true },
    { value: '7', passed: false },
  ]);
});

test('checkRows() passes over several seeds only when every seed does, and counts', () => {
  // Kubernetes waits 12.3 s × (1.6 + 0.3 · 0..3): 19.7, 23.4, 27.1, 30.8; the last exceeds 30 s.
  const [wait] = checkRows(comparisonTable(sampleReplications([1, 2, 3, 4])).platforms);
  expect(wait!.cells).toEqual([
    { value: '4 of 4 seeds', passed: true },
    { value: '3 of 4 seeds', passed: false },
  ]);
});

test('checkRows() leaves a gap where a platform was not checked', () => {
  const comparison = sampleComparison();
  const [first, ...others] = comparison.runs;
  const runs = [{ ...first!, summary: { ...first!.summary, checks: [] } }, ...others];
  expect(checkRows(comparisonTable({ ...comparison, runs }).platforms)[0]!.cells[0]).toBeNull();
});
