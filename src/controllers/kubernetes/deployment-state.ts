import { type IntOrPercent, scaledValue } from './int-or-percent.ts';

/** A ReplicaSet as the Deployment controller sees it. */
export interface OwnedReplicaSet {
  readonly name: string;
  /** Equal texts, equal pod templates. */
  readonly template: string;
  readonly createdMs: number;
  readonly revision: number;
  /** Annotations of the last scaling: the Deployment's replicas, and those with the surge on top; null: none. */
  readonly desiredReplicas: number | null;
  readonly maxReplicas: number | null;
  /** `spec.replicas` */
  readonly size: number;
  /** Of its status: pods that are not terminating, ready ones, available ones. */
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  /** Pods that are still there, terminating ones among them: Recreate waits for them. */
  readonly podsThere: number;
}

export interface RollingUpdate {
  readonly type: 'RollingUpdate';
  readonly maxSurge: IntOrPercent;
  readonly maxUnavailable: IntOrPercent;
}

export interface DeploymentSpec {
  readonly replicas: number;
  readonly template: string;
  readonly paused: boolean;
  readonly strategy: RollingUpdate | { readonly type: 'Recreate' };
  readonly revisionHistoryLimit: number;
  /** null: progress has no deadline, and is not reported. */
  readonly progressDeadlineSeconds: number | null;
}

export interface DeploymentCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly updatedMs: number;
}

export interface DeploymentStatus {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
  readonly progressing: DeploymentCondition | null;
  readonly available: DeploymentCondition | null;
}

export const NO_STATUS: DeploymentStatus = {
  replicas: 0,
  updatedReplicas: 0,
  readyReplicas: 0,
  availableReplicas: 0,
  unavailableReplicas: 0,
  progressing: null,
  available: null,
};

/** Pods beyond the wanted number that an update may run. Recreate has none. */
export function maxSurgeOf({ strategy, replicas }: DeploymentSpec): number {
  return strategy.type === 'Recreate' ? 0 : scaledValue(strategy.maxSurge, replicas, 'up');
}

/**
 * Pods of the wanted number that may be missing. When neither surge nor missing pods were allowed nothing could move:
 * then one may be missing.
 * Source: kubernetes v1.36.2 pkg/controller/deployment/util/deployment_util.go, MaxUnavailable, ResolveFenceposts.
 */
export function maxUnavailableOf(spec: DeploymentSpec): number {
  const { strategy, replicas } = spec;
  if (strategy.type === 'Recreate' || replicas === 0) return 0;
  const unavailable = scaledValue(strategy.maxUnavailable, replicas, 'down');
  if (unavailable === 0 && maxSurgeOf(spec) === 0) return 1;
  return Math.min(unavailable, replicas);
}

/** Pods that the ReplicaSets are to have, together. */
export function totalSize(sets: readonly Pick<OwnedReplicaSet, 'size'>[]): number {
  return sets.reduce((sum, { size }) => sum + size, 0);
}

/** Available pods of all of them. */
export function totalAvailable(sets: readonly OwnedReplicaSet[]): number {
  return sets.reduce((sum, { availableReplicas }) => sum + availableReplicas, 0);
}

/** Oldest first, then by name. */
export function byCreation(a: OwnedReplicaSet, b: OwnedReplicaSet): number {
  return a.createdMs - b.createdMs || (a.name < b.name ? -1 : 1);
}
