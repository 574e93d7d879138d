import { moduleFile } from '../../../io/package-file.ts';
import { type DiagnosticCode, InputError } from '../../../errors.ts';
import type { Sweep } from '../sweep-plan.ts';
import type { SweepSetting } from '../sweep-world.ts';
import type { WorkCounters } from '../work-counters.ts';
import type { ProcessorData } from './chunk-processor.ts';
import {
  type ChunkJob,
  type ChunkQueue,
  hasStalledTooOften,
  type QueueCounts,
  REMEMBERED,
} from './chunk-queue.ts';
import type { QueueServer } from './connect.ts';
import type { Loss } from '../losses.ts';
import type { PlanShelf } from './plan-shelf.ts';
import { QueueLosses } from './queue-losses.ts';
import type { QueueSettings } from './queue-settings.ts';
import type { ResultPlace } from './result-place.ts';

export interface QueueWork {
  readonly server: QueueServer;
  readonly shelf: PlanShelf;
  readonly queue: ChunkQueue;
  readonly sweep: Sweep;
  readonly setting: SweepSetting;
  readonly place: ResultPlace;
  readonly settings: QueueSettings;
  /** Worker threads; 0: only watches what others do. */
  readonly jobs: number;
  readonly owner: string;
  /** For twice as many threads: one that has died gives its place back a moment later. */
  readonly counters: WorkCounters;
  /** The wall clock, milliseconds of the epoch. */
  readonly nowMs: () => number;
  /** Gives back what was begun and ends. */
  readonly signal: AbortSignal;
  /** Waits; ends early when the signal comes. */
  readonly pause: (ms: number) => Promise<void>;
  /** Told how far all workers together are. */
  readonly onCounts: (counts: QueueCounts) => void;
  /** Told now and then what failures have cost all of them. */
  readonly onLosses: (losses: readonly Loss[]) => void;
}

/** How it ended. */
export interface QueueEnd {
  readonly counts: QueueCounts;
  /** The sweep was cancelled by someone. */
  readonly isCancelled: boolean;
}

/** How often the queue is asked how far it is. */
const LOOK_MS = 1000;
/** What failures have cost is told and asked for at every so many of those. */
const LOOKS_A_LOSS = 10;

/**
 * Takes chunks from the queue until there are none left, of which none is with a worker that may yet die, a signal
 * comes, or the sweep is cancelled. Errors: E4007 when a run comes to something else than before, E4002, E4009.
 */
export async function workQueue(work: QueueWork): Promise<QueueEnd> {
  const { shelf, queue, sweep, signal, pause, onCounts, onLosses, jobs } = work;
  const { hash } = sweep.plan;
  let fatal: InputError | null = null;
  const losses = new QueueLosses(work);
  let looks = 0;
  const worker = jobs === 0 ? null : startWorker(work);
  worker?.on('failed', (job, error) => {
    fatal ??= fatalOf(error);
    if (job !== undefined && !hasStalledTooOften(error.message)) losses.attemptFailed(job.data as ChunkJob);
  });
  worker?.on('stalled', (jobId) => losses.workerVanished(jobId));
  try {
    for (;;) {
      const counts = await queue.counts();
      onCounts(counts);
      const isCancelled = !(await shelf.has(hash));
      if (looks % LOOKS_A_LOSS === 0) {
        losses.tellOfRuns();
        onLosses(await shelf.losses(hash));
      }
      looks += 1;
      if (fatal !== null) throw fatal;
      if (isCancelled || signal.aborted || counts.waiting + counts.active === 0)
        return { counts, isCancelled };
      await pause(LOOK_MS);
    }
  } finally {
    work.counters.stop();
    await worker?.close();
    await losses.end();
  }
}

function startWorker({
  server,
  queue,
  sweep,
  setting,
  place,
  settings,
  jobs,
  owner,
  counters: { shared: counters },
}: QueueWork) {
  const { plan } = sweep;
  const workerData: ProcessorData = { plan, setting, place, owner, counters };
  // Every thread's streams are piped into those of this process.
  for (const stream of [process.stdout, process.stderr]) {
    stream.setMaxListeners(stream.getMaxListeners() + jobs);
  }
  const worker = server.worker(queue.name, moduleFile('experiment/sweep/queue/chunk-processor'), {
    name: `${owner}-stowage-${plan.engineVersion}`,
    useWorkerThreads: true,
    workerThreadsOptions: { workerData },
    concurrency: jobs,
    lockDuration: settings.lockMs,
    stalledInterval: settings.stalledCheckMs,
    maxStalledCount: settings.mostStalls,
    removeOnComplete: { count: REMEMBERED },
  });
  return worker;
}

/** Findings that say that this machine should do no more: other chunks would meet the same. */
function fatalOf({ message }: Error): InputError | null {
  const match = /^(E4002|E4007): ([\s\S]*)$/.exec(message);
  if (match === null) return null;
  return new InputError([{ severity: 'error', code: match[1] as DiagnosticCode, message: match[2]! }]);
}
