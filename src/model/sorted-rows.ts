import { assert } from '../errors.ts';
import { type Block, type Columns, type Layout, newBlock } from './columns.ts';
import type { Overflow, Scratch } from './overflow.ts';
import { memoryHead, RowCursor, type RowHead, spillHead } from './row-cursor.ts';
import { stableOrder } from './stable-order.ts';

/** Rows of a block, unless memory is to hold less. */
const BLOCK_ROWS = 1024;

export interface SortedRowsOptions<L extends Layout> {
  readonly layout: L;
  /** What the rows are ordered by: a whole number from 0 to 2^53. */
  readonly key: (columns: Columns<L>, row: number) => number;
  /** Undefined: memory holds all rows. */
  readonly overflow: Overflow | undefined;
}

/** A part of the rows outside of memory, in order. */
interface Spill {
  readonly at: number;
  readonly rows: number;
}

/**
 * Rows that come in any order and are read in order of their key, those of one key in the order in which they came. Memory
 * holds a constant number of them: when that is reached, they are sorted and written to a scratch file as one of its
 * spills, and reading merges the spills with what is in memory. Each cursor reads for itself, forwards, a block of each
 * spill at a time.
 *
 * Memory layout: blocks of columns, filled one after the other and never copied while they grow.
 */
export class SortedRows<L extends Layout> {
  length = 0;
  /** The columns in which `add` has made room. */
  open: Columns<L>;
  readonly #options: SortedRowsOptions<L>;
  readonly #blockRows: number;
  readonly #memoryRows: number;
  readonly #blocks: Block<L>[];
  readonly #spills: Spill[] = [];
  #scratch: Scratch | null = null;
  /** Rows in memory; the last of them are those of the open block. */
  #held = 0;
  /** The next place in the open block. */
  #at = 0;
  /** The order of the rows in memory, null when it is that in which they came; undefined: not known. */
  #order: Uint32Array | null | undefined = undefined;

