import { type CsiVolume, readCsiSource, unmadeVolume } from './csi-volumes.ts';
import { type NodeSelectorTerm, readNodeSelector } from './node-selector.ts';
import { isObject, type JsonObject, objectAt, type Path, type Reader } from './reader.ts';
import { readRequirements } from './requirement.ts';

/** Where a cluster's claims and volumes are found: objects of the API, or undefined. */
export interface VolumeObjects {
  claim(namespace: string, name: string): unknown;
  volume(name: string): unknown;
  /** The storage class of that name; of no name, the default class. Absent: nothing is known of classes. */
  storageClass?(name: string | undefined): unknown;
}

/** A persistent volume as far as it ties pods to nodes. */
export interface PersistentVolume {
  /** null: every node will do. */
  readonly nodeTerms: readonly NodeSelectorTerm[] | null;
  /** Labels for zone and region, and the values that they allow. */
  readonly zones: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** What a CSI driver attaches; null: nothing, or it is not made yet. */
  readonly csi: CsiVolume | null;
}

/** A claim that a pod mounts. */
export interface PodClaim {
  readonly name: string;
  /** Why no node will do; null: the claim is bound. */
  readonly fault: string | null;
  /** There is no such claim. */
  readonly missing: boolean;
  /** ReadWriteOncePod: for a single pod in the whole cluster. */
  readonly exclusive: boolean;
  /** null: it is bound to a volume that does not exist. */
  readonly volume: PersistentVolume | null;
  /** It waits for its first pod: `volume` is then what the storage class would provision. */
  readonly waits: boolean;
  /** What a CSI driver attaches, or will once it has made it. null: nothing, or nobody knows. */
  readonly csi: CsiVolume | null;
}

export const ZONE_LABELS = [
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
] as const;
const BOUND = 'pv.kubernetes.io/bind-completed';

/** The claims that `spec.volumes` names, with what they are bound to: plain data to be kept with the pod. */
export function resolveClaims(spec: JsonObject, namespace: string, objects: VolumeObjects): unknown[] {
  const volumes: unknown[] = Array.isArray(spec['volumes']) ? spec['volumes'] : [];
  return volumes.flatMap((mounted): unknown[] => {
    const mount = isObject(mounted) ? mounted['persistentVolumeClaim'] : undefined;
    // Of the wrong shape: the reader of the volumes says so.
    if (!isObject(mount)) return [];
    const name = String(mount['claimName']);
    const claim = objects.claim(namespace, name) as JsonObject | undefined;
    if (claim === undefined) return [{ name, claim }];
    const claimSpec = objectAt(claim, 'spec');
    const volumeName = claimSpec['volumeName'];
    const volume = volumeName === undefined ? undefined : objects.volume(String(volumeName));
    if (volume !== undefined) return [{ name, claim, volume }];
    if (objects.storageClass === undefined) return [{ name, claim }];
    // An empty name says that the claim wants no class, not that it leaves the choice to the cluster.
    const className = claimSpec['storageClassName'] as string | undefined;
    const storageClass = ((className !== '' && objects.storageClass(className)) || {}) as JsonObject;
    const unmade = { namespace, provisioner: storageClass['provisioner'] };
    return [volumeName === undefined ? { name, claim, unmade, storageClass } : { name, claim, unmade }];
  });
}

/**
 * Reads what `resolveClaims` has put together. A claim that is still to be bound is a problem where nothing is known of
 * storage classes.
 */
export function readClaims(reader: Reader, raw: unknown, path: Path): PodClaim[] {
  return reader.list(raw, path, (item, at) => {
    const entry = reader.object(item, at) ?? {};
    const name = reader.text(entry['name'], [...at, 'name']) ?? '';
    const claim = reader.object(entry['claim'], [...at, 'claim']);
    if (claim === undefined) {
      const fault = `persistentvolumeclaim "${name}" not found`;
      return { name, fault, missing: true, exclusive: false, volume: null, waits: false, csi: null };
    }
    const metadata = reader.object(claim['metadata'], [...at, 'claim', 'metadata']) ?? {};
    const spec = reader.object(claim['spec'], [...at, 'claim', 'spec']) ?? {};
    const status = reader.object(claim['status'], [...at, 'claim', 'status']) ?? {};
    const annotations =
      reader.object(metadata['annotations'], [...at, 'claim', 'metadata', 'annotations']) ?? {};
    const volumeName = reader.text(spec['volumeName'], [...at, 'claim', 'spec', 'volumeName']) ?? '';
    const modes = reader.list(spec['accessModes'], [...at, 'claim', 'spec', 'accessModes'], (mode, modeAt) =>
      reader.text(mode, modeAt),
    );
    const fault = faultOf(name, volumeName, metadata, status);
    const exclusive = modes.includes('ReadWriteOncePod');
    const unmade = readUnmade(reader, name, entry['unmade'], [...at, 'unmade']);
    if (fault === null && (volumeName === '' || annotations[BOUND] === undefined)) {
      const unbound = readUnbound(reader, entry['storageClass'], [...at, 'storageClass']);
      if (unbound !== undefined) return { name, missing: false, exclusive, ...unbound, csi: unmade };
      return reader.problem(
        at,
        `the claim '${name}' is not bound: only bound claims are supported in this version`,
      );
    }
    const volume = readVolume(reader, entry['volume'], [...at, 'volume']);
    return { name, fault, missing: false, exclusive, volume, waits: false, csi: volume?.csi ?? unmade };
  });
}

