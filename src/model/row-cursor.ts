import type { Block, Columns, Layout } from './columns.ts';
import type { Scratch } from './overflow.ts';

/** The front of one sorted part of the rows. */
export interface RowHead<L extends Layout> {
  /** Which part of all. */
  readonly part: number;
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
  /** Parts that have a row left, as a binary heap: each comes before those at twice its place and the one after. */
  readonly #heads: RowHead<L>[];
  #isBegun = false;

  /** `heads` in the order of the parts, which their `part` tells. */
  constructor(heads: readonly RowHead<L>[]) {
    this.columns = heads[0]!.columns;
    this.#heads = heads.filter((head) => head.next());
    for (let place = this.#heads.length >> 1; place-- > 0; ) this.#sink(place);
  }

  /** Goes to the next row, the first at first; false after the last. */
  next(): boolean {
    const heads = this.#heads;
    let first = heads[0];
    if (first === undefined) return false;
    if (this.#isBegun) {
      if (!first.next()) {
        const last = heads.pop()!;
        if (heads.length === 0) return false;
        heads[0] = last;
      }
      this.#sink(0);
      first = heads[0]!;
    }
    this.#isBegun = true;
    this.columns = first.columns;
    this.row = first.row;
    return true;
  }

  /** Puts the head at `place` where it belongs below. */
  #sink(from: number): void {
    const heads = this.#heads;
    const head = heads[from]!;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heads.length) break;
      if (child + 1 < heads.length && isBefore(heads[child + 1]!, heads[child]!)) child += 1;
      if (!isBefore(heads[child]!, head)) break;
      heads[place] = heads[child]!;
      place = child;
    }
    heads[place] = head;
  }
}

function isBefore<L extends Layout>(one: RowHead<L>, other: RowHead<L>): boolean {
  return one.key < other.key || (one.key === other.key && one.part < other.part);
}

/** Rows in memory; `order` null: in the order in which they stand. */
export function memoryHead<L extends Layout>({
  part,
  blocks,
  order,
  rows,
  key,
}: {
  readonly part: number;
  readonly blocks: readonly Block<L>[];
  readonly order: Uint32Array | null;
  readonly rows: number;
  readonly key: Key<L>;
}): RowHead<L> {
  const blockRows = lengthOf(blocks[0]!.columns);
  const shift = 31 - Math.clz32(blockRows);
  let place = 0;
  const head: RowHead<L> = {
    part,
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
  part,
  scratch,
  at,
  rows,
  block,
  key,
}: {
  readonly part: number;
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
    part,
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
