import type { Sample } from '../statistics/sample.ts';
import { SECOND } from '../units.ts';
import type { SomeMetrics } from './run-metrics.ts';

/** What tasks experienced, value by value. */
export interface TaskSamples {
  readonly waitsMs: Sample;
  readonly responsesMs: Sample;
  readonly slowdowns: Sample;
}

/** Means, quantiles and maxima of waits, responses and slowdowns; null without values. */
export function sampleMetrics({ waitsMs, responsesMs, slowdowns }: TaskSamples): SomeMetrics {
  const seconds = (ms: number | null) => (ms === null ? null : ms / SECOND);
  const at = (sample: Sample, p: number) => seconds(sample.quantile(p));
  return {
    'wait.mean': seconds(waitsMs.mean),
    'wait.p50': at(waitsMs, 0.5),
    'wait.p95': at(waitsMs, 0.95),
    'wait.p99': at(waitsMs, 0.99),
    'wait.max': seconds(waitsMs.max),
    'response.mean': seconds(responsesMs.mean),
    'response.p50': at(responsesMs, 0.5),
    'response.p95': at(responsesMs, 0.95),
    'response.p99': at(responsesMs, 0.99),
    'response.max': seconds(responsesMs.max),
    'slowdown.mean': slowdowns.mean,
    'slowdown.p95': slowdowns.quantile(0.95),
    'slowdown.max': slowdowns.max,
  };
}
