import { FailedRuns, type Loss } from '../losses.ts';
import type { WorkCounters } from '../work-counters.ts';
import type { Sweep } from '../sweep-plan.ts';
import type { ChunkJob, ChunkQueue } from './chunk-queue.ts';
import type { PlanShelf } from './plan-shelf.ts';
import type { QueueSettings } from './queue-settings.ts';

/** What a process has to know of its work to tell what failures have cost. */
interface Work {
  readonly shelf: PlanShelf;
  readonly queue: ChunkQueue;
  readonly sweep: Sweep;
  readonly settings: QueueSettings;
  readonly counters: WorkCounters;
  readonly nowMs: () => number;
}

/** Tells the server what failures have cost this process, and what they have cost others that cannot tell any more. */
export class QueueLosses {
  readonly #work: Work;
  readonly #failedRuns: FailedRuns;
  readonly #telling = new Set<Promise<void>>();

  constructor(work: Work) {
    this.#work = work;
    this.#failedRuns = new FailedRuns(work.counters);
  }

  /** An attempt of this process has ended without its chunk. */
  attemptFailed({ first }: ChunkJob): void {
    this.#tell({ what: 'attempt', times: 1, ms: this.#work.counters.lost(first) });
  }

  /** Nobody has renewed the claim on a chunk. */
  workerVanished(jobId: string): void {
    const { queue, settings, nowMs } = this.#work;
    // When it died only its machine knows; it was alive when it renewed the claim that has run out now.
    const aliveMs = nowMs() - settings.lockMs;
    this.#keep(
      queue.startedMs(jobId).then((startedMs) =>
        this.#tell({
          what: 'worker',
          times: 1,
          ms: startedMs === null ? 0 : Math.max(0, aliveMs - startedMs),
        }),
      ),
    );
  }

  /** Tells of the runs that have failed since it was called last. */
  tellOfRuns(): void {
    const loss = this.#failedRuns.take();
    if (loss !== null) this.#tell(loss);
  }

  /** Waits until everything is told. */
  async end(): Promise<void> {
    this.tellOfRuns();
    while (this.#telling.size > 0) await Promise.all(this.#telling);
  }

  #tell(loss: Loss): void {
    const { shelf, sweep } = this.#work;
    this.#keep(shelf.addLoss(sweep.plan.hash, loss));
  }

  /** A server that does not answer is told of by whoever needs the answer: what a failure has cost is not worth an end. */
  #keep(answer: Promise<void>): void {
    const kept = answer.catch(() => {}).finally(() => this.#telling.delete(kept));
    this.#telling.add(kept);
  }
}