/**
 * A claim without a volume, by its storage class: bound at once it should have been, and no node will do until it is;
 * bound by its first pod it may be wherever the class can provision.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go
 */
function readUnbound(
  reader: Reader,
  raw: unknown,
  path: Path,
): Pick<PodClaim, 'fault' | 'volume' | 'waits'> | undefined {
  const storageClass = reader.object(raw, path);
  if (storageClass === undefined) return undefined;
  const mode = reader.oneOf(storageClass['volumeBindingMode'], [...path, 'volumeBindingMode'], [
    'Immediate',
    'WaitForFirstConsumer',
  ] as const);
  if (mode !== 'WaitForFirstConsumer') {
    return { fault: 'pod has unbound immediate PersistentVolumeClaims', volume: null, waits: false };
  }
  const topologies = [...path, 'allowedTopologies'];
  const terms = reader.list(storageClass['allowedTopologies'], topologies, (item, at) => {
    const expressionsPath = [...at, 'matchLabelExpressions'];
    const expressions = reader.list(
      reader.object(item, at)?.['matchLabelExpressions'],
      expressionsPath,
      (one, oneAt) => ({ ...reader.object(one, oneAt), operator: 'In' }),
    );
    return { labels: readRequirements(reader, expressions, expressionsPath, true), names: [] };
  });
  return {
    fault: null,
    volume: { nodeTerms: terms.length === 0 ? null : terms, zones: [], csi: null },
    waits: true,
  };
}

/**
 * The volume that a claim without one will have, if its storage class says who makes it.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/nodevolumelimits/csi.go, getCSIDriverInfoFromSC
 */
function readUnmade(reader: Reader, claim: string, raw: unknown, path: Path): CsiVolume | null {
  const unmade = reader.object(raw, path) ?? {};
  const provisioner = reader.text(unmade['provisioner'], [...path, 'provisioner']) ?? '';
  return provisioner === '' ? null : unmadeVolume(provisioner, String(unmade['namespace']), claim);
}

/** Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/volumebinding/volume_binding.go, podHasPVCs */
function faultOf(name: string, volumeName: string, metadata: JsonObject, status: JsonObject): string | null {
  if (status['phase'] === 'Lost') {
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volumeName}"`;
  }
  if (typeof metadata['deletionTimestamp'] === 'string')
    return `persistentvolumeclaim "${name}" is being deleted`;
  return null;
}

function readVolume(reader: Reader, raw: unknown, path: Path): PersistentVolume | null {
  const volume = reader.object(raw, path);
  if (volume === undefined) return null;
  const metadata = reader.object(volume['metadata'], [...path, 'metadata']) ?? {};
  const spec = reader.object(volume['spec'], [...path, 'spec']) ?? {};
  const labels =
    reader.texts(metadata['labels'], [...path, 'metadata', 'labels']) ?? new Map<string, string>();
  const affinity = reader.object(spec['nodeAffinity'], [...path, 'spec', 'nodeAffinity']) ?? {};
  const required = reader.object(affinity['required'], [...path, 'spec', 'nodeAffinity', 'required']);
  return {
    nodeTerms:
      required === undefined
        ? null
        : readNodeSelector(reader, required, [...path, 'spec', 'nodeAffinity', 'required']),
    zones: ZONE_LABELS.flatMap((key) => {
      const values = labels
        .get(key)
        ?.split('__')
        .map((value) => value.trim());
      // A volume whose label cannot be read is taken as one without it.
      return values === undefined || values.includes('') ? [] : [{ key, values }];
    }),
    csi: readCsiSource(reader, spec, [...path, 'spec']),
  };
}
