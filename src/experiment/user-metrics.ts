import { assert, InputError } from '../errors.ts';
import { type UserMetric, userMetricProblem } from '../model/user-metric.ts';
import type { Check } from '../model/plan.ts';
import { checkOutcomes } from './check-outcomes.ts';
import { metricOf } from './metric-value.ts';
import type { RunResult } from './result.ts';

/** A metric of one's own: the type checks it, and what the type cannot see is asserted. */
export function defineMetric(metric: UserMetric<RunResult>): UserMetric<RunResult> {
  const problem = userMetricProblem(metric);
  assert(problem === null, `a metric cannot be defined: ${problem}`);
  return metric;
}

/**
 * The result with metrics of one's own in its summary, and what became of the checks, which may be about them. Errors:
 * E1207 for one that fails, or gives no number.
 */
export function withUserMetrics(
  result: RunResult,
  metrics: readonly UserMetric<RunResult>[],
  checks: readonly Check[],
): RunResult {
  if (metrics.length === 0) return result;
  const userMetrics = metrics.map((metric) => {
    const { name, unit, better, about } = metric;
    return { name, unit, better, about, value: computed(metric, result) };
  });
  const summary = { ...result.summary, userMetrics };
  return {
    ...result,
    summary: { ...summary, checks: checkOutcomes(checks, (metric) => metricOf(summary, metric)) },
  };
}

function computed({ name, value }: UserMetric<RunResult>, result: RunResult): number | null {
  let number: number | null;
  try {
    number = value(result);
  } catch (error) {
    throw failed(name, error instanceof Error ? error.message : String(error));
  }
  if (number !== null && !Number.isFinite(number))
    throw failed(name, `it gave ${String(number)}, not a number or null`);
  return number;
}

function failed(name: string, reason: string): InputError {
  return new InputError([
    { severity: 'error', code: 'E1207', message: `Metric '${name}' failed: ${reason}` },
  ]);
}
