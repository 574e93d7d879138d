import type { HostPort, Toleration } from '../../model/task-class.ts';
import { SECOND } from '../../units.ts';
import { type NodeAffinity, readNodeAffinity } from './node-selector.ts';
import { type PodAffinity, readPodAffinity } from './pod-affinity.ts';
import { parseQuantityNano } from './quantity.ts';
import type { JsonObject, Path, Reader } from './reader.ts';
import { equalities, type Requirement, readLabelSelector } from './requirement.ts';
import { type PodClaim, readClaims } from './volume-claims.ts';
import { type Disk, readDisks } from './volume-disks.ts';

/** The API server's default of `spec.schedulerName`. */
export const DEFAULT_SCHEDULER_NAME = 'default-scheduler';

/** Amounts by resource name, in billionths of the base unit. */
export type Requests = ReadonlyMap<string, bigint>;

export interface ContainerObject {
  /** With tag: `:latest` is added where none is given. Empty when absent. */
  readonly image: string;
  readonly requests: Requests;
  readonly hostPorts: readonly HostPort[];
  /** An init container that keeps running: `restartPolicy: Always`. */
  readonly sidecar: boolean;
}

export interface SpreadObject {
  readonly topologyKey: string;
  readonly maxSkew: number;
  /** DoNotSchedule. */
  readonly hard: boolean;
  readonly minDomains: number;
  /** null: selects nothing. `matchLabelKeys` are merged in. */
  readonly selector: readonly Requirement[] | null;
  readonly honourAffinity: boolean;
  readonly honourTaints: boolean;
}

