import { DEFAULT_BEHAVIOR } from '../../controllers/kubernetes/hpa-behavior.ts';
import type { AutoscalerSpec, MetricSpec } from '../../controllers/kubernetes/horizontal-pod-autoscaler.ts';
import type { PodUsage, Scalable, ScaledTarget } from '../../controllers/kubernetes/runtime/autoscalers.ts';
import { loadMetric } from '../../controllers/load-metrics.ts';
import type { ServicePlan } from '../../model/plan.ts';
import type { LoadMetric, ServiceScalingPlan } from '../../model/service-plan.ts';
import { SECOND } from '../../units.ts';

/** Source: kube-controller-manager v1.36, --horizontal-pod-autoscaler-tolerance, --horizontal-pod-autoscaler-downscale-stabilization. */
const TOLERANCE = { up: 0.1, down: 0.1 };
const STABILISATION_SECONDS = 300;

/**
 * The scaling of a service as a HorizontalPodAutoscaler: target tracking policies become its metrics (CPU and memory in
 * percent of the requests, requests per pod), the time between scale-ins its stabilisation window, policies that only
 * ever add tasks its disabled scale-down. Step policies have no counterpart and are left out. Load is spread evenly over
 * the ready pods, as on every platform.
 */
export function neutralAutoscaler(
  { load, template }: ServicePlan,
  scaling: ServiceScalingPlan,
  target: Scalable,
): ScaledTarget {
  const { targets, minCapacity, maxCapacity } = scaling;
  return {
    target,
    spec: { metrics: targets.map(metricOf), behavior: behaviorOf(scaling), tolerance: TOLERANCE },
    bounds: { min: minCapacity, max: maxCapacity },
    usage: (index, running, timeMs): PodUsage => {
      const { metric } = targets[index]!;
      const shown = load === undefined ? null : loadMetric(metric, load, template, { timeMs, running });
      if (shown === null) return null;
      if (metric === 'requests') return { value: Math.round(shown * 1000), request: null };
      // Thousandths of a CPU, and of a byte.
      const request = metric === 'cpu' ? template.cpuMilli : template.memoryBytes * 1000;
      return { value: Math.round((shown * request) / 100), request };
    },
  };
}

function metricOf({ metric, value }: { readonly metric: LoadMetric; readonly value: number }): MetricSpec {
  if (metric === 'requests') {
    const target = { type: 'AverageValue' as const, value: Math.round(value * 1000) };
    return { source: 'Pods', isCpu: false, target };
  }
  return {
    source: 'Resource',
    isCpu: metric === 'cpu',
    target: { type: 'Utilization', percent: Math.max(1, Math.round(value)) },
  };
}

/** Null, the plain rules, unless they would not do what is asked for. */
function behaviorOf({ targets }: ServiceScalingPlan): AutoscalerSpec['behavior'] {
  const isDisabled = targets.length > 0 && targets.every(({ disableScaleIn }) => disableScaleIn);
  const longestMs = targets.reduce((most, { scaleInCooldownMs }) => Math.max(most, scaleInCooldownMs), 0);
  const stabilizationSeconds = Math.min(3600, Math.round(longestMs / SECOND));
  if (!isDisabled && (targets.length === 0 || stabilizationSeconds === STABILISATION_SECONDS)) return null;
  const { up, down } = DEFAULT_BEHAVIOR;
  return { up, down: { ...down, stabilizationSeconds, select: isDisabled ? 'Disabled' : down.select } };
}
