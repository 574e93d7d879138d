import { isObject, type JsonObject, objectAt, picked } from '../reader.ts';
import { SCALER_ANNOTATIONS } from '../objects.ts';
import { EVICTABLE_VOLUMES } from '../local-storage.ts';
import { ANNOTATION_PREFIX } from './annotations.ts';

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
  'emptyDir',
  'ephemeral',
  'gcePersistentDisk',
  'hostPath',
  'image',
  'iscsi',
  'persistentVolumeClaim',
  'rbd',
] as const;

/** What of a pod's specification decides about its place. */
export function podSpecOf(spec: JsonObject): JsonObject {
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

/** Those of stowage, and what autoscalers and the controllers of pods look at. */
export function podAnnotationsOf(metadata: JsonObject): JsonObject {
  const known: readonly string[] = [...SCALER_ANNOTATIONS, EVICTABLE_VOLUMES];
  return matching(
    objectAt(metadata, 'annotations'),
    (key) => key.startsWith(ANNOTATION_PREFIX) || known.includes(key),
  );
}

/** The same of a pod template, with its labels and the annotations that are read. */
export function templateOf(template: unknown): unknown {
  if (!isObject(template)) return template;
  const metadata = objectAt(template, 'metadata');
  return {
    metadata: {
      ...picked(metadata, ['labels']),
      annotations: podAnnotationsOf(metadata),
    },
    spec: podSpecOf(objectAt(template, 'spec')),
  };
}

/** The names of an object, these fields of its metadata, and `more`. */
export function metadataOf(object: JsonObject, keys: readonly string[], more: JsonObject = {}): unknown {
  const metadata = object['metadata'];
  if (metadata !== undefined && !isObject(metadata)) return metadata;
  return { ...picked(metadata ?? {}, ['name', 'namespace', ...keys]), ...more };
}

/** The wanted keys of each item that `isWanted`; anything but a list of mappings as it is. */
export function listOf(
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

/** The fields whose key `isWanted`. */
export function matching(object: JsonObject, isWanted: (key: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => isWanted(key)));
}
