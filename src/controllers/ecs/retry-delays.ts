import type { EcsServiceSettings } from '../../model/ecs-defaults.ts';

/** How long the service scheduler waits before it tries again. */
export interface RetryDelays {
  /** Between two attempts while placement has failed for less than `eagerForMs`. */
  readonly eagerMs: number;
  readonly eagerForMs: number;
  /** The delays after that; the last one repeats. */
  readonly thenMs: readonly number[];
  /** Delay after the first start that failed; doubles with each further one in a row. */
  readonly startFailureMs: number;
  readonly startFailureMostMs: number;
}

/**
 * Chosen to agree with what is known: the delay grows up to 27 minutes (AWS ECS developer guide, service throttle
 * logic), and after about 50 s of failed placement the next attempt comes about 5 minutes later (reproio/ecs_deploy
 * pull request 53).
 */
export const RETRY_DELAYS: RetryDelays = {
  eagerMs: 10_000,
  eagerForMs: 60_000,
  thenMs: [300_000, 600_000, 1_200_000, 1_620_000],
  startFailureMs: 10_000,
  startFailureMostMs: 1_620_000,
};

/**
 * Milliseconds from the `failures`-th failed placement in a row (counted from 1) to the next attempt.
 */
export function placementRetryMs(failures: number, delays: RetryDelays = RETRY_DELAYS): number {
  const eager = Math.floor(delays.eagerForMs / delays.eagerMs);
  if (failures <= eager) return delays.eagerMs;
  return delays.thenMs[Math.min(failures - eager, delays.thenMs.length) - 1]!;
}

/**
 * Milliseconds from the `failures`-th start in a row that failed (counted from 1) to the next one.
 */
export function startFailureDelayMs(failures: number, delays: RetryDelays = RETRY_DELAYS): number {
  let delayMs = delays.startFailureMs;
  for (let failure = 1; failure < failures && delayMs < delays.startFailureMostMs; failure++) delayMs *= 2;
  return Math.min(delayMs, delays.startFailureMostMs);
}

/** The delays that the settings of a service scheduler come to: `retryLaterMs`, doubling up to `retryMostMs`. */
export function retryDelays(
  settings: Pick<
    EcsServiceSettings,
    'retryEveryMs' | 'retryEagerlyMs' | 'retryLaterMs' | 'retryMostMs' | 'startFailureMs'
  >,
): RetryDelays {
  const { retryEveryMs, retryEagerlyMs, retryLaterMs, retryMostMs, startFailureMs } = settings;
  const thenMs = [Math.min(retryLaterMs, retryMostMs)];
  for (let last = thenMs[0]!; last < retryMostMs; last = thenMs.at(-1)!)
    thenMs.push(Math.min(2 * last, retryMostMs));
  return {
    eagerMs: retryEveryMs,
    eagerForMs: retryEagerlyMs,
    thenMs,
    startFailureMs,
    startFailureMostMs: retryMostMs,
  };
}
