import type { FailureRule } from '../../schedulers/kubernetes/manifests/workload-objects.ts';
import type { FailedPod } from './pod-failure-policy.ts';
import { isReady, type PodPhase, type PodState } from './pod-state.ts';

export interface JobSpec {
  /** null: a work queue, done when one pod has succeeded and none runs. */
  readonly completions: number | null;
  readonly parallelism: number;
  readonly indexed: boolean;
  readonly backoffLimit: number;
  readonly backoffLimitPerIndex: number | null;
  readonly maxFailedIndexes: number | null;
  readonly activeDeadlineSeconds: number | null;
  readonly suspended: boolean;
  readonly restartPolicy: 'Never' | 'OnFailure';
  /** Failed: a terminating pod is replaced only when it has ended. Implied by a failure policy. */
  readonly podReplacement: 'TerminatingOrFailed' | 'Failed';
  readonly failurePolicy: readonly FailureRule[] | null;
}

export interface JobPod extends PodState, FailedPod {
  /** Has the finalizer by which the controller knows that it has not counted it yet. */
  readonly tracked: boolean;
  /** Completion index; null without a valid one. */
  readonly index: number | null;
  /** Of an index: failures before this pod, those that a failure policy ignored counted apart. */
  readonly indexFailures: number;
  readonly ignoredIndexFailures: number;
  /** Restarts of all its containers. */
  readonly restarts: number;
  /** When its containers ended, or, failing that, it stopped being ready, was deleted, was made. */
  readonly endedMs: number;
}

export type JobConditionType = 'Suspended' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Failed' | 'Complete';

export interface JobCondition {
  readonly type: JobConditionType;
  readonly isTrue: boolean;
  readonly reason: string;
}

export interface JobStatus {
  readonly startedMs: number | null;
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly completedIndexes: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
  readonly conditions: readonly JobCondition[];
}

export const NEW_JOB: JobStatus = {
  startedMs: null,
  active: 0,
  ready: 0,
  terminating: 0,
  succeeded: 0,
  failed: 0,
  completedIndexes: new Set(),
  failedIndexes: new Set(),
  conditions: [],
};

const PHASES: Readonly<Record<PodPhase, number>> = {
  Pending: 0,
  Unknown: 1,
  Running: 2,
  Succeeded: 0,
  Failed: 0,
};

/**
 * Which of two active pods goes first: without a node, earlier phase, not ready, ready later, more restarts, younger.
 * Source: kubernetes v1.36.2 pkg/controller/controller_utils.go, ActivePods.Less.
 */
export function compareActive(a: JobPod, b: JobPod): number {
  return (
    Number(a.nodeName !== '') - Number(b.nodeName !== '') ||
    PHASES[a.phase] - PHASES[b.phase] ||
    Number(isReady(a)) - Number(isReady(b)) ||
    (isReady(a) ? b.ready!.sinceMs - a.ready!.sinceMs : 0) ||
    b.restarts - a.restarts ||
    b.createdMs - a.createdMs
  );
}

/** Does it fail the job's count? A deleted pod fails at once, or, where only ended ones are replaced, when it ends. */
export function hasFailed(pod: JobPod, spec: JobSpec): boolean {
  if (pod.phase === 'Failed') return true;
  return !replacesEndedOnly(spec) && pod.terminating && pod.phase !== 'Succeeded';
}

/** Is a terminating pod replaced only when it has ended? */
export function replacesEndedOnly({ podReplacement, failurePolicy }: JobSpec): boolean {
  return podReplacement === 'Failed' || failurePolicy !== null;
}

/** `0,2-5`, as the status writes sets of indexes. */
export function indexText(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (sorted[to + 1] === sorted[to]! + 1) to += 1;
    if (to === from) parts.push(`${sorted[from]}`);
    else parts.push(`${sorted[from]}${to === from + 1 ? ',' : '-'}${sorted[to]}`);
    from = to + 1;
  }
  return parts.join(',');
}
