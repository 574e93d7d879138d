/**
 * The comparison as numbers and judgements, before anyone writes it as text, Markdown, HTML, CSV or JSON.
 *
 * With one seed a difference is a fact about that seed. With several, runs of equal seed saw the same arrivals (common
 * random numbers), so differences are taken seed by seed: mean d, half-width t(n-1, 1-α/2m) · s_d / sqrt(n) for the m
 * platforms that are compared with the baseline (Bonferroni), resampled (BCa) where the differences are skewed. Platforms
 * that have no seed in common are compared by Welch's interval and the ranks of Mann and Whitney. p-values are adjusted by
 * Holm over all metrics and platforms of the table.
 */
import type { Comparison } from '../experiment/result.ts';
import type { MetricName } from '../model/metrics.ts';
import { type DifferenceEvidence, evidenceBySeed } from '../statistics/difference.ts';
import { holm } from '../statistics/intervals.ts';
import {
  comparabilityWarnings,
  meanOf,
  type PlatformColumn,
  platformColumns,
  priceList,
} from './comparison-platforms.ts';
import type { Split } from './difference-parts.ts';
import { metricOf, type ShownMetric, shownMetric, userMetricNames } from './metric-lookup.ts';

export { meanOf, type PlatformColumn } from './comparison-platforms.ts';

/** Differences below one percent of the baseline are not called better or worse, unless asked. Chosen, as in poop. */
export const MIN_EFFECT_RATIO = 0.01;
/** Confidence of the intervals, unless asked. */
export const LEVEL = 0.95;

/**
 * `same`: equal, or below the minimum effect. `unclear`: larger, but chance may do that. `unplaced`: tasks without
 * room where the baseline had none; `placed`: the reverse. `incomparable`: one side has no number.
 */
export type Mark = 'same' | 'better' | 'worse' | 'unclear' | 'unplaced' | 'placed' | 'incomparable';

/** The sign before the word, as in ASV. Blank: nothing to say. */
export const MARK_SIGNS: Readonly<Record<Mark, string>> = {
  same: '',
  better: '-',
  worse: '+',
  unclear: '~',
  unplaced: '!',
  placed: '*',
  incomparable: 'x',
};

/** What a table shows, and how sure it wants to be. */
export interface TableOptions {
  /** Metrics in this order, those of plug-ins among them. Default: a short list, and all of plug-ins. */
  readonly metrics?: readonly string[];
  /** Default `LEVEL`. */
  readonly level?: number;
  /** Default `MIN_EFFECT_RATIO`. */
  readonly minEffect?: number;
  /** Leaves out rows in which nothing differs. */
  readonly onlyChanged?: boolean;
  /** Splits the difference of the bills. */
  readonly by?: Split;
}

export interface Difference {
  readonly absolute: number;
  /** Of the baseline's value; null where that is zero. */
  readonly ratio: number | null;
  /** Half the width of the interval, shared among the platforms compared; null with one seed. */
  readonly halfWidth: number | null;
  /** The interval itself, and how it was made; null with one seed. */
  readonly interval: DifferenceEvidence['interval'];
  /** What pairing by seed saved, as in `DifferenceEvidence`; null with one seed, and unpaired. */
  readonly pairingGain: number | null;
  /** p-value of "no difference", adjusted for the metrics and platforms of the table; null with one seed. */
  readonly p: number | null;
}

export interface ComparisonCell {
  /** Mean over the seeds; null when a run does not support the number. */
  readonly value: number | null;
  /** null for the baseline, and where one side has no number. */
  readonly difference: Difference | null;
  readonly mark: Mark;
}

export interface ComparisonRow {
  readonly metric: string;
  readonly definition: ShownMetric;
  readonly label: string;
  /** One per platform, the baseline first. */
  readonly cells: readonly ComparisonCell[];
}

export interface ComparisonSection {
  readonly title: string;
  readonly rows: readonly ComparisonRow[];
}

export interface ComparisonTable {
  readonly platforms: readonly PlatformColumn[];
  readonly sections: readonly ComparisonSection[];
  /** What keeps the columns from being compared fairly, in sentences. Usually empty. */
  readonly warnings: readonly string[];
  readonly level: number;
  readonly minEffect: number;
  readonly by?: Split | undefined;
}

