import {
  highestRecent,
  type Limited,
  limitByPolicies,
  limitPlainly,
  type Recommendation,
  type ScalingBehavior,
  type ScalingMemory,
  stabilise,
  stabilizationMs,
} from './hpa-behavior.ts';
import {
  type PodMetric,
  type PodSample,
  type Proposal,
  replicasForAverage,
  replicasForUtilisation,
  replicasForValue,
  replicasForValuePerPod,
  type ScaledPod,
  type Tolerance,
} from './hpa-metrics.ts';

/** A metric's target; thousandths, but utilisations in percent. */
export type MetricTarget =
  | { readonly type: 'Utilization'; readonly percent: number }
  | { readonly type: 'AverageValue' | 'Value'; readonly value: number };

export type MetricSource = 'Resource' | 'ContainerResource' | 'Pods' | 'Object' | 'External';

export interface MetricSpec {
  readonly source: MetricSource;
  readonly isCpu: boolean;
  readonly target: MetricTarget;
}

/** What was measured for a metric; null: it is not available. */
export type Measurement =
  | {
      readonly samples: ReadonlyMap<string, PodSample>;
      /** By pod, thousandths; null: some container has no request. */
      readonly requests: ReadonlyMap<string, number> | null;
    }
  | { readonly value: number }
  | null;

export interface AutoscalerSpec {
  readonly min: number;
  readonly max: number;
  readonly metrics: readonly MetricSpec[];
  /** null: none given, and the older rules hold. */
  readonly behavior: ScalingBehavior | null;
  readonly tolerance: Tolerance;
}

export interface AutoscalerMemory extends ScalingMemory {
  /** Conditions of the status, as `status/reason`. */
  readonly conditions: Readonly<Partial<Record<'AbleToScale' | 'ScalingActive' | 'ScalingLimited', string>>>;
}

export const NO_MEMORY: AutoscalerMemory = { recommendations: [], ups: [], downs: [], conditions: {} };

export interface ScaleTarget {
  /** `spec.replicas` and `status.replicas` of the scale target. */
  readonly replicas: number;
  readonly statusReplicas: number;
  readonly pods: readonly ScaledPod[];
}

export interface AutoscalerSync {
  /** The scale target's `spec.replicas` from now on. */
  readonly replicas: number;
  readonly rescaled: boolean;
  /** An error was reported, and nothing was scaled. */
  readonly failed: boolean;
  /** One for each metric, null where it failed; null as a whole when no metric was asked. */
  readonly measured: readonly (Proposal | null)[] | null;
  readonly memory: AutoscalerMemory;
}

/** Changes older than every period. */
const FORGET_AFTER_MS = 3_600_000;

/**
 * One reconciliation of the HorizontalPodAutoscaler controller, every 15 s by default.
 * Source: kubernetes v1.36.2 pkg/controller/podautoscaler/horizontal.go, reconcileAutoscaler.
 */
export function syncAutoscaler(
  spec: AutoscalerSpec,
  target: ScaleTarget,
  measurements: readonly Measurement[],
  memory: AutoscalerMemory,
  nowMs: number,
): AutoscalerSync {
  const propose = () => proposals(spec, target, measurements, nowMs);
  return scaleAsProposed(spec, target.replicas, propose, memory, nowMs);
}

/** What each metric asks for; null where it fails. */
export function proposals(
  spec: Pick<AutoscalerSpec, 'metrics' | 'tolerance'>,
  target: ScaleTarget,
  measurements: readonly Measurement[],
  nowMs: number,
): readonly (Proposal | null)[] {
  return spec.metrics.map((metric, index) => propose(spec, metric, target, measurements[index]!, nowMs));
}

