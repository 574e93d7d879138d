import {
  type DeploymentCondition,
  type DeploymentSpec,
  type DeploymentStatus,
  maxUnavailableOf,
  type OwnedReplicaSet,
  totalAvailable,
  totalSize,
} from './deployment-state.ts';

/**
 * Counts and the condition Available; Progressing stays as it was.
 * Source: kubernetes v1.36.2 pkg/controller/deployment/sync.go, calculateStatus.
 */
export function countStatus(
  spec: DeploymentSpec,
  sets: readonly OwnedReplicaSet[],
  current: OwnedReplicaSet | null,
  last: DeploymentStatus,
  nowMs: number,
): DeploymentStatus {
  const availableReplicas = totalAvailable(sets);
  const enough = availableReplicas >= spec.replicas - maxUnavailableOf(spec);
  const reason = enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
  const available: DeploymentCondition = { status: enough ? 'True' : 'False', reason, updatedMs: nowMs };
  return {
    replicas: sets.reduce((sum, { replicas }) => sum + replicas, 0),
    updatedReplicas: current?.replicas ?? 0,
    readyReplicas: sets.reduce((sum, { readyReplicas }) => sum + readyReplicas, 0),
    availableReplicas,
    unavailableReplicas: Math.max(totalSize(sets) - availableReplicas, 0),
    progressing: last.progressing,
    available: replaced(last.available, available),
  };
}

/**
 * The status with its condition Progressing: complete, making progress, or stuck for longer than its deadline.
 * Source: kubernetes v1.36.2 pkg/controller/deployment/progress.go, syncRolloutStatus.
 */
export function reportProgress(
  spec: DeploymentSpec,
  counted: DeploymentStatus,
  last: DeploymentStatus,
  nowMs: number,
): DeploymentStatus {
  const { progressDeadlineSeconds } = spec;
  if (progressDeadlineSeconds === null) return { ...counted, progressing: null };
  const { progressing } = counted;
  const allUpdated = counted.replicas === counted.updatedReplicas;
  if (allUpdated && progressing?.reason === 'NewReplicaSetAvailable') return counted;
  if (isComplete(spec, counted)) {
    return { ...counted, progressing: condition('True', 'NewReplicaSetAvailable', progressing, nowMs) };
  }
  if (madeProgress(counted, last)) {
    return { ...counted, progressing: { status: 'True', reason: 'ReplicaSetUpdated', updatedMs: nowMs } };
  }
  if (isLate(progressing, progressDeadlineSeconds, nowMs)) {
    return { ...counted, progressing: condition('False', 'ProgressDeadlineExceeded', progressing, nowMs) };
  }
  return counted;
}

/** All pods are of the new template and available, and none is left over. */
export function isComplete({ replicas }: DeploymentSpec, status: DeploymentStatus): boolean {
  return (
    status.updatedReplicas === replicas &&
    status.replicas === replicas &&
    status.availableReplicas === replicas
  );
}

/** Equal status and reason: the condition, and the time of its last update, stay. */
export function condition(
  status: DeploymentCondition['status'],
  reason: string,
  last: DeploymentCondition | null,
  nowMs: number,
): DeploymentCondition {
  return replaced(last, { status, reason, updatedMs: nowMs });
}

function replaced(last: DeploymentCondition | null, next: DeploymentCondition): DeploymentCondition {
  return last !== null && last.status === next.status && last.reason === next.reason ? last : next;
}

function madeProgress(now: DeploymentStatus, last: DeploymentStatus): boolean {
  return (
    now.updatedReplicas > last.updatedReplicas ||
    now.replicas - now.updatedReplicas < last.replicas - last.updatedReplicas ||
    now.readyReplicas > last.readyReplicas ||
    now.availableReplicas > last.availableReplicas
  );
}

function isLate(progressing: DeploymentCondition | null, deadlineSeconds: number, nowMs: number): boolean {
  if (progressing === null || progressing.reason === 'NewReplicaSetAvailable') return false;
  if (progressing.reason === 'ProgressDeadlineExceeded') return true;
  return progressing.updatedMs + deadlineSeconds * 1000 < nowMs;
}
