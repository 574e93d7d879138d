import { parseDurationMs } from '../../../units.ts';
import { parseQuantityNano } from '../quantity.ts';
import { type JsonObject, objectAt, type Path, type Reader } from '../reader.ts';
import type { NamedObject } from './api-object.ts';
import { loadAnnotation } from './annotations.ts';

/** A HorizontalPodAutoscaler, autoscaling/v2. */
export interface ManifestAutoscaler {
  readonly namespace: string;
  readonly name: string;
  /** What it scales, in its own namespace. */
  readonly target: { readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly ManifestMetric[];
  readonly behavior: { readonly up: ScalingFields; readonly down: ScalingFields } | null;
}

export interface ManifestMetric {
  readonly source: (typeof SOURCES)[number];
  /** Of the resource or the metric. */
  readonly name: string;
  readonly target: MetricTarget;
  /** All of its pods together, or the object, from each time on, in thousandths; empty: nobody knows. */
  readonly load: readonly { readonly atMs: number; readonly milli: number }[];
}

/** Amounts in thousandths; a utilisation in percent of the requests. */
type MetricTarget =
  | { readonly type: 'Utilization'; readonly percent: number }
  | { readonly type: 'AverageValue' | 'Value'; readonly value: number };

const SOURCES = ['Resource', 'ContainerResource', 'Pods', 'Object', 'External'] as const;
/** Where each source has its fields. */
const FIELDS = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
} as const;

/** Shaped as the autoscaler reads it. */
export interface ScalingFields {
  readonly stabilizationSeconds: number;
  readonly select: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly {
    readonly type: 'Pods' | 'Percent';
    readonly value: number;
    readonly periodSeconds: number;
  }[];
}

