import { type Comparison, RESULT_SCHEMA_VERSION } from '../experiment/result.ts';
import { type CsvColumn, csvText } from '../io/csv-write.ts';
import { METRIC_NAMES, type Unit } from '../model/metrics.ts';
import {
  allRows,
  type ComparisonCell,
  type ComparisonTable,
  comparedCells,
  comparisonTable,
  type Mark,
  type TableOptions,
} from './comparison-table.ts';
import { type DifferencePart, type Split, splitDifference, SPLITS } from './difference-parts.ts';
import { shownMetric, userMetricNames } from './metric-lookup.ts';
import { whySentences } from './why.ts';

/** A cell of the comparison with its coordinates: one line of the CSV, one entry of `table` in the JSON. */
interface ExportedCell extends ComparisonCell {
  readonly metric: string;
  readonly unit: Unit;
  /** Is it in the table for people, and its p-value adjusted among the rows of that alone? */
  readonly listed: boolean;
  readonly platform: string;
  readonly seeds: number;
  readonly baselineValue: number | null;
  readonly mark: Mark;
}

/** Every metric of every platform, those without a number included. */
function exportedCells(comparison: Comparison, options: TableOptions): ExportedCell[] {
  const table = comparisonTable(comparison, options);
  const { platforms } = table;
  const summaries = platforms.flatMap(({ runs }) => runs.map(({ summary }) => summary));
  const names = [...METRIC_NAMES, ...userMetricNames(summaries)];
  const listed = new Map(allRows(table).map(({ metric, cells }) => [metric, cells]));
  const all = comparedCells(platforms, names, table);
  return names.flatMap((metric) => {
    const cells = listed.get(metric) ?? all.get(metric)!;
    return platforms.map((platform, index): ExportedCell => {
      return {
        metric,
        unit: shownMetric(metric, summaries).unit,
        listed: listed.has(metric),
        platform: platform.name,
        seeds: platform.runs.length,
        baselineValue: cells[0]!.value,
        ...cells[index]!,
      };
    });
  });
}

/** One JSON document with a newline at the end: verdict, summaries of all runs, and the table of every metric. */
export function comparisonToJson(comparison: Comparison, options: TableOptions = {}): string {
  const table = comparisonTable(comparison, options);
  const document = {
    schemaVersion: RESULT_SCHEMA_VERSION,
    scenario: comparison.scenario,
    description: comparison.description,
    seeds: comparison.seeds,
    baseline: comparison.baseline,
    verdict: comparison.verdict,
    warnings: table.warnings,
    table: exportedCells(comparison, options),
    why: whySentences(table),
    differences: differences(table),
    runs: [...comparison.runs.map((run) => run.summary), ...comparison.replications],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Of each platform but the baseline, by service, type and hour; of the first seed. */
function differences({ platforms }: ComparisonTable) {
  const [baseline, ...others] = platforms;
  return others.map(({ name, first }) => ({
    platform: name,
    splits: SPLITS.map((by) => splitDifference(baseline!.first, first, by)),
  }));
}

const COLUMNS: readonly CsvColumn<ExportedCell>[] = [
  { name: 'metric', kind: 'text', value: (cell) => cell.metric },
  { name: 'unit', kind: 'text', value: (cell) => cell.unit },
  { name: 'platform', kind: 'text', value: (cell) => cell.platform },
  { name: 'seeds', kind: 'number', value: (cell) => cell.seeds },
  { name: 'value', kind: 'number', value: (cell) => cell.value },
  { name: 'baseline_value', kind: 'number', value: (cell) => cell.baselineValue },
  { name: 'difference', kind: 'number', value: (cell) => cell.difference?.absolute ?? null },
  { name: 'difference_ratio', kind: 'number', value: (cell) => cell.difference?.ratio ?? null },
  { name: 'half_width', kind: 'number', value: (cell) => cell.difference?.halfWidth ?? null },
  { name: 'lower', kind: 'number', value: (cell) => cell.difference?.interval?.lower ?? null },
  { name: 'upper', kind: 'number', value: (cell) => cell.difference?.interval?.upper ?? null },
  { name: 'interval', kind: 'text', value: (cell) => cell.difference?.interval?.method ?? null },
  { name: 'pairing_gain', kind: 'number', value: (cell) => cell.difference?.pairingGain ?? null },
  { name: 'p_adjusted', kind: 'number', value: (cell) => cell.difference?.p ?? null },
  { name: 'mark', kind: 'text', value: (cell) => cell.mark },
];

/** A part of a difference with its coordinates. */
interface ExportedPart extends DifferencePart {
  readonly by: string;
  readonly platform: string;
}

const PART_COLUMNS: readonly CsvColumn<ExportedPart>[] = [
  { name: 'by', kind: 'text', value: (part) => part.by },
  { name: 'part', kind: 'text', value: (part) => part.name },
  { name: 'platform', kind: 'text', value: (part) => part.platform },
  { name: 'usd', kind: 'number', value: (part) => part.usd },
  { name: 'baseline_usd', kind: 'number', value: (part) => part.baselineUsd },
  { name: 'difference_usd', kind: 'number', value: (part) => part.differenceUsd },
  { name: 'wait', kind: 'number', value: (part) => part.wait },
  { name: 'baseline_wait', kind: 'number', value: (part) => part.baselineWait },
];

/** Why the bills differ: a row per part and platform of the split that the options ask for; of the first seed. */
function differencesToCsv({ platforms }: ComparisonTable, by: Split): string {
  const [baseline, ...others] = platforms;
  const rows = others.flatMap(({ name, first }) =>
    splitDifference(baseline!.first, first, by).parts.map((part) => ({ ...part, by, platform: name })),
  );
  return csvText(PART_COLUMNS, rows);
}

/**
 * The table of every metric, one row per metric and platform, the baseline first. Empty cells: no number. With `by` the
 * differences of the bills, split, instead.
 */
export function comparisonToCsv(comparison: Comparison, options: TableOptions = {}): string {
  if (options.by !== undefined) return differencesToCsv(comparisonTable(comparison, options), options.by);
  return csvText(COLUMNS, exportedCells(comparison, options));
}