const LAYOUT: ReadonlyArray<{ title: string; rows: ReadonlyArray<readonly [MetricName, string]> }> = [
  {
    title: 'Cost',
    rows: [
      ['cost.total', 'total'],
      ['cost.instances', 'instances'],
      ['cost.volumes', 'volumes'],
      ['cost.controlPlane', 'control plane'],
      ['cost.loadBalancers', 'load balancers'],
      ['cost.idleShare', 'idle share'],
      ['cost.perTask', 'per task'],
    ],
  },
  {
    title: 'Capacity',
    rows: [
      ['instances.hours', 'node-hours'],
      ['instances.peak', 'peak instances'],
      ['packing.density', 'packing density'],
      ['utilisation.cpu', 'CPU requested'],
      ['utilisation.memory', 'memory requested'],
      ['utilisation.gpu', 'GPU requested'],
    ],
  },
  {
    title: 'Service',
    rows: [
      ['wait.p50', 'wait p50'],
      ['wait.p95', 'wait p95'],
      ['wait.p99', 'wait p99'],
      ['unplaced', 'unplaced'],
      ['tasks.interrupted', 'interrupted'],
      ['disruption.memoryEvictions', 'evicted for memory'],
      ['disruption.oomKills', 'killed for memory'],
      ['services.availability', 'availability'],
    ],
  },
];

/** Rows of runs that state what their tasks use. */
const MEMORY: readonly MetricName[] = ['disruption.memoryEvictions', 'disruption.oomKills'];

/** Heading of each family of metrics, by the first word of the name. */
const FAMILIES: Readonly<Record<string, string>> = {
  cost: 'Cost',
  instances: 'Capacity',
  packing: 'Capacity',
  utilisation: 'Capacity',
  usage: 'Capacity',
  fragmentation: 'Capacity',
  stranded: 'Capacity',
  energy: 'Energy and carbon (estimates)',
  carbon: 'Energy and carbon (estimates)',
};

/**
 * Platforms as columns, the baseline first, the others in order of appearance. Rows that no platform has a number for
 * are left out.
 */
export function comparisonTable(comparison: Comparison, options: TableOptions = {}): ComparisonTable {
  const platforms = platformColumns(comparison);
  const { level = LEVEL, minEffect = MIN_EFFECT_RATIO } = options;
  const layout = options.metrics === undefined ? shortLayout(platforms) : layoutOf(options.metrics);
  const names = layout.flatMap(({ rows }) => rows.map(([name]) => name));
  const cells = comparedCells(platforms, names, { level, minEffect });
  const isShown = (row: ComparisonRow) =>
    row.cells.some(({ value }) => value !== null) &&
    (options.onlyChanged !== true || row.cells.some(({ mark }) => mark !== 'same'));
  const summaries = platforms.flatMap(({ runs }) => runs.map(({ summary }) => summary));
  const sections = layout
    .map(({ title, rows }) => ({
      title,
      rows: rows
        .map(([name, label]) => ({
          metric: name,
          definition: shownMetric(name, summaries),
          label,
          cells: cells.get(name)!,
        }))
        .filter(isShown),
    }))
    .filter(({ rows }) => rows.length > 0);
  const warnings = comparabilityWarnings(platforms);
  return { platforms, sections, warnings, level, minEffect, by: options.by };
}

type Layout = readonly {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, label: string])[];
}[];

function shortLayout(platforms: readonly PlatformColumn[]): Layout {
  const summaries = platforms.flatMap(({ runs }) => runs.map(({ summary }) => summary));
  const own = userMetricNames(summaries);
  // Where nobody says what tasks use, the intervals are not shared with what nobody can know.
  const saysMemory = summaries.some(({ metrics }) => typeof metrics['disruption.oomKills'] === 'number');
  const layout = saysMemory
    ? LAYOUT
    : LAYOUT.map(({ title, rows }) => ({ title, rows: rows.filter(([name]) => !MEMORY.includes(name)) }));
  return own.length === 0
    ? layout
    : [...layout, { title: 'Own metrics', rows: own.map((name) => [name, name] as const) }];
}

/** In the order asked, under the heading of each; with the labels of the short list where it has one. */
function layoutOf(names: readonly string[]): Layout {
  const labels = new Map<string, string>(LAYOUT.flatMap(({ rows }) => rows));
  const titles = [...new Set(names.map(titleOf))];
  return titles.map((title) => ({
    title,
    rows: names
      .filter((name) => titleOf(name) === title)
      .map((name) => [name, labels.get(name) ?? name] as const),
  }));
}

