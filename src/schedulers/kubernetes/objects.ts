import type { NewInstance } from '../../model/cluster-store.ts';
import { LANE, type ResourceTable } from '../../model/resources.ts';
import type { ImageRef, Taint, TaskClassSpec } from '../../model/task-class.ts';
import type { OptionsProblem } from '../scheduler.ts';
import { storedPod } from './defaulting.ts';
import { ZONE_LABEL } from './pod.ts';
import { type PodObject, readPodObject, readRequests, type Requests } from './pod-object.ts';
import { podRequests, SILENT_REQUESTS } from './pod-requests.ts';
import { laneAmount } from './quantity.ts';
import { isScalarResource, laneOfResource, NONZERO_CPU, NONZERO_MEMORY } from './resource-names.ts';
import { hasLocalStorage } from './local-storage.ts';
import { controllerOf } from './manifests/pod-owners.ts';
import { isObject, type Path, picked, Reader } from './reader.ts';
import { resolveClaims, type VolumeObjects } from './volume-claims.ts';

export interface ReadNode {
  readonly instance: NewInstance;
  /** Images that the node reports to have, by every name it gives them. */
  readonly images: readonly ImageRef[];
}

type Read<T> = { readonly value: T } | { readonly problems: readonly OptionsProblem[] };

/**
 * An instance that looks like this Node (API JSON, v1). What it offers is `status.allocatable`; resources without a
 * lane in `table` are left out, as kube-scheduler leaves out names it does not know. Problems carry their path.
 */
export function nodeFromObject(raw: unknown, table: ResourceTable): Read<ReadNode> {
  const reader = new Reader();
  const node = reader.object(raw, []) ?? {};
  const metadata = reader.object(node['metadata'], ['metadata']) ?? {};
  const spec = reader.object(node['spec'], ['spec']) ?? {};
  const status = reader.object(node['status'], ['status']) ?? {};
  const labels = reader.texts(metadata['labels'], ['metadata', 'labels']) ?? new Map<string, string>();
  const name = reader.text(metadata['name'], ['metadata', 'name']);
  const amounts = (key: string) => {
    const offered = [...readRequests(reader, status[key], ['status', key])];
    const known = new Map(offered.filter(([resource]) => laneOfResource(table, resource) >= 0));
    return lanesOf(reader, known, table, ['status', key]);
  };
  const allocatable = amounts('allocatable');
  const taints = reader.list(spec['taints'], ['spec', 'taints'], (item, path) =>
    readTaint(reader, item, path),
  );
  const images = reader.list(status['images'], ['status', 'images'], (item, path) => {
    const image = reader.object(item, path) ?? {};
    const names = reader.list(image['names'], [...path, 'names'], (one, at) => reader.text(one, at));
    const sizeBytes =
      reader.integer(image['sizeBytes'], [...path, 'sizeBytes'], 0, Number.MAX_SAFE_INTEGER) ?? 0;
    return names.map((one): ImageRef => ({ name: one, sizeBytes }));
  });
  if (name === undefined) reader.problem(['metadata', 'name'], 'a node needs a name');
  if (reader.problems.length > 0 || name === undefined) return { problems: reader.problems };
  const gpuDevices = allocatable[LANE.gpu]! / 1000;
  const instance: NewInstance = {
    name,
    zone: labels.get(ZONE_LABEL) ?? '',
    shape: {
      typeName: labels.get('node.kubernetes.io/instance-type') ?? '',
      groupName: '',
      capacity: status['capacity'] === undefined ? allocatable : amounts('capacity'),
      allocatable,
      gpuDevices,
      gpuModel: gpuDevices > 0 ? (labels.get('nvidia.com/gpu.product') ?? '') : '',
      labels,
      taints,
      unschedulable: spec['unschedulable'] === true,
    },
  };
  return { value: { instance, images: images.flat() } };
}

function readTaint(reader: Reader, raw: unknown, path: Path): Taint | undefined {
  const taint = reader.object(raw, path) ?? {};
  const key = reader.text(taint['key'], [...path, 'key']);
  const effect = reader.oneOf(taint['effect'], [...path, 'effect'], [
    'NoSchedule',
    'PreferNoSchedule',
    'NoExecute',
  ] as const);
  if (key === undefined || effect === undefined) return reader.problem(path, 'needs a key and an effect');
  return { key, value: reader.text(taint['value'], [...path, 'value']) ?? '', effect };
}

export interface PodContext {
  readonly table: ResourceTable;
  readonly group: string;
  readonly groupKind: TaskClassSpec['groupKind'];
  /** Bytes of an image, by name with tag; 0 when nobody knows. */
  imageSize(name: string): number;
  /** The object is a manifest, not yet stored: first made what the API server stores, see `storedPod`. Default false. */
  readonly manifest?: boolean;
  /** Where the pod's persistent volume claims are found. Without it a pod that has some is refused. */
  readonly volumes?: VolumeObjects;
}

/**
 * The task class of this Pod, or of a pod template (API JSON, v1, as the API server stores it: defaults filled in).
 * `selectedBy`, a list of label selectors beside `spec`, are those of the Services and of the controller that select
 * the pod; without it a group of kind `service` is taken to be one. Problems carry their path.
 */
