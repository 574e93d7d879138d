import { assert } from '../errors.ts';

type ColumnType =
  | Float64ArrayConstructor
  | Int32ArrayConstructor
  | Uint16ArrayConstructor
  | Uint8ArrayConstructor;

/** The columns of a kind of rows by name, the widest first. */
export type Layout = Readonly<Record<string, ColumnType>>;

/** The columns themselves, equally long. */
export type Columns<L extends Layout> = { readonly [Name in keyof L]: L[Name]['prototype'] };

/** Rows in columns that lie one behind the other in the same bytes, so that they can be written and read at once. */
export interface Block<L extends Layout> {
  readonly bytes: Uint8Array;
  readonly columns: Columns<L>;
}

/** A block of so many rows, a multiple of eight, all zero. */
export function newBlock<L extends Layout>(layout: L, rows: number): Block<L> {
  const types = Object.entries(layout);
  const rowBytes = types.reduce((sum, [, type]) => sum + type.BYTES_PER_ELEMENT, 0);
  const bytes = new Uint8Array(rows * rowBytes);
  const columns: Record<string, ArrayBufferView> = {};
  let at = 0;
  for (const [name, type] of types) {
    assert(at % type.BYTES_PER_ELEMENT === 0, 'the widest columns come first');
    columns[name] = new type(bytes.buffer, at, rows);
    at += rows * type.BYTES_PER_ELEMENT;
  }
  return { bytes, columns: columns as Columns<L> };
}
