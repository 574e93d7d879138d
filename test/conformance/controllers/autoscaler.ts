import {
  type AutoscalerSpec,
  type Measurement,
  type MetricSource,
  type MetricSpec,
  NO_MEMORY,
  syncAutoscaler,
} from '../../../src/controllers/kubernetes/horizontal-pod-autoscaler.ts';
import { DEFAULT_BEHAVIOR, type ScalingPolicy, type ScalingRules } from '../../../src/controllers/kubernetes/hpa-behavior.ts';
import type { Proposal, ScaledPod } from '../../../src/controllers/kubernetes/hpa-metrics.ts';
import { parseQuantityNano } from '../../../src/schedulers/kubernetes/quantity.ts';
import { ms, type PodObject } from './objects.ts';

interface TargetObject {
  readonly type: 'Utilization' | 'AverageValue' | 'Value';
  readonly averageUtilization?: number;
  readonly averageValue?: string;
  readonly value?: string;
}

interface SourceObject {
  readonly name?: string;
  readonly container?: string;
  readonly target: TargetObject;
  readonly metric?: unknown;
  readonly describedObject?: unknown;
}

interface MetricObject {
  readonly type: MetricSource;
  readonly [source: string]: SourceObject | MetricSource;
}

interface RulesObject {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: ScalingRules['select'];
  readonly policies?: readonly ScalingPolicy[];
  readonly tolerance?: string;
}

interface MetricAnswer {
  readonly error?: boolean;
  readonly pods?: Readonly<Record<string, { milliValue: number; timestamp: string; windowSeconds: number }>>;
  readonly milliValue?: number;
  readonly milliValues?: readonly number[];
}

interface Input {
  readonly hpa: {
    readonly spec: {
      readonly minReplicas?: number;
      readonly maxReplicas: number;
      readonly metrics?: readonly MetricObject[];
      readonly behavior?: { readonly scaleUp?: RulesObject; readonly scaleDown?: RulesObject };
    };
  };
  readonly evaluations: readonly {
    readonly at: string;
    readonly specReplicas: number;
    readonly statusReplicas: number;
    readonly pods?: readonly PodObject[];
    readonly metrics?: readonly MetricAnswer[];
  }[];
}

const DEFAULT_METRICS: readonly MetricObject[] = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
];

export function playAutoscaler({ hpa, evaluations }: Input): unknown {
  const metrics = hpa.spec.metrics ?? DEFAULT_METRICS;
  const spec = specOf(hpa.spec, metrics);
  let memory = NO_MEMORY;
  return evaluations.map(({ at, specReplicas, statusReplicas, pods = [], metrics: answers = [] }) => {
    const target = { replicas: specReplicas, statusReplicas, pods: pods.map(scaledPod) };
    const measurements = metrics.map((metric, index) => measurementOf(sourceOf(metric), answers[index] ?? {}, pods));
    const sync = syncAutoscaler(spec, target, measurements, memory, ms(at));
    memory = sync.memory;
    return {
      desiredReplicas: sync.replicas,
      rescaled: sync.rescaled,
      conditions: memory.conditions,
      ...(sync.failed ? { failed: true } : {}),
      ...(sync.measured === null
        ? {}
        : { currentMetrics: sync.measured.map((proposal, index) => shown(metrics[index]!, proposal)) }),
    };
  });
}

function sourceKey({ type }: MetricObject): string {
  return `${type[0]!.toLowerCase()}${type.slice(1)}`;
}

function sourceOf(metric: MetricObject): SourceObject {
  return metric[sourceKey(metric)] as SourceObject;
}

function milli(quantity: string): number {
  return Number(parseQuantityNano(quantity)! / 1_000_000n);
}

