import { type Comparison, RESULT_SCHEMA_VERSION } from '../experiment/result.ts';
import { type CsvColumn, csvText } from '../io/csv-write.ts';
import { METRIC_NAMES, METRICS, type MetricName } from '../model/metrics.ts';
import { type ComparisonCell, comparisonRow, comparisonTable, type Mark } from './comparison-table.ts';

/** A cell of the comparison with its coordinates: one line of the CSV, one entry of `table` in the JSON. */
interface ExportedCell extends ComparisonCell {
  readonly metric: MetricName;
  readonly platform: string;
  readonly seeds: number;
  readonly baselineValue: number | null;
  readonly mark: Mark;
}

/** Every metric of every platform, those without a number included. */
function exportedCells(comparison: Comparison): ExportedCell[] {
  const { platforms } = comparisonTable(comparison);
  return METRIC_NAMES.flatMap((metric) => {
    const row = comparisonRow(platforms, metric, metric);
    return platforms.map((platform, index): ExportedCell => {
      return {
        metric,
        platform: platform.name,
        seeds: platform.runs.length,
        baselineValue: row.cells[0]!.value,
        ...row.cells[index]!,
      };
    });
  });
}

/** One JSON document with a newline at the end: verdict, summaries of all runs, and the table of every metric. */
export function comparisonToJson(comparison: Comparison): string {
  const document = {
    schemaVersion: RESULT_SCHEMA_VERSION,
    scenario: comparison.scenario,
    description: comparison.description,
    seeds: comparison.seeds,
    baseline: comparison.baseline,
    verdict: comparison.verdict,
    warnings: comparisonTable(comparison).warnings,
    table: exportedCells(comparison),
    runs: [...comparison.runs.map((run) => run.summary), ...comparison.replications],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const COLUMNS: readonly CsvColumn<ExportedCell>[] = [
  { name: 'metric', kind: 'text', value: (cell) => cell.metric },
  { name: 'unit', kind: 'text', value: (cell) => METRICS[cell.metric].unit },
  { name: 'platform', kind: 'text', value: (cell) => cell.platform },
  { name: 'seeds', kind: 'number', value: (cell) => cell.seeds },
  { name: 'value', kind: 'number', value: (cell) => cell.value },
  { name: 'baseline_value', kind: 'number', value: (cell) => cell.baselineValue },
  { name: 'difference', kind: 'number', value: (cell) => cell.difference?.absolute ?? null },
  { name: 'difference_ratio', kind: 'number', value: (cell) => cell.difference?.ratio ?? null },
  { name: 'half_width_95', kind: 'number', value: (cell) => cell.difference?.halfWidth ?? null },
  { name: 'p_adjusted', kind: 'number', value: (cell) => cell.difference?.p ?? null },
  { name: 'mark', kind: 'text', value: (cell) => cell.mark },
];

/** The table of every metric, one row per metric and platform, the baseline first. Empty cells: no number. */
export function comparisonToCsv(comparison: Comparison): string {
  return csvText(COLUMNS, exportedCells(comparison));
}
