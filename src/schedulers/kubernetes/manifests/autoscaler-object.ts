import { parseDurationMs } from '../../../units.ts';
import { parseQuantityNano } from '../quantity.ts';
import { type JsonObject, objectAt, type Path, type Reader } from '../reader.ts';
import type { NamedObject } from './api-object.ts';
import { LOAD_ANNOTATION } from './modelled.ts';

/** A HorizontalPodAutoscaler, autoscaling/v2, as far as a run has something to measure. */
export interface ManifestAutoscaler {
  readonly namespace: string;
  readonly name: string;
  /** What it scales, in its own namespace. */
  readonly target: { readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** In percent of the requests; null: it scales by other metrics alone, which nobody measures here. */
  readonly cpuPercent: number | null;
  /** Other metrics: they are left out. */
  readonly otherMetrics: number;
  readonly behavior: { readonly up: ScalingFields; readonly down: ScalingFields } | null;
  /** CPU that all of its pods use together, thousandths of one, from each time on; empty: nobody knows. */
  readonly load: readonly { readonly atMs: number; readonly cpuMilli: number }[];
}

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
  const percents = cpuPercents(reader, spec);
  const annotations = objectAt(objectAt(object, 'metadata'), 'annotations');
  return {
    namespace,
    name,
    target: { kind, name: target },
    minReplicas: reader.integer(spec['minReplicas'], ['spec', 'minReplicas'], 0, MOST) ?? 1,
    maxReplicas,
    cpuPercent: percents.cpu,
    otherMetrics: percents.others,
    behavior: behaviorFrom(reader, spec['behavior']),
    load: loadFrom(reader, annotations[LOAD_ANNOTATION]),
  };
}

function cpuPercents(reader: Reader, spec: JsonObject): { cpu: number | null; others: number } {
  if (spec['metrics'] === undefined) return { cpu: DEFAULT_CPU_PERCENT, others: 0 };
  const found = reader.list(spec['metrics'], ['spec', 'metrics'], (item, path) => {
    const metric = reader.object(item, path) ?? {};
    const resource = objectAt(metric, 'resource');
    if (metric['type'] !== 'Resource' || resource['name'] !== 'cpu') return null;
    const target = objectAt(resource, 'target');
    const at = [...path, 'resource', 'target', 'averageUtilization'];
    return reader.integer(target['averageUtilization'], at, 1, MOST) ?? null;
  });
  const cpu = found.filter((percent) => percent !== null);
  return { cpu: cpu.length === 0 ? null : Math.min(...cpu), others: found.length - Math.min(1, cpu.length) };
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

/** `0s=2, 8h=20, 20h=2500m`: time and CPU, in order. */
function loadFrom(reader: Reader, raw: unknown): ManifestAutoscaler['load'] {
  if (raw === undefined) return [];
  const path: Path = ['metadata', 'annotations', LOAD_ANNOTATION];
  const text = reader.text(raw, path) ?? '';
  const steps = text.split(',').map((step) => {
    const [time = '', amount = ''] = step.trim().split('=');
    const atMs = parseDurationMs(time);
    const nano = parseQuantityNano(amount);
    return atMs === undefined || nano === undefined
      ? undefined
      : { atMs, cpuMilli: Number(nano / 1_000_000n) };
  });
  const known = steps.filter((step) => step !== undefined);
  const isOrdered = known.every(({ atMs }, index) => index === 0 || known[index - 1]!.atMs < atMs);
  if (known.length === steps.length && isOrdered) return known;
  reader.problem(path, `'${text}' is no load: write times and CPU in order, like 0s=2, 8h=20`);
  return [];
}
