import {
  byCreation,
  type DeploymentSpec,
  maxSurgeOf,
  maxUnavailableOf,
  type OwnedReplicaSet,
  totalAvailable,
  totalSize,
} from './deployment-state.ts';

/** New sizes of ReplicaSets. */
export type Sizes = ReadonlyMap<OwnedReplicaSet, number>;

/**
 * Size of the new ReplicaSet in this step of a rolling update: up to the wanted number, as far as the surge allows.
 * Source: kubernetes v1.36.2 pkg/controller/deployment/util/deployment_util.go, NewRSNewReplicas.
 */
export function newSetSize(spec: DeploymentSpec, ownSize: number, totalOfAll: number): number {
  if (spec.strategy.type === 'Recreate') return spec.replicas;
  const room = spec.replicas + maxSurgeOf(spec) - totalOfAll;
  return room <= 0 ? ownSize : ownSize + Math.min(room, spec.replicas - ownSize);
}

/**
 * How far the old ReplicaSets go down in this step: first by what is not available, then by what may be missing.
 * Source: kubernetes v1.36.2 pkg/controller/deployment/rolling.go, reconcileOldReplicaSets.
 */
export function shrinkOldSets(
  spec: DeploymentSpec,
  current: OwnedReplicaSet,
  old: readonly OwnedReplicaSet[],
): Sizes {
  const sizes = new Map<OwnedReplicaSet, number>();
  const active = old.filter(({ size }) => size > 0).sort(byCreation);
  const minAvailable = spec.replicas - maxUnavailableOf(spec);
  const total = totalSize(old) + current.size;
  const mostDown = total - minAvailable - (current.size - current.availableReplicas);
  if (active.length === 0 || mostDown <= 0) return sizes;
  let down = 0;
  for (const set of active) {
    if (down >= mostDown) break;
    const step = Math.min(mostDown - down, set.size - set.availableReplicas);
    if (step <= 0) continue;
    sizes.set(set, set.size - step);
    down += step;
  }
  let spare = totalAvailable([...active, current]) - minAvailable;
  for (const set of active) {
    const size = sizes.get(set) ?? set.size;
    if (spare <= 0) break;
    const step = Math.min(size, spare);
    if (step > 0) sizes.set(set, size - step);
    spare -= step;
  }
  return sizes;
}

/**
 * Sizes after the wanted number was changed, or while paused: the one active ReplicaSet takes it all; several share in
 * proportion to their sizes, the largest gets what rounding leaves.
 * Source: kubernetes v1.36.2 pkg/controller/deployment/sync.go, scale.
 */
export function rescale(
  spec: DeploymentSpec,
  current: OwnedReplicaSet | null,
  old: readonly OwnedReplicaSet[],
): Sizes {
  const all = current === null ? [...old] : [...old, current];
  const active = all.filter(({ size }) => size > 0);
  if (all.length === 0) return new Map();
  if (active.length <= 1) {
    const only = active[0] ?? current ?? [...old].sort(byCreation).at(-1)!;
    return only.size === spec.replicas ? new Map() : new Map([[only, spec.replicas]]);
  }
  if (current !== null && isSaturated(spec, current)) {
    return new Map(active.filter((set) => set !== current).map((set) => [set, 0]));
  }
  return spec.strategy.type === 'Recreate' ? new Map() : inProportion(spec, active);
}

function isSaturated({ replicas }: DeploymentSpec, set: OwnedReplicaSet): boolean {
  return set.size === replicas && set.desiredReplicas === replicas && set.availableReplicas === replicas;
}

function inProportion(spec: DeploymentSpec, active: readonly OwnedReplicaSet[]): Sizes {
  const allowed = spec.replicas > 0 ? spec.replicas + maxSurgeOf(spec) : 0;
  const toAdd = allowed - totalSize(active);
  const ordered = [...active].sort(
    (a, b) => b.size - a.size || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)),
  );
  let added = 0;
  const sizes = new Map<OwnedReplicaSet, number>();
  for (const set of ordered) {
    const share = toAdd === added ? 0 : shareOf(spec, set);
    const part = toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
    sizes.set(set, set.size + part);
    added += part;
  }
  const largest = ordered[0]!;
  if (toAdd !== 0) sizes.set(largest, Math.max(sizes.get(largest)! + toAdd - added, 0));
  return sizes;
}

/** What a ReplicaSet gains or loses to keep its part of the whole. */
function shareOf(spec: DeploymentSpec, { size, maxReplicas }: OwnedReplicaSet): number {
  if (spec.replicas === 0) return -size;
  if (maxReplicas === null || maxReplicas === 0) return 0;
  const scaled = (size * (spec.replicas + maxSurgeOf(spec))) / maxReplicas;
  return Math.trunc(scaled + 0.5) - size;
}
