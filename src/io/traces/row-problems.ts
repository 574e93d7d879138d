import { type Diagnostic, InputError } from '../../errors.ts';
import type { FieldRow } from '../field-row.ts';

/** A line within its bytes; a `FieldRow` is one. */
export interface LineSpan {
  readonly bytes: Buffer;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Problems told in full; the rest is counted. */
export const MAX_ROW_PROBLEMS = 50;
const MAX_EXCERPT = 200;

/** What is wrong with the rows of one file: the first fifty in full, the others as a number. */
export class RowProblems {
  readonly #file: string;
  readonly #found: Diagnostic[] = [];
  #more = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Field `field` of the row is not what was expected: `a whole number of MiB`. */
  field(row: FieldRow, field: number, name: string, expected: string): void {
    this.token(row, row.starts[field]!, row.ends[field]!, name, expected);
  }

  /** The same for the bytes from `start` to `end` of a line. */
  token(line: LineSpan, start: number, end: number, name: string, expected: string): void {
    const value = line.bytes.toString('utf8', start, end);
    const message = `Cannot read ${name} '${cut(value, 40)}': expected ${expected}`;
    this.#add(line, start, Math.max(1, [...value].length), message);
  }

  /** The row as a whole is not what was expected. */
  row(row: LineSpan, message: string): void {
    this.#add(row, row.start, 1, message);
  }

  /** Throws everything found, if anything. */
  throwAny(): void {
    if (this.#found.length === 0) return;
    const position = this.#found.at(-1)!.position;
    const more = `and ${this.#more} more rows of the same file cannot be read`;
    const rest = { severity: 'error', code: 'E3001', message: more, position } as const;
    throw new InputError(this.#more > 0 ? [...this.#found, rest] : this.#found);
  }

  #add(row: LineSpan, at: number, length: number, message: string): void {
    if (this.#found.length === MAX_ROW_PROBLEMS) {
      this.#more += 1;
      return;
    }
    const column = [...row.bytes.toString('utf8', row.start, at)].length + 1;
    const excerpt = cut(
      row.bytes.toString('utf8', row.start, Math.min(row.end, row.start + 4 * MAX_EXCERPT)),
    );
    const position = { file: this.#file, line: row.line, column, length };
    this.#found.push({ severity: 'error', code: 'E3001', message, position, excerpt });
  }
}

/** At most `limit` code points. */
function cut(text: string, limit = MAX_EXCERPT): string {
  const points = [...text];
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}
