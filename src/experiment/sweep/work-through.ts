import { fileURLToPath } from 'node:url';
import { InputError } from '../../errors.ts';
import { moduleFile } from '../../io/package-file.ts';
import type { ChunkAnswer, ChunkTask } from './chunk-worker.ts';
import type { IndexRange } from './index-ranges.ts';
import type { SweepPlan } from './sweep-plan.ts';
import type { SweepSetting } from './sweep-world.ts';
import type { Loss } from './losses.ts';
import type { WorkCounters } from './work-counters.ts';

/**
 * Who says which chunk comes next: the shard of this process, or a queue that many machines take from. Chunks may be
 * handed out twice: results are the same bytes, and kept once.
 */
export interface ChunkSource {
  /** The next chunk to do; null when there is none for now, nor later. */
  take(): IndexRange | null | Promise<IndexRange | null>;
}

export interface WorkOptions {
  readonly plan: SweepPlan;
  readonly setting: SweepSetting;
  /** Folder of the results. */
  readonly folder: string;
  readonly source: ChunkSource;
  /** Worker threads. */
  readonly jobs: number;
  /** A name that no other process of this moment has: it becomes part of file names. */
  readonly owner: string;
  /** For twice as many threads: one that has died gives its place back a moment later. */
  readonly counters: WorkCounters;
  /** Told of every attempt at a chunk that took its thread down. */
  readonly onLoss: (loss: Loss) => void;
  /** Ends the work at once. What is done stays done. */
  readonly signal: AbortSignal;
}

/** A chunk that took its worker down twice, by memory most likely. */
export interface Quarantined extends IndexRange {
  readonly reason: string;
}

/**
 * Takes chunks from the source until it has none, on worker threads, so that this thread stays free for signals and
 * progress. A worker that dies is replaced and its chunk tried once more; if that one dies too, the chunk is put aside
 * and the work goes on. Errors: E4002, E4007.
 */
export async function workThrough(options: WorkOptions): Promise<readonly Quarantined[]> {
  const { plan, setting, folder, owner, jobs, signal, source, onLoss } = options;
  const { shared: counters } = options.counters;
  const { Piscina } = await import('piscina');
  const filename = fileURLToPath(moduleFile('experiment/sweep/chunk-worker'));
  const pool = new Piscina<ChunkTask, ChunkAnswer>({ filename, maxThreads: jobs, minThreads: jobs });
  const quarantined: Quarantined[] = [];

  const attempt = (range: IndexRange) =>
    pool
      .run({ plan, setting, range, folder, owner, counters }, { name: 'workChunk', signal })
      .catch((error) => {
        const ms = options.counters.lost(range.first);
        if (!signal.aborted) onLoss({ what: 'attempt', times: 1, ms });
        throw error;
      });
  const work = async (): Promise<void> => {
    for (;;) {
      const range = signal.aborted ? null : await source.take();
      if (range === null) return;
      let answer: ChunkAnswer = null;
      try {
        answer = await attempt(range).catch((error) => {
          if (signal.aborted) throw error;
          return attempt(range);
        });
      } catch (error) {
        if (signal.aborted) return;
        quarantined.push({ ...range, reason: error instanceof Error ? error.message : String(error) });
      }
      if (answer !== null) throw new InputError(answer.diagnostics);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    await pool.destroy();
  }
  return quarantined.sort((a, b) => a.first - b.first);
}
