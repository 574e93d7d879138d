import type { Job } from 'bullmq';
import { moduleFile } from '../../../io/package-file.ts';
import { type DiagnosticCode, InputError } from '../../../errors.ts';
import type { Sweep } from '../sweep-plan.ts';
import type { SweepSetting } from '../sweep-world.ts';
import type { ProcessorData } from './chunk-processor.ts';
import { type ChunkQueue, type QueueCounts, REMEMBERED } from './chunk-queue.ts';
import type { QueueServer } from './connect.ts';
import type { PlanShelf } from './plan-shelf.ts';
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
  /** Three 32-bit integers that grow: runs that this process has done, those of them that failed, and 1 to stop. */
  readonly counters: SharedArrayBuffer;
  /** Gives back what was begun and ends. */
  readonly signal: AbortSignal;
  /** Waits; ends early when the signal comes. */
  readonly pause: (ms: number) => Promise<void>;
  /** Told how far all workers together are. */
  readonly onCounts: (counts: QueueCounts) => void;
}

/** How it ended. */
export interface QueueEnd {
  readonly counts: QueueCounts;
  /** The sweep was cancelled by someone. */
  readonly isCancelled: boolean;
}

/** How often the queue is asked how far it is. */
const LOOK_MS = 1000;

/**
 * Takes chunks from the queue until there are none left, of which none is with a worker that may yet die, a signal
 * comes, or the sweep is cancelled. Errors: E4007 when a run comes to something else than before, E4002, E4009.
 */
export async function workQueue(work: QueueWork): Promise<QueueEnd> {
  const { shelf, queue, sweep, signal, pause, onCounts, jobs } = work;
  const { hash } = sweep.plan;
  let fatal: InputError | null = null;
  const onFailed = (_job: Job | undefined, error: Error) => {
    fatal ??= fatalOf(error);
  };
  const worker = jobs === 0 ? null : startWorker(work, onFailed);
  try {
    for (;;) {
      const counts = await queue.counts();
      onCounts(counts);
      const isCancelled = !(await shelf.has(hash));
      if (fatal !== null) throw fatal;
      if (isCancelled || signal.aborted || counts.waiting + counts.active === 0)
        return { counts, isCancelled };
      await pause(LOOK_MS);
    }
  } finally {
    Atomics.store(new Int32Array(work.counters), 2, 1);
    await worker?.close();
  }
}

function startWorker(
  { server, queue, sweep, setting, place, settings, jobs, owner, counters }: QueueWork,
  onFailed: (job: Job | undefined, error: Error) => void,
) {
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
  worker.on('failed', onFailed);
  return worker;
}

/** Findings that say that this machine should do no more: other chunks would meet the same. */
function fatalOf({ message }: Error): InputError | null {
  const match = /^(E4002|E4007): ([\s\S]*)$/.exec(message);
  if (match === null) return null;
  return new InputError([{ severity: 'error', code: match[1] as DiagnosticCode, message: match[2]! }]);
}
