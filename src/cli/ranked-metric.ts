import { metricDefinition } from '../experiment/metric-value.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { METRIC_NAMES } from '../model/metrics.ts';
import type { UserMetricDefinition } from '../model/user-metric.ts';
import { usage } from './usage.ts';

/** The metric that platforms are ranked by: one of stowage, or of the plug-ins of the scenario. Errors: E5001. */
export function rankedMetric(
  flag: string,
  name: string,
  own: readonly UserMetricDefinition[],
): UserMetricDefinition {
  const metric = metricDefinition(name, own);
  if (metric === null) {
    throw usage(
      `there is no metric '${name}' for ${flag}`,
      didYouMean(name, [...METRIC_NAMES, ...own.map((one) => one.name)]) ??
        'stowage catalog metrics lists them',
    );
  }
  if (metric.better === 'neither')
    throw usage(`${name} ranks nothing: neither more nor less of it is better`);
  return metric;
}
