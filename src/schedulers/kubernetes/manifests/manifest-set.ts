import type { ApiObject } from '../../../model/plan.ts';
import type { ResourceTable } from '../../../model/resources.ts';
import type { OptionsProblem } from '../../scheduler.ts';
import { storedPod } from '../defaulting.ts';
import { podFromObject } from '../objects.ts';
import { type JsonObject, objectAt, type Path, Reader } from '../reader.ts';
import type { VolumeObjects } from '../volume-claims.ts';
import { autoscalerFrom, type ManifestAutoscaler } from './autoscaler-object.ts';
import { identify, type LeftOut, type NamedObject } from './api-object.ts';
import { type Controller, controllerOf, groupOf, PodSelectors } from './pod-owners.ts';
import { volumeLimitsFrom } from './csi-node.ts';
import { budgetFrom, type NamedBudget, priorityClassFrom } from './cluster-policies.ts';
import { DELETION_COST, FAILING_ANNOTATION } from './annotations.ts';
import { leftOutOf, withoutLeftOut } from './left-out.ts';
import { type PodTimes, readCost, readShare, readTimes } from './pod-annotations.ts';
import { revisionOf, templatePod } from './pod-template.ts';
import { volumesOf } from './volume-objects.ts';
import { nodeClassFrom } from './node-class.ts';
import { limitRefusal, type Refusal } from './limit-bounds.ts';
import { type LimitRange, limitRangeFrom, withContainerDefaults } from './limit-range.ts';
import type { MemoryUse } from '../../../model/memory-use.ts';
import { readMemoryUse } from './memory-annotations.ts';
import { type AppliedObjects, applyObjects } from './object-admission.ts';
import { admittedPod, type PriorityClass } from './pod-admission.ts';
import { TEMPLATE_PATHS, type WorkloadFields, workloadFrom } from './workload-objects.ts';
import { resourcesAskedFor } from './pod-resources.ts';
import { type PodCharge, podCharge, quotaFrom, type ResourceQuota, unknownScopes } from './resource-quota.ts';

/** A pod of the manifests that takes part. */
export interface ManifestPod extends PodTimes {
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
  readonly hasGates: boolean;
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

function restartPolicyOf({ restartPolicy }: JsonObject): ManifestPod['restartPolicy'] {
  return restartPolicy === 'OnFailure' || restartPolicy === 'Never' ? restartPolicy : 'Always';
}
