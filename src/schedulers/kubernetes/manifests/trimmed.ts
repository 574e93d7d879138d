import type { ApiObject } from '../../../model/plan.ts';
import { isObject, type JsonObject, objectAt, picked } from '../reader.ts';
import { DEFAULT_CLASS, isLoadAnnotation } from './annotations.ts';
import type { NamedObject } from './api-object.ts';
import { listOf, metadataOf, podAnnotationsOf, podSpecOf, templateOf } from './kept-fields.ts';

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
      annotations: podAnnotationsOf(objectAt(object, 'metadata')),
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
  return picked(annotations, Object.keys(annotations).filter(isLoadAnnotation));
}

export const MODELLED_KINDS: readonly string[] = Object.keys(KEPT);

/**
 * The object with nothing but what placement depends on; of a kind that is not modelled, its names alone. What has
 * the wrong shape stays, for its reader to complain about. Trimming twice changes nothing.
 */
export function trimmed({ kind, object }: NamedObject): ApiObject {
  const keep = KEPT[kind] ?? ((one: JsonObject) => ({ metadata: metadataOf(one, []) }));
  return withoutEmpty({ ...picked(object, ['apiVersion', 'kind']), ...keep(object) });
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

function selectorOf(object: JsonObject): JsonObject {
  return { metadata: metadataOf(object, []), spec: picked(objectAt(object, 'spec'), ['selector']) };
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
