import type { IndexRange } from '../index-ranges.ts';
import { type RecordLine, wholeRecords } from '../record.ts';
import type { RunJournal } from '../run-chunk.ts';
import type { NotedRun, ResultTable } from './result-table.ts';

/** Runs are sent to the database together, so that short ones do not pay for a connection each. Chosen. */
const EVERY_MS = 2000;

/** Opens the table for one question. */
export type AskTable = <Value>(ask: (table: ResultTable) => Promise<Value>) => Promise<Value>;

/**
 * Runs of a chunk whose results go to a table, as they end: whoever goes on with the chunk does not run them again. A
 * worker that is killed loses at most the runs of two seconds, or the one that it was in.
 */
export class TableJournal implements RunJournal {
  readonly found: ReadonlyMap<number, RecordLine>;
  readonly #range: IndexRange;
  readonly #ask: AskTable;
  readonly #clockMs: () => number;
  #waiting: NotedRun[] = [];
  #sentMs: number;

  /** `noted`: what the table has of this chunk. `clockMs`: of the process, in whatever steps. */
  constructor(range: IndexRange, noted: readonly NotedRun[], ask: AskTable, clockMs: () => number) {
    this.#range = range;
    this.#ask = ask;
    this.#clockMs = clockMs;
    this.#sentMs = clockMs();
    // A line that was damaged on its way is run again.
    const lines = noted.flatMap(({ bytes, index }) =>
      wholeRecords(bytes).lines.filter((line) => line.index === index),
    );
    this.found = new Map(lines.map((line) => [line.index, line]));
  }

  /** Errors: E4009. */
  async append(bytes: Uint8Array, index: number): Promise<void> {
    this.#waiting.push({ index, bytes });
    if (this.#clockMs() - this.#sentMs >= EVERY_MS) await this.send();
  }

  /** Sends what is left, before the chunk is given back. Errors: E4009. */
  async send(): Promise<void> {
    const runs = this.#waiting;
    this.#waiting = [];
    this.#sentMs = this.#clockMs();
    if (runs.length > 0) await this.#ask((table) => table.note(this.#range, runs));
  }
}
