import { assert } from '../errors.ts';

/** A handle is generation × 2^26 + slot: 67 million events at a time, and every slot used 16,384 times. */
const SLOT_LIMIT = 2 ** 26;
const GENERATION_BITS = 14;
const GENERATION_MASK = 2 ** GENERATION_BITS - 1;

const KIND_BITS = 14;
const KIND_MASK = 2 ** KIND_BITS - 1;
/** Kind of a slot whose event was cancelled but is still queued, and of a slot not in use. */
const BURIED = KIND_MASK;
const FREE = KIND_MASK - 1;
/** Kinds are integers below this. */
export const KIND_LIMIT: number = FREE;

/** Integers of a record. */
const FIELDS = 3;
/** Counts insertions, modulo 2^32. */
const SEQUENCE = 0;
/** What the event is about; of a free slot the next free one, or -1. */
const ENTITY = 1;
/** Phase, kind and generation, from the highest bits to the lowest. */
const TAG = 2;
const PHASE_SHIFT = KIND_BITS + GENERATION_BITS;

/**
 * Queued events, 24 bytes each by event slot. Times stand apart, because the queue sorts by them, and so do the links of
 * its lists, because a walk along a list then finds the next link without waiting for the memory of anything else. Slots
 * are used again after their event has left the queue.
 */
export class EventRecords {
  #times = new Float64Array(64);
  #links = new Int32Array(64);
  #records = new Int32Array(64 * FIELDS);
  #slotCount = 0;
  #firstFree = -1;
  #sequence = 0;
  readonly #sequenceLimit: number;

  /** `sequenceLimit`: after so many insertions those that are there are numbered anew, from 0; at most 2^32. */
  constructor(sequenceLimit: number = 2 ** 32) {
    this.#sequenceLimit = sequenceLimit;
  }

  /**
   * Writes an event into a free slot, and answers the slot. `phase`: 0 to 15. At one time events go in the order of
   * phases, and within one phase in the order in which they were added.
   */
  add(timeMs: number, phase: number, kind: number, entity: number): number {
    let slot = this.#firstFree;
    const records = this.#records;
    if (slot >= 0) this.#firstFree = records[slot * FIELDS + ENTITY]!;
    else slot = this.#newSlot();
    this.#write(slot, timeMs, (phase << PHASE_SHIFT) | (kind << GENERATION_BITS), entity);
    return slot;
  }

  /** The event in `slot`, which is not queued now, is at `timeMs`, the last of its phase that was added. */
  readd(slot: number, timeMs: number): void {
    const at = slot * FIELDS;
    this.#write(slot, timeMs, this.#records[at + TAG]! & ~GENERATION_MASK, this.#records[at + ENTITY]!);
  }

  /** Slots ever used, free ones included. */
  get slotCount(): number {
    return this.#slotCount;
  }

  timeMs(slot: number): number {
    return this.#times[slot]!;
  }

