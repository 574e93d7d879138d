import { defineMetric } from 'stowage';

/** Nobody looks at a grade that comes later. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Of the submissions whose grading has begun, the share that had to wait longer than five minutes for it. The quantiles of
 * stowage mix them with the nightly batch, which may wait.
 */
export default defineMetric({
  name: 'grading.impatient',
  unit: 'ratio',
  better: 'less',
  about: 'share of the submissions that waited for more than five minutes',
  value(result) {
    let [all, late] = [0, 0];
    for (const { group, attempt, submitMs, placedMs } of result.tasks()) {
      if (group !== 'grading' || attempt > 0 || placedMs === null) continue;
      all += 1;
      if (placedMs - submitMs > PATIENCE_MS) late += 1;
    }
    return all === 0 ? null : late / all;
  },
});
