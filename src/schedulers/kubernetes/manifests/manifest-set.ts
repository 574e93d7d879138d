import type { ApiObject } from '../../../model/plan.ts';
import type { ResourceTable } from '../../../model/resources.ts';
import { parseDurationMs } from '../../../units.ts';
import type { OptionsProblem } from '../../scheduler.ts';
import { podFromObject } from '../objects.ts';
import { ZONE_LABEL } from '../pod.ts';
import { type JsonObject, objectAt, type Path, Reader } from '../reader.ts';
import type { VolumeObjects } from '../volume-claims.ts';
import { identify, type NamedObject } from './api-object.ts';
import { controllerOf, groupOf, PodSelectors } from './pod-owners.ts';
import { volumeLimitsFrom } from './csi-node.ts';
import { budgetFrom, type NamedBudget, priorityClassFrom } from './cluster-policies.ts';
import {
  ANNOTATION_PREFIX,
  DEFAULT_CLASS,
  GATES_ANNOTATION,
  type LeftOut,
  leftOutOf,
  RUNTIME_ANNOTATION,
  STARTUP_ANNOTATION,
  withoutLeftOut,
} from './modelled.ts';
import { admittedPod, type PriorityClass } from './pod-admission.ts';
import { resourcesAskedFor } from './pod-resources.ts';

/** A pod of the manifests that takes part. */
export interface ManifestPod {
  readonly namespace: string;
  readonly name: string;
  /** Who made it, `default/web`; a pod of its own is its own group. */
  readonly group: string;
  readonly groupKind: 'service' | 'job';
  /** Where it is already; empty: it is to be scheduled. */
  readonly nodeName: string;
  /** `metadata.creationTimestamp`, if it has one. */
  readonly createdAt: string | undefined;
  /** null: until the end of the run. */
  readonly runtimeMs: number | null;
  readonly startupMs: number;
  readonly hasGates: boolean;
  /** Its scheduling gates go this long after it came; null: never. */
  readonly gatesRemovedMs: number | null;
  /** Position among the objects that the set was made from. */
  readonly index: number;
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
  /** Names of resources that pods ask for, beyond those that every node has a lane for. */
  readonly extended: readonly string[];
  readonly #named: readonly (NamedObject | undefined)[];
  readonly #priorities = new Map<string, PriorityClass>();
  readonly #selectors: PodSelectors;
  readonly #volumes: VolumeObjects;
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
    this.budgets = each('PodDisruptionBudget', budgetFrom).flatMap((budget) => budget ?? []);
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
        ? (reading(index, (reader) => this.#readPod(reader, named, index)) ?? [])
        : [],
    );
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
    return podFromObject(
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
  }

  /** The name of the object at `index`, if it has one. */
  named(index: number): NamedObject | undefined {
    return this.#named[index];
  }

  #readPod(reader: Reader, named: NamedObject, index: number): ManifestPod | undefined {
    const admitted = admittedPod(reader, withoutLeftOut(named.object), this.#priorities);
    this.#admitted.set(index, admitted);
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
      nodeName: reader.text(spec['nodeName'], ['spec', 'nodeName']) ?? '',
      createdAt: reader.text(metadata['creationTimestamp'], ['metadata', 'creationTimestamp']),
      hasGates: Array.isArray(spec['schedulingGates']) && spec['schedulingGates'].length > 0,
      ...times,
      index,
    };
  }

  #readNamespaces(
    each: (kind: string, read: (reader: Reader, named: NamedObject) => void) => void,
  ): ManifestSet['namespaces'] {
    const namespaces = new Map<string, Record<string, string>>();
    for (const { namespace } of this.pods) namespaces.set(namespace, {});
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

function readTimes(
  reader: Reader,
  raw: unknown,
): Pick<ManifestPod, 'runtimeMs' | 'startupMs' | 'gatesRemovedMs'> {
  const path: Path = ['metadata', 'annotations'];
  const times = { runtime: null as number | null, startup: 0, gatesRemoved: null as number | null };
  for (const [key, value] of Object.entries(reader.object(raw, path) ?? {})) {
    if (!key.startsWith(ANNOTATION_PREFIX)) continue;
    const known = TIMES[key as keyof typeof TIMES] as (typeof TIMES)[keyof typeof TIMES] | undefined;
    if (known === undefined) {
      reader.problem([...path, key], `there is no annotation '${key}'`, Object.keys(TIMES));
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
