import type { ApiObject } from '../../../model/plan.ts';
import type { ResourceTable } from '../../../model/resources.ts';
import { parseDurationMs } from '../../../units.ts';
import type { OptionsProblem } from '../../scheduler.ts';
import { storedPod } from '../defaulting.ts';
import { podFromObject } from '../objects.ts';
import { ZONE_LABEL } from '../pod.ts';
import { type JsonObject, objectAt, type Path, Reader } from '../reader.ts';
import { daemonTolerations } from '../daemon-tolerations.ts';
import type { VolumeObjects } from '../volume-claims.ts';
import { autoscalerFrom, type ManifestAutoscaler } from './autoscaler-object.ts';
import { identify, type NamedObject } from './api-object.ts';
import { type Controller, controllerOf, groupOf, PodSelectors } from './pod-owners.ts';
import { volumeLimitsFrom } from './csi-node.ts';
import { budgetFrom, type NamedBudget, priorityClassFrom } from './cluster-policies.ts';
import {
  ANNOTATION_PREFIX,
  DEFAULT_CLASS,
  DELETION_COST,
  FAILING_ANNOTATION,
  GATES_ANNOTATION,
  type LeftOut,
  leftOutOf,
  RUNTIME_ANNOTATION,
  STARTUP_ANNOTATION,
  withoutLeftOut,
} from './modelled.ts';
import { nodeClassFrom } from './node-class.ts';
import { limitRefusal, type Refusal } from './limit-bounds.ts';
import { type LimitRange, limitRangeFrom, withContainerDefaults } from './limit-range.ts';
import type { MemoryUse } from '../../../model/memory-use.ts';
import { GROWTH_ANNOTATION, MEMORY_ANNOTATION, readMemoryUse } from './memory-annotations.ts';
import { type AppliedObjects, applyObjects } from './object-admission.ts';
import { admittedPod, type PriorityClass } from './pod-admission.ts';
import { TEMPLATE_PATHS, type WorkloadFields, workloadFrom } from './workload-objects.ts';
import { resourcesAskedFor } from './pod-resources.ts';
import { type PodCharge, podCharge, quotaFrom, type ResourceQuota, unknownScopes } from './resource-quota.ts';

/** A pod of the manifests that takes part. */
export interface ManifestPod {
  readonly namespace: string;
  readonly name: string;
  /** Who made it, `default/web`; a pod of its own is its own group. */
  readonly group: string;
  readonly groupKind: 'service' | 'job';
  /** Where it is already; empty: it is to be scheduled. */
  readonly nodeName: string;
  /** The controller that made it; undefined: nobody, it is there for itself. */
  readonly owner: Controller | undefined;
  /** `metadata.creationTimestamp`, if it has one. */
  readonly createdAt: string | undefined;
  /** null: until the end of the run. */
  readonly runtimeMs: number | null;
  readonly startupMs: number;
  readonly hasGates: boolean;
  /** Its scheduling gates go this long after it came; null: never. */
  readonly gatesRemovedMs: number | null;
  /** Undefined: it uses what it asks for. */
  readonly memoryUse: MemoryUse | undefined;
  /** What becomes of it when its container dies; Always unless it says otherwise. */
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** Position among the objects that the set was made from. */
  readonly index: number;
}

/** A controller's object that takes part. */
export interface ManifestWorkload {
  readonly fields: WorkloadFields;
  /** Its pod template as a pod that nobody has made yet. */
  readonly pod: ManifestPod;
  /** Equal texts, equal templates. */
  readonly revision: string;
  /** Who made the object itself: the Deployment of a ReplicaSet. */
  readonly owner: Controller | undefined;
  /** Share of its pods that fail. */
  readonly failing: number;
  readonly deletionCost: number;
  readonly restartPolicy: 'Never' | 'OnFailure';
}

/** A finding about the object at `index`. */
export interface ManifestProblem extends OptionsProblem {
  readonly index: number;
}

const NATIVE_RESOURCES: readonly string[] = ['cpu', 'memory', 'pods', 'ephemeral-storage', 'nvidia.com/gpu'];

