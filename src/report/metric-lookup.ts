import type { RunSummary } from '../experiment/result.ts';
import { METRICS, type MetricDefinition, type MetricName } from '../model/metrics.ts';

/** A metric of stowage or of a plug-in, as tables need it. */
export interface ShownMetric extends Pick<MetricDefinition, 'unit' | 'better' | 'about'> {
  readonly name: string;
}

/** A metric by name; one that no summary knows has no unit. */
export function shownMetric(name: string, summaries: readonly RunSummary[]): ShownMetric {
  if (Object.hasOwn(METRICS, name)) return { name, ...METRICS[name as MetricName] };
  const own = summaries
    .flatMap(({ userMetrics }) => userMetrics ?? [])
    .find((metric) => metric.name === name);
  return { name, unit: own?.unit ?? 'count', better: own?.better ?? 'neither', about: own?.about ?? '' };
}

/** Its value in a summary; null when the run does not support the number. */
export function metricOf({ metrics, userMetrics }: RunSummary, name: string): number | null {
  if (Object.hasOwn(metrics, name)) return metrics[name as MetricName];
  return userMetrics?.find((metric) => metric.name === name)?.value ?? null;
}

/** Names of the plug-ins' metrics in any of the summaries, in order of appearance. */
export function userMetricNames(summaries: readonly RunSummary[]): string[] {
  return [...new Set(summaries.flatMap(({ userMetrics }) => (userMetrics ?? []).map(({ name }) => name)))];
}
