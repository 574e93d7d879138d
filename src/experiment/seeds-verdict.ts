import { type DifferenceEvidence, evidenceBySeed, type SeedValue } from '../statistics/difference.ts';
import { meanInterval } from '../statistics/intervals.ts';
import { formatChange, usdFormat } from '../units.ts';
import { metricOf } from './metric-value.ts';
import type { RunSummary } from './result.ts';

/** Confidence of the intervals that a comparison states. */
export const LEVEL = 0.95;

function valuesOf(summaries: readonly RunSummary[], platform: string, metric: string): SeedValue[] {
  return summaries
    .filter((summary) => summary.platform.name === platform)
    .flatMap((summary) => {
      const value = metricOf(summary, metric);
      return value === null ? [] : [{ seed: summary.seed, value }];
    });
}

function meanOf(values: readonly SeedValue[]): number {
  return values.reduce((sum, { value }) => sum + value, 0) / values.length;
}

function halfWidthOf({ interval }: DifferenceEvidence): number {
  return interval === null ? 0 : (interval.upper - interval.lower) / 2;
}

/**
 * One sentence over all seeds: which platform is cheapest on average, and by how much the dearest exceeds it, with the
 * interval of the differences: paired by seed where seeds are common, else of independent means.
 */
export function seedsVerdict(summaries: readonly RunSummary[]): string {
  const names = [...new Set(summaries.map(({ platform }) => platform.name))];
  const means = names.map((name) => {
    const values = valuesOf(summaries, name, 'cost.total');
    return { name, values, mean: meanOf(values) };
  });
  const ranked = [...means].sort((a, b) => a.mean - b.mean);
  const [cheapest, dearest] = [ranked[0]!, ranked.at(-1)!];
  const usd = usdFormat(means.map(({ mean }) => mean));
  const counts = [...new Set(means.map(({ values }) => values.length))].sort((a, b) => a - b);
  const seeds = `over ${counts.join(' to ')} seeds`;
  if (names.length === 1) return `${cheapest.name} costs ${usd(cheapest.mean)} on average ${seeds}.`;
  const evidence = evidenceBySeed(dearest.values, cheapest.values, LEVEL, names.length - 1);
  if (evidence?.interval == null || evidence.interval.lower <= 0) {
    return `No platform is cheaper with certainty ${seeds}: ${usd(cheapest.mean)} to ${usd(dearest.mean)} on average.`;
  }
  const share = cheapest.mean === 0 ? '' : `${formatChange(evidence.mean / cheapest.mean)}, `;
  return (
    `${cheapest.name} is cheapest at ${usd(cheapest.mean)} on average ${seeds}; ` +
    `${dearest.name} costs ${share}${usd(evidence.mean)} ± ${usd(halfWidthOf(evidence))} more.`
  );
}

/** How wide the intervals of a metric are. */
export interface Width {
  /** Half of the widest, in the unit of the metric. */
  readonly absolute: number;
  /** Of the baseline's mean; null where that is zero. */
  readonly share: number | null;
}

/**
 * The widest interval of the metric: of the differences of the other platforms to the baseline, or of its own mean when it
 * is alone. Null when a run has no such number. At least two seeds.
 */
export function widestInterval(
  summaries: readonly RunSummary[],
  baseline: string,
  metric: string,
): Width | null {
  const names = [...new Set(summaries.map(({ platform }) => platform.name))];
  if (summaries.some((summary) => metricOf(summary, metric) === null)) return null;
  const base = valuesOf(summaries, baseline, metric);
  const others = names.filter((name) => name !== baseline);
  const widths = others.map((name) =>
    halfWidthOf(evidenceBySeed(valuesOf(summaries, name, metric), base, LEVEL, others.length)!),
  );
  const own = () =>
    meanInterval(
      base.map(({ value }) => value),
      LEVEL,
    ).halfWidth;
  const absolute = others.length > 0 ? Math.max(...widths) : own();
  const scale = Math.abs(meanOf(base));
  return { absolute, share: scale === 0 ? null : absolute / scale };
}
