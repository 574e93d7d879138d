import { hostname } from 'node:os';
import type { IndexRange } from '../../experiment/sweep/index-ranges.ts';
import { chunksOfWork } from '../../experiment/sweep/local-chunks.ts';
import { keptChunks, type ResultPlace } from '../../experiment/sweep/queue/result-place.ts';
import { type QueueEnd, workQueue } from '../../experiment/sweep/queue/work-queue.ts';
import { sumLosses } from '../../experiment/sweep/losses.ts';
import { WorkCounters } from '../../experiment/sweep/work-counters.ts';
import { requireSameInputs, type SweepSetting } from '../../experiment/sweep/sweep-world.ts';
import { decimal } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { budgetOf } from './carry-out.ts';
import { corePriceOf } from './losses-text.ts';
import { queueJobsOf, queueSettingsOf } from './queue-arguments.ts';
import type { QueueSession } from './queue-session.ts';
import { SweepProgress } from './sweep-progress.ts';
import { inlineMore } from '../optimiser.ts';

/** How often signals, the budget and the progress are looked at. */
const WATCH_MS = 100;

export interface QueueOrder {
  readonly setting: SweepSetting;
  readonly place: ResultPlace;
  /** Chunks with these runs are put into the queue again, whatever has become of them; null: none. */
  readonly only: readonly IndexRange[] | null;
}

/** How the work through a queue ended. */
export interface QueueWorkEnd extends QueueEnd {
  readonly stoppedBy: 'signal' | 'budget' | null;
}

/**
 * Puts the chunks into the queue that are neither there nor kept, and does chunks until all are done or put aside, a
 * signal comes, the budget is used up, or someone cancels the sweep.
 */
export async function carryOutQueue(
  session: QueueSession,
  { setting, place, only }: QueueOrder,
  args: Arguments,
  io: CommandIo,
): Promise<QueueWorkEnd> {
  const budgetMs = budgetOf(args);
  const jobs = queueJobsOf(args);
  const settings = queueSettingsOf(args);
  corePriceOf(args);
  const startedMs = io.nowMs();
  const { server, shelf, queue, sweep } = session;
  const { runs, chunkRuns } = sweep.plan;
  await requireSameInputs(sweep.plan, setting);
  await enqueue(session, place, only, args, io);
  inlineMore();
  io.signals.hold();
  const stopping = new AbortController();
  const counters = WorkCounters.forThreads(2 * Math.max(jobs, 1));
  const progress = new SweepProgress(io, args['progress'], runs);
  const before = Math.min(runs, (await queue.counts()).done * chunkRuns);
  progress.cached(before);
  let others = 0;
  let quarantined = 0;
  let lostMs = 0;
  let stoppedBy: QueueWorkEnd['stoppedBy'] = null;
  const watch = setInterval(() => {
    const nowMs = io.nowMs();
    counters.tick(nowMs - startedMs);
    // Counted in whole chunks where others do the work, and run by run where we are ahead of that.
    const done = Math.min(Math.max(counters.done, others), runs - before);
    progress.show(done, counters.failed, { chunksAside: quarantined, lostMs });
    if (io.signals.received !== null) stoppedBy = 'signal';
    else if (budgetMs !== null && nowMs - startedMs >= budgetMs) stoppedBy = 'budget';
    if (stoppedBy !== null) stopping.abort();
  }, WATCH_MS);
  try {
    const end = await workQueue({
      ...{ server, shelf, queue, sweep, setting, place, settings, counters },
      jobs: Math.min(jobs, sweep.chunks.count),
      owner: `${hostname().replace(/[^\w-]/g, '-')}-${process.pid}`,
      signal: stopping.signal,
      pause: (ms) => pauseFor(ms, stopping.signal),
      nowMs: io.nowMs,
      onLosses: (losses) => {
        lostMs = sumLosses(losses).machineMs;
      },
      onCounts: (counts) => {
        others = counts.done * chunkRuns - before;
        ({ quarantined } = counts);
      },
    });
    return { ...end, stoppedBy: stopping.signal.aborted ? stoppedBy : null };
  } finally {
    clearInterval(watch);
    progress.end();
  }
}

async function enqueue(
  { shelf, queue, sweep, isEnqueued }: QueueSession,
  place: ResultPlace,
  only: readonly IndexRange[] | null,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const settings = queueSettingsOf(args);
  if (!isEnqueued) {
    const kept = await keptChunks(sweep, place);
    await queue.add(missingChunks(sweep, kept), settings);
    await shelf.markEnqueued(sweep.plan.hash);
  } else if (place.kind === 'table') {
    const lost = await lostChunks(queue, sweep, place);
    if (lost.length > 0) {
      io.note(
        `${decimal(lost.length, 0)} chunks are done, but not in ${place.address.shown}: they are done again`,
      );
      await queue.addAgain(lost, settings);
    }
  }
  if (only === null) return;
  const again = chunksOfWork(sweep, { shard: { index: 0, count: 1 }, only });
  io.note(`put ${decimal(await queue.addAgain(again, settings), 0)} chunks into the queue again`);
}

/**
 * Chunks that the queue takes for done, and the table of all workers does not have: they were kept elsewhere, or removed.
 * Looked for only when nobody works on the sweep: until then a chunk that is missing may be waiting.
 */
async function lostChunks(
  queue: QueueSession['queue'],
  sweep: QueueSession['sweep'],
  place: ResultPlace,
): Promise<IndexRange[]> {
  const { waiting, active } = await queue.counts();
  if (waiting + active > 0) return [];
  const aside = new Set((await queue.quarantined()).map(({ first }) => first));
  const missing = [...missingChunks(sweep, await keptChunks(sweep, place))];
  return missing.filter(({ first }) => !aside.has(first));
}

function* missingChunks({ chunks }: QueueSession['sweep'], kept: ReadonlySet<number>): Generator<IndexRange> {
  for (let chunk = 0; chunk < chunks.count; chunk++) {
    const range = chunks.at(chunk);
    if (!kept.has(range.first)) yield range;
  }
}

/** Waits, at most until the signal. */
export function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
