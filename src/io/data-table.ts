import { readFileSync } from 'node:fs';
import { assert, InputError } from '../errors.ts';
import { packageFile } from './package-file.ts';

/** The cell of a row in the column of this name. */
export type Row = (column: string) => string;

/**
 * A file under `data/`. A row is taken apart when somebody asks for it: of thousands of types and prices a run needs a
 * handful, and every start of the command line would wait for the rest.
 */
export interface DataTable {
  readonly columns: ReadonlySet<string>;
  /** First cells, in order of the file. */
  readonly keys: Iterable<string>;
  /** The row with this first cell; of several the last one. */
  row(key: string): Row | undefined;
  rows(): Generator<Row>;
}

/**
 * Reads a file under `data/`. These files are our own and never quote, so a split does; csv-parse takes 200 ms for them.
 * Errors: E4001.
 */
export function readDataTable(file: string): DataTable {
  const [header, ...lines] = readDataText(file).trimEnd().split('\n');
  const columns = new Map(header!.split(',').map((name, index) => [name, index]));
  const byKey = new Map(lines.map((line) => [line.slice(0, line.indexOf(',')), line]));
  const rowOf = (line: string): Row => {
    const cells = line.split(',');
    assert(cells.length === columns.size, 'a row of the catalogue has too few or too many cells');
    return (column) => {
      const cell = cells[columns.get(column) ?? -1];
      assert(cell !== undefined, 'a column that is asked for is one of the table');
      return cell;
    };
  };
  return {
    columns: new Set(columns.keys()),
    keys: byKey.keys(),
    row(key) {
      const line = byKey.get(key);
      return line === undefined ? undefined : rowOf(line);
    },
    *rows() {
      for (const line of lines) yield rowOf(line);
    },
  };
}

/** The text of a file under `data/`. Errors: E4001. */
export function readDataText(file: string): string {
  try {
    return readFileSync(packageFile(`data/${file}`), 'utf8');
  } catch (cause) {
    const message = `Cannot read data/${file} of the catalogue: ${String(cause)}`;
    throw new InputError([{ severity: 'error', code: 'E4001', message }]);
  }
}
