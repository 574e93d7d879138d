import { NO_FAILURES } from '../job-backoff.ts';
import { type JobPod, type JobSpec, NEW_JOB } from '../job-state.ts';
import { syncJob } from '../job.ts';
import { MINUTE, SECOND } from '../../../units.ts';
import { CreateBackoff } from './create-backoff.ts';
import type { Pod, PodEnd, PodOwner, Pods, PodTemplate } from './pods.ts';
import type { Reconciled, WorkQueue } from './work-queue.ts';

export interface JobOptions {
  readonly pods: Pods;
  readonly queue: WorkQueue;
  readonly nowMs: () => number;
  readonly name: string;
  readonly spec: JobSpec;
  readonly template: PodTemplate;
  /** The job is over. */
  readonly onFinished: (how: 'Complete' | 'Failed', reason: string) => void;
}

/** What a pod of the job was like when it ended: its record stays until the controller has counted it. */
interface EndedPod {
  readonly pod: Pod;
  readonly phase: 'Succeeded' | 'Failed';
  readonly endedMs: number;
  readonly isDisrupted: boolean;
  readonly exitCode: number;
}

/** SIGKILL, as the kernel sends it to what uses too much memory: 128 + 9. */
const KILLED = 137;

/** One sync of a job at most every second. Source: kubernetes v1.36.2 pkg/controller/job/job_controller.go, syncJobBatchPeriod. */
const SYNC_PERIOD_MS = SECOND;
const DISRUPTED = [{ type: 'DisruptionTarget', status: 'True' }] as const;

/** A Job in a run: makes pods until enough of them have succeeded, or too many have failed. */
export class RunningJob implements PodOwner, Reconciled {
  readonly followsNodes = false;
  readonly name: string;
  startedMs: number | null = null;
  finished: 'Complete' | 'Failed' | null = null;
  readonly #options: JobOptions;
  readonly #key: number;
  readonly #pods = new Set<Pod>();
  /** Pods that the job itself has deleted. */
  readonly #deleted = new Set<Pod>();
  #ended: EndedPod[] = [];
  #status = NEW_JOB;
  #backoff = NO_FAILURES;
  readonly #refusals = new CreateBackoff(SECOND, MINUTE);
  /** By index: failures so far. */
  readonly #indexFailures = new Map<number, number>();
  #lastSyncMs = Number.NEGATIVE_INFINITY;

  constructor(options: JobOptions) {
    this.#options = options;
    this.name = options.name;
    this.#key = options.queue.add(this);
  }

  /** Call once, when its pods may be made. */
  start(): void {
    this.#options.queue.wakeAfter(this.#key, 0);
  }

  /** The job is deleted, and its pods with it. */
  delete(): void {
    this.finished ??= 'Failed';
    for (const pod of this.#pods) this.#remove(pod);
  }

  count(pod: Pod): void {
    this.#pods.add(pod);
  }

  changed(): void {
    this.#wake();
  }

  gone(pod: Pod, how: PodEnd): void {
    this.#pods.delete(pod);
    const isOwn = this.#deleted.delete(pod);
    const { index } = pod;
    const phase = how === 'succeeded' ? 'Succeeded' : 'Failed';
    this.#ended.push({
      pod,
      phase,
      endedMs: this.#options.nowMs(),
      isDisrupted: !isOwn && (how === 'deleted' || how === 'lost' || how === 'evicted'),
      exitCode: how === 'killed' ? KILLED : phase === 'Failed' ? 1 : 0,
    });
    if (phase === 'Failed' && index !== null)
      this.#indexFailures.set(index, (this.#indexFailures.get(index) ?? 0) + 1);
    this.#wake();
  }

  sync(nowMs: number): void {
    if (this.finished !== null) return;
    const { spec, queue, onFinished } = this.#options;
    this.#lastSyncMs = nowMs;
    const views = new Map<string, Pod>();
    const alive = [...this.#pods].map((pod) => {
      views.set(pod.uid, pod);
      return this.#view(pod, null);
    });
    const ended = this.#ended.map((one) => this.#view(one.pod, one));
    const result = syncJob(
      { spec, status: this.#status, pods: [...alive, ...ended], backoff: this.#backoff },
      nowMs,
    );
    this.#status = result.status;
    this.#backoff = result.backoff;
    this.startedMs = result.status.startedMs;
    const counted = new Set(result.released.map(({ name }) => name));
    this.#ended = this.#ended.filter(({ pod }) => !counted.has(pod.uid));
    for (const { name } of result.remove) {
      const pod = views.get(name);
      if (pod !== undefined) this.#remove(pod);
    }
    this.#create(spec.indexed ? result.createIndexes : Array.from({ length: result.create }, () => null));
    if (result.requeueAfterMs !== null)
      queue.wakeAfter(this.#key, Math.max(SYNC_PERIOD_MS, result.requeueAfterMs));
    const end = result.status.conditions.find(
      ({ type, isTrue }) => isTrue && (type === 'Complete' || type === 'Failed'),
    );
    if (end === undefined) return;
    this.finished = end.type as 'Complete' | 'Failed';
    onFinished(this.finished, end.reason);
  }

  /** A pod for each index, null for none, as long as the API server admits them. */
  #create(indexes: readonly (number | null)[]): void {
    const { pods, template, queue } = this.#options;
    for (const index of indexes) {
      if (!pods.mayCreate(this.name, template)) {
        queue.wakeAfter(this.#key, this.#refusals.next());
        return;
      }
      pods.create(this, template, index);
    }
    this.#refusals.reset();
  }

  #remove(pod: Pod): void {
    if (pod.isTerminating) return;
    this.#deleted.add(pod);
    this.#options.pods.remove(pod);
  }

  #wake(): void {
    const { queue, nowMs } = this.#options;
    const waitMs = this.#lastSyncMs + SYNC_PERIOD_MS - nowMs();
    if (waitMs > 0) queue.wakeAfter(this.#key, waitMs);
    else queue.wake(this.#key);
  }

  #view(pod: Pod, ended: EndedPod | null): JobPod {
    const { index } = pod;
    const ranked = this.#options.pods.ranked(pod);
    const failures = index === null ? 0 : (this.#indexFailures.get(index) ?? 0);
    return {
      ...ranked,
      ...(ended === null ? {} : { phase: ended.phase, ready: null, terminating: false }),
      tracked: true,
      index,
      // Its own failure is not one before it.
      indexFailures: ended?.phase === 'Failed' && index !== null ? failures - 1 : failures,
      ignoredIndexFailures: 0,
      endedMs: ended?.endedMs ?? pod.readySinceMs,
      exits: ended === null ? [] : [{ container: '', exitCode: ended.exitCode }],
      conditions: ended?.isDisrupted === true ? DISRUPTED : [],
    };
  }
}
