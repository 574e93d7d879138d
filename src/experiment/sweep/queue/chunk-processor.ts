import { createHash } from 'node:crypto';
import { threadId, workerData } from 'node:worker_threads';
import { assert, InputError } from '../../../errors.ts';
import { openSweep, type Sweep, type SweepPlan } from '../sweep-plan.ts';
import type { SweepSetting } from '../sweep-world.ts';
import type { ChunkJob } from './chunk-queue.ts';
import { WorkCounters } from '../work-counters.ts';
import { keepChunk, type ResultPlace } from './result-place.ts';

/** What every thread of a worker knows from its start. Plain data. */
export interface ProcessorData {
  readonly plan: SweepPlan;
  readonly setting: SweepSetting;
  readonly place: ResultPlace;
  /** A name that no other process of this moment has. */
  readonly owner: string;
  /** Of `WorkCounters`. */
  readonly counters: SharedArrayBuffer;
}

/** What goes back through the queue: the results are where they are kept. */
export interface ChunkDigest {
  readonly runs: number;
  /** Of the lines; null: they were there already. */
  readonly sha256: string | null;
}

/** The part of a job of BullMQ that a processor in a thread of its own is given. */
interface SandboxedJob {
  readonly data: ChunkJob;
  moveToWait(token: string): Promise<void>;
}

/** The work is to end: not a failure of the chunk. */
class Stopping extends Error {}

let opened: Sweep | undefined;

/**
 * One chunk from the queue, in a thread of its own, so that the thread that renews the claim on it stays free. Stopped
 * between two runs it gives the chunk back to the queue. Loaded by BullMQ from its file.
 */
async function processChunk(job: SandboxedJob, token: string): Promise<ChunkDigest> {
  const { plan, setting, place, owner, counters: shared } = workerData as ProcessorData;
  opened ??= openSweep(plan);
  const { first, last } = job.data;
  const { first: start, last: end } = opened.chunks.at(Math.floor(first / plan.chunkRuns));
  assert(first === start && last === end, 'a job of the queue is a chunk of its plan');
  const counters = new WorkCounters(shared);
  const inWork = counters.begin(first);
  const onRun = (hasFailed: boolean, wasFound: boolean) => {
    if (inWork.ran(hasFailed, wasFound)) throw new Stopping();
  };
  try {
    const lines = await keepChunk(opened, setting, { first, last }, place, {
      owner: `${owner}-${threadId}`,
      onRun,
      clockMs: () => counters.clockMs,
    });
    inWork.end();
    return { runs: last - first + 1, sha256: lines === null ? null : digestOf(lines) };
  } catch (error) {
    // Whatever else has gone wrong, the process counts what it has cost and frees the place.
    if (error instanceof Stopping) {
      inWork.end();
      await job.moveToWait(token);
      throw named('WaitingError', 'stopped');
    }
    // Another try would come to the same bytes.
    if (error instanceof InputError && error.diagnostics[0]?.code === 'E4007')
      throw named('UnrecoverableError', error.message);
    throw error;
  }
}

/** BullMQ knows what to do by the name: the class does not survive the way out of the thread. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function digestOf(lines: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return hash.digest('hex');
}

// BullMQ takes the processor by this name.
export { processChunk as default };
