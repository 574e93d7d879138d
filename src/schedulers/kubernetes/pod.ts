import { assert } from '../../errors.ts';
import type { ClusterView } from '../../model/cluster-view.ts';
import type { HostPort, ImageRef, TaskClass, Toleration } from '../../model/task-class.ts';
import { type CsiVolume, csiVolumesOf } from './csi-volumes.ts';
import { NO_NODE_AFFINITY, type NodeAffinity } from './node-selector.ts';
import { NO_POD_AFFINITY, type PodAffinity } from './pod-affinity.ts';
import { DEFAULT_SCHEDULER_NAME, type PodObject, readPodObject, type SpreadObject } from './pod-object.ts';
import type { PodSelector } from './pod-selector.ts';
import { Reader } from './reader.ts';
import type { PodClaim } from './volume-claims.ts';
import type { Disk } from './volume-disks.ts';

export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

export interface SpreadConstraint extends Omit<SpreadObject, 'selector'> {
  readonly selector: PodSelector;
}

/**
 * A task class in the words of Kubernetes: what its pods ask for. Made once per class, from its native pod or from
 * what the neutral language can say; plugins compile what they need from it.
 */
export interface Pod {
  readonly taskClass: TaskClass;
  /** The native pod, whose containers tell more than the sum of their requests. null for neutral classes. */
  readonly object: PodObject | null;
  /** Holds its room, but spreading no longer counts it. */
  readonly terminating: boolean;
  /** Terminating because the scheduler evicts it. */
  readonly preempted: boolean;
  readonly neverPreempts: boolean;
  /** Names; while one is left, a pod is not tried. */
  readonly schedulingGates: readonly string[];
  /** Empty: any. */
  readonly nodeName: string;
  /** Which profile schedules it. */
  readonly schedulerName: string;
  readonly nodeSelector: ReadonlyMap<string, string> | null;
  readonly nodeAffinity: NodeAffinity;
  readonly tolerations: readonly Toleration[];
  readonly hostPorts: readonly HostPort[];
  /** Of init containers and containers, one entry each, and of image volumes. */
  readonly containerImages: readonly ImageRef[];
  readonly volumeImages: readonly ImageRef[];
  /** The pod's own spread constraints. */
  readonly spread: readonly SpreadConstraint[];
  /** Whose pods default spreading counts; null when neither a Service nor a controller selects the pod. */
  readonly owners: PodSelector | null;
  readonly podAffinity: PodAffinity;
  readonly podAntiAffinity: PodAffinity;
  readonly claims: readonly PodClaim[];
  readonly disks: readonly Disk[];
  /** Distinct volumes of claims and disks that CSI drivers attach. */
  readonly csiVolumes: readonly CsiVolume[];
  /** Canonical text of all that rules about names, labels, taints and bound volumes look at: equal keys, equal verdicts. */
  readonly attributesKey: string;
}

/** Pods by class id, each made when first asked for. */
export class PodTable {
  readonly #view: ClusterView;
  readonly #pods: Pod[] = [];

  constructor(view: ClusterView) {
    this.#view = view;
  }

  pod(classId: number): Pod {
    this.#pods[classId] ??= podOfClass(this.#view.classes[classId]!);
    return this.#pods[classId];
  }
}

/** The pod of a task class. A native pod must have been read by `podFromObject`, which reports what is wrong with it. */
export function podOfClass(taskClass: TaskClass): Pod {
  const parts = taskClass.native === null ? neutralPod(taskClass) : nativePod(taskClass);
  const { nodeName, nodeSelector, nodeAffinity, tolerations, claims } = parts;
  const attributesKey = JSON.stringify([
    nodeName,
    nodeSelector === null ? null : [...nodeSelector],
    nodeAffinity,
    tolerations,
    claims,
  ]);
  return { taskClass, hostPorts: taskClass.hostPorts, ...parts, attributesKey };
}

/** Has it any term of affinity or anti-affinity between pods? */
export function hasTerms({ podAffinity, podAntiAffinity }: Pod): boolean {
  return [podAffinity, podAntiAffinity].some(
    ({ required, preferred }) => required.length + preferred.length > 0,
  );
}

