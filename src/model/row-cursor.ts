import type { Block, Columns, Layout } from './columns.ts';
import type { Scratch } from './overflow.ts';

/** The front of one sorted part of the rows. */
export interface RowHead<L extends Layout> {
  columns: Columns<L>;
  row: number;
  key: number;
  /** Goes to the next row of the part, the first at first; false after the last. */
  next(): boolean;
}

type Key<L extends Layout> = (columns: Columns<L>, row: number) => number;

/** Rows of several sorted parts in order; those of one key in the order of the parts. */
export class RowCursor<L extends Layout> {
  /** Where the row stands that `next` went to. */
  columns: Columns<L>;
  row = -1;
  /** Parts that have a row left, in order. */
  readonly #heads: RowHead<L>[];
  /** The part whose row this is; null before the first row. */
  #head: RowHead<L> | null = null;
  /** Up to here no other part comes first: the lowest key among them, and whether they come first at that key. */
  #limit = Number.NEGATIVE_INFINITY;
  #isBehindLimit = false;

  constructor(heads: readonly RowHead<L>[]) {
    this.columns = heads[0]!.columns;
    this.#heads = heads.filter((head) => head.next());
  }

  /** Goes to the next row, the first at first; false after the last. */
  next(): boolean {
    const head = this.#head;
    if (head !== null) {
      if (!head.next()) this.#heads.splice(this.#heads.indexOf(head), 1);
      else if (head.key < this.#limit || (head.key === this.#limit && !this.#isBehindLimit)) {
        this.columns = head.columns;
        this.row = head.row;
        return true;
      }
    }
    return this.#choose();
  }

  #choose(): boolean {
    const heads = this.#heads;
    let first = -1;
    let second = -1;
    for (let index = 0; index < heads.length; index++) {
      const { key } = heads[index]!;
      if (first < 0 || key < heads[first]!.key) {
        second = first;
        first = index;
      } else if (second < 0 || key < heads[second]!.key) second = index;
    }
    const head = heads[first];
    if (head === undefined) return false;
    this.#head = head;
    this.#limit = second < 0 ? Number.POSITIVE_INFINITY : heads[second]!.key;
    this.#isBehindLimit = second < first;
    this.columns = head.columns;
    this.row = head.row;
    return true;
  }
}

/** Rows in memory; `order` null: in the order in which they stand. */
export function memoryHead<L extends Layout>({
  blocks,
  order,
  rows,
  key,
}: {
  readonly blocks: readonly Block<L>[];
  readonly order: Uint32Array | null;
  readonly rows: number;
  readonly key: Key<L>;
}): RowHead<L> {
  const blockRows = lengthOf(blocks[0]!.columns);
  const shift = 31 - Math.clz32(blockRows);
  let place = 0;
  const head: RowHead<L> = {
    columns: blocks[0]!.columns,
    row: -1,
    key: 0,
    next() {
      if (place === rows) return false;
      const row = order === null ? place : order[place]!;
      place += 1;
      head.columns = blocks[row >>> shift]!.columns;
      head.row = row & (blockRows - 1);
      head.key = key(head.columns, head.row);
      return true;
    },
  };
  return head;
}

/** Rows in a scratch file, in full blocks from `at` on; they are read into `block`. */
export function spillHead<L extends Layout>({
  scratch,
  at,
  rows,
  block,
  key,
}: {
  readonly scratch: Scratch;
  readonly at: number;
  readonly rows: number;
  readonly block: Block<L>;
  readonly key: Key<L>;
}): RowHead<L> {
  const { bytes, columns } = block;
  const blockRows = lengthOf(columns);
  let place = 0;
  const head: RowHead<L> = {
    columns,
    row: -1,
    key: 0,
    next() {
      if (place === rows) return false;
      const row = place & (blockRows - 1);
      if (row === 0) scratch.read(bytes, at + (place / blockRows) * bytes.length);
      place += 1;
      head.row = row;
      head.key = key(columns, row);
      return true;
    },
  };
  return head;
}

function lengthOf(columns: Columns<Layout>): number {
  return Object.values(columns)[0]!.length;
}
