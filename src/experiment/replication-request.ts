import type { PrepareOptions } from './prepare-scenario.ts';
import type { WarmUpWish } from './warm-up.ts';
import type { ResultTiming } from './result-directory.ts';

/** Everything that it takes to run platforms of a scenario with another seed. Plain data: it goes to worker threads. */
export interface ReplicationRequest {
  readonly file: string;
  /** As the first seed was prepared; a `seed` among its `sets` is replaced. */
  readonly options: PrepareOptions;
  /** Checks beside those of the scenario, as written. */
  readonly checks: readonly string[];
  readonly platforms: readonly string[];
  /** As in `runPlatform`. */
  readonly warmUp?: WarmUpWish;
  /** Writes every result below a folder; absent: only the summaries are kept. */
  readonly save?: SaveRequest;
}

/** Where results of replications go, and what their directories say of their making. */
export interface SaveRequest {
  /** Absolute; each result goes to FOLDER/SCENARIO/PLATFORM/seed=N. */
  readonly folder: string;
  readonly force: boolean;
  readonly engineVersion: string;
  readonly reproduce: string;
  readonly timing: ResultTiming;
}
