import type { JsonObject, Path, Reader } from './reader.ts';

/** A disk that a pod mounts without a claim, and that not every number of pods may mount on one node. */
export interface Disk {
  readonly kind: 'gcePersistentDisk' | 'awsElasticBlockStore' | 'iscsi' | 'rbd';
  /** Name, volume id, IQN, or pool and image. */
  readonly id: string;
  /** RBD: two disks are the same only if they share one. Empty otherwise. */
  readonly monitors: readonly string[];
  readonly readOnly: boolean;
}

/** Would the two disks be one, mounted twice? Reading it twice is allowed, except from EBS. */
export function clash(a: Disk, b: Disk): boolean {
  if (a.kind !== b.kind || a.id !== b.id) return false;
  if (a.kind === 'rbd' && !a.monitors.some((monitor) => b.monitors.includes(monitor))) return false;
  return a.kind === 'awsElasticBlockStore' || !a.readOnly || !b.readOnly;
}

/** The disks among `spec.volumes`. */
export function readDisks(reader: Reader, raw: unknown, path: Path): Disk[] {
  const disks = reader.list(raw, path, (item, at) => {
    const volume = reader.object(item, at) ?? {};
    return [
      readDisk(reader, volume, at, 'gcePersistentDisk', ['pdName']),
      readDisk(reader, volume, at, 'awsElasticBlockStore', ['volumeID']),
      readDisk(reader, volume, at, 'iscsi', ['iqn']),
      readDisk(reader, volume, at, 'rbd', ['pool', 'image']),
    ];
  });
  return disks.flat().flatMap((disk) => disk ?? []);
}

function readDisk(
  reader: Reader,
  volume: JsonObject,
  at: Path,
  kind: Disk['kind'],
  keys: readonly string[],
): Disk | undefined {
  const source = reader.object(volume[kind], [...at, kind]);
  if (source === undefined) return undefined;
  return {
    kind,
    // The API server stores the pool `rbd` where none is given.
    id: keys.map((key) => reader.text(source[key], [...at, kind, key]) ?? 'rbd').join('/'),
    monitors: reader.list(source['monitors'], [...at, kind, 'monitors'], (monitor, monitorAt) =>
      reader.text(monitor, monitorAt),
    ),
    readOnly: source['readOnly'] === true,
  };
}