  constructor(options: SortedRowsOptions<L>) {
    this.#options = options;
    this.#memoryRows = options.overflow?.memoryRows ?? Number.POSITIVE_INFINITY;
    this.#blockRows = Math.min(BLOCK_ROWS, this.#memoryRows);
    const isPower = (this.#blockRows & (this.#blockRows - 1)) === 0;
    assert(isPower && this.#blockRows >= 8, 'blocks hold a power of two of rows');
    this.#blocks = [newBlock(options.layout, this.#blockRows)];
    this.open = this.#blocks[0]!.columns;
  }

  /** Bytes of the rows in memory, room for further ones included. */
  get byteLength(): number {
    return this.#blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Makes room for one more row: its place in the columns of `open`, which are to be filled there. */
  add(): number {
    if (this.#at === this.#blockRows) this.#openBlock();
    this.length += 1;
    this.#held += 1;
    this.#order = undefined;
    return this.#at++;
  }

  /** All rows in order, from before the first one. Valid until the next row is added. */
  inOrder(): RowCursor<L> {
    return new RowCursor(this.#heads());
  }

  /** Lets `alter` change the rows, the first so many of columns at a time; their order follows from the keys that they then have. */
  alter(alter: (columns: Columns<L>, rows: number) => void): void {
    for (const spill of this.#spills) {
      const blocks = this.#read(spill);
      alterAll(blocks, spill.rows, this.#blockRows, alter);
      const sorted = inOrderOf(blocks, this.#orderOf(blocks, spill.rows), spill.rows, this.#options.layout);
      let { at } = spill;
      for (const { bytes } of sorted) {
        this.#scratch!.replace(bytes, at);
        at += bytes.length;
      }
    }
    alterAll(this.#blocks, this.#held, this.#blockRows, alter);
    this.#order = undefined;
  }

  #openBlock(): void {
    if (this.#held === this.#memoryRows) this.#spill();
    const index = this.#held / this.#blockRows;
    this.#blocks[index] ??= newBlock(this.#options.layout, this.#blockRows);
    this.open = this.#blocks[index].columns;
    this.#at = 0;
  }

  #spill(): void {
    const { layout, overflow } = this.#options;
    this.#scratch ??= overflow!.open();
    const order = this.#orderOf(this.#blocks, this.#held);
    let at = -1;
    for (const { bytes } of inOrderOf(this.#blocks, order, this.#held, layout)) {
      const begin = this.#scratch.append(bytes);
      if (at < 0) at = begin;
    }
    this.#spills.push({ at, rows: this.#held });
    this.#held = 0;
  }

  #read({ at, rows }: Spill): Block<L>[] {
    return Array.from({ length: rows / this.#blockRows }, (_, index) => {
      const block = newBlock(this.#options.layout, this.#blockRows);
      this.#scratch!.read(block.bytes, at + index * block.bytes.length);
      return block;
    });
  }

  #heads(): RowHead<L>[] {
    const { layout, key } = this.#options;
    const heads = this.#spills.map(({ at, rows }, part) =>
      spillHead({ part, scratch: this.#scratch!, at, rows, block: newBlock(layout, this.#blockRows), key }),
    );
    if (this.#order === undefined) this.#order = this.#orderOf(this.#blocks, this.#held);
    const part = heads.length;
    const memory = memoryHead({ part, blocks: this.#blocks, order: this.#order, rows: this.#held, key });
    return [...heads, memory];
  }

  #orderOf(blocks: readonly Block<L>[], rows: number): Uint32Array | null {
    const { key } = this.#options;
    const keys = new Float64Array(rows);
    let isSorted = true;
    for (let row = 0; row < rows; row++) {
      const { columns } = blocks[Math.floor(row / this.#blockRows)]!;
      keys[row] = key(columns, row & (this.#blockRows - 1));
      if (row > 0 && keys[row]! < keys[row - 1]!) isSorted = false;
    }
    return isSorted ? null : stableOrder(keys);
  }
}

function alterAll<L extends Layout>(
  blocks: readonly Block<L>[],
  rows: number,
  blockRows: number,
  alter: (columns: Columns<L>, rows: number) => void,
): void {
  let left = rows;
  for (const { columns } of blocks) {
    if (left > 0) alter(columns, Math.min(left, blockRows));
    left -= blockRows;
  }
}

/** Full blocks with the rows in order; a block is valid until the next one is asked for. */
function* inOrderOf<L extends Layout>(
  blocks: readonly Block<L>[],
  order: Uint32Array | null,
  rows: number,
  layout: L,
): Iterable<Block<L>> {
  if (order === null) {
    yield* blocks;
    return;
  }
  const blockRows = rows / blocks.length;
  const sorted = newBlock(layout, blockRows);
  const names = Object.keys(layout);
  const columnsOf = names.map((name) => blocks.map(({ columns }) => columns[name]!));
  for (let from = 0; from < rows; from += blockRows) {
    const here = order.subarray(from, from + blockRows);
    names.forEach((name, index) => void gather(columnsOf[index]!, here, sorted.columns[name]!));
    yield sorted;
  }
}

type Column = Columns<Layout>[string];

/** `into` gets the values of so many rows. One function for each type of column: each then reads and writes one type. */
function gather(columns: readonly Column[], order: Uint32Array, into: Column): void {
  if (into instanceof Float64Array) gatherTimes(columns as readonly Float64Array[], order, into);
  else if (into instanceof Int32Array) gatherIntegers(columns as readonly Int32Array[], order, into);
  else gatherSmall(columns as readonly (Uint16Array | Uint8Array)[], order, into);
}

function gatherTimes(columns: readonly Float64Array[], order: Uint32Array, into: Float64Array): void {
  const mask = into.length - 1;
  const shift = 31 - Math.clz32(into.length);
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    into[place] = columns[row >>> shift]![row & mask]!;
  }
}

function gatherIntegers(columns: readonly Int32Array[], order: Uint32Array, into: Int32Array): void {
  const mask = into.length - 1;
  const shift = 31 - Math.clz32(into.length);
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    into[place] = columns[row >>> shift]![row & mask]!;
  }
}

function gatherSmall(
  columns: readonly (Uint16Array | Uint8Array)[],
  order: Uint32Array,
  into: Uint16Array | Uint8Array,
): void {
  const mask = into.length - 1;
  const shift = 31 - Math.clz32(into.length);
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    into[place] = columns[row >>> shift]![row & mask]!;
  }
}
