import { type CastingContext, stringify } from 'csv-stringify/sync';
import { assert } from '../errors.ts';

/** One column of a table: its name (snake_case with the unit) and how a row fills it. `null` is the empty cell. */
export type CsvColumn<Row> =
  | { readonly name: string; readonly kind: 'text'; readonly value: (row: Row) => string | null }
  | { readonly name: string; readonly kind: 'number'; readonly value: (row: Row) => number | null }
  | { readonly name: string; readonly kind: 'boolean'; readonly value: (row: Row) => boolean | null };

/** Rows per call of the library: large enough to hide the call, small enough not to hold a table twice. */
const BATCH_ROWS = 1000;

/**
 * What a spreadsheet takes for the start of a formula (OWASP, CSV injection; the full-width forms as in
 * csv-stringify 6.9.0 `escape_formulas`). Leading apostrophes count as part of the mark, so that `unescapeFormula`
 * undoes the escape of every text, also of one that looked escaped before.
 */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const ESCAPED_FORMULA = /^'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** `=1+1` → `'=1+1`; other text as it is. */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `escapeFormula` was given. */
export function unescapeFormula(text: string): string {
  return ESCAPED_FORMULA.test(text) ? text.slice(1) : text;
}

/**
 * A table as CSV (RFC 4180 quoting, `\n`, header always, no grouping), in pieces of about a thousand rows, the header
 * with the first. Numbers are written as the shortest decimal that reads back as the same number; NaN and infinities
 * are a bug of the caller.
 */
export function* csvChunks<Row>(columns: readonly CsvColumn<Row>[], rows: Iterable<Row>): Generator<string> {
  yield toText([columns.map((column) => column.name)]);
  let batch: Cell[][] = [];
  for (const row of rows) {
    batch.push(columns.map((column) => cell(column, row)));
    if (batch.length === BATCH_ROWS) {
      yield toText(batch);
      batch = [];
    }
  }
  if (batch.length > 0) yield toText(batch);
}

/** The whole table as one string. */
export function csvText<Row>(columns: readonly CsvColumn<Row>[], rows: Iterable<Row>): string {
  return [...csvChunks(columns, rows)].join('');
}

type Cell = string | number | boolean | null;

function cell<Row>(column: CsvColumn<Row>, row: Row): Cell {
  const value = column.value(row);
  if (typeof value === 'string') return escapeFormula(value);
  assert(typeof value !== 'number' || Number.isFinite(value), 'a number of a table must be finite');
  return value;
}

function toText(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows as Cell[][], {
    record_delimiter: '\n',
    // RFC 4180 quotes a lone carriage return too; the library looks for its own record delimiter only.
    quoted_match: '\r',
    // Left alone, csv-stringify 6.9.0 writes true as 1 and false as nothing.
    cast: { boolean: (value: boolean, _context: CastingContext) => (value ? 'true' : 'false') },
  });
}
