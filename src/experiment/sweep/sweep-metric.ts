import { assert } from '../../errors.ts';
import { METRIC_NAMES } from '../../model/metrics.ts';
import type { UserMetricDefinition } from '../../model/user-metric.ts';
import { metricDefinition } from '../metric-value.ts';
import type { SweepPlan } from './sweep-plan.ts';

/** What is known of a metric of a sweep: one of stowage, or of the plug-ins of its plan. */
export function sweepMetric(
  name: string,
  { userMetrics = [] }: Pick<SweepPlan, 'userMetrics'>,
): UserMetricDefinition {
  const metric = metricDefinition(name, userMetrics);
  assert(metric !== null, 'the metrics of an answer were looked up when it was asked for');
  return metric;
}

/** Names of all metrics that the runs of a sweep have. */
export function sweepMetricNames({ userMetrics = [] }: Pick<SweepPlan, 'userMetrics'>): readonly string[] {
  return [...METRIC_NAMES, ...userMetrics.map(({ name }) => name)];
}