/**
 * Kubernetes objects that belong together, as a cluster would hold them: pods with what decides about their place.
 * What they say is read once, here; `problems` holds everything that the API server or a reader would refuse.
 * `objects` are whole or trimmed; lists must have been taken apart.
 */
export class ManifestSet {
  readonly pods: readonly ManifestPod[];
  readonly problems: readonly ManifestProblem[];
  /** What the simulation does not look at, by position. */
  readonly leftOut: readonly (LeftOut & { readonly index: number })[];
  /** Labels of every namespace that exists or that a pod is in. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How many volumes of each CSI driver a node may hold, by its name, as CSINodes say. */
  readonly volumeLimits: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** PodDisruptionBudgets, for preemption. */
  readonly budgets: readonly NamedBudget[];
  readonly quotas: readonly ResourceQuota[];
  /** What the quotas have made of the other objects. */
  readonly applied: AppliedObjects;
  /** Names of resources that pods ask for, beyond those that every node has a lane for. */
  readonly extended: readonly string[];
  /** Objects of controllers, in the order in which they stand there. */
  readonly workloads: readonly ManifestWorkload[];
  readonly autoscalers: readonly ManifestAutoscaler[];
  /** Those that the API server takes, by position. */
  readonly #named: (NamedObject | undefined)[];
  /** All of them, by position. */
  readonly #given: readonly (NamedObject | undefined)[];
  readonly #priorities = new Map<string, PriorityClass>();
  readonly #selectors: PodSelectors;
  readonly #volumes: VolumeObjects;
  readonly #limitRanges: readonly LimitRange[];
  /** By position: why LimitRanges keep a pod from being made. */
  readonly #refusals = new Map<number, Refusal>();
  /** By position: the pod as admission leaves it. */
  readonly #admitted = new Map<number, ApiObject>();