type PodParts = Omit<Pod, 'taskClass' | 'hostPorts' | 'attributesKey'>;

/**
 * A neutral service stands for a Deployment behind a Service, so its pods have owners; those of jobs and traces have
 * no selector that default spreading would use (a Job is no such controller).
 */
function neutralPod(taskClass: TaskClass): PodParts {
  const { wishes } = taskClass;
  const group: PodSelector = { kind: 'group', groupId: taskClass.groupId };
  return {
    object: null,
    terminating: taskClass.evicted === true,
    preempted: taskClass.evicted === true,
    neverPreempts: taskClass.neverPreempts === true,
    schedulingGates: [],
    nodeName: '',
    schedulerName: wishes.schedulerName ?? DEFAULT_SCHEDULER_NAME,
    nodeSelector: wishes.where.size === 0 ? null : wishes.where,
    nodeAffinity: NO_NODE_AFFINITY,
    tolerations: wishes.tolerations,
    containerImages: taskClass.images,
    volumeImages: [],
    spread: wishes.spread === 'none' ? [] : [softSpread(wishes.spread, group)],
    owners: taskClass.groupKind === 'service' ? group : null,
    claims: [],
    disks: [],
    csiVolumes: [],
    podAffinity: NO_POD_AFFINITY,
    podAntiAffinity: wishes.distinctInstance ? apartOnNodes(taskClass.groupId) : NO_POD_AFFINITY,
  };
}

/** Distinct instances: required anti-affinity of the group against itself on the host name. */
function apartOnNodes(groupId: number): PodAffinity {
  return {
    required: [{ topologyKey: HOSTNAME_LABEL, pods: { kind: 'group', groupId } }],
    preferred: [],
  };
}

function softSpread(over: 'zone' | 'instance', selector: PodSelector): SpreadConstraint {
  return {
    topologyKey: over === 'zone' ? ZONE_LABEL : HOSTNAME_LABEL,
    maxSkew: 1,
    hard: false,
    minDomains: 1,
    selector,
    honourAffinity: true,
    honourTaints: false,
  };
}

function nativePod(taskClass: TaskClass): PodParts {
  const reader = new Reader();
  const object = readPodObject(reader, taskClass.native);
  assert(reader.problems.length === 0, 'a native pod was not read by podFromObject');
  const namespace = taskClass.namespace;
  const sizes = new Map(taskClass.images.map(({ name, sizeBytes }) => [name, sizeBytes]));
  const imageRef = (name: string): ImageRef => ({ name, sizeBytes: sizes.get(name) ?? 0 });
  return {
    object,
    terminating: object.terminating || taskClass.evicted === true,
    preempted: object.preempted || taskClass.evicted === true,
    neverPreempts: object.neverPreempts,
    schedulingGates: object.schedulingGates,
    nodeName: object.nodeName,
    schedulerName: object.schedulerName,
    nodeSelector: object.nodeSelector,
    nodeAffinity: object.nodeAffinity,
    tolerations: object.tolerations,
    containerImages: [...object.initContainers, ...object.containers].map(({ image }) => imageRef(image)),
    volumeImages: object.volumeImages.map(imageRef),
    spread: object.spread.map((constraint) => ({
      ...constraint,
      selector: { kind: 'labels', namespace, requirements: constraint.selector },
    })),
    owners: ownersOf(taskClass, object),
    podAffinity: object.podAffinity,
    podAntiAffinity: object.podAntiAffinity,
    claims: object.claims,
    disks: object.disks,
    csiVolumes: csiVolumesOf(object.claims, object.disks),
  };
}

function ownersOf(taskClass: TaskClass, object: PodObject): PodSelector | null {
  if (object.selectedBy === null) {
    return taskClass.groupKind === 'service' ? { kind: 'group', groupId: taskClass.groupId } : null;
  }
  if (object.selectedBy.length === 0) return null;
  return { kind: 'labels', namespace: taskClass.namespace, requirements: object.selectedBy };
}