  kind(slot: number): number {
    return (this.#records[slot * FIELDS + TAG]! >>> GENERATION_BITS) & KIND_MASK;
  }

  /** What the event is about. */
  entity(slot: number): number {
    return this.#records[slot * FIELDS + ENTITY]!;
  }

  /** Does the event in slot `a` come before the one in slot `b`? */
  isBefore(a: number, b: number): boolean {
    const timeA = this.#times[a]!;
    const timeB = this.#times[b]!;
    return timeA < timeB || (timeA === timeB && this.#wasFirst(a, b));
  }

  /** The slot that the queue has put behind this one, in one of its lists. */
  link(slot: number): number {
    return this.#links[slot]!;
  }

  setLink(slot: number, to: number): void {
    this.#links[slot] = to;
  }

  handleOf(slot: number): number {
    return (this.#records[slot * FIELDS + TAG]! & GENERATION_MASK) * SLOT_LIMIT + slot;
  }

  /** The slot that a handle names, whatever has become of its event. */
  slotIn(handle: number): number {
    // Faster than the remainder of a double, and exact: the divisor is a power of two.
    return handle - Math.floor(handle / SLOT_LIMIT) * SLOT_LIMIT;
  }

  /** The slot of the event that `handle` names, or -1 when that event has fired or was cancelled. */
  slotOf(handle: number): number {
    const slot = this.slotIn(handle);
    const isCurrent = slot < this.#slotCount && this.handleOf(slot) === handle && this.isLive(slot);
    return isCurrent ? slot : -1;
  }

  /** Is there an event in the slot that was not cancelled? */
  isLive(slot: number): boolean {
    return this.kind(slot) < FREE;
  }

  /** Marks the event in `slot` as cancelled. The slot stays taken until the queue has let go of it. */
  bury(slot: number): void {
    this.#setKind(slot, BURIED);
  }

  isBuried(slot: number): boolean {
    return this.kind(slot) === BURIED;
  }

  /** The queue has let go of `slot`: handles to its event end here, and the slot may be used again. */
  release(slot: number): void {
    this.#setKind(slot, FREE);
    const at = slot * FIELDS;
    const tag = this.#records[at + TAG]!;
    // A slot whose generations are used up is never used again, rather than counted from the start.
    if ((tag & GENERATION_MASK) === GENERATION_MASK) return;
    this.#records[at + TAG] = tag + 1;
    this.#records[at + ENTITY] = this.#firstFree;
    this.#firstFree = slot;
  }

  /** Releases every buried slot, and answers the slots of the events that remain. */
  sweep(): number[] {
    const remaining: number[] = [];
    for (let slot = 0; slot < this.#slotCount; slot += 1) {
      if (this.isLive(slot)) remaining.push(slot);
      else if (this.isBuried(slot)) this.release(slot);
    }
    return remaining;
  }

  #write(slot: number, timeMs: number, phaseAndKind: number, entity: number): void {
    if (this.#sequence === this.#sequenceLimit) this.#renumber();
    this.#times[slot] = timeMs;
    const records = this.#records;
    const at = slot * FIELDS;
    records[at + SEQUENCE] = this.#sequence++;
    records[at + ENTITY] = entity;
    records[at + TAG] = phaseAndKind | (records[at + TAG]! & GENERATION_MASK);
  }

  /** Of two events at one time. */
  #wasFirst(a: number, b: number): boolean {
    const records = this.#records;
    const phaseA = records[a * FIELDS + TAG]! >>> PHASE_SHIFT;
    const phaseB = records[b * FIELDS + TAG]! >>> PHASE_SHIFT;
    if (phaseA !== phaseB) return phaseA < phaseB;
    return records[a * FIELDS + SEQUENCE]! >>> 0 < records[b * FIELDS + SEQUENCE]! >>> 0;
  }

  #setKind(slot: number, kind: number): void {
    const at = slot * FIELDS + TAG;
    const others = this.#records[at]! & ~(KIND_MASK << GENERATION_BITS);
    this.#records[at] = others | (kind << GENERATION_BITS);
  }

  /** Every event keeps its place in the order of insertion, and its number is that place. */
  #renumber(): void {
    const sequenceOf = (slot: number) => this.#records[slot * FIELDS + SEQUENCE]! >>> 0;
    const taken: number[] = [];
    for (let slot = 0; slot < this.#slotCount; slot += 1) if (this.kind(slot) !== FREE) taken.push(slot);
    taken.sort((a, b) => sequenceOf(a) - sequenceOf(b));
    taken.forEach((slot, place) => {
      this.#records[slot * FIELDS + SEQUENCE] = place;
    });
    this.#sequence = taken.length;
    assert(this.#sequence < this.#sequenceLimit, 'too many events queued');
  }

  #newSlot(): number {
    const slot = this.#slotCount;
    assert(slot < SLOT_LIMIT, 'too many events queued');
    if (slot === this.#times.length) this.#grow();
    // Until the event is written, nobody takes it for one.
    this.#slotCount += 1;
    this.#setKind(slot, FREE);
    return slot;
  }

  #grow(): void {
    const slots = this.#times.length * 2;
    this.#times = grownTo(Float64Array, this.#times, slots);
    this.#links = grownTo(Int32Array, this.#links, slots);
    this.#records = grownTo(Int32Array, this.#records, slots * FIELDS);
  }
}

function grownTo<T extends Float64Array | Int32Array>(
  type: new (length: number) => T,
  column: T,
  length: number,
): T {
  const longer = new type(length);
  longer.set(column);
  return longer;
}
