import { isObject, type JsonObject, objectAt } from './reader.ts';

/** Names of volumes, with commas, that may be lost with the node. */
export const EVICTABLE_VOLUMES = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

/**
 * Has the pod files on its node that the Cluster Autoscaler does not throw away?
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 utils/drain/drain.go, HasBlockingLocalStorage
 */
export function hasLocalStorage(metadata: JsonObject, { volumes }: JsonObject): boolean {
  if (!Array.isArray(volumes)) return false;
  const said = objectAt(metadata, 'annotations')[EVICTABLE_VOLUMES];
  const evictable = typeof said === 'string' ? said.split(',') : [];
  return volumes.some((volume: unknown) => {
    if (!isObject(volume) || evictable.includes(String(volume['name']))) return false;
    const { hostPath, emptyDir } = volume;
    return isObject(hostPath) || (isObject(emptyDir) && emptyDir['medium'] !== 'Memory');
  });
}
