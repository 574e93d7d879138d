import type { ApiObject } from '../../../model/plan.ts';
import { isObject, type JsonObject, objectAt, type Reader } from '../reader.ts';
import type { NamedObject } from './api-object.ts';

/** What containers of a namespace ask for when they do not say: amounts by resource. */
export type DefaultRequests = ReadonlyMap<string, unknown>;

/**
 * Default requests of a LimitRange's containers: `defaultRequest`, where that says nothing `default`, then `max`.
 * Source: kubernetes v1.36.2 pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem.
 */
export function defaultRequestsFrom(reader: Reader, { object }: NamedObject): DefaultRequests {
  const defaults = new Map<string, unknown>();
  const items = reader.list(objectAt(object, 'spec')['limits'], ['spec', 'limits'], (item, path) =>
    reader.object(item, path),
  );
  for (const item of items) {
    if (item['type'] !== 'Container') continue;
    for (const field of ['max', 'default', 'defaultRequest']) {
      for (const [resource, amount] of Object.entries(objectAt(item, field))) defaults.set(resource, amount);
    }
  }
  return defaults;
}

/**
 * The pod with the default requests of its namespace, for resources that a container neither asks for nor limits.
 * Source: kubernetes v1.36.2 plugin/pkg/admission/limitranger/admission.go, mergeContainerResources.
 */
export function withDefaultRequests(pod: ApiObject, defaults: DefaultRequests): ApiObject {
  if (defaults.size === 0) return pod;
  const spec = objectAt(pod, 'spec');
  const filled = (containers: unknown) =>
    Array.isArray(containers)
      ? containers.map((one: unknown) => (isObject(one) ? withRequests(one, defaults) : one))
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

function withRequests(container: JsonObject, defaults: DefaultRequests): JsonObject {
  const resources = objectAt(container, 'resources');
  const [requests, limits] = [objectAt(resources, 'requests'), objectAt(resources, 'limits')];
  const missing = [...defaults].filter(([resource]) => !(resource in requests) && !(resource in limits));
  if (missing.length === 0) return container;
  return {
    ...container,
    resources: { ...resources, requests: { ...requests, ...Object.fromEntries(missing) } },
  };
}
