import { assert } from '../errors.ts';
import type { Arrivals } from '../model/plan.ts';
import { nextFiringMs, parseScheduleExpression } from '../model/schedule-expression.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { nextPoissonMs } from './distributions.ts';

/**
 * The arrival times of a job, one per call, in whole milliseconds since the start of the run; Infinity after the last.
 * Poisson arrivals keep their unrounded time, so that rounding down to milliseconds does not bias the rate.
 */
export function arrivalTimes(arrivals: Arrivals, startEpochMs: number, draws: RandomDraws): () => number {
  switch (arrivals.kind) {
    case 'poisson': {
      let exactMs = 0;
      return () => {
        exactMs = nextPoissonMs(arrivals.steps, arrivals.repeatMs, exactMs, draws.double());
        return Math.floor(exactMs);
      };
    }
    case 'every': {
      let nextMs = arrivals.firstMs;
      return () => {
        const atMs = nextMs;
        nextMs += arrivals.intervalMs;
        return atMs;
      };
    }
    case 'at': {
      let index = 0;
      return () => arrivals.timesMs[index++] ?? Number.POSITIVE_INFINITY;
    }
    // They come when something else happens.
    case 'triggered':
      return () => Number.POSITIVE_INFINITY;
    case 'schedule': {
      const parsed = parseScheduleExpression(arrivals.expression, {
        frontEnd: 'scheduler',
        timezone: arrivals.timezone,
      });
      assert(!('problem' in parsed), 'a plan holds valid schedule expressions only');
      let afterEpochMs = startEpochMs - 1;
      return () => {
        afterEpochMs = nextFiringMs(parsed, { afterEpochMs, startEpochMs });
        return afterEpochMs - startEpochMs;
      };
    }
  }
}
