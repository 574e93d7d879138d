/**
 * The comparison as numbers and judgements, before anyone writes it as text, Markdown, HTML, CSV or JSON.
 *
 * With one seed a difference is a fact about that seed. With several, runs of equal seed saw the same arrivals (common
 * random numbers), so differences are taken seed by seed: mean d, half-width t(n-1, 1-α/2m) · s_d / sqrt(n) for the m
 * platforms that are compared with the baseline (Bonferroni), p-values adjusted by Holm.
 */
import type { Comparison, RunResult, RunSummary } from '../experiment/result.ts';
import { METRICS, type MetricName } from '../model/metrics.ts';
import { holm, meanInterval, pValueOfZero } from '../statistics/intervals.ts';

/** Differences below one percent of the baseline are not called better or worse. Chosen, as in poop. */
export const MIN_EFFECT_RATIO = 0.01;

/**
 * `same`: equal, or below the minimum effect. `unclear`: larger, but the interval holds zero. `unplaced`: tasks without
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

export interface PlatformColumn {
  readonly name: string;
  /** The first seed, with everything that it left behind. */
  readonly first: RunResult;
  /** One per seed. */
  readonly runs: readonly { readonly summary: RunSummary }[];
}

/** Confidence of the intervals. */
const LEVEL = 0.95;

export interface Difference {
  readonly absolute: number;
  /** Of the baseline's value; null where that is zero. */
  readonly ratio: number | null;
  /** Half-width of the 95 % interval, shared among the platforms compared; null with one seed. */
  readonly halfWidth: number | null;
  /** p-value of "no difference", adjusted for the number of platforms; null with one seed. */
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
  readonly metric: MetricName;
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
      ['services.availability', 'availability'],
    ],
  },
];

/**
 * Platforms as columns, the baseline first, the others in order of appearance. Rows that no platform has a number for
 * are left out.
 */
export function comparisonTable(comparison: Comparison): ComparisonTable {
  const platforms = platformColumns(comparison);
  const sections = LAYOUT.map(({ title, rows }) => ({
    title,
    rows: rows
      .map(([metric, label]) => comparisonRow(platforms, metric, label))
      .filter((row) => row.cells.some((cell) => cell.value !== null)),
  })).filter((section) => section.rows.length > 0);
  return { platforms, sections, warnings: comparabilityWarnings(platforms) };
}

/** The rows of all sections. */
export function allRows(table: ComparisonTable): ComparisonRow[] {
  return table.sections.flatMap((section) => section.rows);
}

/** The row of `metric`, also of one that the table does not show. */
export function comparisonRow(
  platforms: readonly PlatformColumn[],
  metric: MetricName,
  label: string,
): ComparisonRow {
  const baseline = platforms[0];
  const pairs = platforms.map((platform) =>
    platform === baseline || baseline === undefined ? [] : pairedDifferences(baseline, platform, metric),
  );
  const adjusted = holm(
    pairs.slice(1).map((differences) => (differences.length < 2 ? 1 : pValueOfZero(differences))),
  );
  const cells = platforms.map((platform, index) =>
    platform === baseline || baseline === undefined
      ? { value: meanOf(platform, metric), difference: null, mark: 'same' as const }
      : comparedCell(baseline, platform, metric, {
          differences: pairs[index]!,
          among: platforms.length - 1,
          p: adjusted[index - 1]!,
        }),
  );
  return { metric, label, cells };
}

/** What the seeds say of a difference. */
interface Evidence {
  /** Seed by seed. */
  readonly differences: readonly number[];
  /** Platforms that are compared at once. */
  readonly among: number;
  /** Adjusted for them. */
  readonly p: number;
}

function platformColumns(comparison: Comparison): PlatformColumn[] {
  const columns = comparison.runs.map((first): PlatformColumn => {
    const { name } = first.summary.platform;
    const others = comparison.replications.filter(({ platform }) => platform.name === name);
    return { name, first, runs: [first, ...others.map((summary) => ({ summary }))] };
  });
  return [
    ...columns.filter((column) => column.name === comparison.baseline),
    ...columns.filter((column) => column.name !== comparison.baseline),
  ];
}

