import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { InputError } from '../errors.ts';
import { type ResultTable, rowReader } from './result-tables.ts';

/** Rows decoded at once. */
const READ_BATCH_BYTES = 1 << 18;

/**
 * Decodes a table batch by batch; every row is checked cell by cell. Throws `InputError` with E4004, naming `path`, when
 * it meets a row that the table cannot have written.
 */
export function* readRows<Row>(path: string, table: ResultTable<Row>, content: Buffer): Generator<Row> {
  const names = table.columns.map((column) => column.name);
  const reader = rowReader(table.columns);
  let headerSeen = false;
  for (const batch of recordBatches(content)) {
    try {
      for (const cells of parse(batch, { relax_column_count: true })) {
        if (!headerSeen) {
          headerSeen = true;
          if (cells.join() !== names.join()) throw new Error(`its columns are ${cells.join()}`);
        } else {
          if (cells.length !== names.length) throw new Error(`a row has ${cells.length} cells`);
          yield table.read(reader(cells));
        }
      }
    } catch (error) {
      throw damaged(path, error);
    }
  }
}

/** Slices that end at the end of a record: a line feed inside quotes is part of a cell. */
function* recordBatches(content: Buffer): Generator<Buffer> {
  const quote = 0x22;
  const lineFeed = 0x0a;
  let start = 0;
  let quoted = false;
  for (let at = 0; at < content.length; at++) {
    const byte = content[at];
    if (byte === quote) quoted = !quoted;
    else if (byte === lineFeed && !quoted && at - start >= READ_BATCH_BYTES) {
      yield content.subarray(start, at + 1);
      start = at + 1;
    }
  }
  if (start < content.length) yield content.subarray(start);
}

/** E4004 for `path`: the one way in which reading a result fails once the directory is there. */
export function damaged(path: string, cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  const reason =
    cause instanceof z.ZodError
      ? z.prettifyError(cause)
      : cause instanceof Error
        ? cause.message
        : String(cause);
  return new InputError([
    {
      severity: 'error',
      code: 'E4004',
      message: `Cannot use ${path}: ${reason.split('\n').join(' ')}`,
      hint: 'run the scenario again; the reproduce command is in manifest.json',
    },
  ]);
}
