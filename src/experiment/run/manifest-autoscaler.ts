import type { Scalable, ScaledTarget } from '../../controllers/kubernetes/runtime/autoscalers.ts';
import type { ManifestAutoscaler } from '../../schedulers/kubernetes/manifests/autoscaler-object.ts';

/**
 * A HorizontalPodAutoscaler of the manifests. The load that its annotation tells is spread evenly over the ready pods;
 * without one there is nothing to measure, and it only keeps its bounds. `requestMilli`: CPU that one pod asks for.
 */
export function manifestAutoscaler(
  { minReplicas, maxReplicas, cpuPercent, behavior, load }: ManifestAutoscaler,
  target: Scalable,
  requestMilli: number,
): ScaledTarget {
  const percent = cpuPercent ?? 0;
  return {
    target,
    spec: {
      metrics: [{ source: 'Resource', isCpu: true, target: { type: 'Utilization', percent } }],
      behavior,
      tolerance: { up: 0.1, down: 0.1 },
    },
    bounds: { min: minReplicas, max: maxReplicas },
    usage: (_, ready, nowMs) => {
      const now = load.findLast(({ atMs }) => atMs <= nowMs);
      if (now === undefined || ready === 0 || requestMilli === 0) return null;
      return { value: Math.round(now.cpuMilli / ready), request: requestMilli };
    },
  };
}
