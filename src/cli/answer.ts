import { type CsvColumn, csvText } from '../io/csv-write.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';

/** The form asked for: `-o`, or `--json`. */
export function formOf(args: Arguments): string {
  return args['json'] === true ? 'json' : String(args['output']);
}

/** Exactly one document on stdout. */
export async function printDocument(io: CommandIo, form: 'json' | 'yaml', value: unknown): Promise<void> {
  if (form === 'json') {
    io.out(JSON.stringify(value, null, 2));
    return;
  }
  const { yamlText } = await import('../io/yaml-text.ts');
  io.out(yamlText(value));
}

/**
 * Writes the files, then the answer. When a file cannot be written, people get the answer all the same, for the run took
 * its time; programs get one document, the error.
 */
export async function answerAfter(
  args: Arguments,
  writeFiles: () => Promise<void>,
  answer: () => Promise<void>,
): Promise<void> {
  try {
    await writeFiles();
  } catch (error) {
    if (formOf(args) === 'text') await answer();
    throw error;
  }
  await answer();
}

/** A column of a listing: as text for people, and under `name` for programs. */
export interface AnswerColumn<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Snake case, with the unit. */
  readonly name: string;
  readonly value: (row: Row) => string | number | null;
  /** For people, if not the value itself. */
  readonly text?: (row: Row) => string;
}

export function csvOf<Row>(columns: readonly AnswerColumn<Row>[], rows: readonly Row[]): string {
  const csvColumns = columns.map(({ name, value }): CsvColumn<Row> => {
    const isNumber = rows.some((row) => typeof value(row) === 'number');
    return isNumber
      ? { name, kind: 'number', value: value as (row: Row) => number | null }
      : { name, kind: 'text', value: value as (row: Row) => string | null };
  });
  return csvText(csvColumns, rows);
}
