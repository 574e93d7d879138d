import { resultFolder } from '../io/result-folder.ts';
import { renderPlan } from '../io/scenario/render-plan.ts';
import { prepareSeed } from './prepare-seed.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import type { RunResult, RunSummary } from './result.ts';
import type { ReplicationRequest, SaveRequest } from './replication-request.ts';
import { runPlatform } from './run-platform.ts';
import { startReplications } from './replication-runner.ts';

export interface ReplicationOptions {
  /** Worker threads; 1: in this thread. The results are the same for any number. */
  readonly jobs: number;
  /** Told after each seed; what it returns is waited for. */
  readonly onDone?: (seed: number) => void | Promise<void>;
  /** Leaves the seeds that are not done: at once in workers, before the next seed in this thread. */
  readonly signal?: AbortSignal;
}

/** Runs all platforms on the workload of one seed; their summaries in the order asked. */
export async function replicate(request: ReplicationRequest, seed: number): Promise<RunSummary[]> {
  const prepared = await prepareSeed(request, seed);
  const tables = await prepared.drawTables(0);
  const summaries: RunSummary[] = [];
  for (const platform of request.platforms) {
    const result = await runPlatform(prepared, {
      platform,
      tables,
      ...(request.warmUp !== undefined && { warmUp: request.warmUp }),
    });
    if (request.save !== undefined) await saveReplication(prepared, result, request.save);
    summaries.push(result.summary);
  }
  return summaries;
}

async function saveReplication(
  { plan }: PreparedScenario,
  result: RunResult,
  { folder, force, ...made }: SaveRequest,
): Promise<void> {
  const { scenario, platform, seed } = result.summary;
  const path = resultFolder(folder, { scenario, platform: platform.name, seed });
  const { writeResult } = await import('./result-directory.ts');
  await writeResult(
    path,
    result,
    { ...made, startEpochMs: plan.startEpochMs, plan: renderPlan(plan) },
    { force },
  );
}

/**
 * Runs all platforms with each of the seeds. In the order of the seeds, whoever was fast; seeds that were left out are
 * missing. Runs in worker threads when `jobs` is more than one.
 */
export async function replicateAll(
  request: ReplicationRequest,
  seeds: readonly number[],
  options: ReplicationOptions,
): Promise<RunSummary[]> {
  const jobs = Math.min(options.jobs, seeds.length);
  const bySeed = new Map<number, RunSummary[]>();
  if (jobs > 1) await inWorkers(request, seeds, jobs, options, bySeed);
  else {
    for (const seed of seeds) {
      if (options.signal?.aborted) break;
      bySeed.set(seed, await replicate(request, seed));
      await options.onDone?.(seed);
    }
  }
  return seeds.flatMap((seed) => bySeed.get(seed) ?? []);
}

async function inWorkers(
  request: ReplicationRequest,
  seeds: readonly number[],
  jobs: number,
  { onDone, signal }: ReplicationOptions,
  bySeed: Map<number, RunSummary[]>,
): Promise<void> {
  const runner = await startReplications(jobs, signal);
  try {
    await runner.run(request, seeds, async (seed, summaries) => {
      bySeed.set(seed, [...summaries]);
      await onDone?.(seed);
    });
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    await runner.end();
  }
}
