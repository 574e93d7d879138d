import { assert } from '../errors.ts';
import { grown } from '../model/grown.ts';
import { AmountIds } from './amount-ids.ts';
import { CellHeaps } from './cell-heaps.ts';
import { GridRows } from './grid-rows.ts';

/** Cells of the table at most, which takes 1 MiB then: 512 by 512 amounts, or 1,024 by 256. */
const MOST_CELLS = 2 ** 18;
/** A search walks over rows, a nanosecond each. */
export const MOST_ROWS = 1024;
/** At first there are columns for 2^5 amounts: a word of bits. */
const FIRST_SHIFT = 5;
const WORD_BITS = 32;
const NONE = -1;

/** What is looked for: at least so much of both kinds. Made once, and asked again and again. */
export class GridQuery {
  readonly keyNeed: number;
  readonly otherNeed: number;
  /** The grid that was asked last, and which version of it the rest is good for. */
  grid: RoomGrid | null = null;
  version = NONE;
  /** Ranks of rows that have enough of the key: from here to before there. */
  from = 0;
  to = 0;
  /** A bit for each column that has enough. */
  columns = new Int32Array(0);

  constructor(keyNeed: number, otherNeed: number) {
    this.keyNeed = keyNeed;
    this.otherNeed = otherNeed;
  }
}

/**
 * Instances by what is free on them: a row for each amount of one kind, the key, a column for each amount of the other,
 * and in each cell of this table the instances with just these amounts, the lowest id on top. "The least (or most) of
 * the key that has room, lowest id on ties" is in the first row in order that has a cell with enough of the other kind:
 * a few bits are looked at for each row, and no instance without room. An instance that gains or loses room moves from
 * one cell to another.
 *
 * Cells are heaps and not bitmaps: there are hundreds of them with a dozen instances each, a bitmap of each would be as
 * long as the cluster, and slots, which are used again, are in no order of ids.
 *
 * It lives on amounts being few, as they are where tasks come in some dozen sizes; `isTooFine` says that they are not.
 */
export class RoomGrid {
  readonly #heaps = new CellHeaps();
  readonly #descends: boolean;
  #rows: GridRows;
  readonly #columns = new AmountIds();
  /** `#roots[row << #shift | column]`: the slot with the lowest id of the cell, -1 for an empty one. */
  #shift = FIRST_SHIFT;
  #roots: Int32Array;
  /** By row: a bit for each column with a cell that is not empty; as many words as there are for all columns. */
  #words = 1;
  #filled: Int32Array;
  /** Grows with each row and column. */
  #version = 0;
  /** There are more different amounts than there may be: what it lists is no longer right. */
  isTooFine = false;

  constructor(which: 'least' | 'most') {
    this.#descends = which === 'most';
    this.#rows = new GridRows(this.#descends);
    this.#roots = new Int32Array(this.#rows.capacity << FIRST_SHIFT).fill(NONE);
    this.#filled = new Int32Array(this.#rows.capacity);
  }

  /** Lists nothing any more, knows no amounts, and makes room for so many slots. */
  clear(slots: number): void {
    this.#heaps.clear(slots);
    this.#rows = new GridRows(this.#descends);
    this.#columns.clear();
    this.#shift = FIRST_SHIFT;
    this.#words = 1;
    this.#roots = new Int32Array(this.#rows.capacity << FIRST_SHIFT).fill(NONE);
    this.#filled = new Int32Array(this.#rows.capacity);
    this.#version += 1;
    this.isTooFine = false;
  }

  ensure(slots: number): void {
    this.#heaps.ensure(slots);
  }

  isListed(slot: number): boolean {
    return this.#heaps.row(slot) >= 0;
  }

  /** Lists the slot, which is not listed. */
  add(slot: number, id: number, key: number, other: number): void {
    const row = this.#rowOf(key);
    const column = this.#columnOf(other);
    this.#heaps.setId(slot, id);
    if (!this.isTooFine) this.#enter(slot, row, column);
  }

  /** The listed slot has so much free now. */
  move(slot: number, key: number, other: number): void {
    const row = this.#rowOf(key);
    const column = this.#columnOf(other);
    const heaps = this.#heaps;
    if (this.isTooFine || (row === heaps.row(slot) && column === heaps.column(slot))) return;
    this.#leave(slot);
    this.#enter(slot, row, column);
  }

  /** The listed slot is listed no longer. */
  remove(slot: number): void {
    this.#leave(slot);
    this.#heaps.leaveCell(slot);
  }

