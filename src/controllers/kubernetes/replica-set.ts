import { compareForDeletion, type RankedPod } from './deletion-order.ts';
import { isActive, isAvailable, isFinished, isReady } from './pod-state.ts';

/** Most pods that one sync creates, and most that it deletes. */
export const BURST_REPLICAS = 500;

export interface ReplicaSetState {
  readonly replicas: number;
  readonly minReadySeconds: number;
  /** The pods that it owns, whatever their phase. */
  readonly pods: readonly RankedPod[];
  /** Those of all ReplicaSets of its owner, its own among them; empty without an owner. */
  readonly related: readonly Pick<RankedPod, 'nodeName' | 'phase' | 'terminating'>[];
}

export interface ReplicaSetStatus {
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly terminatingReplicas: number;
}

export interface ReplicaSetSync {
  /** How many pods to create: in batches of 1, 2, 4 and so on. */
  readonly create: number;
  /** The pods to delete, first first. */
  readonly remove: readonly RankedPod[];
  /** As counted before anything is created or deleted. */
  readonly status: ReplicaSetStatus;
}

/**
 * One sync of the ReplicaSet controller. The caller lets it run again only when it has seen the effect of the last.
 * Source: kubernetes v1.36.2 pkg/controller/replicaset/replica_set.go, manageReplicas, calculateStatus.
 */
export function syncReplicaSet(state: ReplicaSetState, nowMs: number): ReplicaSetSync {
  const active = state.pods.filter(isActive);
  const surplus = active.length - state.replicas;
  const count = Math.min(Math.abs(surplus), BURST_REPLICAS);
  const status: ReplicaSetStatus = {
    replicas: active.length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, state.minReadySeconds, nowMs)).length,
    terminatingReplicas: state.pods.filter((pod) => pod.terminating && !isFinished(pod)).length,
  };
  if (surplus <= 0) return { create: count, remove: [], status };
  const all = count === active.length;
  return { create: 0, remove: all ? active : deletionOrder(state, nowMs).slice(0, count), status };
}

/** Its active pods, the first to be deleted first. */
export function deletionOrder({ pods, related }: ReplicaSetState, nowMs: number): RankedPod[] {
  const onNode = new Map<string, number>();
  for (const pod of related) {
    if (isActive(pod)) onNode.set(pod.nodeName, (onNode.get(pod.nodeName) ?? 0) + 1);
  }
  const siblings = (nodeName: string) => onNode.get(nodeName) ?? 0;
  return pods.filter(isActive).sort((a, b) => compareForDeletion(a, b, siblings, nowMs));
}
