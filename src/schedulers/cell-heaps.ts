import { grown } from '../model/grown.ts';

/** Integers of a slot's 32 bytes. */
const FIELDS = 8;
const ID = 0;
/** First child, next sibling, and the sibling before, or the parent of a first child. */
const CHILD = 1;
const NEXT = 2;
const BEFORE = 3;
/** Free to whoever owns the heaps. */
const ROW = 4;
const COLUMN = 5;
const NONE = -1;

/**
 * Any number of heaps of instances with the lowest id at the root, each slot in one heap at most. Pairing heaps, linked
 * through a record of 32 bytes by slot: adding costs a comparison, taking out one or two for most instances (and the
 * logarithm of the size over time), and no heap has an array that would have to grow.
 * Source: M. L. Fredman, R. Sedgewick, D. D. Sleator, R. E. Tarjan, The pairing heap, Algorithmica 1 (1986).
 */
export class CellHeaps {
  #records = new Int32Array(0);

  /** Room for so many slots, and no slot in any heap. */
  clear(slots: number): void {
    this.ensure(slots);
    for (let slot = 0; slot * FIELDS < this.#records.length; slot++) this.leaveCell(slot);
  }

  ensure(slots: number): void {
    const before = this.#records.length / FIELDS;
    if (slots <= before) return;
    this.#records = grown(Int32Array, this.#records, slots * FIELDS);
    for (let slot = before; slot < slots; slot++) this.leaveCell(slot);
  }

  get byteLength(): number {
    return this.#records.byteLength;
  }

  id(slot: number): number {
    return this.#records[slot * FIELDS + ID]!;
  }

  setId(slot: number, id: number): void {
    this.#records[slot * FIELDS + ID] = id;
  }

  /** -1 for a slot in no heap. */
  row(slot: number): number {
    return this.#records[slot * FIELDS + ROW]!;
  }

  column(slot: number): number {
    return this.#records[slot * FIELDS + COLUMN]!;
  }

  enterCell(slot: number, row: number, column: number): void {
    this.#records[slot * FIELDS + ROW] = row;
    this.#records[slot * FIELDS + COLUMN] = column;
  }

  leaveCell(slot: number): void {
    this.#records[slot * FIELDS + ROW] = NONE;
  }

  /** The root of the heap with this root (-1: none yet) after the slot, whose id is set, has joined it. */
  added(root: number, slot: number): number {
    const records = this.#records;
    const at = slot * FIELDS;
    records[at + CHILD] = NONE;
    records[at + NEXT] = NONE;
    records[at + BEFORE] = NONE;
    return root < 0 ? slot : this.#joined(root, slot);
  }

  /** The root of the heap after the slot has left it; -1 when nothing is left. */
  removed(root: number, slot: number): number {
    const records = this.#records;
    const at = slot * FIELDS;
    const below = this.#joinedAll(records[at + CHILD]!);
    if (slot === root) return below;
    const before = records[at + BEFORE]!;
    const after = records[at + NEXT]!;
    if (records[before * FIELDS + CHILD] === slot) records[before * FIELDS + CHILD] = after;
    else records[before * FIELDS + NEXT] = after;
    if (after >= 0) records[after * FIELDS + BEFORE] = before;
    return below < 0 ? root : this.#joined(root, below);
  }

  /** Every slot of the heap. For checks. */
  *slots(root: number): Generator<number> {
    yield root;
    for (let child = this.#records[root * FIELDS + CHILD]!; child >= 0; ) {
      yield* this.slots(child);
      child = this.#records[child * FIELDS + NEXT]!;
    }
  }

  /** The root of two heaps made one. */
  #joined(a: number, b: number): number {
    const records = this.#records;
    const isFirst = records[a * FIELDS + ID]! < records[b * FIELDS + ID]!;
    const parent = isFirst ? a : b;
    const child = isFirst ? b : a;
    const sibling = records[parent * FIELDS + CHILD]!;
    records[child * FIELDS + NEXT] = sibling;
    records[child * FIELDS + BEFORE] = parent;
    if (sibling >= 0) records[sibling * FIELDS + BEFORE] = child;
    records[parent * FIELDS + CHILD] = child;
    return parent;
  }

  /** The root of the heaps in a list of siblings made one: two by two, and then the pairs from the last to the first. */
  #joinedAll(first: number): number {
    if (first < 0) return NONE;
    const records = this.#records;
    let pairs = NONE;
    for (let one = first; one >= 0; ) {
      const other = records[one * FIELDS + NEXT]!;
      const after = other < 0 ? NONE : records[other * FIELDS + NEXT]!;
      const pair = other < 0 ? one : this.#joined(one, other);
      records[pair * FIELDS + NEXT] = pairs;
      pairs = pair;
      one = after;
    }
    let root = pairs;
    for (let pair = records[root * FIELDS + NEXT]!; pair >= 0; ) {
      const after = records[pair * FIELDS + NEXT]!;
      root = this.#joined(root, pair);
      pair = after;
    }
    records[root * FIELDS + NEXT] = NONE;
    records[root * FIELDS + BEFORE] = NONE;
    return root;
  }
}
