import { readRequests, type Requests } from './pod-object.ts';
import { containerRequests, isPodLevelResource } from './pod-requests.ts';
import { formatQuantity, parseQuantityNano } from './quantity.ts';
import { isObject, type JsonObject, objectAt, Reader } from './reader.ts';

/**
 * The Pod (API JSON, v1) that the API server stores when this manifest is created, as far as placement depends on it:
 *
 * - a container requests what it has a limit for and does not request; amounts round up to thousandths;
 * - ports speak TCP, and with `hostNetwork` each port is one of the host;
 * - a pod with limits of its own requests what its containers request together, or else those limits;
 * - `matchLabelKeys` and `mismatchLabelKeys` become conditions of their selectors, with the pod's own labels.
 *
 * What has the wrong shape stays as it is, for the reader to complain about. Not done: what admission plugins add
 * (priority classes, default tolerations, limit ranges). The result is a new object; apply it once.
 * Source: kubernetes v1.36.2 pkg/apis/core/v1/defaults.go, pkg/registry/core/pod/strategy.go
 */
export function storedPod(manifest: unknown): unknown {
  return inside(manifest, (pod) => {
    const labels = objectAt(objectAt(pod, 'metadata'), 'labels');
    return edit(pod, 'spec', (spec) =>
      inside(spec, (one) => mergeLabelKeys(defaultPodLevel(defaultContainers(one)), labels)),
    );
  });
}

function defaultContainers(spec: JsonObject): JsonObject {
  const onHost = spec['hostNetwork'] === true;
  const container = (one: JsonObject) =>
    edit(
      edit(one, 'ports', (ports) => each(ports, (port) => defaultPort(port, onHost))),
      'resources',
      (resources) => inside(resources, requestLimits),
    );
  const list = (containers: unknown) => each(containers, container);
  return edit(edit(spec, 'containers', list), 'initContainers', list);
}

function defaultPort(port: JsonObject, onHost: boolean): JsonObject {
  const { protocol, hostPort, containerPort } = port;
  return {
    ...port,
    protocol: protocol || 'TCP',
    ...(onHost && !hostPort && containerPort !== undefined ? { hostPort: containerPort } : {}),
  };
}

function requestLimits(resources: JsonObject): JsonObject {
  const rounded = edit(edit(resources, 'limits', roundAmounts), 'requests', roundAmounts);
  return withAmounts(rounded, 'requests', {
    ...objectAt(rounded, 'limits'),
    ...objectAt(rounded, 'requests'),
  });
}

/** The API keeps no amount finer than a thousandth. */
function roundAmounts(amounts: unknown): unknown {
  return inside(amounts, (list) => {
    const entries = Object.entries(list).map(([name, amount]): [string, unknown] => {
      const nano = nanoOf(amount);
      const isFiner = nano !== undefined && nano % 1_000_000n !== 0n;
      return [name, isFiner ? formatQuantity((nano / 1_000_000n + 1n) * 1_000_000n, false) : amount];
    });
    return Object.fromEntries(entries);
  });
}

