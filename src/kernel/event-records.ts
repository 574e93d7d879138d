import { assert } from '../errors.ts';

/** A handle is generation × 2^26 + slot: 67 million events at a time, and every slot used 134 million times. */
const SLOT_LIMIT = 2 ** 26;
const GENERATION_LIMIT = 2 ** 27;

/** Kind of a slot whose event was cancelled but is still queued, and of a slot not in use. */
const BURIED = -1;
const FREE = -2;

/** Doubles, and 32-bit integers, of a record. */
const DOUBLES = 4;
const INTEGERS = 8;
/** Where a field stands in its record, among the doubles or the integers of the same bytes. */
const TIME = 0;
const RANK = 1;
const KIND = 4;
const ENTITY = 5;
const GENERATION = 6;
const LINK = 7;

/**
 * Queued events, one record of 32 bytes each by event slot: everything about an event stands in one line of the
 * processor's cache, so that one that lies far back costs a single wait for memory when its time has come. Slots are
 * used again after their event has left the queue.
 */
export class EventRecords {
  /** Both look at the same bytes. Replaced when they grow. */
  #doubles = new Float64Array(64 * DOUBLES);
  #integers = new Int32Array(this.#doubles.buffer);
  #slotCount = 0;
  #firstFree = -1;

  /** Writes an event into a free slot, and answers the slot. No two queued events have the same rank. */
  add(timeMs: number, rank: number, kind: number, entity: number): number {
    let slot = this.#firstFree;
    // The entity of a free slot is the next free one, or -1.
    if (slot >= 0) this.#firstFree = this.#integers[slot * INTEGERS + ENTITY]!;
    else slot = this.#newSlot();
    this.setKey(slot, timeMs, rank);
    this.#integers[slot * INTEGERS + KIND] = kind;
    this.#integers[slot * INTEGERS + ENTITY] = entity;
    return slot;
  }

  /** Slots ever used, free ones included. */
  get slotCount(): number {
    return this.#slotCount;
  }

  timeMs(slot: number): number {
    return this.#doubles[slot * DOUBLES + TIME]!;
  }

  kind(slot: number): number {
    return this.#integers[slot * INTEGERS + KIND]!;
  }

  /** What the event is about. */
  entity(slot: number): number {
    return this.#integers[slot * INTEGERS + ENTITY]!;
  }

  /** Of events that are not queued now. */
  setKey(slot: number, timeMs: number, rank: number): void {
    const doubles = this.#doubles;
    doubles[slot * DOUBLES + TIME] = timeMs;
    doubles[slot * DOUBLES + RANK] = rank;
  }

  /** Does the event in slot `a` come before the one in slot `b`? */
  isBefore(a: number, b: number): boolean {
    const doubles = this.#doubles;
    const timeA = doubles[a * DOUBLES + TIME]!;
    const timeB = doubles[b * DOUBLES + TIME]!;
    return timeA < timeB || (timeA === timeB && doubles[a * DOUBLES + RANK]! < doubles[b * DOUBLES + RANK]!);
  }

  /** The slot that the queue has put behind this one, in one of its lists. */
  link(slot: number): number {
    return this.#integers[slot * INTEGERS + LINK]!;
  }

  setLink(slot: number, to: number): void {
    this.#integers[slot * INTEGERS + LINK] = to;
  }

  handleOf(slot: number): number {
    return this.#integers[slot * INTEGERS + GENERATION]! * SLOT_LIMIT + slot;
  }

  /** The slot that a handle names, whatever has become of its event. */
  slotIn(handle: number): number {
    // Faster than the remainder of a double, and exact: the divisor is a power of two.
    return handle - Math.floor(handle / SLOT_LIMIT) * SLOT_LIMIT;
  }

  /** The slot of the event that `handle` names, or -1 when that event has fired or was cancelled. */
  slotOf(handle: number): number {
    const slot = this.slotIn(handle);
    const isCurrent = slot < this.#slotCount && this.handleOf(slot) === handle && this.kind(slot) >= 0;
    return isCurrent ? slot : -1;
  }

  /** Marks the event in `slot` as cancelled. The slot stays taken until the queue has let go of it. */
  bury(slot: number): void {
    this.#integers[slot * INTEGERS + KIND] = BURIED;
  }

  isBuried(slot: number): boolean {
    return this.kind(slot) === BURIED;
  }

  /** The queue has let go of `slot`: handles to its event end here, and the slot may be used again. */
  release(slot: number): void {
    const integers = this.#integers;
    integers[slot * INTEGERS + KIND] = FREE;
    const generation = integers[slot * INTEGERS + GENERATION]! + 1;
    integers[slot * INTEGERS + GENERATION] = generation;
    // A slot whose generations are used up is never used again, rather than counted from the start.
    if (generation === GENERATION_LIMIT) return;
    integers[slot * INTEGERS + ENTITY] = this.#firstFree;
    this.#firstFree = slot;
  }

  /** Releases every buried slot, and answers the slots of the events that remain. */
  sweep(): number[] {
    const remaining: number[] = [];
    for (let slot = 0; slot < this.#slotCount; slot += 1) {
      if (this.kind(slot) >= 0) remaining.push(slot);
      else if (this.isBuried(slot)) this.release(slot);
    }
    return remaining;
  }

  #newSlot(): number {
    const slot = this.#slotCount;
    assert(slot < SLOT_LIMIT, 'too many events queued');
    if (slot * DOUBLES === this.#doubles.length) this.#grow();
    this.#slotCount += 1;
    return slot;
  }

  #grow(): void {
    const doubles = new Float64Array(this.#doubles.length * 2);
    doubles.set(this.#doubles);
    this.#doubles = doubles;
    this.#integers = new Int32Array(doubles.buffer);
  }
}