  constructor(objects: readonly unknown[]) {
    const problems: ManifestProblem[] = [];
    const report = (index: number, { problems: found }: Reader) => {
      problems.push(...found.map((problem) => ({ ...problem, index })));
    };
    const reading = <T>(index: number, read: (reader: Reader) => T): T => {
      const reader = new Reader();
      const value = read(reader);
      report(index, reader);
      return value;
    };
    this.#named = objects.map((raw, index) => reading(index, (reader) => identify(reader, raw)));
    const each = <T>(kind: string, read: (reader: Reader, named: NamedObject) => T): T[] =>
      this.#named.flatMap((named, index) =>
        named?.kind === kind ? [reading(index, (reader) => read(reader, named))] : [],
      );
    this.leftOut = this.#named.flatMap((named, index) =>
      named === undefined ? [] : leftOutOf(named).map((part) => ({ ...part, index })),
    );
    each('PriorityClass', (reader, { name, object }) => {
      this.#priorities.set(name, priorityClassFrom(reader, object));
    });
    this.#limitRanges = each('LimitRange', limitRangeFrom);
    each('EC2NodeClass', nodeClassFrom);
    this.budgets = each('PodDisruptionBudget', budgetFrom).flatMap((budget) => budget ?? []);
    this.quotas = this.#named.flatMap((named, index) =>
      named?.kind === 'ResourceQuota' && unknownScopes(named.object).length === 0
        ? [reading(index, (reader) => quotaFrom(reader, named))]
        : [],
    );
    this.applied = applyObjects(this.#named, this.quotas);
    this.#given = [...this.#named];
    for (const index of this.applied.refused.keys()) this.#named[index] = undefined;
    const csiNodes = each(
      'CSINode',
      (reader, named) => [named.name, volumeLimitsFrom(reader, named)] as const,
    );
    this.volumeLimits = Object.fromEntries(
      csiNodes.map(([name, limits]) => [name, Object.fromEntries(limits)]),
    );
    this.#selectors = new PodSelectors(this.#named.flatMap((named) => named ?? []));
    this.#volumes = volumesOf(this.#named.flatMap((named) => named ?? []));
    const isOver = new Set(this.leftOut.filter(({ path }) => path[0] !== 'spec').map(({ index }) => index));
    this.pods = this.#named.flatMap((named, index) =>
      named?.kind === 'Pod' && !isOver.has(index)
        ? reading(index, (reader) => this.#readPod(reader, named, index))
        : [],
    );
    this.workloads = this.#named.flatMap((named, index) =>
      named !== undefined && named.kind in TEMPLATE_PATHS
        ? (reading(index, (reader) => this.#readWorkload(reader, named, index)) ?? [])
        : [],
    );
    this.autoscalers = each('HorizontalPodAutoscaler', autoscalerFrom).flatMap((one) => one ?? []);
    this.namespaces = this.#readNamespaces(each);
    this.extended = [
      ...new Set([...this.#admitted.values()].flatMap((pod) => resourcesAskedFor(objectAt(pod, 'spec')))),
    ]
      .filter((name) => !NATIVE_RESOURCES.includes(name))
      .sort();
    this.problems = problems;
  }

  /** The task class of a pod on a cluster with these resources, which must include `extended`. */
  taskClass(
    pod: ManifestPod,
    table: ResourceTable,
    imageSize: (name: string) => number,
  ): ReturnType<typeof podFromObject> {
    const object = this.#admitted.get(pod.index)!;
    const { nodeName: _, ...spec } = objectAt(object, 'spec');
    const selectedBy = this.#selectors.of(object, pod.namespace);
    const read = podFromObject(
      { ...object, spec, selectedBy },
      {
        table,
        group: pod.group,
        groupKind: pod.groupKind,
        imageSize,
        manifest: true,
        volumes: this.#volumes,
      },
    );
    const { memoryUse } = pod;
    return 'value' in read && memoryUse !== undefined ? { value: { ...read.value, memoryUse } } : read;
  }

  /** What a pod, or one made from its template, takes of quotas; null where there are none. */
  charge(pod: ManifestPod): PodCharge | null {
    return this.quotas.length === 0 ? null : podCharge(pod.namespace, this.#admitted.get(pod.index)!);
  }

  /** Why the LimitRanges of its namespace keep a pod, or one made from its template, from being made; null: they do not. */
  refusal({ index }: ManifestPod): Refusal | null {
    return this.#refusals.get(index) ?? null;
  }

  /** Pods that controllers may make, with the places of their templates. */
  get templates(): readonly { readonly pod: ManifestPod; readonly path: Path }[] {
    return this.workloads.map(({ pod, fields }) => ({ pod, path: TEMPLATE_PATHS[fields.kind]! }));
  }

  /** Namespace and name of what can be restarted: Deployments, StatefulSets, DaemonSets. */
  get restartable(): readonly string[] {
    const kinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
    return this.workloads.filter(({ fields }) => kinds.includes(fields.kind)).map(({ pod }) => pod.group);
  }

  /** The name of the object at `index`, if it has one. */
  named(index: number): NamedObject | undefined {
    return this.#given[index];
  }

  #readPod(reader: Reader, named: NamedObject, index: number): ManifestPod {
    const given = withoutLeftOut(named.object);
    const ranges = this.#limitRanges.filter(({ namespace }) => namespace === named.namespace);
    const admitted = admittedPod(reader, withContainerDefaults(given, ranges), this.#priorities);
    this.#admitted.set(index, admitted);
    if (ranges.length > 0) {
      const refusal = limitRefusal(
        withContainerDefaults(storedPod(given) as ApiObject, ranges),
        ranges.map(({ bounds }) => bounds),
      );
      if (refusal !== null) this.#refusals.set(index, refusal);
    }
    const metadata = objectAt(admitted, 'metadata');
    const spec = objectAt(admitted, 'spec');
    const times = readTimes(reader, metadata['annotations']);
    const owner = controllerOf(admitted);
    if (!Array.isArray(spec['containers']) || spec['containers'].length === 0) {
      reader.problem(['spec', 'containers'], 'a pod needs at least one container');
    }
    return {
      namespace: named.namespace,
      name: named.name,
      group: groupOf(named, owner),
      groupKind: owner === undefined || owner.kind === 'Job' || owner.kind === 'Node' ? 'job' : 'service',
      owner,
      nodeName: reader.text(spec['nodeName'], ['spec', 'nodeName']) ?? '',
      createdAt: reader.text(metadata['creationTimestamp'], ['metadata', 'creationTimestamp']),
      hasGates: Array.isArray(spec['schedulingGates']) && spec['schedulingGates'].length > 0,
      ...times,
      memoryUse: readMemoryUse(reader, objectAt(metadata, 'annotations'), spec, ['metadata', 'annotations']),
      restartPolicy: restartPolicyOf(spec),
      index,
    };
  }

  /** The object with its template, which is read like a pod: what is wrong with it is wrong at its place in the object. */
  #readWorkload(reader: Reader, named: NamedObject, index: number): ManifestWorkload | undefined {
    const fields = workloadFrom(reader, named);
    const path = TEMPLATE_PATHS[named.kind]!;
    let template: JsonObject = named.object;
    for (const key of path) template = objectAt(template, String(key));
    const inner = new Reader();
    const owner = controllerOf(named.object);
    const pod = this.#readPod(inner, { ...named, object: templatePod(named, template) }, index);
    reader.problems.push(...inner.problems.map((one) => ({ ...one, path: [...path, ...one.path] })));
    if (fields === undefined) return undefined;
    const metadata = objectAt(template, 'metadata');
    const annotations = objectAt(metadata, 'annotations');
    const at: Path = [...path, 'metadata', 'annotations'];
    const kind = fields.kind;
    return {
      fields,
      pod: {
        ...pod,
        group:
          owner?.kind === 'Deployment'
            ? `${named.namespace}/${owner.name}`
            : `${named.namespace}/${named.name}`,
        groupKind: kind === 'Job' || kind === 'CronJob' ? 'job' : 'service',
        createdAt: undefined,
      },
      revision: revisionOf(template),
      owner,
      failing: readShare(reader, annotations[FAILING_ANNOTATION], [...at, FAILING_ANNOTATION]),
      deletionCost: readCost(reader, annotations[DELETION_COST], [...at, DELETION_COST]),
      restartPolicy: objectAt(template, 'spec')['restartPolicy'] === 'OnFailure' ? 'OnFailure' : 'Never',
    };
  }

  #readNamespaces(
    each: (kind: string, read: (reader: Reader, named: NamedObject) => void) => void,
  ): ManifestSet['namespaces'] {
    const namespaces = new Map<string, Record<string, string>>();
    for (const { namespace } of this.pods) namespaces.set(namespace, {});
    for (const { pod } of this.workloads) namespaces.set(pod.namespace, {});
    each('Namespace', (reader, { name, object }) => {
      const labels = reader.texts(objectAt(object, 'metadata')['labels'], ['metadata', 'labels']);
      namespaces.set(name, Object.fromEntries(labels ?? []));
    });
    return Object.fromEntries([...namespaces].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Zone of a node by its label, old or new. */
export function zoneOfNode(labels: ReadonlyMap<string, string>): string {
  return labels.get(ZONE_LABEL) ?? labels.get('failure-domain.beta.kubernetes.io/zone') ?? '';
}

const TIMES = {
  [RUNTIME_ANNOTATION]: 'runtime',
  [STARTUP_ANNOTATION]: 'startup',
  [GATES_ANNOTATION]: 'gatesRemoved',
} as const;

/** Annotations of pods that are no times. */
const READ_ELSEWHERE: readonly string[] = [FAILING_ANNOTATION, MEMORY_ANNOTATION, GROWTH_ANNOTATION];

function restartPolicyOf({ restartPolicy }: JsonObject): ManifestPod['restartPolicy'] {
  return restartPolicy === 'OnFailure' || restartPolicy === 'Never' ? restartPolicy : 'Always';
}

function readTimes(
  reader: Reader,
  raw: unknown,
): Pick<ManifestPod, 'runtimeMs' | 'startupMs' | 'gatesRemovedMs'> {
  const path: Path = ['metadata', 'annotations'];
  const times = { runtime: null as number | null, startup: 0, gatesRemoved: null as number | null };
  for (const [key, value] of Object.entries(reader.object(raw, path) ?? {})) {
    if (!key.startsWith(ANNOTATION_PREFIX) || READ_ELSEWHERE.includes(key)) continue;
    const known = TIMES[key as keyof typeof TIMES] as (typeof TIMES)[keyof typeof TIMES] | undefined;
    if (known === undefined) {
      reader.problem([...path, key], `there is no annotation '${key}'`, [
        ...Object.keys(TIMES),
        ...READ_ELSEWHERE,
      ]);
      continue;
    }
    const duration = typeof value === 'string' ? parseDurationMs(value) : undefined;
    if (duration === undefined)
      reader.problem([...path, key], `'${String(value)}' is no duration, like 90s or 1h30m`);
    else times[known] = duration;
  }
  return { runtimeMs: times.runtime, startupMs: times.startup, gatesRemovedMs: times.gatesRemoved };
}

function volumesOf(objects: readonly NamedObject[]): VolumeObjects {
  const byKind = (kind: string, keyOf: (named: NamedObject) => string) =>
    new Map(objects.filter((named) => named.kind === kind).map((named) => [keyOf(named), named.object]));
  const claims = byKind('PersistentVolumeClaim', ({ namespace, name }) => `${namespace}/${name}`);
  const volumes = byKind('PersistentVolume', ({ name }) => name);
  const classes = byKind('StorageClass', ({ name }) => name);
  const isDefault = (object: JsonObject) =>
    objectAt(objectAt(object, 'metadata'), 'annotations')[DEFAULT_CLASS] === 'true';
  const defaultClass = [...classes.values()].find(isDefault);
  return {
    claim: (namespace, name) => claims.get(`${namespace}/${name}`),
    volume: (name) => volumes.get(name),
    storageClass: (name) => (name === undefined ? defaultClass : classes.get(name)),
  };
}

/** A pod as the controller of the object would make it; those of a DaemonSet tolerate what befalls nodes. */
function templatePod({ kind, namespace, name }: NamedObject, template: JsonObject): ApiObject {
  const spec = objectAt(template, 'spec');
  const given: unknown = spec['tolerations'] ?? [];
  const isDaemon = kind === 'DaemonSet' && Array.isArray(given);
  // A Deployment makes ReplicaSets, whose names nobody knows yet.
  const owner = kind === 'Deployment' ? { kind: 'ReplicaSet', name: `${name}-` } : { kind, name };
  return {
    metadata: {
      ...objectAt(template, 'metadata'),
      name,
      namespace,
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: {
      ...spec,
      ...(isDaemon && {
        tolerations: [...(given as unknown[]), ...daemonTolerations(spec['hostNetwork'] === true)],
      }),
    },
  };
}

/** The template without the hash that its ReplicaSet adds. */
function revisionOf(template: JsonObject): string {
  const metadata = objectAt(template, 'metadata');
  const { 'pod-template-hash': _, ...labels } = objectAt(metadata, 'labels');
  return shortHash(JSON.stringify([labels, objectAt(metadata, 'annotations'), template['spec']]));
}

/** FNV-1a, 32 bits. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function readShare(reader: Reader, raw: unknown, path: Path): number {
  if (raw === undefined) return 0;
  const match = typeof raw === 'string' ? /^(\d+(?:\.\d+)?)(%?)$/.exec(raw) : null;
  const share = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  reader.problem(path, `'${String(raw)}' is no share, like 0.2 or 20%`);
  return 0;
}

function readCost(reader: Reader, raw: unknown, path: Path): number {
  if (raw === undefined) return 0;
  const cost = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : Number.NaN;
  if (Math.abs(cost) <= 2 ** 31 - 1) return cost;
  reader.problem(path, `'${String(raw)}' is no whole number of 32 bits`);
  return 0;
}