/** Nothing for a pod without limits of its own (huge pages get theirs from the containers). */
function defaultPodLevel(spec: JsonObject): JsonObject {
  return edit(spec, 'resources', (raw) =>
    inside(raw, (given) => {
      const own = edit(edit(given, 'limits', roundAmounts), 'requests', roundAmounts);
      const requests = objectAt(own, 'requests');
      const isSet = Object.keys(requests).length + Object.keys(objectAt(own, 'limits')).length > 0;
      if (!isSet) return own;
      const pages = [...sumOf(spec, 'limits')].filter(
        ([name]) => isHugePages(name) && !Object.hasOwn(requests, name),
      );
      const limits = { ...Object.fromEntries(pages), ...objectAt(own, 'limits') };
      if (Object.keys(limits).length === 0) return own;
      const usable = (amounts: Iterable<[string, unknown]>) =>
        Object.fromEntries([...amounts].filter(([name]) => isPodLevelResource(name)));
      const inContainers = [...sumOf(spec, 'requests')].filter(([name]) => !isHugePages(name));
      return withAmounts(withAmounts(own, 'limits', limits), 'requests', {
        ...usable(Object.entries(limits)),
        ...usable(inContainers),
        ...requests,
      });
    }),
  );
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** What all containers have together under `resources.requests` or `.limits`, with a binary suffix if one of them has. */
function sumOf(spec: JsonObject, key: 'requests' | 'limits'): Map<string, string> {
  const binary = new Set<string>();
  const containersAt = (list: string) => {
    const read: { requests: Requests; sidecar: boolean }[] = [];
    each(spec[list], (container) => {
      const amounts = objectAt(objectAt(container, 'resources'), key);
      for (const [name, amount] of Object.entries(amounts)) if (/i$/.test(String(amount))) binary.add(name);
      // Unreadable amounts are left out here and reported by whoever reads the result.
      const requests = readRequests(new Reader(), amounts, []);
      read.push({ requests, sidecar: container['restartPolicy'] === 'Always' });
      return container;
    });
    return read;
  };
  const sums = containerRequests({
    containers: containersAt('containers'),
    initContainers: containersAt('initContainers'),
  });
  return new Map([...sums].map(([name, nano]) => [name, formatQuantity(nano, binary.has(name))]));
}

function mergeLabelKeys(spec: JsonObject, labels: JsonObject): JsonObject {
  const term = (one: JsonObject) =>
    merged(merged(one, 'matchLabelKeys', 'In', labels), 'mismatchLabelKeys', 'NotIn', labels);
  const preferred = (one: JsonObject) => edit(one, 'podAffinityTerm', (inner) => inside(inner, term));
  const terms = (raw: unknown) =>
    inside(raw, (affinity) =>
      edit(
        edit(affinity, 'requiredDuringSchedulingIgnoredDuringExecution', (list) => each(list, term)),
        'preferredDuringSchedulingIgnoredDuringExecution',
        (list) => each(list, preferred),
      ),
    );
  const affinity = (raw: unknown) =>
    inside(raw, (one) => edit(edit(one, 'podAffinity', terms), 'podAntiAffinity', terms));
  return edit(edit(spec, 'affinity', affinity), 'topologySpreadConstraints', (list) =>
    each(list, (constraint) => merged(constraint, 'matchLabelKeys', 'In', labels)),
  );
}

/** Labels that the pod does not have are passed over; a term without a selector selects nothing and stays so. */
function merged(term: JsonObject, field: string, operator: 'In' | 'NotIn', labels: JsonObject): JsonObject {
  const keys: unknown = term[field];
  const known = Array.isArray(keys) ? keys.filter((key) => Object.hasOwn(labels, key)) : [];
  if (known.length === 0) return term;
  return edit(term, 'labelSelector', (raw) =>
    inside(raw, (selector) => {
      const given: unknown = selector['matchExpressions'] ?? [];
      if (!Array.isArray(given)) return selector;
      const added = known.map((key) => ({ key, operator, values: [labels[key]] }));
      return { ...selector, matchExpressions: [...given, ...added] };
    }),
  );
}

/** `object` with these amounts, unless there are none, or something else stands in their place. */
function withAmounts(object: JsonObject, key: string, amounts: JsonObject): JsonObject {
  const isFree = isObject(object[key] ?? {});
  return isFree && Object.keys(amounts).length > 0 ? { ...object, [key]: amounts } : object;
}

function nanoOf(amount: unknown): bigint | undefined {
  return typeof amount === 'string' || typeof amount === 'number' ? parseQuantityNano(amount) : undefined;
}

/** `object` with one field changed, if it has the field. */
function edit(object: JsonObject, key: string, change: (value: unknown) => unknown): JsonObject {
  const value = object[key];
  return value === undefined || value === null ? object : { ...object, [key]: change(value) };
}

function each(list: unknown, change: (item: JsonObject) => JsonObject): unknown {
  return Array.isArray(list) ? list.map((item: unknown) => inside(item, change)) : list;
}

function inside(value: unknown, change: (object: JsonObject) => JsonObject): unknown {
  return isObject(value) ? change(value) : value;
}
