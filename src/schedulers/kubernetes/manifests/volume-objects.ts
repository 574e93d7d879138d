import { type JsonObject, objectAt } from '../reader.ts';
import type { VolumeObjects } from '../volume-claims.ts';
import { DEFAULT_CLASS } from './annotations.ts';
import type { NamedObject } from './api-object.ts';

/** Claims, volumes and storage classes among the objects, by name. */
export function volumesOf(objects: readonly NamedObject[]): VolumeObjects {
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
