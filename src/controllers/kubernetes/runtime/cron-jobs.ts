import { type CronJobSpec, type CronJobStatus, syncCronJob } from '../cron-job.ts';
import type { RunningJob } from './jobs.ts';
import type { Reconciled, WorkQueue } from './work-queue.ts';

export interface CronJobOptions {
  readonly queue: WorkQueue;
  /** Epoch milliseconds of the start of the run: schedules are of the calendar. */
  readonly startEpochMs: number;
  readonly spec: CronJobSpec;
  /** A new Job of that name; `onFinished` when it is over. */
  readonly createJob: (name: string, onFinished: () => void) => RunningJob;
}

/** A CronJob in a run: makes a Job at each due time, as its concurrency policy has it. */
export class RunningCronJob implements Reconciled {
  readonly #options: CronJobOptions;
  readonly #key: number;
  #status: CronJobStatus = { active: [], lastScheduleMs: null };
  #jobs: RunningJob[] = [];

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
    this.#status = result.status;
    for (const job of this.#jobs) if (result.remove.includes(job.name)) job.delete();
    this.#jobs = this.#jobs.filter(({ name }) => !result.remove.includes(name));
    if (result.create !== null) {
      const job = createJob(result.create.name, () => queue.wake(this.#key));
      this.#jobs.push(job);
      job.start();
    }
    const { requeueAfterMs } = result;
    if (requeueAfterMs !== null && Number.isFinite(requeueAfterMs)) {
      queue.wakeAfter(this.#key, Math.max(1, Math.ceil(requeueAfterMs)));
    }
  }
}