/** `syncAutoscaler` of a target of `current` replicas, with what the metrics ask for, if it comes to that. */
export function scaleAsProposed(
  spec: AutoscalerSpec,
  current: number,
  propose: () => readonly (Proposal | null)[],
  memory: AutoscalerMemory,
  nowMs: number,
): AutoscalerSync {
  const known =
    memory.recommendations.length === 0 ? [{ replicas: current, atMs: nowMs }] : memory.recommendations;
  const conditions = { ...memory.conditions, AbleToScale: 'True/SucceededGetScale' };
  const started: AutoscalerMemory = { ...memory, recommendations: known, conditions };
  if (current === 0 && spec.min !== 0) {
    const off = { ...conditions, ScalingActive: 'False/ScalingDisabled' };
    return {
      replicas: 0,
      rescaled: false,
      failed: false,
      measured: null,
      memory: { ...started, conditions: off },
    };
  }
  if (current > spec.max) return rescale(spec, current, spec.max, null, started, nowMs);
  if (current < spec.min) return rescale(spec, current, spec.min, null, started, nowMs);

  const measured = propose();
  const desired = measured.reduce((highest, proposal) => Math.max(highest, proposal?.replicas ?? 0), 0);
  const failures = measured.filter((proposal) => proposal === null).length;
  if (failures === measured.length || (failures > 0 && desired < current)) {
    const broken = spec.metrics[measured.indexOf(null)]!;
    const reason = `False/FailedGet${broken.source}Metric`;
    const failing = { ...started, conditions: { ...conditions, ScalingActive: reason } };
    return { replicas: current, rescaled: false, failed: true, measured, memory: failing };
  }
  const { limited, stabilised } = normalise(spec, desired, current, started, nowMs);
  const recommendations: readonly Recommendation[] = [
    ...recent(known, nowMs - stabilizationMs(spec.behavior)),
    { replicas: desired, atMs: nowMs },
  ];
  const active: AutoscalerMemory = {
    ...started,
    recommendations,
    conditions: {
      AbleToScale: ableToScale(spec, desired, current, stabilised),
      ScalingActive: 'True/ValidMetricFound',
      ScalingLimited: `${limited.replicas === stabilised ? 'False' : 'True'}/${limited.reason}`,
    },
  };
  if (limited.replicas !== current) return rescale(spec, current, limited.replicas, measured, active, nowMs);
  return { replicas: current, rescaled: false, failed: failures > 0, measured, memory: active };
}

function propose(
  { tolerance }: Pick<AutoscalerSpec, 'tolerance'>,
  { source, isCpu, target }: MetricSpec,
  { replicas, statusReplicas, pods }: ScaleTarget,
  measurement: Measurement,
  nowMs: number,
): Proposal | null {
  if (measurement === null) return null;
  if ('value' in measurement) {
    if (target.type === 'Value')
      return replicasForValue(measurement.value, target.value, replicas, pods, tolerance);
    if (target.type === 'Utilization') return null;
    return replicasForValuePerPod(measurement.value, target.value, statusReplicas, tolerance);
  }
  const { samples, requests } = measurement;
  if (samples.size === 0) return null;
  const isResource = source === 'Resource' || source === 'ContainerResource';
  const metric: PodMetric = {
    pods,
    samples,
    isCpu: isCpu && isResource,
    current: replicas,
    tolerance,
    nowMs,
  };
  if (target.type === 'Utilization') return replicasForUtilisation(metric, requests, target.percent);
  return replicasForAverage(metric, target.value);
}

function normalise(
  { behavior, min, max }: AutoscalerSpec,
  desired: number,
  current: number,
  memory: ScalingMemory,
  nowMs: number,
): { readonly limited: Limited; readonly stabilised: number } {
  const bounds = { min, max, current };
  if (behavior === null) {
    const stabilised = highestRecent(desired, memory, nowMs);
    return { limited: limitPlainly(stabilised, bounds), stabilised };
  }
  const stabilised = stabilise(desired, current, behavior, memory, nowMs);
  return { limited: limitByPolicies(stabilised, bounds, behavior, memory, nowMs), stabilised };
}

function ableToScale(
  { behavior }: AutoscalerSpec,
  desired: number,
  current: number,
  stabilised: number,
): string {
  if (stabilised === desired) return 'True/ReadyForNewScale';
  return behavior !== null && desired >= current ? 'True/ScaleUpStabilized' : 'True/ScaleDownStabilized';
}

function rescale(
  { behavior }: AutoscalerSpec,
  current: number,
  replicas: number,
  measured: AutoscalerSync['measured'],
  memory: AutoscalerMemory,
  nowMs: number,
): AutoscalerSync {
  const change: Recommendation = { replicas: Math.abs(replicas - current), atMs: nowMs };
  const sinceMs = nowMs - FORGET_AFTER_MS;
  const recorded = behavior !== null;
  return {
    replicas,
    rescaled: true,
    failed: false,
    measured,
    memory: {
      ...memory,
      ups: recorded && replicas > current ? [...recent(memory.ups, sinceMs), change] : memory.ups,
      downs: recorded && replicas < current ? [...recent(memory.downs, sinceMs), change] : memory.downs,
      conditions: { ...memory.conditions, AbleToScale: 'True/SucceededRescale' },
    },
  };
}

/** Those since then; they are in order of time. */
function recent(events: readonly Recommendation[], sinceMs: number): readonly Recommendation[] {
  const first = events.findIndex(({ atMs }) => atMs >= sinceMs);
  return first < 0 ? [] : events.slice(first);
}
