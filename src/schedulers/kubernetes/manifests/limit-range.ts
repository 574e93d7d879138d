import type { ApiObject } from '../../../model/plan.ts';
import { isObject, type JsonObject, objectAt, type Path, type Reader } from '../reader.ts';
import type { NamedObject } from './api-object.ts';
import type { LimitBounds } from './limit-bounds.ts';
import { type LimitItem, limitRangeProblems } from './limit-range-problems.ts';
import { type Amount, amountOf } from './pod-amounts.ts';

/** What containers of a namespace have when they do not say: amounts by resource, as they are written. */
export interface ContainerDefaults {
  readonly requests: ReadonlyMap<string, unknown>;
  readonly limits: ReadonlyMap<string, unknown>;
}

/** A LimitRange: what containers have when they do not say, and what containers and pods may have. */
export interface LimitRange {
  readonly namespace: string;
  readonly defaults: ContainerDefaults;
  readonly bounds: readonly LimitBounds[];
}

type Field = 'min' | 'max' | 'maxLimitRequestRatio' | 'default' | 'defaultRequest';

/** A LimitRange, v1. Amounts that are none, and bounds that contradict each other, are problems. */
export function limitRangeFrom(reader: Reader, { namespace, object }: NamedObject): LimitRange {
  const [requests, limits] = [new Map<string, unknown>(), new Map<string, unknown>()];
  const path: Path = ['spec', 'limits'];
  const items = reader.list(objectAt(object, 'spec')['limits'], path, (raw, at) => {
    const item = reader.object(raw, at);
    if (item === undefined) return undefined;
    const read = (field: Field) => readAmounts(reader, item[field], [...at, field]);
    const amounts: LimitItem = {
      type: reader.text(item['type'], [...at, 'type']) ?? '',
      min: read('min'),
      max: read('max'),
      maxLimitRequestRatio: read('maxLimitRequestRatio'),
      default: read('default'),
      defaultRequest: read('defaultRequest'),
    };
    if (amounts.type !== 'Container') return amounts;
    addDefaults({ requests, limits }, item, amounts);
    return withOwnDefaults(amounts);
  });
  for (const { path: below, message } of limitRangeProblems(items))
    reader.problem([...path, ...below], message);
  const bounds = items.flatMap(({ type, min, max, maxLimitRequestRatio }) =>
    type === 'Container' || type === 'Pod' ? [{ type, min, max, maxLimitRequestRatio } as const] : [],
  );
  return { namespace, defaults: { requests, limits }, bounds };
}

/** Source: kubernetes v1.36.2 pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem. */
function withOwnDefaults(item: LimitItem): LimitItem {
  const limits = new Map([...item.max, ...item.default]);
  return {
    ...item,
    default: limits,
    defaultRequest: new Map([...item.min, ...limits, ...item.defaultRequest]),
  };
}

function readAmounts(reader: Reader, raw: unknown, path: Path): Map<string, Amount> {
  const amounts = new Map<string, Amount>();
  for (const [name, value] of Object.entries(reader.object(raw, path) ?? {})) {
    const amount = amountOf(value);
    if (amount === undefined) reader.problem([...path, name], `'${String(value)}' is no quantity`);
    else amounts.set(name, amount);
  }
  return amounts;
}

/**
 * Limits are by default `default`, then `max`; requests `defaultRequest`, then the default limit, then `min`.
 * Source: kubernetes v1.36.2 pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem.
 */
function addDefaults(
  { requests, limits }: { requests: Map<string, unknown>; limits: Map<string, unknown> },
  item: JsonObject,
  amounts: LimitItem,
): void {
  const add = (to: Map<string, unknown>, field: Field) => {
    for (const name of amounts[field].keys()) to.set(name, objectAt(item, field)[name]);
  };
  for (const field of ['max', 'default'] as const) add(limits, field);
  for (const field of ['min', 'max', 'default', 'defaultRequest'] as const) add(requests, field);
}

/**
 * The pod with what its namespace has for containers that do not say. A container requests what it limits before that.
 * Of several LimitRanges the first that has something counts.
 * Source: kubernetes v1.36.2 plugin/pkg/admission/limitranger/admission.go, mergeContainerResources.
 */
export function withContainerDefaults(pod: ApiObject, ranges: readonly LimitRange[]): ApiObject {
  return ranges.reduce((done, { defaults }) => withDefaultsOf(done, defaults), pod);
}

function withDefaultsOf(pod: ApiObject, defaults: ContainerDefaults): ApiObject {
  if (defaults.requests.size === 0) return pod;
  const spec = objectAt(pod, 'spec');
  const filled = (containers: unknown) =>
    Array.isArray(containers)
      ? containers.map((one: unknown) => (isObject(one) ? withResources(one, defaults) : one))
      : containers;
  const { initContainers, containers } = spec;
  return {
    ...pod,
    spec: {
      ...spec,
      ...(initContainers !== undefined && { initContainers: filled(initContainers) }),
      containers: filled(containers),
    },
  };
}

function withResources(container: JsonObject, defaults: ContainerDefaults): JsonObject {
  const resources = objectAt(container, 'resources');
  const [requests, limits] = [objectAt(resources, 'requests'), objectAt(resources, 'limits')];
  const unlimited = [...defaults.limits].filter(([name]) => !(name in limits));
  const silent = [...defaults.requests].filter(([name]) => !(name in requests) && !(name in limits));
  if (unlimited.length + silent.length === 0) return container;
  return {
    ...container,
    resources: {
      ...resources,
      ...(unlimited.length > 0 && { limits: { ...limits, ...Object.fromEntries(unlimited) } }),
      ...(silent.length > 0 && { requests: { ...requests, ...Object.fromEntries(silent) } }),
    },
  };
}
