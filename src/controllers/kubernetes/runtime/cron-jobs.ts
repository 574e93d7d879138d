import { type CronJobSpec, type CronJobStatus, syncCronJob } from '../cron-job.ts';
import { CreateBackoff } from './create-backoff.ts';
import type { RunningJob } from './jobs.ts';
import type { ObjectQuota } from './resource-quotas.ts';
import type { Reconciled, WorkQueue } from './work-queue.ts';

export interface CronJobOptions {
  readonly queue: WorkQueue;
  /** Epoch milliseconds of the start of the run: schedules are of the calendar. */
  readonly startEpochMs: number;
  readonly spec: CronJobSpec;
  /** A new Job of that name; `onFinished` when it is over. */
  readonly createJob: (name: string, onFinished: () => void) => RunningJob;
  /** On its Jobs. Absent: there are none. */
  readonly quota?: ObjectQuota | undefined;
  /** Events of the CronJob, reason and message. */
  readonly tell: (reason: string, message: string) => void;
}

/** A CronJob in a run: makes a Job at each due time, as its concurrency policy has it. */
export class RunningCronJob implements Reconciled {
  readonly #options: CronJobOptions;
  readonly #key: number;
  #status: CronJobStatus = { active: [], lastScheduleMs: null };
  #jobs: RunningJob[] = [];
  readonly #refusals = new CreateBackoff();

  constructor(options: CronJobOptions) {
    this.#options = options;
    this.#key = options.queue.add(this);
  }

  /** Call once. */
  start(): void {
    this.#options.queue.wakeAfter(this.#key, 0);
  }

  sync(nowMs: number): void {
    const { spec, startEpochMs, queue, createJob } = this.#options;
    const children = this.#jobs.map(({ name, startedMs, finished }) => ({
      name,
      startedMs: startedMs === null ? null : startedMs + startEpochMs,
      finished,
    }));
    const result = syncCronJob(spec, this.#status, children, nowMs + startEpochMs);
    const before = this.#status;
    this.#status = result.status;
    this.#remove(result.remove);
    if (result.create !== null && this.#isRefused(result.create.name)) {
      // Nothing was scheduled: it is due still, unless a newer time or the deadline comes first.
      const active = before.active.filter((name) => !result.remove.includes(name));
      this.#status = { ...before, active };
      queue.wakeAfter(this.#key, this.#refusals.next());
      return;
    }
    if (result.create !== null) {
      this.#refusals.reset();
      this.#options.quota?.count(1);
      const job = createJob(result.create.name, () => queue.wake(this.#key));
      this.#jobs.push(job);
      job.start();
    }
    const { requeueAfterMs } = result;
    if (requeueAfterMs !== null && Number.isFinite(requeueAfterMs)) {
      queue.wakeAfter(this.#key, Math.max(1, Math.ceil(requeueAfterMs)));
    }
  }

  #remove(names: readonly string[]): void {
    for (const job of this.#jobs) {
      if (!names.includes(job.name)) continue;
      job.delete();
      this.#options.quota?.count(-1);
    }
    this.#jobs = this.#jobs.filter(({ name }) => !names.includes(name));
  }

  /** Source: kubernetes v1.36.2 pkg/controller/cronjob/cronjob_controllerv2.go, syncCronJob */
  #isRefused(name: string): boolean {
    const { quota, tell } = this.#options;
    const why = quota?.refusal(name) ?? null;
    if (why !== null) tell('FailedCreate', `Error creating job: ${why}`);
    return why !== null;
  }
}
