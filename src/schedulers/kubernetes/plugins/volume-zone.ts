import type { Refusal } from '../../scheduler.ts';
import { type Plugin, RUN, SKIP } from '../framework.ts';
import type { NodeAttributes } from '../node-selector.ts';
import type { Pod } from '../pod.ts';
import { FRAGMENT } from '../pod-signature.ts';
import { ZONE_LABELS } from '../volume-claims.ts';

const NAME = 'VolumeZone';
const REFUSAL: Refusal = {
  rule: NAME,
  reasons: ['node(s) had no available volume zone'],
  resolvable: false,
};

/**
 * VolumeZone: a node must have a zone and a region that the labels of the pod's volumes allow. Nodes without any such
 * label pass: a cluster of one zone. A node's label of today also satisfies a volume's label of old
 * (failure-domain.beta), not the other way round.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/volumezone/volume_zone.go
 */
export function volumeZone(): Plugin {
  return {
    name: NAME,
    sign: FRAGMENT.volumes,
    concerns: (pod) => zonesOf(pod).length > 0,
    preFilter: (pod) => (zonesOf(pod).length === 0 ? SKIP : RUN),
    filter: { dependsOn: 'attributes', check: zoneRefusal },
  };
}

/** Why the node is in the wrong zone for the pod's volumes, or null. */
export function zoneRefusal(pod: Pod, node: NodeAttributes): Refusal | null {
  if (ZONE_LABELS.every((key) => node.label(key) === undefined)) return null;
  return zonesOf(pod).every(({ key, values }) => values.includes(zoneOf(node, key))) ? null : REFUSAL;
}

function zonesOf({ claims }: Pod) {
  return claims.flatMap(({ volume }) => volume?.zones ?? []);
}

/** No allowed value is empty. */
function zoneOf(node: NodeAttributes, key: string): string {
  return node.label(key) ?? node.label(key.replace('failure-domain.beta.', 'topology.')) ?? '';
}
