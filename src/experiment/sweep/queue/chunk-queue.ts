import type { Job, Queue } from 'bullmq';
import type { IndexRange } from '../index-ranges.ts';
import type { Sweep } from '../sweep-plan.ts';
import { type QueueServer, unreachableServer } from './connect.ts';
import type { QueueSettings } from './queue-settings.ts';

/** Chunks that are sent to the server together. */
const BATCH = 1000;
/** Chunks that a queue remembers as done. Results are kept elsewhere: this is for people who look at it. */
export const REMEMBERED = 1000;

/** How far the chunks of a sweep are. */
export interface QueueCounts {
  readonly chunks: number;
  readonly done: number;
  readonly waiting: number;
  readonly active: number;
  readonly quarantined: number;
}

/** A chunk that has failed too often, or that too many workers have died of. */
export interface QuarantinedChunk extends IndexRange {
  readonly reason: string;
}

/** What a job of the queue holds. */
export interface ChunkJob {
  readonly first: number;
  readonly last: number;
}

/** The chunks of one plan on a server. Errors of every call: E4009. */
export interface ChunkQueue {
  readonly name: string;
  /** Puts chunks there; one that is there already stays as it is. `onBatch` is told how many it was so far. */
  add(chunks: Iterable<IndexRange>, settings: QueueSettings): Promise<number>;
  /** Puts chunks there whatever has become of them before; those that someone works on stay with him. */
  addAgain(chunks: Iterable<IndexRange>, settings: QueueSettings): Promise<number>;
  /** When the last attempt at a chunk began, in milliseconds of the epoch, by the name of its job; null: it is gone. */
  startedMs(jobId: string): Promise<number | null>;
  counts(): Promise<QueueCounts>;
  quarantined(): Promise<QuarantinedChunk[]>;
  /** Names of the processes that take from it. */
  workers(): Promise<string[]>;
  /** Removes everything. Workers find nothing more. */
  destroy(): Promise<void>;
  close(): Promise<void>;
}

/** The name of the queue of a plan: one each, so that plans don't wait for one another. */
export function queueName(hash: string): string {
  return `sweep-${hash.slice(0, 32)}`;
}

/** Opens the queue of a plan. */
export function openChunkQueue(server: QueueServer, { plan, chunks }: Sweep): ChunkQueue {
  const name = queueName(plan.hash);
  const queue: Queue<ChunkJob> = server.queue<ChunkJob>(name);
  const asking = <Value>(answer: Promise<Value>): Promise<Value> =>
    answer.catch((error) => Promise.reject(unreachableServer(server.address, error)));
  const idOf = ({ first, last }: IndexRange) => `${plan.hash.slice(0, 16)}-${first}-${last}`;
  const add = async (ranges: Iterable<IndexRange>, { attempts, backoffMs }: QueueSettings) => {
    const options = { attempts, backoff: { type: 'exponential', delay: backoffMs } };
    let added = 0;
    for (const batch of batches(ranges)) {
      await asking(
        queue.addBulk(
          batch.map(({ first, last }) => ({
            name: 'chunk',
            data: { first, last },
            opts: { ...options, jobId: idOf({ first, last }) },
          })),
        ),
      );
      added += batch.length;
    }
    return added;
  };
  return {
    name,
    add,
    async addAgain(ranges, settings) {
      const wanted: IndexRange[] = [];
      for (const range of ranges) {
        const job = await asking(queue.getJob(idOf(range)));
        const state = job === undefined ? 'unknown' : await asking(job.getState());
        if (state === 'failed' || state === 'completed') await asking(queue.remove(idOf(range)));
        wanted.push(range);
      }
      return add(wanted, settings);
    },
    startedMs: async (jobId) => (await asking(queue.getJob(jobId)))?.processedOn ?? null,
    async counts() {
      const found = await asking(queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed'));
      const { active = 0, failed: quarantined = 0, ...others } = found;
      const waiting = Object.values(others).reduce((sum, count) => sum + count, 0);
      const done = Math.max(0, chunks.count - waiting - active - quarantined);
      return { chunks: chunks.count, done, waiting, active, quarantined };
    },
    async quarantined() {
      const jobs: Job<ChunkJob>[] = await asking(queue.getFailed(0, -1));
      return jobs
        .map(({ data: { first, last }, failedReason }) => ({ first, last, reason: reasonOf(failedReason) }))
        .sort((a, b) => a.first - b.first);
    },
    async workers() {
      const found = await asking(queue.getWorkers());
      return found.map((worker) => (worker['rawname'] ?? worker['name'] ?? '').replace(/^.*:w:/, '')).sort();
    },
    async destroy() {
      await asking(queue.obliterate({ force: true }));
    },
    close: () => queue.close(),
  };
}

/** Was the chunk put aside because of workers that vanished, and by no attempt of its own? */
export function hasStalledTooOften(failedReason: string): boolean {
  return failedReason.startsWith('job stalled more than');
}

/** BullMQ's own words for what it saw, in ours. */
function reasonOf(failedReason: string): string {
  const exit = /^Unexpected exit code: (\d+) signal: /.exec(failedReason);
  if (exit !== null)
    return `the worker thread ended with code ${exit[1]}: out of memory, or ended by a plug-in`;
  if (hasStalledTooOften(failedReason)) return 'too many workers have died of it, or vanished with it';
  return failedReason;
}

function* batches(ranges: Iterable<IndexRange>): Generator<IndexRange[]> {
  let batch: IndexRange[] = [];
  for (const range of ranges) {
    batch.push(range);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
