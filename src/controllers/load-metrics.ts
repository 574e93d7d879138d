import type { TaskTemplate } from '../model/plan.ts';
import type { LoadMetric, LoadPlan } from '../model/service-plan.ts';
import { HOUR, SECOND } from '../units.ts';

/** Places kept of a metric, so that what is published has few digits, as CloudWatch shows them. */
const PRECISION = 1e4;

/**
 * What a load metric of a service shows at a time, with its requests spread evenly over the running tasks; null
 * without any. CPU and memory in percent of what the tasks ask for, and beyond 100 when they would need more; requests
 * of a minute per task. Source: AWS ECS developer guide, service utilization metrics; Elastic Load Balancing,
 * RequestCountPerTarget.
 */
export function loadMetric(
  metric: LoadMetric,
  load: LoadPlan,
  template: Pick<TaskTemplate, 'cpuMilli' | 'memoryBytes'>,
  at: { readonly timeMs: number; readonly running: number },
): number | null {
  if (at.running === 0) return null;
  const perHour = requestsPerHour(load, at.timeMs) / at.running;
  const perSecond = (perHour * SECOND) / HOUR;
  switch (metric) {
    case 'requests':
      return rounded(perHour / 60);
    case 'cpu':
      return rounded(((perSecond * load.cpuMs) / template.cpuMilli) * 100);
    case 'memory': {
      const bytes = load.memoryBytes + perSecond * load.memoryBytesPerRequest;
      return rounded((bytes / template.memoryBytes) * 100);
    }
  }
}

/** Requests per hour that reach the service at a time: the last step that has begun, none before the first. */
export function requestsPerHour({ requests, repeatMs }: LoadPlan, timeMs: number): number {
  const withinMs = repeatMs === null ? timeMs : timeMs % repeatMs;
  return requests.findLast(({ atMs }) => atMs <= withinMs)?.perHour ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * PRECISION) / PRECISION;
}
