import type { Refusal } from '../../scheduler.ts';
import { type Plugin, RUN, SKIP } from '../framework.ts';
import { matchesAnyTerm, type NodeAttributes } from '../node-selector.ts';
import type { Pod } from '../pod.ts';
import { FRAGMENT } from '../pod-signature.ts';

const NAME = 'VolumeBinding';
const refusal = (reason: string): Refusal => ({ rule: NAME, reasons: [reason], resolvable: false });
const WRONG_NODE = refusal("node(s) didn't match PersistentVolume's node affinity");
const NONE_TO_BIND = refusal("node(s) didn't find available persistent volumes to bind");
const NO_VOLUME = refusal('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');

/**
 * VolumeBinding: the pod must go where its volumes can be reached, or provisioned. A claim that is missing, lost, being
 * deleted, or should have been bound by now stops the pod altogether. Never scores: that takes an optional feature.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go
 */
export function volumeBinding(): Plugin {
  return {
    name: NAME,
    sign: FRAGMENT.volumes,
    concerns: ({ claims }) => claims.length > 0,
    preFilter({ claims }) {
      if (claims.length === 0) return SKIP;
      const fault = claims.find((claim) => claim.fault !== null)?.fault ?? null;
      return fault === null ? RUN : { kind: 'refused', refusal: refusal(fault) };
    },
    filter: { dependsOn: 'attributes', check: volumesRefusal },
  };
}

/** Why the pod's volumes cannot be reached from the node, or null. */
export function volumesRefusal({ claims }: Pod, node: NodeAttributes): Refusal | null {
  for (const { volume, waits } of claims) {
    if (volume === null) return NO_VOLUME;
    if (volume.nodeTerms !== null && !matchesAnyTerm(volume.nodeTerms, node))
      return waits ? NONE_TO_BIND : WRONG_NODE;
  }
  return null;
}
