export { metricOf, userMetricNames } from '../experiment/metric-value.ts';

import { metricDefinition } from '../experiment/metric-value.ts';
import type { RunSummary } from '../experiment/result.ts';
import type { MetricDefinition } from '../model/metrics.ts';

/** A metric of stowage or of a plug-in, as tables need it. */
export interface ShownMetric extends Pick<MetricDefinition, 'unit' | 'better' | 'about'> {
  readonly name: string;
}

/** A metric by name; one that no summary knows has no unit. */
export function shownMetric(name: string, summaries: readonly RunSummary[]): ShownMetric {
  const own = summaries.flatMap(({ userMetrics }) => userMetrics ?? []);
  return metricDefinition(name, own) ?? { name, unit: 'count', better: 'neither', about: '' };
}
