import { grown } from '../model/grown.ts';

/** Doubles and integers of a slot's 32 bytes: key, free CPU and free memory, then the id and the block. */
const DOUBLES = 4;
const CPU = 1;
const MEMORY = 2;
const INTEGERS = 8;
const ID = 6;
const BLOCK = 7;
const NONE = -1;

/**
 * What an order of instances keeps of each: the key and id under which it is listed, the block it stands in (-1: not
 * listed) and its free room. A record of 32 bytes by slot: a walk over 100,000 instances waits for memory and for nothing
 * else, and so waits once for each.
 */
export class RoomRecords {
  /** Both look at the same bytes. */
  #doubles = new Float64Array(0);
  #integers = new Int32Array(this.#doubles.buffer);

  /** Makes room for so many slots, and lists none. */
  clear(slots: number): void {
    this.ensure(slots);
    for (let slot = 0; slot * DOUBLES < this.#doubles.length; slot++) this.setBlock(slot, NONE);
  }

  ensure(slots: number): void {
    const before = this.#doubles.length / DOUBLES;
    if (slots <= before) return;
    this.#doubles = grown(Float64Array, this.#doubles, slots * DOUBLES);
    this.#integers = new Int32Array(this.#doubles.buffer);
    for (let slot = before; slot < slots; slot++) this.setBlock(slot, NONE);
  }

  get byteLength(): number {
    return this.#doubles.byteLength;
  }

  key(slot: number): number {
    return this.#doubles[slot * DOUBLES]!;
  }

  id(slot: number): number {
    return this.#integers[slot * INTEGERS + ID]!;
  }

  setKey(slot: number, key: number, id: number): void {
    this.#doubles[slot * DOUBLES] = key;
    this.#integers[slot * INTEGERS + ID] = id;
  }

  /** Does the slot come before (key, id)? */
  isBefore(slot: number, key: number, id: number): boolean {
    const own = this.#doubles[slot * DOUBLES]!;
    return own < key || (own === key && this.#integers[slot * INTEGERS + ID]! < id);
  }

  block(slot: number): number {
    return this.#integers[slot * INTEGERS + BLOCK]!;
  }

  setBlock(slot: number, block: number): void {
    this.#integers[slot * INTEGERS + BLOCK] = block;
  }

  cpu(slot: number): number {
    return this.#doubles[slot * DOUBLES + CPU]!;
  }

  memory(slot: number): number {
    return this.#doubles[slot * DOUBLES + MEMORY]!;
  }

  setRoom(slot: number, cpu: number, memory: number): void {
    this.#doubles[slot * DOUBLES + CPU] = cpu;
    this.#doubles[slot * DOUBLES + MEMORY] = memory;
  }
}