/** Source: kubernetes v1.36.2 pkg/apis/autoscaling/v2/defaults.go. */
const UP: ScalingFields = {
  stabilizationSeconds: 0,
  select: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DOWN: ScalingFields = {
  stabilizationSeconds: 300,
  select: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};
const DEFAULT_CPU_PERCENT = 80;
const MOST = 1_000_000;

/** The fields of a HorizontalPodAutoscaler. Undefined after a problem. */
export function autoscalerFrom(
  reader: Reader,
  { namespace, name, object }: NamedObject,
): ManifestAutoscaler | undefined {
  const spec = objectAt(object, 'spec');
  const ref = objectAt(spec, 'scaleTargetRef');
  const at: Path = ['spec', 'scaleTargetRef'];
  const kind = reader.text(ref['kind'], [...at, 'kind']);
  const target = reader.text(ref['name'], [...at, 'name']);
  const maxReplicas = reader.integer(spec['maxReplicas'], ['spec', 'maxReplicas'], 1, MOST);
  if (kind === undefined || target === undefined)
    return reader.problem(at, 'a HorizontalPodAutoscaler needs the kind and the name of its target');
  if (spec['maxReplicas'] === undefined)
    reader.problem(['spec', 'maxReplicas'], 'a HorizontalPodAutoscaler needs maxReplicas');
  if (maxReplicas === undefined) return undefined;
  const annotations = objectAt(objectAt(object, 'metadata'), 'annotations');
  return {
    namespace,
    name,
    target: { kind, name: target },
    minReplicas: reader.integer(spec['minReplicas'], ['spec', 'minReplicas'], 0, MOST) ?? 1,
    maxReplicas,
    metrics: metricsFrom(reader, spec, annotations),
    behavior: behaviorFrom(reader, spec['behavior']),
  };
}

function metricsFrom(reader: Reader, spec: JsonObject, annotations: JsonObject): ManifestMetric[] {
  const loadOf = (name: string) => loadFrom(reader, loadAnnotation(name), annotations[loadAnnotation(name)]);
  const at: Path = ['spec', 'metrics'];
  if (spec['metrics'] === undefined || (Array.isArray(spec['metrics']) && spec['metrics'].length === 0)) {
    const target: MetricTarget = { type: 'Utilization', percent: DEFAULT_CPU_PERCENT };
    return [{ source: 'Resource', name: 'cpu', target, load: loadOf('cpu') }];
  }
  return reader.list(spec['metrics'], at, (item, path) => {
    const metric = reader.object(item, path) ?? {};
    const source = reader.oneOf(metric['type'], [...path, 'type'], SOURCES);
    if (source === undefined) return reader.problem(path, 'a metric needs its type');
    const fields = objectAt(metric, FIELDS[source]);
    const own: Path = [...path, FIELDS[source]];
    const isOfResource = source === 'Resource' || source === 'ContainerResource';
    const name = isOfResource
      ? reader.text(fields['name'], [...own, 'name'])
      : reader.text(objectAt(fields, 'metric')['name'], [...own, 'metric', 'name']);
    const target = targetFrom(reader, objectAt(fields, 'target'), [...own, 'target'], isOfResource);
    if (name === undefined) return reader.problem(own, 'a metric needs a name');
    if (target === undefined) return undefined;
    // A container's own share of its pod is not known.
    return { source, name, target, load: source === 'ContainerResource' ? [] : loadOf(name) };
  });
}

/** The one of the three fields that is there. */
function targetFrom(
  reader: Reader,
  target: JsonObject,
  path: Path,
  isOfResource: boolean,
): MetricTarget | undefined {
  if (target['averageUtilization'] !== undefined) {
    const percent = reader.integer(target['averageUtilization'], [...path, 'averageUtilization'], 1, MOST);
    if (!isOfResource) return reader.problem(path, 'only resources have an averageUtilization');
    return percent === undefined ? undefined : { type: 'Utilization', percent };
  }
  const type = target['averageValue'] === undefined ? 'Value' : 'AverageValue';
  const field = type === 'Value' ? 'value' : 'averageValue';
  const raw = target[field];
  const nano = typeof raw === 'string' || typeof raw === 'number' ? parseQuantityNano(raw) : undefined;
  if (nano === undefined || nano < 1_000_000n) {
    return reader.problem([...path, field], 'a target needs an amount above 0, or an averageUtilization');
  }
  return { type, value: Number(nano / 1_000_000n) };
}

function behaviorFrom(reader: Reader, raw: unknown): ManifestAutoscaler['behavior'] {
  const behavior = reader.object(raw, ['spec', 'behavior']);
  if (behavior === undefined) return null;
  const rules = (key: string, defaults: ScalingFields): ScalingFields => {
    const path: Path = ['spec', 'behavior', key];
    const given = reader.object(behavior[key], path);
    if (given === undefined) return defaults;
    const policies = reader.list(given['policies'], [...path, 'policies'], (item, at) => {
      const policy = reader.object(item, at) ?? {};
      return {
        type: reader.oneOf(policy['type'], [...at, 'type'], ['Pods', 'Percent'] as const) ?? 'Pods',
        value: reader.integer(policy['value'], [...at, 'value'], 1, MOST) ?? 1,
        periodSeconds: reader.integer(policy['periodSeconds'], [...at, 'periodSeconds'], 1, 1800) ?? 15,
      };
    });
    const window = [...path, 'stabilizationWindowSeconds'];
    return {
      stabilizationSeconds:
        reader.integer(given['stabilizationWindowSeconds'], window, 0, 3600) ?? defaults.stabilizationSeconds,
      select:
        reader.oneOf(given['selectPolicy'], [...path, 'selectPolicy'], ['Max', 'Min', 'Disabled'] as const) ??
        defaults.select,
      policies: policies.length === 0 ? defaults.policies : policies,
    };
  };
  return { up: rules('scaleUp', UP), down: rules('scaleDown', DOWN) };
}

/** `0s=2, 8h=20, 20h=2500m`: time and amount, in order. */
function loadFrom(reader: Reader, annotation: string, raw: unknown): ManifestMetric['load'] {
  if (raw === undefined) return [];
  const path: Path = ['metadata', 'annotations', annotation];
  const text = reader.text(raw, path) ?? '';
  const steps = text.split(',').map((step) => {
    const [time = '', amount = ''] = step.trim().split('=');
    const atMs = parseDurationMs(time);
    const nano = parseQuantityNano(amount);
    return atMs === undefined || nano === undefined ? undefined : { atMs, milli: Number(nano / 1_000_000n) };
  });
  const known = steps.filter((step) => step !== undefined);
  const isOrdered = known.every(({ atMs }, index) => index === 0 || known[index - 1]!.atMs < atMs);
  if (known.length === steps.length && isOrdered) return known;
  reader.problem(path, `'${text}' is no load: write times and amounts in order, like 0s=2, 8h=20`);
  return [];
}
