import type { MetricSpec } from '../../controllers/kubernetes/horizontal-pod-autoscaler.ts';
import type { PodUsage, Scalable, ScaledTarget } from '../../controllers/kubernetes/runtime/autoscalers.ts';
import type {
  ManifestAutoscaler,
  ManifestMetric,
} from '../../schedulers/kubernetes/manifests/autoscaler-object.ts';

/** Source: kube-controller-manager v1.36, --horizontal-pod-autoscaler-tolerance. */
const TOLERANCE = { up: 0.1, down: 0.1 };

/**
 * A HorizontalPodAutoscaler of the manifests. What its annotations tell of resources and of metrics of pods is spread
 * evenly over the ready ones. Metrics of which they tell nothing are left out; without any other it only keeps its
 * bounds. `requestMilli`: what one pod asks for of a resource, in thousandths; 0 when it does not.
 */
export function manifestAutoscaler(
  { minReplicas, maxReplicas, metrics, behavior }: ManifestAutoscaler,
  target: Scalable,
  requestMilli: (resource: string) => number,
): ScaledTarget {
  const measured = metrics.filter(({ load }) => load.length > 0);
  const used = measured.length === 0 ? metrics : measured;
  return {
    target,
    spec: { metrics: used.map(specOf), behavior, tolerance: TOLERANCE },
    bounds: { min: minReplicas, max: maxReplicas },
    usage: (index, ready, nowMs) => usageOf(used[index]!, ready, nowMs, requestMilli),
  };
}

function specOf({ source, name, target }: ManifestMetric): MetricSpec {
  return { source, isCpu: name === 'cpu', target };
}

function usageOf(
  { source, name, target, load }: ManifestMetric,
  ready: number,
  nowMs: number,
  requestMilli: (resource: string) => number,
): PodUsage {
  const now = load.findLast(({ atMs }) => atMs <= nowMs);
  if (now === undefined) return null;
  if (source === 'Object' || source === 'External') return { total: now.milli };
  if (ready === 0) return null;
  const value = Math.round(now.milli / ready);
  if (target.type !== 'Utilization') return { value, request: null };
  const request = requestMilli(name);
  return request === 0 ? null : { value, request };
}
