import type { Path, Reader } from './reader.ts';
import type { Disk } from './volume-disks.ts';

/** A volume as a node's limit for its driver counts it. */
export interface CsiVolume {
  readonly driver: string;
  /** Tells it from all other volumes, those of other drivers too. */
  readonly id: string;
}

/** How many volumes of a CSI driver a node may hold: by name of the node, then of the driver. Absent: any number. */
export type VolumeLimits = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** EBS before there was CSI, and the driver that does its work today. */
const IN_TREE_EBS = 'kubernetes.io/aws-ebs';
const EBS_DRIVER = 'ebs.csi.aws.com';

/** What the driver `driver` knows as `handle`. */
export function csiVolume(driver: string, handle: string): CsiVolume {
  return { driver, id: JSON.stringify([driver, handle]) };
}

/** What `provisioner` will make for a claim that has no volume yet: one volume, whoever mounts the claim. */
export function unmadeVolume(provisioner: string, namespace: string, claim: string): CsiVolume {
  const driver = provisioner === IN_TREE_EBS ? EBS_DRIVER : provisioner;
  return { driver, id: JSON.stringify([driver, namespace, claim]) };
}

/**
 * The source of a persistent volume, or null when no CSI driver serves it. EBS volumes of the old kind are served by
 * the driver: `aws://us-east-1a/vol-1` is its `vol-1`.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/csi-translation-lib/plugins/aws_ebs.go
 */
export function readCsiSource(
  reader: Reader,
  spec: Readonly<Record<string, unknown>>,
  path: Path,
): CsiVolume | null {
  const csi = reader.object(spec['csi'], [...path, 'csi']);
  if (csi !== undefined) {
    const driver = reader.text(csi['driver'], [...path, 'csi', 'driver']) ?? '';
    const handle = reader.text(csi['volumeHandle'], [...path, 'csi', 'volumeHandle']) ?? '';
    return driver === '' || handle === '' ? null : csiVolume(driver, handle);
  }
  const at = [...path, 'awsElasticBlockStore'];
  const ebs = reader.object(spec['awsElasticBlockStore'], at);
  const id = reader.text(ebs?.['volumeID'], [...at, 'volumeID']) ?? '';
  return id === '' ? null : ebsVolume(id);
}

/**
 * The distinct volumes of a pod that some driver attaches: those of its claims, and EBS disks without one.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/nodevolumelimits/csi.go, filterAttachableVolumes
 */
export function csiVolumesOf(
  claims: readonly { readonly csi: CsiVolume | null }[],
  disks: readonly Disk[],
): readonly CsiVolume[] {
  const volumes = [
    ...claims.flatMap(({ csi }) => csi ?? []),
    ...disks.filter(({ kind }) => kind === 'awsElasticBlockStore').map(({ id }) => ebsVolume(id)),
  ];
  return [...new Map(volumes.map((volume) => [volume.id, volume])).values()];
}

function ebsVolume(volumeId: string): CsiVolume {
  return csiVolume(EBS_DRIVER, volumeId.slice(volumeId.lastIndexOf('/') + 1));
}
