import type { IndexRange } from '../index-ranges.ts';
import { isFinished, listParts, readPart } from '../part-files.ts';
import { runChunk, runsOfChunk } from '../run-chunk.ts';
import type { Sweep } from '../sweep-plan.ts';
import type { SweepSetting } from '../sweep-world.ts';
import type { QueueAddress } from './queue-address.ts';
import { openResultTable, type ResultTable } from './result-table.ts';
import { type AskTable, TableJournal } from './table-journal.ts';

/** Where finished chunks are kept. Plain data: it goes to worker threads. */
export type ResultPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'table'; readonly address: QueueAddress };

export interface ChunkOwner {
  /** A name that no other process or thread of this moment has. */
  readonly owner: string;
  /** Told after each run. What it throws ends the chunk. */
  readonly onRun: (hasFailed: boolean, wasFound: boolean) => void;
  /** Of the process, in whatever steps. */
  readonly clockMs: () => number;
}

/**
 * Does a chunk and keeps it, unless it is kept already. Returns its lines, or null if there was nothing to do. Runs of
 * a chunk that someone has not finished are not done again. Errors: E4002, E4007, E4009.
 */
export async function keepChunk(
  sweep: Sweep,
  setting: SweepSetting,
  range: IndexRange,
  place: ResultPlace,
  { owner, onRun, clockMs }: ChunkOwner,
): Promise<readonly Uint8Array[] | null> {
  if (place.kind === 'folder') {
    if (isFinished(place.folder, range)) return null;
    return runChunk(sweep, setting, range, { folder: place.folder, owner, onRun });
  }
  // A connection for each question: idle ones would be the scarcest thing of a server that a thousand threads use.
  const ask: AskTable = (question) => withTable(place.address, sweep.plan.hash, question);
  const noted = await ask(async (table) => ((await table.has(range)) ? null : table.noted(range)));
  if (noted === null) return null;
  const journal = new TableJournal(range, noted, ask, clockMs);
  try {
    const lines = await runsOfChunk(sweep, setting, range, { journal, onRun });
    await ask((table) => table.keep(range, lines));
    return lines;
  } catch (error) {
    await journal.send();
    throw error;
  }
}

/** First runs of the chunks of a sweep that are kept whole, as far as it can be seen without reading them. */
export async function keptChunks(sweep: Sweep, place: ResultPlace): Promise<ReadonlySet<number>> {
  const { chunks } = sweep;
  const rows =
    place.kind === 'folder'
      ? listParts(place.folder).filter((part) => readPart(part).isWhole)
      : await withTable(place.address, sweep.plan.hash, (table) => table.list());
  const kept = new Map(rows.map(({ first, last }) => [first, last]));
  const whole = new Set<number>();
  for (let chunk = 0; chunk < chunks.count; chunk++) {
    const { first, last } = chunks.at(chunk);
    if (kept.get(first) === last) whole.add(first);
  }
  return whole;
}

/** Opens the results of a plan for one question. */
export async function withTable<Value>(
  address: QueueAddress,
  planHash: string,
  ask: (table: ResultTable) => Promise<Value>,
): Promise<Value> {
  const table = await openResultTable(address, planHash);
  try {
    return await ask(table);
  } finally {
    await table.close();
  }
}
