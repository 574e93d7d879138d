import { type BackoffRecord, recordEnds, remainingDelayMs } from './job-backoff.ts';
import {
  compareActive,
  hasFailed,
  type JobCondition,
  type JobPod,
  type JobSpec,
  type JobStatus,
  replacesEndedOnly,
} from './job-state.ts';
import { failureAction } from './pod-failure-policy.ts';
import { isActive, isFinished, isReady } from './pod-state.ts';

/** Most pods that one sync creates, and most that it deletes. */
const BURST_PODS = 500;

export interface JobState {
  readonly spec: JobSpec;
  readonly status: JobStatus;
  readonly pods: readonly JobPod[];
  /** What the controller remembers of failures from one sync to the next. */
  readonly backoff: BackoffRecord;
}

export interface JobSync {
  readonly create: number;
  /** Of an indexed job: the indexes of the pods to create. */
  readonly createIndexes: readonly number[];
  readonly remove: readonly JobPod[];
  /** Pods that have been counted now: their tracking finalizer goes. */
  readonly released: readonly JobPod[];
  readonly status: JobStatus;
  readonly backoff: BackoffRecord;
  /** When pods may be created again, or the deadline passes; null: not by time. */
  readonly requeueAfterMs: number | null;
}

/**
 * One sync of the Job controller; the caller lets a second pass between two of one job, and sees to it that the effect
 * of the last is visible.
 * Source: kubernetes v1.36.2 pkg/controller/job/job_controller.go (syncJob, manageJob,
 * trackJobStatusAndRemoveFinalizers, enactJobFinished).
 */
export function syncJob(state: JobState, nowMs: number): JobSync {
  const isOver = state.status.conditions.some(
    ({ type, isTrue }) => isTrue && (type === 'Complete' || type === 'Failed'),
  );
  if (isOver) {
    const { status, backoff } = state;
    return { create: 0, createIndexes: [], remove: [], released: [], status, backoff, requeueAfterMs: null };
  }
  return new Sync(state, nowMs).run();
}

/** `SuccessCriteriaMet` or `FailureTarget`, with the reason: the job is to end in this way. */
type Ending = { readonly type: 'SuccessCriteriaMet' | 'FailureTarget'; readonly reason: string };

class Sync {
  readonly #spec: JobSpec;
  readonly #status: JobStatus;
  readonly #pods: readonly JobPod[];
  readonly #active: readonly JobPod[];
  readonly #nowMs: number;
  readonly #kept: BackoffRecord;
  readonly #backoff: BackoffRecord;
  readonly #completed: ReadonlySet<number>;
  readonly #failedIndexes: ReadonlySet<number>;
  /** Pods of an index that keep its failure count until the next pod of that index is there. */
  readonly #delayed: ReadonlyMap<number, JobPod>;
  readonly #succeeded: number;
  readonly #failed: number;
  readonly #startedMs: number | null;
  #remove: readonly JobPod[] = [];
  #createIndexes: readonly number[] = [];
  #create = 0;
  #activeCount: number;
  #requeueAfterMs: number | null = null;
  #releasedByDeletion = false;

