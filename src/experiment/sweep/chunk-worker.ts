import { type Diagnostic, InputError } from '../../errors.ts';
import type { IndexRange } from './index-ranges.ts';
import { runChunk } from './run-chunk.ts';
import { openSweep, type Sweep, type SweepPlan } from './sweep-plan.ts';
import type { SweepSetting } from './sweep-world.ts';
import { WorkCounters } from './work-counters.ts';

/** What a worker thread is asked for. Plain data. */
export interface ChunkTask {
  readonly plan: SweepPlan;
  readonly setting: SweepSetting;
  readonly range: IndexRange;
  readonly folder: string;
  readonly owner: string;
  /** Of `WorkCounters`. */
  readonly counters: SharedArrayBuffer;
}

/** What became of it; null: the chunk is kept. An `InputError` would arrive as a plain error. */
export type ChunkAnswer = { readonly diagnostics: readonly Diagnostic[] } | null;

let latest: Sweep | undefined;

/** One chunk in a worker thread. */
export async function workChunk(task: ChunkTask): Promise<ChunkAnswer> {
  const { plan, setting, range, folder, owner } = task;
  const inWork = new WorkCounters(task.counters).begin(range.first);
  const onRun = (hasFailed: boolean, wasFound: boolean) => void inWork.ran(hasFailed, wasFound);
  if (latest?.plan.hash !== plan.hash) latest = openSweep(plan);
  try {
    await runChunk(latest, setting, range, { folder, owner, onRun });
    return null;
  } catch (error) {
    if (error instanceof InputError) return { diagnostics: error.diagnostics };
    throw error;
  } finally {
    inWork.end();
  }
}
