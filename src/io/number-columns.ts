import { type FieldRow, isPlain, POWERS_OF_TEN, type Unit } from './field-row.ts';

/** A number of every row: that of a field, in a unit, or always the same. */
export interface NumberColumn extends Unit {
  /** Index of the field; any number where there is a constant. */
  readonly at: number;
  readonly constant: number | null;
}

/**
 * The numbers of a row that somebody wants, read together into one column: a function that returns one double at a time
 * has to make an object of it wherever the compiler does not inline the call, and that costs more than the number.
 */
export class NumberColumns {
  /** By index of the column: of the row last read. NaN for what is no plain decimal, an empty field among it. */
  readonly values: Float64Array;
  readonly #columns: readonly NumberColumn[];
  /** Parallel, one entry for each column that is no constant. */
  readonly #index: Int32Array;
  readonly #fields: Int32Array;
  readonly #multiply: Float64Array;
  readonly #divide: Float64Array;

  constructor(columns: readonly NumberColumn[]) {
    const read = columns.flatMap(({ constant }, index) => (constant === null ? [index] : []));
    this.#columns = columns;
    this.values = Float64Array.from(columns, ({ constant }) => constant ?? Number.NaN);
    this.#index = Int32Array.from(read);
    this.#fields = Int32Array.from(read, (index) => columns[index]!.at);
    this.#multiply = Float64Array.from(read, (index) => columns[index]!.multiply);
    this.#divide = Float64Array.from(read, (index) => columns[index]!.divide);
  }

  /** `FieldRow.number` for every column that is no constant. */
  read(row: FieldRow): void {
    const { values } = this;
    const fields = this.#fields;
    const { starts, ends, digits, decimals } = row;
    for (let wanted = 0; wanted < fields.length; wanted++) {
      const field = fields[wanted]!;
      const behindPoint = decimals[field]!;
      const scaled = digits[field]! * this.#multiply[wanted]!;
      const index = this.#index[wanted]!;
      if (!isPlain(behindPoint, ends[field]! - starts[field]!, scaled)) {
        values[index] = row.number(field, this.#columns[index]!);
        continue;
      }
      // Most units divide by nothing, and a division takes as long as the rest of this.
      const divide = this.#divide[wanted]!;
      const divisor = behindPoint === 0 ? divide : POWERS_OF_TEN[behindPoint]! * divide;
      values[index] = divisor === 1 ? scaled : scaled / divisor;
    }
  }
}
