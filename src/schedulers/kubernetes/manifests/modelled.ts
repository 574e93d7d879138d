import { SCALER_ANNOTATIONS } from '../objects.ts';
import type { ApiObject } from '../../../model/plan.ts';
import { isObject, type JsonObject, objectAt, type Path, picked } from '../reader.ts';
import type { NamedObject } from './api-object.ts';
import { leftOutOfNodeClass } from './node-class.ts';
import { leftOutOfPool } from './node-pool.ts';
import { isObjectResource } from './object-charge.ts';
import { isPodResource, unknownScopes } from './resource-quota.ts';

/** Annotations of stowage on pods: how long one runs, how long it takes to start, and how long it is held back by its gates. */
export const ANNOTATION_PREFIX = 'stowage.dev/';
export const RUNTIME_ANNOTATION = 'stowage.dev/runtime';
export const STARTUP_ANNOTATION = 'stowage.dev/startup';
/** Since the pod was created, or the start of the run if that is later: when all of its scheduling gates are removed. */
export const GATES_ANNOTATION = 'stowage.dev/gates-removed';
/** Share of the pods that a Job makes whose containers end with code 1, `0.2` or `20%`. */
export const FAILING_ANNOTATION = 'stowage.dev/failing';
/**
 * Of a HorizontalPodAutoscaler, for one of its metrics, as cpu or memory: what its pods use of it together, or what the
 * object shows, by time.
 */
export function loadAnnotation(metric: string): string {
  return `${ANNOTATION_PREFIX}${metric}-load`;
}

const LOAD_ANNOTATION = /^stowage\.dev\/.+-load$/;
/** Which pod of a ReplicaSet goes first. */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** Something of an object that the simulation leaves out. */
export interface LeftOut {
  /** Empty: the whole object. */
  readonly path: Path;
  /** What is left out, for counts: `Deployment`, `resource claims of pods`. Equal texts are counted together. */
  readonly what: string;
  /** The same about this object, after its name: ` is not simulated`. */
  readonly message: string;
}

const JOB_SPEC = [
  'parallelism',
  'completions',
  'completionMode',
  'backoffLimit',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
  'activeDeadlineSeconds',
  'suspend',
  'podReplacementPolicy',
  'podFailurePolicy',
] as const;