function titleOf(name: string): string {
  return FAMILIES[name.split('.')[0]!] ?? 'Service';
}

/** The rows of all sections. */
export function allRows(table: ComparisonTable): ComparisonRow[] {
  return table.sections.flatMap((section) => section.rows);
}

/** The row of `metric`, also of one that the table does not show; adjusted for the platforms alone. */
export function comparisonRow(
  platforms: readonly PlatformColumn[],
  metric: string,
  label: string,
  sure: Sureness = { level: LEVEL, minEffect: MIN_EFFECT_RATIO },
): ComparisonRow {
  const summaries = platforms.flatMap(({ runs }) => runs.map(({ summary }) => summary));
  const cells = comparedCells(platforms, [metric], sure).get(metric)!;
  return { metric, definition: shownMetric(metric, summaries), label, cells };
}

type Sureness = Required<Pick<TableOptions, 'level' | 'minEffect'>>;

/** Cells by metric, one per platform; p-values adjusted over all of them. */
export function comparedCells(
  platforms: readonly PlatformColumn[],
  metrics: readonly string[],
  { level, minEffect }: Sureness,
): Map<string, ComparisonCell[]> {
  const [baseline, ...others] = platforms;
  if (baseline === undefined) return new Map(metrics.map((metric) => [metric, []]));
  const evidence = metrics.map((metric) =>
    others.map((platform) => evidenceOf(baseline, platform, metric, { level, among: others.length })),
  );
  const adjusted = holm(evidence.flat().map((found) => found?.p ?? 1));
  const summaries = platforms.flatMap(({ runs }) => runs.map(({ summary }) => summary));
  return new Map(
    metrics.map((name, row) => {
      const metric = shownMetric(name, summaries);
      const own: ComparisonCell = { value: meanOf(baseline, name), difference: null, mark: 'same' };
      const cells = others.map((platform, at) => {
        const p = adjusted[row * others.length + at]!;
        return comparedCell({ baseline, platform, metric }, evidence[row]![at]!, p, { level, minEffect });
      });
      return [name, [own, ...cells]];
    }),
  );
}

interface Pair {
  readonly baseline: PlatformColumn;
  readonly platform: PlatformColumn;
  readonly metric: ShownMetric;
}

function comparedCell(
  { baseline, platform, metric }: Pair,
  evidence: DifferenceEvidence | null,
  adjusted: number,
  sure: Sureness,
): ComparisonCell {
  const base = meanOf(baseline, metric.name);
  const value = meanOf(platform, metric.name);
  if (base === null || value === null) {
    return { value, difference: null, mark: base === value ? 'same' : 'incomparable' };
  }
  const isPriced = metric.unit === 'USD';
  if (evidence === null || (isPriced && priceList(baseline) !== priceList(platform)))
    return { value, difference: null, mark: 'incomparable' };
  const { mean, interval } = evidence;
  const difference: Difference = {
    absolute: mean,
    ratio: base === 0 ? null : mean / Math.abs(base),
    halfWidth: interval === null ? null : (interval.upper - interval.lower) / 2,
    interval,
    pairingGain: evidence.pairingGain ?? null,
    p: interval === null ? null : adjusted,
  };
  return { value, difference, mark: judge(metric, base, value, difference, sure) };
}

/** Paired by seed where there are common ones, else by the values of both sides; null where neither says anything. */
function evidenceOf(
  baseline: PlatformColumn,
  platform: PlatformColumn,
  metric: string,
  { level, among }: { readonly level: number; readonly among: number },
): DifferenceEvidence | null {
  const values = (column: PlatformColumn) =>
    column.runs.flatMap(({ summary }) => {
      const value = metricOf(summary, metric);
      return value === null ? [] : [{ seed: summary.seed, value }];
    });
  return evidenceBySeed(values(platform), values(baseline), level, among);
}

function judge(
  metric: ShownMetric,
  base: number,
  value: number,
  { absolute, p }: Difference,
  sure: Sureness,
): Mark {
  if (metric.name === 'unplaced') {
    if (base === 0 && value > 0) return 'unplaced';
    if (base > 0 && value === 0) return 'placed';
  }
  if (absolute === 0 || metric.better === 'neither') return 'same';
  if (Math.abs(absolute) < sure.minEffect * Math.abs(base)) return 'same';
  if (p !== null && p > 1 - sure.level) return 'unclear';
  return absolute < 0 === (metric.better === 'less') ? 'better' : 'worse';
}
