import { assert } from '../errors.ts';
import type { EventKeys } from './event-queue.ts';

/** A handle is generation × 2^26 + slot: 67 million events at a time, and every slot used 134 million times. */
const SLOT_LIMIT = 2 ** 26;
const GENERATION_LIMIT = 2 ** 27;

/** Kind of a slot whose event was cancelled but is still queued, and of a slot not in use. */
const BURIED = -1;
const FREE = -2;

/**
 * Queued events in columns, indexed by event slot; slots are used again after their event has left the queue. 26 bytes
 * an event here and 8 in the heap. The columns are replaced when they grow.
 */
export class EventColumns implements EventKeys {
  timesMs = new Float64Array(64);
  ranks = new Float64Array(64);
  kinds = new Int16Array(64);
  /** What the event is about; the next free slot, or -1, when the slot is free. */
  entities = new Int32Array(64);
  /** Counts the events that have left the slot, so that their handles can be told from the present one's. */
  #generations = new Int32Array(64);
  #slotCount = 0;
  #firstFree = -1;

  /** Writes an event into a free slot, and answers the slot. */
  add(timeMs: number, rank: number, kind: number, entity: number): number {
    let slot = this.#firstFree;
    if (slot >= 0) this.#firstFree = this.entities[slot]!;
    else slot = this.#newSlot();
    this.timesMs[slot] = timeMs;
    this.ranks[slot] = rank;
    this.kinds[slot] = kind;
    this.entities[slot] = entity;
    return slot;
  }

  /** Slots ever used, free ones included. */
  get slotCount(): number {
    return this.#slotCount;
  }

  handleOf(slot: number): number {
    return this.#generations[slot]! * SLOT_LIMIT + slot;
  }

  /** The slot of the event that `handle` names, or -1 when that event has fired or was cancelled. */
  slotOf(handle: number): number {
    // Faster than the remainder of a double, and exact: the divisor is a power of two.
    const slot = handle - Math.floor(handle / SLOT_LIMIT) * SLOT_LIMIT;
    const isCurrent = slot < this.#slotCount && this.handleOf(slot) === handle && this.kinds[slot]! >= 0;
    return isCurrent ? slot : -1;
  }

  /** Marks the event in `slot` as cancelled. The slot stays taken until the queue has let go of it. */
  bury(slot: number): void {
    this.kinds[slot] = BURIED;
  }

  isBuried(slot: number): boolean {
    return this.kinds[slot] === BURIED;
  }

  /** The queue has let go of `slot`: handles to its event end here, and the slot may be used again. */
  release(slot: number): void {
    this.kinds[slot] = FREE;
    const generation = this.#generations[slot]! + 1;
    this.#generations[slot] = generation;
    // A slot whose generations are used up is never used again, rather than counted from the start.
    if (generation === GENERATION_LIMIT) return;
    this.entities[slot] = this.#firstFree;
    this.#firstFree = slot;
  }

  /** Releases every buried slot, and answers the slots of the events that remain. */
  sweep(): number[] {
    const remaining: number[] = [];
    for (let slot = 0; slot < this.#slotCount; slot += 1) {
      if (this.kinds[slot]! >= 0) remaining.push(slot);
      else if (this.kinds[slot] === BURIED) this.release(slot);
    }
    return remaining;
  }

  #newSlot(): number {
    const slot = this.#slotCount;
    assert(slot < SLOT_LIMIT, 'too many events queued');
    if (slot === this.kinds.length) this.#grow();
    this.#slotCount += 1;
    return slot;
  }

  #grow(): void {
    const length = this.kinds.length * 2;
    this.timesMs = longer(this.timesMs, new Float64Array(length));
    this.ranks = longer(this.ranks, new Float64Array(length));
    this.kinds = longer(this.kinds, new Int16Array(length));
    this.entities = longer(this.entities, new Int32Array(length));
    this.#generations = longer(this.#generations, new Int32Array(length));
  }
}

function longer<T extends { set(from: T): void }>(column: T, empty: T): T {
  empty.set(column);
  return empty;
}
