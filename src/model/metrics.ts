import { CAPACITY_METRICS } from './metrics/capacity-metrics.ts';
import { COST_METRICS } from './metrics/cost-metrics.ts';
import type { MetricDefinition } from './metrics/metric-definition.ts';
import { RUN_METRICS } from './metrics/run-metrics.ts';
import { TASK_METRICS } from './metrics/task-metrics.ts';

export { type Evidence, type MetricDefinition, type Unit, UNITS } from './metrics/metric-definition.ts';

/**
 * Every metric of a run's summary: its name in checks, tables and JSON, its unit, which way is better, and what it
 * means. `null` in a summary: the run does not support the number (no task ended, nothing was priced).
 */
export const METRICS = {
  ...COST_METRICS,
  ...TASK_METRICS,
  ...CAPACITY_METRICS,
  ...RUN_METRICS,
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

/** Those that tables show unless more are asked for. */
export const SHORT_METRICS: readonly MetricName[] = METRIC_NAMES.filter((name) => METRICS[name].isShort);
