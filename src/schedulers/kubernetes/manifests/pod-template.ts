import type { ApiObject } from '../../../model/plan.ts';
import { daemonTolerations } from '../daemon-tolerations.ts';
import { type JsonObject, objectAt } from '../reader.ts';
import type { NamedObject } from './api-object.ts';

/** A pod as the controller of the object would make it; those of a DaemonSet tolerate what befalls nodes. */
export function templatePod({ kind, namespace, name }: NamedObject, template: JsonObject): ApiObject {
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

/** Names a template: without the hash that its ReplicaSet adds. */
export function revisionOf(template: JsonObject): string {
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
