import type { Refusal } from '../../scheduler.ts';
import type { CsiVolume, VolumeLimits } from '../csi-volumes.ts';
import { type Cluster, type Plugin, RUN, SKIP } from '../framework.ts';
import type { Pod } from '../pod.ts';
import { FRAGMENT } from '../pod-signature.ts';

const NAME = 'NodeVolumeLimits';
const TOO_MANY: Refusal = {
  rule: NAME,
  reasons: ['node(s) exceed max volume count'],
  resolvable: true,
};

/**
 * NodeVolumeLimits: a node holds no more volumes of a CSI driver than its CSINode says. A volume counts once, however
 * many pods mount it, and one that is there already costs nothing. A node without a CSINode, and a driver without a
 * limit, take any number. VolumeAttachments of volumes that no pod mounts any more are not known here.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/nodevolumelimits/csi.go
 */
export function nodeVolumeLimits(limits: VolumeLimits): Plugin {
  return {
    name: NAME,
    sign: FRAGMENT.volumes,
    concerns: hasVolumes,
    preFilter: (pod) => (hasVolumes(pod) ? RUN : SKIP),
    filter: {
      dependsOn: 'tasks',
      concerns: hasVolumes,
      passes: (pod, slot, cluster) =>
        !pod.claims.some(({ missing }) => missing) && !exceeds(limits, pod, slot, cluster),
      refusal: (pod) => missingRefusal(pod) ?? TOO_MANY,
    },
  };
}

function hasVolumes({ claims, csiVolumes }: Pod): boolean {
  return claims.length > 0 || csiVolumes.length > 0;
}

/** Whether or not the node has a limit. */
function missingRefusal({ claims, taskClass }: Pod): Refusal | null {
  const claim = claims.find(({ missing }) => missing);
  if (claim === undefined) return null;
  const reason = `looking up PVC ${taskClass.namespace}/${claim.name}: ${claim.fault}`;
  return { rule: NAME, reasons: [reason], resolvable: false };
}

/** Would the node hold more volumes of a driver than it may, because of a volume that is new to it? */
function exceeds(limits: VolumeLimits, { csiVolumes }: Pod, slot: number, cluster: Cluster): boolean {
  if (csiVolumes.length === 0) return false;
  const ofNode = limits.get(cluster.view.instanceName(slot));
  if (ofNode === undefined || !csiVolumes.some(({ driver }) => ofNode.has(driver))) return false;
  const attached = new Map<string, CsiVolume>();
  for (const pod of cluster.podsOn(slot)) {
    for (const volume of pod.csiVolumes) attached.set(volume.id, volume);
  }
  const fresh = csiVolumes.filter(({ id }) => !attached.has(id));
  return fresh.some(({ driver }) => {
    const limit = ofNode.get(driver);
    return limit !== undefined && countOf(attached.values(), driver) + countOf(fresh, driver) > limit;
  });
}

function countOf(volumes: Iterable<CsiVolume>, driver: string): number {
  let count = 0;
  for (const volume of volumes) if (volume.driver === driver) count += 1;
  return count;
}