function specOf(spec: Input['hpa']['spec'], metrics: readonly MetricObject[]): AutoscalerSpec {
  const { behavior } = spec;
  const rules = (given: RulesObject = {}, defaults: ScalingRules): ScalingRules => ({
    stabilizationSeconds: given.stabilizationWindowSeconds ?? defaults.stabilizationSeconds,
    select: given.selectPolicy ?? defaults.select,
    policies: given.policies ?? defaults.policies,
  });
  const tolerance = (given: RulesObject | undefined) =>
    given?.tolerance === undefined ? 0.1 : milli(given.tolerance) * 1e-3;
  return {
    min: spec.minReplicas ?? 1,
    max: spec.maxReplicas,
    metrics: metrics.map(metricSpec),
    behavior:
      behavior === undefined
        ? null
        : {
            up: rules(behavior.scaleUp, DEFAULT_BEHAVIOR.up),
            down: rules(behavior.scaleDown, DEFAULT_BEHAVIOR.down),
          },
    tolerance: { up: tolerance(behavior?.scaleUp), down: tolerance(behavior?.scaleDown) },
  };
}

function metricSpec(metric: MetricObject): MetricSpec {
  const { name, target } = sourceOf(metric);
  return {
    source: metric.type,
    isCpu: name === 'cpu',
    target:
      target.type === 'Utilization'
        ? { type: target.type, percent: target.averageUtilization! }
        : { type: target.type, value: milli(target.averageValue ?? target.value!) },
  };
}

function measurementOf(source: SourceObject, answer: MetricAnswer, pods: readonly PodObject[]): Measurement {
  if (answer.error) return null;
  if (answer.milliValue !== undefined) return { value: answer.milliValue };
  if (answer.milliValues !== undefined) return { value: answer.milliValues.reduce((sum, value) => sum + value, 0) };
  const samples = Object.entries(answer.pods ?? {}).map(
    ([name, { milliValue, timestamp, windowSeconds }]) =>
      [name, { value: milliValue, takenMs: ms(timestamp), windowMs: windowSeconds * 1000 }] as const,
  );
  return { samples: new Map(samples), requests: requestsOf(source, pods) };
}

/** Source: kubernetes v1.36.2 pkg/controller/podautoscaler/replica_calculator.go, calculatePodRequests. */
function requestsOf({ name = '', container }: SourceObject, pods: readonly PodObject[]): Map<string, number> | null {
  const requests = new Map<string, number>();
  for (const { metadata, spec } of pods) {
    const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
    let sum = 0;
    for (const one of [...(spec?.containers ?? []), ...sidecars]) {
      if (container !== undefined && container !== one.name) continue;
      const request = one.resources?.requests?.[name];
      if (request === undefined) return null;
      sum += milli(request);
    }
    requests.set(metadata.name, sum);
  }
  return requests;
}

function scaledPod({ metadata, status }: PodObject): ScaledPod {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    name: metadata.name,
    phase: status?.phase ?? 'Pending',
    terminating: metadata.deletionTimestamp !== undefined,
    startedMs: status?.startTime === undefined ? null : ms(status.startTime),
    ready:
      ready === undefined
        ? null
        : { status: ready.status as 'True' | 'False' | 'Unknown', sinceMs: ms(ready.lastTransitionTime) },
  };
}

/** A metric as the status shows it. */
function shown(metric: MetricObject, proposal: Proposal | null): unknown {
  if (proposal === null) return { type: '' };
  const { target, ...named } = sourceOf(metric);
  const { average, utilisation } = proposal;
  const key = target.type === 'Value' ? 'value' : 'averageValue';
  const current = {
    [key]: decimalQuantity(average),
    ...(utilisation === undefined ? {} : { averageUtilization: utilisation }),
  };
  return { type: metric.type, [sourceKey(metric)]: { ...named, current } };
}

/** Thousandths as the API writes them: the largest suffix that leaves a whole number. */
function decimalQuantity(thousandths: number): string {
  const suffixes = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E'];
  let value = BigInt(thousandths);
  let power = 0;
  while (value !== 0n && value % 1000n === 0n && power < suffixes.length - 1) {
    value /= 1000n;
    power += 1;
  }
  return value === 0n ? '0' : `${value}${suffixes[power]}`;
}