/** Mean over the seeds; null when one of the runs has no such number. */
export function meanOf(platform: PlatformColumn, metric: MetricName): number | null {
  let sum = 0;
  for (const run of platform.runs) {
    const value = run.summary.metrics[metric];
    if (value === null) return null;
    sum += value;
  }
  return platform.runs.length === 0 ? null : sum / platform.runs.length;
}

function comparedCell(
  baseline: PlatformColumn,
  platform: PlatformColumn,
  metric: MetricName,
  { differences, among, p }: Evidence,
): ComparisonCell {
  const base = meanOf(baseline, metric);
  const value = meanOf(platform, metric);
  if (base === null || value === null) {
    return { value, difference: null, mark: base === value ? 'same' : 'incomparable' };
  }
  const priced = METRICS[metric].unit === 'USD';
  if (differences.length === 0 || (priced && priceList(baseline) !== priceList(platform)))
    return { value, difference: null, mark: 'incomparable' };
  const interval = differences.length < 2 ? null : meanInterval(differences, LEVEL, among);
  const absolute = interval?.mean ?? differences[0]!;
  const difference: Difference = {
    absolute,
    ratio: base === 0 ? null : absolute / Math.abs(base),
    halfWidth: interval?.halfWidth ?? null,
    p: interval === null ? null : p,
  };
  return { value, difference, mark: judge(metric, base, value, difference) };
}

/** Prices of another day or place answer another question. */
function priceList(platform: PlatformColumn): string {
  const list = platform.runs[0]?.summary.catalogue;
  return list === undefined ? '' : `${list.id} ${list.date} ${list.pricesAsOf}`;
}

/** One per seed that both sides ran. */
function pairedDifferences(baseline: PlatformColumn, platform: PlatformColumn, metric: MetricName): number[] {
  const bySeed = new Map(baseline.runs.map((run) => [run.summary.seed, run.summary.metrics[metric]]));
  const differences: number[] = [];
  for (const { summary } of platform.runs) {
    const base = bySeed.get(summary.seed);
    const value = summary.metrics[metric];
    if (typeof base === 'number' && value !== null) differences.push(value - base);
  }
  return differences;
}

function judge(metric: MetricName, base: number, value: number, difference: Difference): Mark {
  const { absolute, p } = difference;
  if (metric === 'unplaced') {
    if (base === 0 && value > 0) return 'unplaced';
    if (base > 0 && value === 0) return 'placed';
  }
  const { better } = METRICS[metric];
  if (absolute === 0 || better === 'neither') return 'same';
  if (Math.abs(absolute) < MIN_EFFECT_RATIO * Math.abs(base)) return 'same';
  if (p !== null && p > 1 - LEVEL) return 'unclear';
  return absolute < 0 === (better === 'less') ? 'better' : 'worse';
}

function comparabilityWarnings(platforms: readonly PlatformColumn[]): string[] {
  const summaries = platforms.flatMap((platform) => platform.runs.map((run) => run.summary));
  const differ = (key: (summary: (typeof summaries)[number]) => string | number) =>
    new Set(summaries.map(key)).size > 1;
  const warnings: string[] = [];
  const seeds = new Set(summaries.map(({ seed }) => seed));
  const plans = new Set(summaries.map(({ seed, planHash }) => `${seed} ${planHash}`));
  if (plans.size > seeds.size) warnings.push('The runs come from different plans');
  if (new Set(platforms.map(priceList)).size > 1) {
    warnings.push('The runs use different price lists: their costs are not comparable');
  }
  if (differ((summary) => summary.endedMs)) warnings.push('The runs cover different spans of time');
  for (const platform of platforms) {
    if (platform.runs.some((run) => !run.summary.complete)) {
      warnings.push(`${platform.name} was stopped before its horizon`);
    }
    const unplaced = meanOf(platform, 'unplaced') ?? 0;
    if (unplaced > 0) {
      warnings.push(`${platform.name} left tasks without room: its cost is the cost of less work`);
    }
  }
  return warnings;
}
