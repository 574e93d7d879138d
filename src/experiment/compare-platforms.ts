import type { RunProgress } from './run/cluster-run.ts';
import type { WorkloadTables } from './run/workload-run.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import type { Comparison, RunResult, RunSummary } from './result.ts';
import { runPlatform, unknownPlatform } from './run-platform.ts';
import { seedsVerdict } from './seeds-verdict.ts';
import type { WarmUpWish } from './warm-up.ts';
import { verdict } from './verdict.ts';

export interface ComparisonOptions {
  /** Names of platforms, the first is the baseline; default all of the plan in its order. */
  readonly platforms?: readonly string[];
  /** As in `runPlatform`; `platform` is the one that runs. */
  readonly observe?: (progress: RunProgress, platform: string) => boolean | Promise<boolean>;
  /** As in `runPlatform`. */
  readonly warmUp?: WarmUpWish;
  /** As in `runPlatform`. */
  readonly tables?: WorkloadTables;
  /** Told before each run. */
  readonly onRun?: (platform: string) => void;
}

/**
 * Runs platforms of a scenario on the same workload: same arrivals, runtimes and boot times. When a run is stopped,
 * the ones after it do not begin, and the comparison holds what there is.
 */
export async function comparePlatforms(
  prepared: PreparedScenario,
  options: ComparisonOptions = {},
): Promise<Comparison> {
  const { plan } = prepared;
  const known = plan.platforms.map(({ name }) => name);
  const wanted = options.platforms ?? known;
  for (const name of wanted) if (!known.includes(name)) throw unknownPlatform(name, known);
  const tables = options.tables ?? (await prepared.drawTables(0));
  const runs: RunResult[] = [];
  for (const platform of wanted) {
    options.onRun?.(platform);
    const { observe } = options;
    const run = await runPlatform(prepared, {
      platform,
      tables,
      ...(options.warmUp !== undefined && { warmUp: options.warmUp }),
      ...(observe === undefined ? {} : { observe: (progress: RunProgress) => observe(progress, platform) }),
    });
    runs.push(run);
    if (!run.summary.complete) break;
  }
  return {
    scenario: plan.name,
    description: plan.description,
    seeds: [plan.seed],
    baseline: wanted[0]!,
    runs,
    replications: [],
    verdict: verdict(runs),
  };
}

/** The comparison of one seed together with the summaries of others, each of all its platforms. */
export function withReplications(comparison: Comparison, replications: readonly RunSummary[]): Comparison {
  if (replications.length === 0) return comparison;
  const seeds = [...new Set([...comparison.seeds, ...replications.map(({ seed }) => seed)])];
  const all = [...comparison.runs.map(({ summary }) => summary), ...replications];
  const ofFirst = `Seed ${comparison.seeds[0]}: ${comparison.verdict}`;
  return { ...comparison, seeds, replications, verdict: `${seedsVerdict(all)} ${ofFirst}` };
}
