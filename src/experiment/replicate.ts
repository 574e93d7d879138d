import { fileURLToPath } from 'node:url';
import type { Check } from '../model/plan.ts';
import { moduleFile } from '../io/package-file.ts';
import { planHash } from '../io/scenario/plan-hash.ts';
import { type PreparedScenario, type PrepareOptions, prepareScenario } from './prepare-scenario.ts';
import type { RunSummary } from './result.ts';
import { runPlatform } from './run-platform.ts';
import type { ReplicationTask } from './replication-worker.ts';

/** Everything that it takes to run platforms of a scenario with another seed. Plain data: it goes to worker threads. */
export interface ReplicationRequest {
  readonly file: string;
  /** As the first seed was prepared; a `seed` among its `sets` is replaced. */
  readonly options: PrepareOptions;
  /** Checks beside those of the scenario. */
  readonly checks: readonly Check[];
  readonly platforms: readonly string[];
}

export interface ReplicationOptions {
  /** Worker threads; 1: in this thread. The results are the same for any number. */
  readonly jobs: number;
  /** Told after each seed; what it returns is waited for. */
  readonly onDone?: (seed: number) => void | Promise<void>;
  /** Leaves the seeds that are not done: at once in workers, before the next seed in this thread. */
  readonly signal?: AbortSignal;
}

/** Prepares the scenario as asked, with one more value and the checks. */
export async function prepareSeed(
  { file, options, checks }: Omit<ReplicationRequest, 'platforms'>,
  seed: number,
): Promise<PreparedScenario> {
  const others = (options.sets ?? []).filter(([path]) => path !== 'seed');
  const prepared = await prepareScenario(file, { ...options, sets: [...others, ['seed', String(seed)]] });
  if (checks.length === 0) return prepared;
  const plan = { ...prepared.plan, checks: [...prepared.plan.checks, ...checks] };
  return { ...prepared, plan, planHash: planHash(plan) };
}

/** Runs all platforms on the workload of one seed; their summaries in the order asked. */
export async function replicate(request: ReplicationRequest, seed: number): Promise<RunSummary[]> {
  const prepared = await prepareSeed(request, seed);
  const tables = await prepared.drawTables(0);
  const summaries: RunSummary[] = [];
  for (const platform of request.platforms) {
    summaries.push((await runPlatform(prepared, { platform, tables })).summary);
  }
  return summaries;
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
  const { Piscina } = await import('piscina');
  const filename = fileURLToPath(moduleFile('experiment/replication-worker'));
  const pool = new Piscina<ReplicationTask, RunSummary[]>({ filename, minThreads: jobs, maxThreads: jobs });
  try {
    await Promise.all(
      seeds.map(async (seed) => {
        const options = { name: 'runSeed', ...(signal === undefined ? {} : { signal }) };
        bySeed.set(seed, await pool.run({ request, seed }, options));
        await onDone?.(seed);
      }),
    );
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    await pool.destroy();
  }
}
