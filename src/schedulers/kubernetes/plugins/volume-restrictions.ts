import type { Refusal } from '../../scheduler.ts';
import { type Cluster, type Plugin, type PodCounter, type PodWeight, RUN, SKIP } from '../framework.ts';
import type { Pod } from '../pod.ts';
import { FRAGMENT } from '../pod-signature.ts';
import { clash } from '../volume-disks.ts';

const NAME = 'VolumeRestrictions';
const refusal = (reason: string, resolvable: boolean): Refusal => ({
  rule: NAME,
  reasons: [reason],
  resolvable,
});
const DISK_TAKEN = refusal('node(s) had no available disk', true);
const CLAIM_TAKEN = refusal(
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  true,
);

/**
 * VolumeRestrictions: a disk that a pod on the node mounts cannot be mounted once more, and a claim for a single pod
 * (ReadWriteOncePod) that is in use keeps others from every node. First of the plugins to look claims up: a missing
 * one is reported here.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go
 */
export function volumeRestrictions(): Plugin {
  let isTaken = false;
  let sameDisk: PodCounter | null = null;
  return {
    name: NAME,
    sign: FRAGMENT.volumes,
    concerns: ({ claims, disks }) => claims.length + disks.length > 0,
    preFilter(pod, cluster) {
      const { claims, disks } = pod;
      const fault = claims.find(({ missing }) => missing)?.fault ?? null;
      if (fault !== null) return { kind: 'refused', refusal: refusal(fault, false) };
      isTaken = claims.some(({ exclusive }) => exclusive) && usesOf(exclusiveClaims(pod), cluster) > 0;
      sameDisk = disks.length === 0 ? null : cluster.counter(sameDisks(pod));
      return sameDisk === null && !isTaken ? SKIP : RUN;
    },
    filter: {
      dependsOn: 'cluster',
      check(_pod, slot) {
        if (sameDisk !== null && sameDisk.on(slot) > 0) return DISK_TAKEN;
        return isTaken ? CLAIM_TAKEN : null;
      },
    },
  };
}

/** Pods with a disk that cannot be mounted beside those of this one. */
function sameDisks({ disks }: Pod): PodWeight {
  return {
    key: `disks${JSON.stringify(disks)}`,
    of: (other) => (other.disks.some((theirs) => disks.some((disk) => clash(disk, theirs))) ? 1 : null),
  };
}

/** Pods that mount one of the pod's claims for a single pod. */
function exclusiveClaims({ claims, taskClass: { namespace } }: Pod): PodWeight {
  const names = claims.filter(({ exclusive }) => exclusive).map(({ name }) => name);
  return {
    key: `claims${JSON.stringify([namespace, names])}`,
    of: (other) =>
      other.taskClass.namespace === namespace && other.claims.some(({ name }) => names.includes(name))
        ? 1
        : null,
  };
}

function usesOf(weight: PodWeight, cluster: Cluster): number {
  const counter = cluster.counter(weight);
  return cluster.nodes.reduce((sum, slot) => sum + counter.on(slot), 0);
}