/** What of each kind decides about placement; everything else is dropped from the plan, and looked at by nobody. */
const KEPT: Readonly<Record<string, (object: JsonObject) => JsonObject>> = {
  Pod: (object) => ({
    metadata: metadataOf(object, ['labels', 'creationTimestamp', 'deletionTimestamp'], {
      annotations: matching(
        objectAt(objectAt(object, 'metadata'), 'annotations'),
        (key) => key.startsWith(ANNOTATION_PREFIX) || SCALER_ANNOTATIONS.some((known) => known === key),
      ),
      ownerReferences: listOf(objectAt(object, 'metadata')['ownerReferences'], [
        'kind',
        'name',
        'controller',
      ]),
    }),
    spec: podSpecOf(objectAt(object, 'spec')),
    status: {
      ...picked(objectAt(object, 'status'), ['phase']),
      conditions: listOf(
        objectAt(object, 'status')['conditions'],
        ['type', 'status', 'reason'],
        (condition) => condition['type'] === 'DisruptionTarget',
      ),
    },
  }),
  Node: (object) => ({
    metadata: metadataOf(object, ['labels']),
    spec: picked(objectAt(object, 'spec'), ['taints', 'unschedulable']),
    status: {
      ...picked(objectAt(object, 'status'), ['capacity', 'allocatable', 'images']),
      conditions: listOf(objectAt(object, 'status')['conditions'], ['type', 'status']),
    },
  }),
  EC2NodeClass: (object) => ({
    metadata: metadataOf(object, []),
    spec: picked(objectAt(object, 'spec'), [
      'amiFamily',
      'amiSelectorTerms',
      'blockDeviceMappings',
      'capacityReservationSelectorTerms',
      'instanceStorePolicy',
      'kubelet',
    ]),
  }),
  // Karpenter's, of which nothing can be left out.
  NodePool: (object) => ({ metadata: metadataOf(object, []), ...picked(object, ['spec']) }),
  PriorityClass: (object) => ({
    metadata: metadataOf(object, []),
    ...picked(object, ['value', 'globalDefault', 'preemptionPolicy']),
  }),
  PersistentVolume: (object) => ({
    metadata: metadataOf(object, ['labels']),
    spec: {
      ...picked(objectAt(object, 'spec'), ['nodeAffinity']),
      ...volumeSourceOf(objectAt(object, 'spec')),
    },
  }),
  PersistentVolumeClaim: (object) => ({
    metadata: metadataOf(object, ['creationTimestamp', 'deletionTimestamp'], {
      annotations: picked(objectAt(objectAt(object, 'metadata'), 'annotations'), [
        'pv.kubernetes.io/bind-completed',
      ]),
    }),
    spec: picked(objectAt(object, 'spec'), ['accessModes', 'storageClassName', 'volumeName']),
    status: picked(objectAt(object, 'status'), ['phase']),
  }),
  StorageClass: (object) => ({
    metadata: metadataOf(object, [], {
      annotations: picked(objectAt(objectAt(object, 'metadata'), 'annotations'), [DEFAULT_CLASS]),
    }),
    ...picked(object, ['provisioner', 'volumeBindingMode', 'allowedTopologies']),
  }),
  CSINode: (object) => ({
    metadata: metadataOf(object, []),
    spec: { drivers: listOf(objectAt(object, 'spec')['drivers'], ['name', 'allocatable']) },
  }),
  PodDisruptionBudget: (object) => ({
    metadata: metadataOf(object, []),
    spec: picked(objectAt(object, 'spec'), [
      'minAvailable',
      'maxUnavailable',
      'selector',
      'unhealthyPodEvictionPolicy',
    ]),
    status: picked(objectAt(object, 'status'), ['disruptionsAllowed']),
  }),
  LimitRange: (object) => ({
    metadata: metadataOf(object, []),
    spec: {
      limits: listOf(objectAt(object, 'spec')['limits'], [
        'type',
        'min',
        'max',
        'maxLimitRequestRatio',
        'default',
        'defaultRequest',
      ]),
    },
  }),
  ResourceQuota: (object) => ({
    metadata: metadataOf(object, []),
    spec: picked(objectAt(object, 'spec'), ['hard', 'scopes', 'scopeSelector']),
  }),
  Namespace: (object) => ({ metadata: metadataOf(object, ['labels']) }),
  Service: serviceOf,
  ReplicationController: selectorOf,
  Deployment: workloadOf([
    'replicas',
    'paused',
    'minReadySeconds',
    'revisionHistoryLimit',
    'progressDeadlineSeconds',
    'strategy',
  ]),
  ReplicaSet: workloadOf(['replicas', 'minReadySeconds']),
  StatefulSet: workloadOf([
    'replicas',
    'minReadySeconds',
    'ordinals',
    'podManagementPolicy',
    'updateStrategy',
  ]),
  DaemonSet: workloadOf(['minReadySeconds', 'updateStrategy']),
  Job: workloadOf(JOB_SPEC),
  CronJob: (object) => {
    const spec = objectAt(object, 'spec');
    const job = objectAt(objectAt(spec, 'jobTemplate'), 'spec');
    return {
      metadata: metadataOf(object, ['creationTimestamp']),
      spec: {
        ...picked(spec, [
          'schedule',
          'timeZone',
          'concurrencyPolicy',
          'suspend',
          'startingDeadlineSeconds',
          'successfulJobsHistoryLimit',
          'failedJobsHistoryLimit',
        ]),
        jobTemplate: { spec: { ...picked(job, JOB_SPEC), template: templateOf(job['template']) } },
      },
    };
  },
  HorizontalPodAutoscaler: (object) => ({
    metadata: metadataOf(object, [], {
      annotations: loadsOf(objectAt(objectAt(object, 'metadata'), 'annotations')),
    }),
    spec: picked(objectAt(object, 'spec'), [
      'scaleTargetRef',
      'minReplicas',
      'maxReplicas',
      'metrics',
      'behavior',
    ]),
  }),
};

function loadsOf(annotations: JsonObject): JsonObject {
  return picked(
    annotations,
    Object.keys(annotations).filter((key) => LOAD_ANNOTATION.test(key)),
  );
}

/** Marks the storage class of claims that name none. */
export const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

const POD_SPEC = [
  'affinity',
  'hostNetwork',
  'nodeName',
  'nodeSelector',
  'overhead',
  'preemptionPolicy',
  'priority',
  'priorityClassName',
  'restartPolicy',
  'resourceClaims',
  'resources',
  'schedulerName',
  'schedulingGates',
  'terminationGracePeriodSeconds',
  'tolerations',
  'topologySpreadConstraints',
] as const;
const VOLUME_SOURCES = [
  'name',
  'awsElasticBlockStore',
  'ephemeral',
  'gcePersistentDisk',
  'image',
  'iscsi',
  'persistentVolumeClaim',
  'rbd',
] as const;