  constructor({ spec, status, pods, backoff }: JobState, nowMs: number) {
    this.#spec = spec;
    this.#status = status;
    this.#pods = pods;
    this.#nowMs = nowMs;
    this.#active = pods.filter(isActive);
    this.#activeCount = this.#active.length;
    this.#startedMs = status.startedMs ?? (spec.suspended ? null : nowMs);
    const fresh = pods.filter((pod) => pod.tracked && this.#isValid(pod));
    const succeeded = fresh.filter(({ phase }) => phase === 'Succeeded');
    const failed = fresh.filter((pod) => hasFailed(pod, spec));
    const ends = (ended: readonly JobPod[]) => ended.map(({ endedMs }) => endedMs);
    this.#kept = backoff;
    this.#backoff = recordEnds(backoff, ends(succeeded), ends(failed));
    const indexesOf = (some: readonly JobPod[]) => some.map(({ index }) => index!);
    this.#completed = new Set(spec.indexed ? [...status.completedIndexes, ...indexesOf(succeeded)] : []);
    const failing = failed.filter((pod) => this.#failsIndex(pod));
    const perIndex = spec.backoffLimitPerIndex !== null;
    this.#failedIndexes = new Set(perIndex ? [...status.failedIndexes, ...indexesOf(failing)] : []);
    this.#delayed = perIndex ? this.#delayedPods(failed) : new Map();
    this.#succeeded = spec.indexed ? this.#completed.size : status.succeeded + succeeded.length;
    this.#failed = status.failed + failed.filter((pod) => this.#counts(pod)).length;
  }

  run(): JobSync {
    let ending = this.#ending();
    const isNew = ending !== null && !this.#has(ending.type);
    const isSuspended = ending === null && this.#spec.suspended;
    if (ending === null) {
      this.#manage();
      if (this.#isComplete()) ending = { type: 'SuccessCriteriaMet', reason: 'CompletionsReached' };
    } else {
      this.#remove = this.#active;
      this.#activeCount = 0;
    }
    return this.#finish(ending, isNew, isSuspended);
  }

  /** Why the job has to end, other than by its completions. */
  #ending(): Ending | null {
    const spec = this.#spec;
    for (const { type, reason } of this.#status.conditions) {
      if (type === 'SuccessCriteriaMet' || type === 'FailureTarget') return { type, reason };
    }
    const fail = (reason: string): Ending => ({ type: 'FailureTarget', reason });
    const failing = this.#pods.filter((pod) => hasFailed(pod, spec));
    if (failing.some((pod) => this.#action(pod) === 'FailJob')) return fail('PodFailurePolicy');
    if (this.#failed > spec.backoffLimit || this.#restartsExceedLimit()) return fail('BackoffLimitExceeded');
    const deadlineMs = this.#deadlineMs();
    if (deadlineMs !== null && this.#nowMs >= deadlineMs) return fail('DeadlineExceeded');
    if (deadlineMs !== null) this.#requeueAt(deadlineMs);
    const { maxFailedIndexes, completions } = spec;
    const failedIndexes = this.#failedIndexes.size;
    if (maxFailedIndexes !== null && failedIndexes > maxFailedIndexes)
      return fail('MaxFailedIndexesExceeded');
    if (failedIndexes > 0 && failedIndexes + this.#completed.size >= completions!)
      return fail('FailedIndexes');
    return null;
  }

  #deadlineMs(): number | null {
    const { activeDeadlineSeconds, suspended } = this.#spec;
    if (activeDeadlineSeconds === null || this.#startedMs === null || suspended) return null;
    return this.#startedMs + activeDeadlineSeconds * 1000;
  }

  /** Restarts in place count against the limit as well. */
  #restartsExceedLimit(): boolean {
    const { restartPolicy, backoffLimit } = this.#spec;
    if (restartPolicy !== 'OnFailure') return false;
    const alive = this.#pods.filter(({ phase }) => phase === 'Running' || phase === 'Pending');
    const restarts = alive.reduce((sum, pod) => sum + pod.restarts, 0);
    return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
  }

  /** Deletes what is too much, or creates what is missing; never both. */
  #manage(): void {
    const spec = this.#spec;
    const surplus = spec.suspended ? this.#active.length : Math.max(this.#active.length - this.#wanted(), 0);
    this.#remove = this.#forRemoval(surplus).slice(0, spec.suspended ? undefined : BURST_PODS);
    this.#releasedByDeletion = this.#remove.length > 0;
    this.#activeCount -= this.#remove.length;
    if (spec.suspended || this.#remove.length > 0) return;
    const terminating = replacesEndedOnly(spec) ? this.#terminating() : 0;
    const missing = this.#wanted() - terminating - this.#active.length;
    if (missing > 0) this.#createPods(Math.min(missing, BURST_PODS));
  }

  #createPods(count: number): void {
    const perIndex = this.#spec.backoffLimitPerIndex !== null;
    let delayMs = perIndex ? 0 : remainingDelayMs(this.#backoff, this.#nowMs);
    let indexes: readonly number[] = [];
    if (delayMs === 0 && this.#spec.indexed) {
      indexes = this.#pendingIndexes(count);
      const delays = indexes.map((index) => this.#indexDelayMs(index));
      const ready = indexes.filter((_, at) => delays[at] === 0);
      if (ready.length === 0 && delays.length > 0) delayMs = Math.min(...delays);
      indexes = ready;
    }
    if (delayMs > 0) {
      // The real one writes no active pods into the status while it waits, whatever runs.
      this.#activeCount = 0;
      this.#requeueAt(this.#nowMs + delayMs);
      return;
    }
    this.#createIndexes = indexes;
    this.#create = this.#spec.indexed ? indexes.length : count;
    this.#activeCount += this.#create;
  }

  #wanted(): number {
    const { completions, parallelism } = this.#spec;
    if (completions === null) return this.#succeeded > 0 ? this.#active.length : parallelism;
    return Math.max(Math.min(completions - this.#succeeded, parallelism), 0);
  }

  /** At least `count` active pods: all that repeat an index or have none, then by rank. */
  #forRemoval(count: number): readonly JobPod[] {
    const ranked = [...this.#active].sort(compareActive);
    const doubles = this.#spec.indexed
      ? ranked.filter(
          (pod, at) => !this.#isValid(pod) || ranked.slice(at + 1).some(({ index }) => index === pod.index),
        )
      : [];
    const others = ranked.filter((pod) => !doubles.includes(pod));
    return [...doubles, ...others.slice(0, Math.max(count - doubles.length, 0))];
  }

  #pendingIndexes(count: number): number[] {
    const taken = new Set([...this.#completed, ...this.#failedIndexes]);
    const waitsForEnd = replacesEndedOnly(this.#spec);
    for (const pod of this.#pods) {
      const occupies = isActive(pod) || (waitsForEnd && pod.terminating && !isFinished(pod));
      if (occupies && pod.index !== null) taken.add(pod.index);
    }
    const pending: number[] = [];
    for (let index = 0; index < this.#spec.completions! && pending.length < count; index++) {
      if (!taken.has(index)) pending.push(index);
    }
    return pending;
  }

  #indexDelayMs(index: number): number {
    const pod = this.#delayed.get(index);
    if (pod === undefined) return 0;
    const failures = pod.indexFailures + pod.ignoredIndexFailures + 1;
    return remainingDelayMs({ failures, lastFailureMs: pod.endedMs }, this.#nowMs);
  }

  #delayedPods(failed: readonly JobPod[]): Map<number, JobPod> {
    const active = new Set(this.#active.map(({ index }) => index));
    const delayed = new Map<number, JobPod>();
    const count = (pod: JobPod) => pod.indexFailures + pod.ignoredIndexFailures;
    for (const pod of failed) {
      const index = pod.index!;
      if (active.has(index) || this.#completed.has(index) || this.#failedIndexes.has(index)) continue;
      const last = delayed.get(index);
      if (last === undefined || (count(last) <= count(pod) && pod.endedMs >= last.endedMs))
        delayed.set(index, pod);
    }
    return delayed;
  }

  #isComplete(): boolean {
    const { completions } = this.#spec;
    const enough = completions === null ? this.#succeeded > 0 : this.#succeeded >= completions;
    return enough && this.#activeCount === 0;
  }

  /** Counts what has ended, and settles the conditions. */
  #finish(ending: Ending | null, isNew: boolean, isSuspended: boolean): JobSync {
    const { indexed } = this.#spec;
    const fails = ending?.type === 'FailureTarget';
    const counted = this.#pods.filter((pod) => pod.tracked && this.#canBeCounted(pod, ending));
    const newlySucceeded = counted.filter((pod) => pod.phase === 'Succeeded' && this.#isValid(pod));
    const newlyFailed = counted.filter((pod) => {
      if (pod.phase === 'Succeeded' || !this.#isValid(pod)) return false;
      return (hasFailed(pod, this.#spec) || fails) && this.#counts(pod);
    });
    const terminating = this.#terminating() + this.#remove.length;
    const released = this.#releasedByDeletion
      ? [...counted, ...this.#remove.filter(({ tracked }) => tracked)]
      : counted;
    const status = this.#status;
    const next: JobStatus = {
      startedMs: this.#nextStart(isSuspended),
      active: this.#activeCount,
      ready: this.#active.filter((pod) => isReady(pod) && !this.#remove.includes(pod)).length,
      terminating,
      succeeded: indexed ? this.#completed.size : status.succeeded + newlySucceeded.length,
      failed: status.failed + newlyFailed.length,
      completedIndexes: this.#completed,
      failedIndexes: this.#failedIndexes,
      conditions: this.#conditions(ending, isNew, isSuspended, terminating),
    };
    return {
      create: this.#create,
      createIndexes: this.#createIndexes,
      remove: this.#remove,
      released,
      // Kept only when the status is written: failures that a policy ignores may be forgotten with it.
      backoff: isWritten(status, next) ? this.#backoff : this.#kept,
      requeueAfterMs: this.#requeueAfterMs,
      status: next,
    };
  }

  #canBeCounted(pod: JobPod, ending: Ending | null): boolean {
    if (ending !== null || pod.phase === 'Succeeded') return true;
    if (!hasFailed(pod, this.#spec)) return false;
    return pod.index === null || this.#delayed.get(pod.index) !== pod;
  }

  #nextStart(isSuspended: boolean): number | null {
    if (isSuspended) return null;
    const wasSuspended = this.#status.conditions.some(({ type, isTrue }) => type === 'Suspended' && isTrue);
    return wasSuspended ? this.#nowMs : this.#startedMs;
  }

  /** The end is announced first, and takes place when no pod is left. */
  #conditions(
    ending: Ending | null,
    isNew: boolean,
    isSuspended: boolean,
    terminating: number,
  ): readonly JobCondition[] {
    const conditions = [...this.#status.conditions];
    const set = (condition: JobCondition) => {
      const at = conditions.findIndex(({ type }) => type === condition.type);
      if (at >= 0) conditions[at] = condition;
      else if (condition.isTrue) conditions.push(condition);
    };
    if (ending === null) {
      set({ type: 'Suspended', isTrue: isSuspended, reason: isSuspended ? 'JobSuspended' : 'JobResumed' });
      return conditions;
    }
    const { type, reason } = ending;
    if (isNew || !this.#has(type)) set({ type, isTrue: true, reason });
    if (terminating === 0)
      set({ type: type === 'FailureTarget' ? 'Failed' : 'Complete', isTrue: true, reason });
    return conditions;
  }

  #has(type: JobCondition['type']): boolean {
    return this.#status.conditions.some((condition) => condition.type === type);
  }

  #terminating(): number {
    return this.#pods.filter((pod) => pod.terminating && !isFinished(pod)).length;
  }

  #isValid({ index }: JobPod): boolean {
    return !this.#spec.indexed || (index !== null && index < this.#spec.completions!);
  }

  #action(pod: JobPod): ReturnType<typeof failureAction> {
    const { failurePolicy } = this.#spec;
    return failurePolicy === null ? null : failureAction(failurePolicy, pod);
  }

  #counts(pod: JobPod): boolean {
    return this.#action(pod) !== 'Ignore';
  }

  #failsIndex(pod: JobPod): boolean {
    const { backoffLimitPerIndex } = this.#spec;
    if (this.#action(pod) === 'FailIndex') return true;
    return this.#counts(pod) && pod.indexFailures >= (backoffLimitPerIndex ?? Number.POSITIVE_INFINITY);
  }

  #requeueAt(timeMs: number): void {
    const afterMs = timeMs - this.#nowMs;
    this.#requeueAfterMs = Math.min(this.#requeueAfterMs ?? afterMs, afterMs);
  }
}

function isWritten(last: JobStatus, next: JobStatus): boolean {
  const counts = ['active', 'ready', 'terminating', 'succeeded', 'failed'] as const;
  const texts = (conditions: readonly JobCondition[]) => conditions.map((one) => JSON.stringify(one)).join();
  return (
    counts.some((count) => last[count] !== next[count]) ||
    last.completedIndexes.size !== next.completedIndexes.size ||
    last.failedIndexes.size !== next.failedIndexes.size ||
    texts(last.conditions) !== texts(next.conditions)
  );
}
