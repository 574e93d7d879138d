import { formatChange, usdFormat } from '../units.ts';
import { pairedInterval } from '../statistics/intervals.ts';
import type { RunSummary } from './result.ts';

/** Confidence of the intervals that a comparison states. */
export const LEVEL = 0.95;

/** Cost of a platform by seed, in the order of the seeds. */
function costs(summaries: readonly RunSummary[], platform: string): number[] {
  return summaries.filter((summary) => summary.platform.name === platform).map(costOf);
}

function costOf({ metrics }: RunSummary): number {
  return metrics['cost.total'] ?? 0;
}

/**
 * One sentence over all seeds: which platform is cheapest on average, and by how much the dearest exceeds it, with the
 * interval of the paired differences. At least two seeds.
 */
export function seedsVerdict(summaries: readonly RunSummary[]): string {
  const names = [...new Set(summaries.map(({ platform }) => platform.name))];
  const means = names.map((name) => {
    const values = costs(summaries, name);
    return { name, values, mean: values.reduce((sum, value) => sum + value, 0) / values.length };
  });
  const ranked = [...means].sort((a, b) => a.mean - b.mean);
  const [cheapest, dearest] = [ranked[0]!, ranked.at(-1)!];
  const usd = usdFormat(means.map(({ mean }) => mean));
  const seeds = `over ${cheapest.values.length} seeds`;
  if (names.length === 1) return `${cheapest.name} costs ${usd(cheapest.mean)} on average ${seeds}.`;
  const { mean, halfWidth } = pairedInterval(dearest.values, cheapest.values, LEVEL, names.length - 1);
  if (mean <= halfWidth) {
    return `No platform is cheaper with certainty ${seeds}: ${usd(cheapest.mean)} to ${usd(dearest.mean)} on average.`;
  }
  const share = cheapest.mean === 0 ? '' : `${formatChange(mean / cheapest.mean)}, `;
  return (
    `${cheapest.name} is cheapest at ${usd(cheapest.mean)} on average ${seeds}; ` +
    `${dearest.name} costs ${share}${usd(mean)} ± ${usd(halfWidth)} more.`
  );
}

/**
 * Is the interval of every platform's cost difference to the baseline, and of every cost, as narrow as asked? The
 * widest of them as a share of the baseline's cost.
 */
export function widestShare(summaries: readonly RunSummary[], baseline: string): number {
  const names = [...new Set(summaries.map(({ platform }) => platform.name))];
  const base = costs(summaries, baseline);
  const scale = Math.abs(base.reduce((sum, value) => sum + value, 0) / base.length);
  const others = names.filter((name) => name !== baseline);
  const differences = others.map((name) =>
    pairedInterval(costs(summaries, name), base, LEVEL, others.length),
  );
  const own = pairedInterval(base, new Array<number>(base.length).fill(0), LEVEL);
  const widths = (differences.length > 0 ? differences : [own]).map(({ halfWidth }) => halfWidth);
  return scale === 0 ? 0 : Math.max(...widths) / scale;
}
