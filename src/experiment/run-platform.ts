import { InputError } from '../errors.ts';
import type { UserMetric } from '../model/user-metric.ts';
import type { LogSink } from '../telemetry/event-log.ts';
import { TEMPORARY_FILE } from '../io/scratch-file.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import type { WorkloadTables } from './run/workload-run.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import type { RunResult } from './result.ts';
import type { WarmUpWish } from './warm-up.ts';
import { withUserMetrics } from './user-metrics.ts';
import { type Observe, simulate, simulateObserved, type SimulationInput } from './simulate.ts';

export interface RunOptions {
  /** Name of a platform of the plan; default the first. */
  readonly platform?: string;
  /** Counts from 0; each has its own random streams. */
  readonly replication?: number;
  /** Gets the public event log, record by record. */
  readonly log?: LogSink;
  /**
   * Asked every thousand or so events; true stops the run, which leaves a valid partial result. The run waits for an
   * answer that is a promise.
   */
  readonly observe?: Observe;
  /** Rows drawn before; read and drawn again when not given. */
  readonly tables?: WorkloadTables;
  /** What waits, responses and slowdowns leave out at the start; default nothing. */
  readonly warmUp?: WarmUpWish;
  /** Metrics of one's own beside those that the scenario names. */
  readonly metrics?: readonly UserMetric<RunResult>[];
}

/**
 * Runs one platform of a prepared scenario. Its memory follows the tasks that live: rows of those that have left are kept in
 * a temporary file when they are many, which is gone when nobody holds the result.
 * Errors: InputError E1204 for an unknown platform, those of the traces, E4002 where the temporary file has no room.
 */
export async function runPlatform(prepared: PreparedScenario, options: RunOptions = {}): Promise<RunResult> {
  const input = await runInput(prepared, options);
  const { observe, metrics = [] } = options;
  const result = observe === undefined ? simulate(input) : await simulateObserved(input, observe);
  return withUserMetrics(result, [...prepared.userMetrics, ...metrics], prepared.plan.checks);
}

/** What such a run is made from. Errors: as `runPlatform`. */
export async function runInput(prepared: PreparedScenario, options: RunOptions): Promise<SimulationInput> {
  const { plan, planHash, prices, pricesAsOf, spotSeries, footprints, schedulers } = prepared;
  const name = options.platform ?? plan.platforms[0]!.name;
  const platform = plan.platforms.find((candidate) => candidate.name === name);
  if (platform === undefined)
    throw unknownPlatform(
      name,
      plan.platforms.map((known) => known.name),
    );
  const replication = options.replication ?? 0;
  return {
    plan,
    planHash,
    prices,
    pricesAsOf,
    spotSeries,
    footprints,
    platform,
    replication,
    scheduler: schedulers.get(name)!,
    overflow: TEMPORARY_FILE,
    tables: options.tables ?? (await prepared.drawTables(replication)),
    ...(options.warmUp === undefined ? {} : { warmUp: options.warmUp }),
    ...(options.log === undefined ? {} : { log: options.log }),
  };
}

/** The error for a platform that the scenario does not have. */
export function unknownPlatform(name: string, known: readonly string[]): InputError {
  const message = `Unknown platform '${name}': the scenario has ${known.join(', ')}`;
  return new InputError([{ severity: 'error', code: 'E1204', message, hint: didYouMean(name, known) }]);
}
