export { metricOf, userMetricNames } from '../experiment/metric-value.ts';

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