export function podFromObject(object: unknown, context: PodContext): Read<TaskClassSpec> {
  const reader = new Reader();
  const raw = withClaims(context.manifest === true ? storedPod(object) : object, context.volumes);
  const pod = readPodObject(reader, raw);
  const { table } = context;
  const requests = lanesOf(reader, podRequests(pod), table, ['spec']);
  requests[LANE.slots] = 1;
  const nonzero = podRequests(pod, { silent: SILENT_REQUESTS });
  for (const [resource, lane] of [
    ['cpu', table.names.indexOf(NONZERO_CPU)],
    ['memory', table.names.indexOf(NONZERO_MEMORY)],
  ] as const) {
    if (lane >= 0) requests[lane] = laneAmount(resource, nonzero.get(resource) ?? 0n) ?? 0;
  }
  if (reader.problems.length > 0) return { problems: reader.problems };
  const gpus = requests[LANE.gpu]! / 1000;
  const value: TaskClassSpec = {
    group: context.group,
    groupKind: context.groupKind,
    requests,
    gpu: gpus === 0 ? null : { count: gpus, milli: 1000, models: [] },
    hostPorts: hostPortsOf(pod),
    images: imagesOf(pod).map((name) => ({ name, sizeBytes: context.imageSize(name) })),
    labels: pod.labels,
    namespace: pod.namespace,
    priority: pod.priority,
    wishes: { where: new Map(), distinctInstance: false, spread: 'none', tolerations: pod.tolerations },
    native: trimmedPod(raw as ApiPod),
    ...(pod.graceMs === null ? {} : { graceMs: pod.graceMs }),
  };
  return { value };
}

/** The pod and, beside `spec`, its claims with what they are bound to. */
function withClaims(raw: unknown, volumes: VolumeObjects | undefined): unknown {
  const { metadata, spec } = (raw ?? {}) as ApiPod;
  if (volumes === undefined || !isObject(spec)) return raw;
  const namespace = String(metadata?.['namespace'] ?? 'default');
  const claims = resolveClaims(spec, namespace, volumes);
  return claims.length === 0 ? raw : { ...(raw as ApiPod), claims };
}

/** Of containers and sidecars; a plain init container has given its port back before the others start. */
function hostPortsOf(pod: PodObject): TaskClassSpec['hostPorts'] {
  return [...pod.containers, ...pod.initContainers.filter(({ sidecar }) => sidecar)].flatMap(
    ({ hostPorts }) => hostPorts,
  );
}

function imagesOf(pod: PodObject): readonly string[] {
  const containers = [...pod.initContainers, ...pod.containers].map(({ image }) => image);
  return [...new Set([...containers, ...pod.volumeImages])].filter((name) => name !== '');
}

/** One amount per lane. A scalar resource that a pod asks for and no lane holds can be found nowhere: a problem. */
function lanesOf(reader: Reader, requests: Requests, table: ResourceTable, path: Path): number[] {
  const amounts = new Array<number>(table.laneCount).fill(0);
  for (const [resource, nano] of requests) {
    const lane = laneOfResource(table, resource);
    const amount = laneAmount(resource, nano);
    if (amount === undefined) reader.problem(path, `the amount of ${resource} is larger than 2^53`);
    else if (lane >= 0) amounts[lane] = amount;
    else if (isScalarResource(resource))
      reader.problem(path, `the resource ${resource} is unknown`, table.names);
  }
  return amounts;
}

interface ApiPod {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly selectedBy?: unknown;
  readonly claims?: unknown;
  readonly status?: { readonly conditions?: unknown };
}

const POD_FIELDS = [
  'affinity',
  'nodeName',
  'schedulerName',
  'nodeSelector',
  'overhead',
  'preemptionPolicy',
  'resources',
  'schedulingGates',
  'tolerations',
  'topologySpreadConstraints',
] as const;
const VOLUME_FIELDS = ['image', 'gcePersistentDisk', 'awsElasticBlockStore', 'iscsi', 'rbd'] as const;
const CONTAINER_FIELDS = ['image', 'ports', 'resources', 'restartPolicy'] as const;

/** What autoscalers look at. */
export const SCALER_ANNOTATIONS = [
  'karpenter.sh/do-not-disrupt',
  'cluster-autoscaler.kubernetes.io/safe-to-evict',
  'controller.kubernetes.io/pod-deletion-cost',
] as const;

function scalerAnnotations(metadata: Readonly<Record<string, unknown>>): { annotations?: unknown } {
  const { annotations } = metadata;
  const own = isObject(annotations) ? picked(annotations, SCALER_ANNOTATIONS) : {};
  return Object.keys(own).length === 0 ? {} : { annotations: own };
}

/** Only what placement and autoscalers depend on, without the pod's name: pods of one template stay one class. */
function trimmedPod({ metadata = {}, spec = {}, selectedBy, claims, status }: ApiPod): unknown {
  const controller = controllerOf({ metadata });
  const containers = (list: unknown) =>
    Array.isArray(list)
      ? list.map((one) => picked(one as Record<string, unknown>, CONTAINER_FIELDS))
      : undefined;
  const volumes = Array.isArray(spec['volumes'])
    ? spec['volumes'].filter((volume: object) => VOLUME_FIELDS.some((field) => field in volume))
    : undefined;
  const conditions = Array.isArray(status?.conditions) ? status.conditions : [];
  const disruption = conditions
    .filter(({ type }: { type?: unknown }) => type === 'DisruptionTarget')
    .map((condition) => picked(condition as Record<string, unknown>, ['type', 'status', 'reason']));
  return {
    metadata: {
      ...picked(metadata, ['namespace', 'labels', 'deletionTimestamp']),
      ...scalerAnnotations(metadata),
      ...(controller !== undefined && { controller: controller.kind }),
    },
    spec: {
      ...picked(spec, POD_FIELDS),
      ...(hasLocalStorage(metadata, spec) && { localStorage: true }),
      initContainers: containers(spec['initContainers']),
      containers: containers(spec['containers']),
      volumes,
    },
    ...(selectedBy === undefined ? {} : { selectedBy }),
    ...(claims === undefined ? {} : { claims }),
    ...(disruption.length === 0 ? {} : { status: { conditions: disruption } }),
  };
}