export const MODELLED_KINDS: readonly string[] = Object.keys(KEPT);

/**
 * The object with nothing but what placement depends on; of a kind that is not modelled, its names alone. What has
 * the wrong shape stays, for its reader to complain about. Trimming twice changes nothing.
 */
export function trimmed({ kind, object }: NamedObject): ApiObject {
  const keep = KEPT[kind] ?? ((one: JsonObject) => ({ metadata: metadataOf(one, []) }));
  return withoutEmpty({ ...picked(object, ['apiVersion', 'kind']), ...keep(object) });
}

/** Fields of a pod that decide about its place in the real cluster, and do not here; with what happens instead. */
const UNMODELLED_POD_FIELDS: Readonly<Record<string, readonly [what: string, instead: string]>> = {
  resourceClaims: ['resource claims', 'the pod is placed as if it had none'],
};

/** What of this object is left out of the simulation; nothing for most. */
export function leftOutOf({ kind, object }: NamedObject): LeftOut[] {
  if (!MODELLED_KINDS.includes(kind)) return [{ path: [], what: kind, message: ' is not simulated' }];
  if (kind === 'PersistentVolumeClaim' && !objectAt(object, 'spec')['volumeName']) {
    const message = ' has no volume and is not given one during the run';
    return [{ path: [], what: 'binding of PersistentVolumeClaims', message }];
  }
  if (kind === 'StatefulSet' && Array.isArray(objectAt(object, 'spec')['volumeClaimTemplates'])) {
    const message = ': volumes of a StatefulSet are not simulated, they tie its pods to no node';
    return [{ path: ['spec', 'volumeClaimTemplates'], what: 'volumes of StatefulSets', message }];
  }
  if (kind === 'NodePool') return leftOutOfPool(object);
  if (kind === 'EC2NodeClass') return leftOutOfNodeClass(object);
  if (kind === 'ResourceQuota') return quotaLeftOut(object);
  if (kind === 'LimitRange') return limitRangeLeftOut(object);
  if (kind !== 'Pod') return [];
  const phase = objectAt(object, 'status')['phase'];
  if (phase === 'Succeeded' || phase === 'Failed') {
    const fate = phase === 'Failed' ? 'failed' : 'succeeded';
    return [
      { path: ['status', 'phase'], what: `Pod that has ${fate}`, message: ` has ${fate}: it holds nothing` },
    ];
  }
  const spec = objectAt(object, 'spec');
  const part = (path: Path, what: string, instead: string): LeftOut => ({
    path,
    what: `${what} of pods`,
    message: `: ${what} are not simulated, ${instead}`,
  });
  const fields = Object.entries(UNMODELLED_POD_FIELDS).flatMap(([field, [what, instead]]): LeftOut[] => {
    const value = spec[field];
    return Array.isArray(value) && value.length > 0 ? [part(['spec', field], what, instead)] : [];
  });
  const volumes = Array.isArray(spec['volumes']) ? (spec['volumes'] as readonly unknown[]) : [];
  const ephemeral = volumes.flatMap((volume, index): LeftOut[] =>
    isObject(volume) && volume['ephemeral'] !== undefined
      ? [part(['spec', 'volumes', index], 'ephemeral volumes', 'they tie the pod to no node')]
      : [],
  );
  return [...fields, ...ephemeral];
}

/** A quota of a scope that no pod can be told by is left out whole, of other counts than those of pods these alone. */
function quotaLeftOut(object: JsonObject): LeftOut[] {
  const [scope] = unknownScopes(object);
  if (scope !== undefined) {
    const what = `ResourceQuota of scope ${scope}`;
    return [{ path: [], what, message: `: pods of scope ${scope} are not told apart` }];
  }
  const hard = objectAt(objectAt(object, 'spec'), 'hard');
  return Object.keys(hard)
    .filter((name) => !isPodResource(name) && !isObjectResource(name))
    .map((name) => ({
      path: ['spec', 'hard', name],
      what: `quota of ${name}`,
      message: ': what it counts is not in the simulation',
    }));
}

function limitRangeLeftOut(object: JsonObject): LeftOut[] {
  const items = objectAt(object, 'spec')['limits'];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index): LeftOut[] => {
    const type = isObject(item) ? item['type'] : undefined;
    const path: Path = ['spec', 'limits', index];
    if (type === 'PersistentVolumeClaim') {
      const message = ': bounds of claims are not looked at, as none is made during the run';
      return [{ path, what: 'bounds of PersistentVolumeClaims', message }];
    }
    if (typeof type !== 'string' || !type.includes('/')) return [];
    return [{ path, what: `bounds of ${type}`, message: ': nothing in the simulation is of that type' }];
  });
}

