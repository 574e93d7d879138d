import { type CsvColumn, csvText } from '../io/csv-write.ts';

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

/** A listing with a line of names, for programs. */
export function csvOf<Row>(columns: readonly AnswerColumn<Row>[], rows: readonly Row[]): string {
  const csvColumns = columns.map(({ name, value }): CsvColumn<Row> => {
    const isNumber = rows.some((row) => typeof value(row) === 'number');
    return isNumber
      ? { name, kind: 'number', value: value as (row: Row) => number | null }
      : { name, kind: 'text', value: value as (row: Row) => string | null };
  });
  return csvText(csvColumns, rows);
}