  /** The first slot with room, or -1. */
  first(query: GridQuery): number {
    if (query.grid !== this || query.version !== this.#version) this.#prepare(query);
    const { ranked, most } = this.#rows;
    const { otherNeed, columns, to } = query;
    for (let rank = query.from; rank < to; rank++) {
      if (most[rank]! < otherNeed) continue;
      const slot = this.#lowestId(ranked[rank]!, columns);
      if (slot >= 0) return slot;
      most[rank] = this.#mostIn(ranked[rank]!);
    }
    return NONE;
  }

  /** One row or column more may be too many. */
  get isLarge(): boolean {
    return this.#roots.length === MOST_CELLS || this.#rows.capacity === MOST_ROWS;
  }

  get byteLength(): number {
    const tables = [this.#heaps, this.#rows, this.#columns, this.#roots, this.#filled];
    return tables.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Is the slot listed just so? */
  isAt(slot: number, id: number, key: number, other: number): boolean {
    const heaps = this.#heaps;
    if (heaps.row(slot) < 0 || heaps.id(slot) !== id) return false;
    return this.#rows.keyOf(heaps.row(slot)) === key && this.#columns.amounts[heaps.column(slot)] === other;
  }

  /** Rows are in order, and each cell holds its own instances, the one with the lowest id on top. */
  verify(): void {
    const heaps = this.#heaps;
    this.#rows.verify((row) => this.#mostIn(row));
    for (let row = 0; row < this.#rows.count; row++) {
      for (let column = 0; column < this.#columns.count; column++) {
        const root = this.#roots[(row << this.#shift) | column]!;
        const bit = (this.#filled[row * this.#words + (column >> 5)]! >>> (column & 31)) & 1;
        assert(root >= 0 === (bit === 1), 'a cell of the grid is not what its bit says');
        if (root < 0) continue;
        for (const slot of heaps.slots(root)) {
          const isHere = heaps.row(slot) === row && heaps.column(slot) === column;
          assert(isHere && heaps.id(slot) >= heaps.id(root), 'an instance stands in the wrong cell');
        }
      }
    }
  }

  /** The most of the other kind in a row; -Infinity when it is empty. */
  #mostIn(row: number): number {
    let most = Number.NEGATIVE_INFINITY;
    for (let word = 0; word < this.#words; word++) {
      for (let bits = this.#filled[row * this.#words + word]!; bits !== 0; bits &= bits - 1) {
        const column = word * WORD_BITS + (31 - Math.clz32(bits & -bits));
        most = Math.max(most, this.#columns.amounts[column]!);
      }
    }
    return most;
  }

  /** Of the cells of a row in the given columns, the slot with the lowest id, or -1. */
  #lowestId(row: number, columns: Int32Array): number {
    const heaps = this.#heaps;
    const roots = this.#roots;
    let best = NONE;
    for (let word = 0; word < this.#words; word++) {
      let bits = this.#filled[row * this.#words + word]! & columns[word]!;
      for (; bits !== 0; bits &= bits - 1) {
        const column = word * WORD_BITS + (31 - Math.clz32(bits & -bits));
        const root = roots[(row << this.#shift) | column]!;
        if (best < 0 || heaps.id(root) < heaps.id(best)) best = root;
      }
    }
    return best;
  }

  #enter(slot: number, row: number, column: number): void {
    const cell = (row << this.#shift) | column;
    const root = this.#roots[cell]!;
    this.#heaps.enterCell(slot, row, column);
    this.#roots[cell] = this.#heaps.added(root, slot);
    if (root >= 0) return;
    this.#filled[row * this.#words + (column >> 5)]! |= 1 << (column & 31);
    this.#rows.raise(row, this.#columns.amounts[column]!);
  }

  #leave(slot: number): void {
    const row = this.#heaps.row(slot);
    const column = this.#heaps.column(slot);
    const cell = (row << this.#shift) | column;
    const root = this.#heaps.removed(this.#roots[cell]!, slot);
    this.#roots[cell] = root;
    if (root < 0) this.#filled[row * this.#words + (column >> 5)]! &= ~(1 << (column & 31));
  }

  #rowOf(key: number): number {
    const row = this.#rows.find(key);
    return row >= 0 ? row : this.#newRow(key);
  }

  #columnOf(other: number): number {
    const column = this.#columns.find(other);
    return column >= 0 ? column : this.#newColumn(other);
  }

  #newRow(key: number): number {
    const isFull = this.#rows.count === this.#rows.capacity;
    if (isFull && (this.#rows.capacity === MOST_ROWS || this.#roots.length === MOST_CELLS)) {
      this.isTooFine = true;
      return NONE;
    }
    const row = this.#rows.add(key);
    if (isFull) this.#growRows();
    this.#version += 1;
    return row;
  }

  #newColumn(other: number): number {
    const isFull = this.#columns.count === 1 << this.#shift;
    if (isFull && this.#roots.length === MOST_CELLS) {
      this.isTooFine = true;
      return NONE;
    }
    const column = this.#columns.add(other);
    if (isFull) this.#growColumns();
    this.#version += 1;
    return column;
  }

  /** Which rows and columns have enough, as they are now. */
  #prepare(query: GridQuery): void {
    const { keyNeed, otherNeed } = query;
    query.grid = this;
    query.version = this.#version;
    [query.from, query.to] = this.#rows.range(keyNeed);
    if (query.columns.length === this.#words) query.columns.fill(0);
    else query.columns = new Int32Array(this.#words);
    for (let column = 0; column < this.#columns.count; column++) {
      const hasEnough = this.#columns.amounts[column]! >= otherNeed;
      if (hasEnough) query.columns[column >> 5]! |= 1 << (column & 31);
    }
  }

  /** Cells for as many rows as there is room for. */
  #growRows(): void {
    const rows = this.#rows.capacity;
    this.#roots = grown(Int32Array, this.#roots, rows << this.#shift, NONE);
    this.#filled = grown(Int32Array, this.#filled, rows * this.#words);
  }

  /** Twice as many columns: each row moves apart. */
  #growColumns(): void {
    const before = 1 << this.#shift;
    const rows = this.#rows.capacity;
    const roots = new Int32Array(this.#roots.length * 2).fill(NONE);
    const filled = new Int32Array(this.#filled.length * 2);
    for (let row = 0; row < rows; row++) {
      roots.set(this.#roots.subarray(row * before, (row + 1) * before), row * before * 2);
      filled.set(this.#filled.subarray(row * this.#words, (row + 1) * this.#words), row * this.#words * 2);
    }
    this.#roots = roots;
    this.#filled = filled;
    this.#shift += 1;
    this.#words *= 2;
  }
}
