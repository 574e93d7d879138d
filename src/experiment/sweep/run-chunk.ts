import { InputError } from '../../errors.ts';
import type { SetArgument } from '../../io/scenario/apply-sets.ts';
import type { PreparedScenario } from '../prepare-scenario.ts';
import type { RunSummary } from '../result.ts';
import { runPlatform } from '../run-platform.ts';
import type { IndexRange } from './index-ranges.ts';
import { Journal, writePart } from './part-files.ts';
import {
  decodeRecord,
  encodeRecord,
  type RecordLine,
  type RunDone,
  type RunFailed,
  type RunRecord,
} from './record.ts';
import type { Sweep } from './sweep-plan.ts';
import { commandOf, prepareWorld, type SweepSetting } from './sweep-world.ts';

export interface ChunkOptions {
  /** Folder of the results. */
  readonly folder: string;
  /** A name that no other process of this moment has. */
  readonly owner: string;
  /** Told after each run, also of those that a journal held (`wasFound`). */
  readonly onRun?: (hasFailed: boolean, wasFound: boolean) => void;
}

/**
 * Does the runs of a chunk that no journal holds, and keeps the chunk. A run that fails is kept as failed: again it
 * would fail again. Returns the lines. Errors: E4002, E4007.
 */
export async function runChunk(
  sweep: Sweep,
  setting: SweepSetting,
  range: IndexRange,
  { folder, owner, onRun }: ChunkOptions,
): Promise<readonly Uint8Array[]> {
  const journal = new Journal(folder, range, owner);
  const lines = await runsOfChunk(sweep, setting, range, { journal, ...(onRun !== undefined && { onRun }) });
  writePart(folder, range, lines);
  journal.remove();
  return lines;
}

/** Runs of a chunk that is not finished. */
export interface RunJournal {
  /** By index. */
  readonly found: ReadonlyMap<number, RecordLine>;
  append(line: Uint8Array, index: number): void | Promise<void>;
}

/** Where the runs of a chunk are noted as they end. */
export interface ChunkNotes {
  /** Runs that it holds are taken from it, the others are added; null: a chunk that is not finished leaves nothing. */
  readonly journal: RunJournal | null;
  /** As in `ChunkOptions`. What it throws ends the chunk. */
  readonly onRun?: (hasFailed: boolean, wasFound: boolean) => void;
}

/** The lines of a chunk, which the caller keeps. Errors: E4002 of the journal. */
export async function runsOfChunk(
  sweep: Sweep,
  setting: SweepSetting,
  range: IndexRange,
  { journal, onRun }: ChunkNotes,
): Promise<readonly Uint8Array[]> {
  const lines: Uint8Array[] = [];
  const platforms = sweep.plan.platforms.length;
  for (let index = range.first; index <= range.last; ) {
    // Platforms stand side by side: they share the scenario and what was drawn for it.
    const last = Math.min(range.last, index - (index % platforms) + platforms - 1);
    let world: World | undefined;
    for (; index <= last; index++) {
      const found = journal?.found.get(index);
      if (found !== undefined) {
        lines.push(found.bytes);
        onRun?.('error' in decodeRecord(found), true);
        continue;
      }
      world ??= await openWorld(sweep, setting, index);
      const record = await runOf(sweep, world, index);
      const line = encodeRecord(record);
      await journal?.append(line, index);
      lines.push(line);
      onRun?.('error' in record, false);
    }
  }
  return lines;
}

/** What the platforms of a point and seed share: the scenario, or why there is none. */
interface World {
  readonly values: readonly SetArgument[];
  readonly run: (platform: string) => Promise<RunSummary>;
}

async function openWorld(sweep: Sweep, setting: SweepSetting, index: number): Promise<World> {
  const { point, seed } = sweep.placeOf(index);
  const values = sweep.valuesAt(point);
  try {
    const prepared = await prepareWorld(sweep.plan, setting, values, seed);
    return { values, run: await runnerOf(prepared) };
  } catch (error) {
    return { values, run: () => Promise.reject(error) };
  }
}

async function runnerOf(prepared: PreparedScenario): Promise<World['run']> {
  const tables = await prepared.drawTables(0);
  return async (platform) => (await runPlatform(prepared, { platform, tables })).summary;
}

async function runOf(sweep: Sweep, { values, run }: World, index: number): Promise<RunRecord> {
  const { point, seed, platform } = sweep.placeOf(index);
  const place = { index, point, values: Object.fromEntries(values), platform, seed };
  try {
    return { ...place, ...doneOf(await run(platform)) };
  } catch (error) {
    return {
      ...place,
      error: failureOf(error),
      reproduce: commandOf(sweep.plan, values, platform, seed),
    };
  }
}

function doneOf({ planHash, fingerprint, checks, metrics, userMetrics }: RunSummary): RunDone {
  return {
    planHash,
    fingerprint: fingerprint.behaviour,
    passed: checks.every(({ passed }) => passed),
    metrics,
    ...(userMetrics !== undefined && {
      userMetrics: Object.fromEntries(userMetrics.map(({ name, value }) => [name, value])),
    }),
  };
}

/** Bad input by its first finding; whatever else is thrown is a bug, whose first line is the same everywhere. */
function failureOf(error: unknown): RunFailed['error'] {
  if (error instanceof InputError) {
    const first = error.diagnostics.find(({ severity }) => severity === 'error')!;
    return { code: first.code, message: first.message };
  }
  return { code: 'internal', message: String(error).split('\n')[0]! };
}