/** What the scheduler reads of a pod in API shape; everything absent holds its API default. */
export interface PodObject {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Has a deletion timestamp: it holds its room, but spreading no longer counts it. */
  readonly terminating: boolean;
  readonly priority: number;
  /** `preemptionPolicy: Never`: waits instead of having others evicted. */
  readonly neverPreempts: boolean;
  /** Terminating because the scheduler evicts it. */
  readonly preempted: boolean;
  /** `terminationGracePeriodSeconds`: how long it takes to go; null: not said. */
  readonly graceMs: number | null;
  readonly nodeName: string;
  /** Names of `schedulingGates`: while there is one the pod is not tried. */
  readonly schedulingGates: readonly string[];
  /** Which scheduler, and which of its profiles, the pod is meant for. */
  readonly schedulerName: string;
  readonly containers: readonly ContainerObject[];
  readonly initContainers: readonly ContainerObject[];
  /** Images mounted as volumes. */
  readonly volumeImages: readonly string[];
  /** Persistent volume claims with what they are bound to. */
  readonly claims: readonly PodClaim[];
  readonly disks: readonly Disk[];
  /** Pod-level requests; null when the pod has none. */
  readonly podRequests: Requests | null;
  readonly overhead: Requests;
  readonly nodeSelector: ReadonlyMap<string, string> | null;
  readonly nodeAffinity: NodeAffinity;
  readonly podAffinity: PodAffinity;
  readonly podAntiAffinity: PodAffinity;
  readonly tolerations: readonly Toleration[];
  readonly spread: readonly SpreadObject[];
  /**
   * Conditions of all Services and of the controller that select this pod, joined: what default spreading counts.
   * null: not said.
   */
  readonly selectedBy: readonly Requirement[] | null;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const LARGEST = 2 ** 31 - 1;
const GRACE_PATH: Path = ['spec', 'terminationGracePeriodSeconds'];

/**
 * Reads `{ metadata, spec }` of a pod as the API server stores it. Fields that placement does not depend on are
 * passed over; fields that it does depend on but that are not modelled are problems. `selectedBy`, beside `spec`, is
 * a list of label selectors (see `PodObject.selectedBy`), and `claims` what `resolveClaims` found.
 */
export function readPodObject(reader: Reader, raw: unknown): PodObject {
  const pod = reader.object(raw, []) ?? {};
  const metadata = reader.object(pod['metadata'], ['metadata']) ?? {};
  const spec = reader.object(pod['spec'], ['spec']) ?? {};
  const labels = reader.texts(metadata['labels'], ['metadata', 'labels']) ?? new Map<string, string>();
  const affinity = reader.object(spec['affinity'], ['spec', 'affinity']) ?? {};
  refuseUnmodelled(reader, spec);
  const namespace = reader.text(metadata['namespace'], ['metadata', 'namespace']) ?? 'default';
  const podAffinity = (kind: 'podAffinity' | 'podAntiAffinity') =>
    readPodAffinity(reader, affinity[kind], ['spec', 'affinity', kind], { namespace, labels });
  const podResources = reader.object(spec['resources'], ['spec', 'resources']);
  const graceMs = reader.integer(spec['terminationGracePeriodSeconds'], GRACE_PATH, 0, LARGEST);
  const container = (item: unknown, path: Path) => readContainer(reader, item, path);
  const selectedBy =
    pod['selectedBy'] === undefined
      ? null
      : reader.list(pod['selectedBy'], ['selectedBy'], (item, path) => readLabelSelector(reader, item, path));
  return {
    namespace,
    labels,
    terminating: typeof metadata['deletionTimestamp'] === 'string',
    priority: reader.integer(spec['priority'], ['spec', 'priority'], -(2 ** 31), LARGEST) ?? 0,
    neverPreempts:
      reader.oneOf(spec['preemptionPolicy'], ['spec', 'preemptionPolicy'], [
        'Never',
        'PreemptLowerPriority',
      ] as const) === 'Never',
    preempted:
      typeof metadata['deletionTimestamp'] === 'string' && isEvictedByScheduler(reader, pod['status']),
    graceMs: graceMs === undefined ? null : graceMs * SECOND,
    nodeName: reader.text(spec['nodeName'], ['spec', 'nodeName']) ?? '',
    schedulingGates: reader.list(spec['schedulingGates'], ['spec', 'schedulingGates'], (item, path) =>
      reader.text(reader.object(item, path)?.['name'], [...path, 'name']),
    ),
    schedulerName: reader.text(spec['schedulerName'], ['spec', 'schedulerName']) || DEFAULT_SCHEDULER_NAME,
    containers: reader.list(spec['containers'], ['spec', 'containers'], container),
    initContainers: reader.list(spec['initContainers'], ['spec', 'initContainers'], container),
    volumeImages: readVolumeImages(reader, spec['volumes'], pod['claims'] !== undefined),
    claims: readClaims(reader, pod['claims'], ['claims']),
    disks: readDisks(reader, spec['volumes'], ['spec', 'volumes']),
    podRequests:
      podResources?.['requests'] === undefined
        ? null
        : readRequests(reader, podResources['requests'], ['spec', 'resources', 'requests']),
    overhead: readRequests(reader, spec['overhead'], ['spec', 'overhead']),
    nodeSelector: reader.texts(spec['nodeSelector'], ['spec', 'nodeSelector']) ?? null,
    nodeAffinity: readNodeAffinity(reader, affinity['nodeAffinity'], ['spec', 'affinity', 'nodeAffinity']),
    podAffinity: podAffinity('podAffinity'),
    podAntiAffinity: podAffinity('podAntiAffinity'),
    tolerations: reader.list(spec['tolerations'], ['spec', 'tolerations'], (item, path) =>
      readToleration(reader, item, path),
    ),
    spread: readSpread(
      reader,
      spec['topologySpreadConstraints'],
      ['spec', 'topologySpreadConstraints'],
      labels,
    ),
    selectedBy: selectedBy?.flat() ?? null,
  };
}

/** Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go */
function isEvictedByScheduler(reader: Reader, raw: unknown): boolean {
  const status = reader.object(raw, ['status']) ?? {};
  const conditions = reader.list(status['conditions'], ['status', 'conditions'], (item, path) =>
    reader.object(item, path),
  );
  return conditions.some(
    ({ type, status: isTrue, reason }) =>
      type === 'DisruptionTarget' && isTrue === 'True' && reason === 'PreemptionByScheduler',
  );
}

function refuseUnmodelled(reader: Reader, spec: JsonObject): void {
  const claims = spec['resourceClaims'];
  if (Array.isArray(claims) && claims.length > 0) {
    reader.problem(['spec', 'resourceClaims'], 'resource claims are not supported in this version');
  }
}

function readContainer(reader: Reader, raw: unknown, path: Path): ContainerObject | undefined {
  const container = reader.object(raw, path);
  if (container === undefined) return undefined;
  const resources = reader.object(container['resources'], [...path, 'resources']) ?? {};
  const ports = reader.list(container['ports'], [...path, 'ports'], (item, at) => readPort(reader, item, at));
  const image = reader.text(container['image'], [...path, 'image']) ?? '';
  return {
    image: image === '' ? '' : taggedImage(image),
    requests: readRequests(reader, resources['requests'], [...path, 'resources', 'requests']),
    hostPorts: ports.filter(({ port }) => port > 0),
    sidecar: container['restartPolicy'] === 'Always',
  };
}

/** Adds `:latest` unless the last colon follows the last slash (a port of the registry does not). */
export function taggedImage(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

/** Amounts by name, as in `resources.requests` or `status.allocatable`. */
export function readRequests(reader: Reader, raw: unknown, path: Path): Requests {
  const requests = new Map<string, bigint>();
  for (const [name, amount] of Object.entries(reader.object(raw, path) ?? {})) {
    const nano =
      typeof amount === 'string' || typeof amount === 'number' ? parseQuantityNano(amount) : undefined;
    if (nano === undefined) reader.problem([...path, name], `'${String(amount)}' is no quantity`);
    else requests.set(name, nano);
  }
  return requests;
}

function readPort(reader: Reader, raw: unknown, path: Path): HostPort | undefined {
  const port = reader.object(raw, path);
  if (port === undefined) return undefined;
  return {
    ip: reader.text(port['hostIP'], [...path, 'hostIP']) || '0.0.0.0',
    protocol: reader.oneOf(port['protocol'], [...path, 'protocol'], ['TCP', 'UDP', 'SCTP'] as const) ?? 'TCP',
    port: reader.integer(port['hostPort'], [...path, 'hostPort'], 0, 65_535) ?? 0,
  };
}

function readVolumeImages(reader: Reader, raw: unknown, knowsClaims: boolean): string[] {
  return reader.list(raw, ['spec', 'volumes'], (item, path) => {
    const volume = reader.object(item, path) ?? {};
    if (volume['ephemeral'] !== undefined) {
      return reader.problem(path, 'ephemeral volumes are not supported in this version');
    }
    if (volume['persistentVolumeClaim'] !== undefined && !knowsClaims) {
      return reader.problem(path, 'nothing is known of persistent volume claims here');
    }
    const image = reader.object(volume['image'], [...path, 'image']);
    const reference = reader.text(image?.['reference'], [...path, 'image', 'reference']);
    return reference === undefined || reference === '' ? undefined : taggedImage(reference);
  });
}

function readToleration(reader: Reader, raw: unknown, path: Path): Toleration | undefined {
  const toleration = reader.object(raw, path);
  if (toleration === undefined) return undefined;
  const key = reader.text(toleration['key'], [...path, 'key']);
  const operator = reader.oneOf(toleration['operator'] || undefined, [...path, 'operator'], [
    'Exists',
    'Equal',
  ] as const);
  const value = reader.text(toleration['value'], [...path, 'value']);
  const effect = reader.oneOf(toleration['effect'] || undefined, [...path, 'effect'], EFFECTS);
  const seconds = [...path, 'tolerationSeconds'];
  const tolerationSeconds = reader.integer(toleration['tolerationSeconds'], seconds, -LONGEST, LONGEST);
  return {
    ...(key === undefined ? {} : { key }),
    ...(operator === undefined ? {} : { operator }),
    ...(value === undefined ? {} : { value }),
    ...(effect === undefined ? {} : { effect }),
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  };
}

/** Seconds that 64 bits can tell, as far as a number is exact. */
const LONGEST = Number.MAX_SAFE_INTEGER;

/** A list of spread constraints, of a pod or of a plugin's defaults. `labels`: what `matchLabelKeys` refer to. */
export function readSpread(
  reader: Reader,
  raw: unknown,
  path: Path,
  labels: ReadonlyMap<string, string>,
): SpreadObject[] {
  return reader.list(raw, path, (item, at) => {
    const constraint = reader.object(item, at);
    if (constraint === undefined) return undefined;
    const policy = (key: string) =>
      reader.oneOf(constraint[key], [...at, key], ['Honor', 'Ignore'] as const) ?? null;
    const whenUnsatisfiable = reader.oneOf(constraint['whenUnsatisfiable'], [...at, 'whenUnsatisfiable'], [
      'DoNotSchedule',
      'ScheduleAnyway',
    ] as const);
    const topologyKey = reader.text(constraint['topologyKey'], [...at, 'topologyKey']);
    const maxSkew = reader.integer(constraint['maxSkew'], [...at, 'maxSkew'], 1, LARGEST);
    if (topologyKey === undefined || maxSkew === undefined || whenUnsatisfiable === undefined) {
      return reader.problem(at, 'needs maxSkew, topologyKey and whenUnsatisfiable');
    }
    const selector = readLabelSelector(reader, constraint['labelSelector'], [...at, 'labelSelector']);
    const keys = reader.list(constraint['matchLabelKeys'], [...at, 'matchLabelKeys'], (key, keyAt) =>
      reader.text(key, keyAt),
    );
    const revision = new Map(keys.flatMap((key) => (labels.has(key) ? [[key, labels.get(key)!]] : [])));
    return {
      topologyKey,
      maxSkew,
      hard: whenUnsatisfiable === 'DoNotSchedule',
      minDomains: reader.integer(constraint['minDomains'], [...at, 'minDomains'], 1, LARGEST) ?? 1,
      selector: selector === undefined ? null : [...selector, ...equalities(revision)],
      honourAffinity: policy('nodeAffinityPolicy') !== 'Ignore',
      honourTaints: policy('nodeTaintsPolicy') === 'Honor',
    };
  });
}
