import type { Comparison, RunResult, RunSummary } from '../experiment/result.ts';
import { metricOf } from './metric-lookup.ts';

export interface PlatformColumn {
  readonly name: string;
  /** The first seed, with everything that it left behind. */
  readonly first: RunResult;
  /** One per seed. */
  readonly runs: readonly { readonly summary: RunSummary }[];
}

/** Platforms as columns, the baseline first, the others in order of appearance. */
export function platformColumns(comparison: Comparison): PlatformColumn[] {
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
export function meanOf(platform: PlatformColumn, metric: string): number | null {
  let sum = 0;
  for (const run of platform.runs) {
    const value = metricOf(run.summary, metric);
    if (value === null) return null;
    sum += value;
  }
  return platform.runs.length === 0 ? null : sum / platform.runs.length;
}

/** Prices of another day or place answer another question. */
export function priceList(platform: PlatformColumn): string {
  const list = platform.runs[0]?.summary.catalogue;
  return list === undefined ? '' : `${list.id} ${list.date} ${list.pricesAsOf}`;
}

/** What keeps platforms from being compared fairly, in sentences. */
export function comparabilityWarnings(platforms: readonly PlatformColumn[]): string[] {
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
