import { assert } from '../errors.ts';
import { grown } from '../model/grown.ts';
import { AmountIds } from './amount-ids.ts';

const FIRST_ROWS = 16;

/**
 * The rows of a grid: a row has an id, which stays, and a rank, its place in the order of keys. What a search walks over
 * stands by rank.
 */
export class GridRows {
  /** Ids by rank. */
  ranked = new Int32Array(FIRST_ROWS);
  /** By rank: at least the largest amount of the other kind in the row; -Infinity for a row that never had any. */
  most = new Float64Array(FIRST_ROWS);
  readonly #ids = new AmountIds();
  /** By rank. */
  #keys = new Float64Array(FIRST_ROWS);
  #rankOf = new Int32Array(FIRST_ROWS);
  readonly #descends: boolean;

  /** `descends`: the largest key goes first. */
  constructor(descends: boolean) {
    this.#descends = descends;
  }

  clear(): void {
    this.#ids.clear();
  }

  get count(): number {
    return this.#ids.count;
  }

  /** Rows there is room for. */
  get capacity(): number {
    return this.ranked.length;
  }

  /** The id of the row with this key, or -1. */
  find(key: number): number {
    return this.#ids.find(key);
  }

  keyOf(row: number): number {
    return this.#ids.amounts[row]!;
  }

  /** A row for a key that has none, and its id. */
  add(key: number): number {
    const row = this.#ids.add(key);
    if (row === this.capacity) this.#grow();
    let rank = row;
    for (; rank > 0 && this.#goesBefore(key, this.#keys[rank - 1]!); rank--) {
      this.#put(rank, this.ranked[rank - 1]!, this.#keys[rank - 1]!, this.most[rank - 1]!);
    }
    this.#put(rank, row, key, Number.NEGATIVE_INFINITY);
    return row;
  }

  /** The row has so much of the other kind. */
  raise(row: number, amount: number): void {
    const rank = this.#rankOf[row]!;
    if (amount > this.most[rank]!) this.most[rank] = amount;
  }

  /** Ranks of the rows with a key of `need` at least: from the first to before the second. */
  range(need: number): readonly [number, number] {
    let from = 0;
    let to = this.count;
    if (this.#descends) while (to > 0 && this.#keys[to - 1]! < need) to -= 1;
    else while (from < to && this.#keys[from]! < need) from += 1;
    return [from, to];
  }

  get byteLength(): number {
    const columns = [this.#ids, this.ranked, this.most, this.#keys, this.#rankOf];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Rows are in order; none has more of the other kind, which `mostIn` tells, than is promised. */
  verify(mostIn: (row: number) => number): void {
    for (let rank = 0; rank < this.count; rank++) {
      const row = this.ranked[rank]!;
      const isNext = rank === 0 || this.#goesBefore(this.#keys[rank - 1]!, this.#keys[rank]!);
      assert(isNext, 'rows of the grid are out of order');
      const isKnown = this.#rankOf[row] === rank && this.keyOf(row) === this.#keys[rank];
      assert(isKnown, 'a row of the grid is of another rank');
      assert(this.most[rank]! >= mostIn(row), 'a row of the grid hides room');
    }
  }

  #put(rank: number, row: number, key: number, most: number): void {
    this.ranked[rank] = row;
    this.#keys[rank] = key;
    this.most[rank] = most;
    this.#rankOf[row] = rank;
  }

  #goesBefore(a: number, b: number): boolean {
    return this.#descends ? a > b : a < b;
  }

  #grow(): void {
    const rows = this.capacity * 2;
    this.ranked = grown(Int32Array, this.ranked, rows);
    this.most = grown(Float64Array, this.most, rows);
    this.#keys = grown(Float64Array, this.#keys, rows);
    this.#rankOf = grown(Int32Array, this.#rankOf, rows);
  }
}
