import { meanInterval } from '../../statistics/intervals.ts';
import { mostFailures, shareLowerBound } from '../../statistics/share-bound.ts';
import type { ReplicationRequest } from '../replication-request.ts';
import type { ReplicationRunner } from '../replication-runner.ts';
import type { RunSummary } from '../result.ts';
import type { SizeVerdict } from './search-size.ts';

/** What counts as meeting the checks. */
export interface SizeGoal {
  readonly seeds: readonly number[];
  /** Of all workloads like those of the seeds, this share must meet all checks ... */
  readonly share: number;
  /** ... with this confidence. */
  readonly confidence: number;
}

/** The runs of one size on one platform. */
export interface SizeTrial extends SizeVerdict {
  /** Seeds that were run: fewer than asked where too many had failed already. */
  readonly seeds: number;
  readonly passed: number;
  /** Share of workloads that these runs allow to claim. */
  readonly shareAtLeast: number;
  readonly costMean: number;
  /** Of its 95 % interval; null with one seed. */
  readonly costHalfWidth: number | null;
  /** Every check that failed, with its value in the worst seed and how often it failed. */
  readonly failures: readonly {
    readonly check: string;
    readonly metric: string;
    readonly seeds: number;
    readonly worst: number | null;
  }[];
}

/** Seeds are run in waves of this many, and whether to go on is decided between: it does not matter who is fast. */
const WAVE = 5;
const COST_LEVEL = 0.95;

/** Runs the seeds in waves until all are done, or more have failed than may. */
export async function trySize(
  size: number,
  request: ReplicationRequest,
  { seeds, share, confidence }: SizeGoal,
  runner: ReplicationRunner,
): Promise<SizeTrial> {
  const allowed = mostFailures(seeds.length, share, confidence);
  const summaries: RunSummary[] = [];
  const failed = () => summaries.filter(({ checks }) => checks.some(({ passed }) => !passed)).length;
  while (summaries.length < seeds.length && failed() <= allowed) {
    const wave = seeds.slice(summaries.length, summaries.length + WAVE);
    summaries.push(...(await runner.run(request, wave)));
  }
  const passed = summaries.length - failed();
  const costs = summaries.map(({ metrics }) => metrics['cost.total'] ?? 0);
  const cost = costs.length < 2 ? null : meanInterval(costs, COST_LEVEL);
  return {
    size,
    meets: failed() <= allowed,
    seeds: summaries.length,
    passed,
    shareAtLeast: shareLowerBound(passed, summaries.length, confidence),
    costMean: cost?.mean ?? costs[0]!,
    costHalfWidth: cost?.halfWidth ?? null,
    failures: failuresOf(summaries),
  };
}

function failuresOf(summaries: readonly RunSummary[]): SizeTrial['failures'] {
  return summaries[0]!.checks.flatMap(({ text: check, metric }, at) => {
    const failed = summaries.map((summary) => summary.checks[at]!).filter(({ passed }) => !passed);
    if (failed.length === 0) return [];
    const values = failed.map(({ value }) => value).filter((value) => value !== null);
    // What is worse depends on the comparison: a bound from above is broken by the largest value.
    const isUpper = /^[^<>=!]*(?:<|==|!=)/.test(check);
    const worst = values.length === 0 ? null : isUpper ? Math.max(...values) : Math.min(...values);
    return [{ check, metric, seeds: failed.length, worst }];
  });
}
