import { METRICS, type MetricName } from '../model/metrics.ts';
import type { UserMetricDefinition } from '../model/user-metric.ts';
import type { RunSummary } from './result.ts';

/** A metric of stowage or of a plug-in in a summary; null when the run does not support the number. */
export function metricOf({ metrics, userMetrics }: RunSummary, name: string): number | null {
  if (Object.hasOwn(metrics, name)) return metrics[name as MetricName];
  return userMetrics?.find((metric) => metric.name === name)?.value ?? null;
}

/** What is known of a metric of stowage, or of one of these; null: there is none of this name. */
export function metricDefinition(
  name: string,
  own: readonly UserMetricDefinition[],
): UserMetricDefinition | null {
  if (Object.hasOwn(METRICS, name)) return { name, ...METRICS[name as MetricName] };
  return own.find((metric) => metric.name === name) ?? null;
}

/** Names of the plug-ins' metrics in any of the summaries, in order of appearance. */
export function userMetricNames(summaries: readonly RunSummary[]): string[] {
  return [...new Set(summaries.flatMap(({ userMetrics }) => (userMetrics ?? []).map(({ name }) => name)))];
}