/** The pod without what `leftOutOf` names. */
export function withoutLeftOut(pod: ApiObject): ApiObject {
  const spec = { ...objectAt(pod, 'spec') };
  for (const field of Object.keys(UNMODELLED_POD_FIELDS)) delete spec[field];
  if (Array.isArray(spec['volumes'])) {
    spec['volumes'] = spec['volumes'].filter(
      (volume) => !isObject(volume) || volume['ephemeral'] === undefined,
    );
  }
  return { ...pod, spec };
}

function podSpecOf(spec: JsonObject): JsonObject {
  const container = ['image', 'ports', 'resources', 'restartPolicy'] as const;
  return {
    ...picked(spec, POD_SPEC),
    initContainers: listOf(spec['initContainers'], container),
    containers: listOf(spec['containers'], container),
    volumes: listOf(
      spec['volumes'],
      VOLUME_SOURCES,
      (volume) => Object.keys(picked(volume, VOLUME_SOURCES)).length > 1,
    ),
  };
}

/** Which volume it is, for a CSI driver. */
function volumeSourceOf(spec: JsonObject): JsonObject {
  const { csi, awsElasticBlockStore: ebs } = spec;
  return {
    ...(csi !== undefined && { csi: isObject(csi) ? picked(csi, ['driver', 'volumeHandle']) : csi }),
    ...(ebs !== undefined && {
      awsElasticBlockStore: isObject(ebs) ? picked(ebs, ['volumeID']) : ebs,
    }),
  };
}

/** What it selects, and what quotas count of it. */
function serviceOf(object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  const isExposed = spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
  const counted = isExposed ? ['type', 'allocateLoadBalancerNodePorts', 'ports'] : [];
  return {
    metadata: metadataOf(object, ['creationTimestamp']),
    spec: picked(spec, ['selector', ...counted]),
  };
}

/** A controller's object: these fields, its selector and its pod template. */
function workloadOf(keys: readonly string[]): (object: JsonObject) => JsonObject {
  return (object) => {
    const spec = objectAt(object, 'spec');
    return {
      metadata: metadataOf(object, ['creationTimestamp'], {
        ownerReferences: listOf(objectAt(object, 'metadata')['ownerReferences'], [
          'kind',
          'name',
          'controller',
        ]),
      }),
      spec: { ...picked(spec, [...keys, 'selector']), template: templateOf(spec['template']) },
    };
  };
}

function templateOf(template: unknown): unknown {
  if (!isObject(template)) return template;
  const metadata = objectAt(template, 'metadata');
  return {
    metadata: {
      ...picked(metadata, ['labels']),
      annotations: matching(
        objectAt(metadata, 'annotations'),
        (key) => key.startsWith(ANNOTATION_PREFIX) || key === DELETION_COST,
      ),
    },
    spec: podSpecOf(objectAt(template, 'spec')),
  };
}

function selectorOf(object: JsonObject): JsonObject {
  return { metadata: metadataOf(object, []), spec: picked(objectAt(object, 'spec'), ['selector']) };
}

function metadataOf(object: JsonObject, keys: readonly string[], more: JsonObject = {}): unknown {
  const metadata = object['metadata'];
  if (metadata !== undefined && !isObject(metadata)) return metadata;
  return { ...picked(metadata ?? {}, ['name', 'namespace', ...keys]), ...more };
}

/** The wanted keys of each item that `isWanted`; anything but a list of mappings as it is. */
function listOf(
  raw: unknown,
  keys: readonly string[],
  isWanted: (item: JsonObject) => boolean = () => true,
): unknown {
  if (!Array.isArray(raw)) return raw;
  return raw.flatMap((item: unknown): unknown[] => {
    if (!isObject(item)) return [item];
    return isWanted(item) ? [picked(item, keys)] : [];
  });
}

function matching(object: JsonObject, isWanted: (key: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => isWanted(key)));
}

/** Without absent fields, and without empty ones at the top two levels: they say nothing. */
function withoutEmpty(object: JsonObject, depth = 2): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => {
      const inner = depth > 0 && isObject(value) ? withoutEmpty(value, depth - 1) : value;
      const isEmpty =
        inner === undefined ||
        inner === null ||
        (depth > 0 && typeof inner === 'object' && Object.keys(inner).length === 0);
      return isEmpty ? [] : [[key, inner]];
    }),
  );
}
