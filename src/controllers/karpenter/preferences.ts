import type { Toleration } from '../../model/task-class.ts';
import type { PodAffinity } from '../../schedulers/kubernetes/pod-affinity.ts';
import { heaviest, type PodSpec } from './pod-demand.ts';

const ANY_SOFT_TAINT: Toleration = { operator: 'Exists', effect: 'PreferNoSchedule' };

/**
 * The same pod with one wish less, or null when it has none to give up. In this order: the first of several required
 * terms of node affinity, the heaviest preferred pod affinity, pod anti-affinity, node affinity, the first spread
 * constraint that may be broken (the last takes its place), and, if some pool has PreferNoSchedule taints, these.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/preferences.go
 */
export function relaxed(spec: PodSpec, hasSoftTaints: boolean): PodSpec | null {
  const { nodeAffinity, podAffinity, podAntiAffinity, spread, tolerations } = spec;
  const { required, preferred } = nodeAffinity;
  if (required !== null && required.length > 1) {
    return { ...spec, nodeAffinity: { required: required.slice(1), preferred } };
  }
  if (podAffinity.preferred.length > 0) return { ...spec, podAffinity: withoutHeaviest(podAffinity) };
  if (podAntiAffinity.preferred.length > 0) {
    return { ...spec, podAntiAffinity: withoutHeaviest(podAntiAffinity) };
  }
  if (preferred.length > 0) {
    const heaviestTerm = heaviest(preferred);
    const rest = preferred.filter((term) => term !== heaviestTerm);
    return { ...spec, nodeAffinity: { required, preferred: rest } };
  }
  const soft = spread.findIndex(({ hard }) => !hard);
  if (soft >= 0) {
    const rest = [...spread];
    rest[soft] = spread.at(-1)!;
    return { ...spec, spread: rest.slice(0, -1) };
  }
  if (hasSoftTaints && !tolerations.some(isAnySoftTaint)) {
    return { ...spec, tolerations: [...tolerations, ANY_SOFT_TAINT] };
  }
  return null;
}

function withoutHeaviest({ required, preferred }: PodAffinity): PodAffinity {
  const heaviestTerm = heaviest(preferred);
  return { required, preferred: preferred.filter((term) => term !== heaviestTerm) };
}

/** A pod that tolerates PreferNoSchedule, as daemons are taken to do. */
export function toleratingSoftTaints(spec: PodSpec): PodSpec {
  return { ...spec, tolerations: [...spec.tolerations, ANY_SOFT_TAINT] };
}

function isAnySoftTaint({ key = '', operator, value = '', effect }: Toleration): boolean {
  return key === '' && operator === 'Exists' && value === '' && effect === 'PreferNoSchedule';
}
