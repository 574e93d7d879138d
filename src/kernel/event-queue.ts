import FastPriorityQueue from 'fastpriorityqueue';

/** Phases are small integers below this. */
export const PHASE_LIMIT = 16;
/** Sequence numbers below 2^49 leave room for the phase above them in one exact double. */
const SEQUENCE_LIMIT = 2 ** 49;

/**
 * Phase and sequence as one number that sorts like the pair: phase × 2^49 + sequence. At ten million events a second
 * the sequence lasts for 1.8 years.
 */
export function rankOf(phase: number, sequence: number): number {
  return phase * SEQUENCE_LIMIT + sequence;
}

/** The phase in a rank. */
export function phaseOf(rank: number): number {
  return Math.floor(rank / SEQUENCE_LIMIT);
}

/**
 * What a queued event is sorted by, indexed by event slot and owned by the kernel, which writes a slot before it is
 * pushed and leaves it alone until it has been popped. Replaced when they grow, so readers go through the object.
 */
export interface EventKeys {
  timesMs: Float64Array;
  /** See `rankOf`. No two queued events have the same rank, so the order is total. */
  ranks: Float64Array;
}

/** The heap takes up to so many events before they are spread over buckets, and a bucket is meant to hold so many. */
const HEAP_EVENTS = 1024;
const BUCKET_EVENTS = 32;
/** Buckets of a layout: with 100,000 events, some five times as far as half of the events reach. */
const BUCKETS = 8192;
/** Of the events, to see how far half of them reach. */
const SAMPLED = 63;
const NONE = -1;

/**
 * Event slots in the order of (time, phase, sequence). `pop` and `peek` answer -1 when there is none.
 *
 * A binary heap of small integers (fastpriorityqueue), which looks into the columns to compare, holds the events of the
 * near future alone: a heap of 100,000 spends its time waiting for memory. The others wait unsorted, in buckets of equal
 * length in time and, beyond the last bucket, in one list; a bucket goes into the heap when its time has come, and
 * everything is spread anew when the buckets are used up or the events have doubled. The heap orders, the buckets only
 * keep apart: what is in a later one is later. So equal times, which go into one bucket, cost what they cost in a heap.
 *
 * Lists are linked through a column by event slot: 4 bytes an event, and nothing is allocated per event.
 */
export class EventQueue {
  readonly #keys: EventKeys;
  readonly #near: FastPriorityQueue<number>;
  /** First slot of each bucket, and last of the list of all that is later. */
  readonly #first = new Int32Array(BUCKETS + 1).fill(NONE);
  /** By event slot: the next one in its list. */
  #next = new Int32Array(64);
  /** The bucket whose events are in the heap; all lists up to it are empty. */
  #bucket = 0;
  #fromMs = 0;
  /** 1 / length of a bucket in ms; 0: everything is near. */
  #perMs = 0;
  #size = 0;
  /** Spread anew beyond so many. */
  #mostEvents = HEAP_EVENTS;
  /** Pops since the last layout, and events at that time. */
  #popped = 0;
  #laidOut = 0;

  constructor(keys: EventKeys) {
    this.#keys = keys;
    this.#near = new FastPriorityQueue<number>((a, b) => {
      const timesMs = keys.timesMs;
      const timeA = timesMs[a]!;
      const timeB = timesMs[b]!;
      return timeA < timeB || (timeA === timeB && keys.ranks[a]! < keys.ranks[b]!);
    });
  }

  get size(): number {
    return this.#size;
  }

  push(slot: number): void {
    this.#size += 1;
    this.#put(slot);
    if (this.#size > this.#mostEvents) this.#spread(this.#all(), 1);
  }

  pop(): number {
    if (this.#size === 0) return NONE;
    if (this.#near.size === 0) this.#advance();
    this.#size -= 1;
    this.#popped += 1;
    return this.#near.poll()!;
  }

  peek(): number {
    if (this.#size === 0) return NONE;
    if (this.#near.size === 0) this.#advance();
    return this.#near.peek()!;
  }

  /** Replaces everything queued; O(n). */
  reset(slots: readonly number[]): void {
    this.#near.size = 0;
    this.#first.fill(NONE);
    this.#size = slots.length;
    this.#spread(slots, 1);
  }

  #put(slot: number): void {
    // Never falls as the time rises, so no event in a list is earlier than one in the heap.
    const bucket = Math.floor((this.#keys.timesMs[slot]! - this.#fromMs) * this.#perMs);
    if (bucket <= this.#bucket) this.#near.add(slot);
    else this.#link(slot, Math.min(bucket, BUCKETS));
  }

  #link(slot: number, list: number): void {
    if (slot >= this.#next.length) this.#growTo(slot);
    this.#next[slot] = this.#first[list]!;
    this.#first[list] = slot;
  }

  /** The heap is empty and a list is not: takes the next bucket with events. */
  #advance(): void {
    const first = this.#first;
    let bucket = this.#bucket + 1;
    while (bucket < BUCKETS && first[bucket]! < 0) bucket += 1;
    if (bucket >= BUCKETS) {
      // So soon, the buckets are too short: their length is doubled at least, which cannot go on for long.
      const isSoon = this.#popped * 4 < this.#laidOut;
      this.#spread(this.#all(), isSoon ? 2 / this.#perMs : 1);
      return;
    }
    this.#bucket = bucket;
    const next = this.#next;
    for (let slot = first[bucket]!; slot >= 0; slot = next[slot]!) this.#near.add(slot);
    first[bucket] = NONE;
  }

  /** Takes everything out of the heap and the lists. */
  #all(): number[] {
    const slots: number[] = [];
    while (this.#near.size > 0) slots.push(this.#near.poll()!);
    for (let list = this.#bucket + 1; list <= BUCKETS; list += 1) {
      for (let slot = this.#first[list]!; slot >= 0; slot = this.#next[slot]!) slots.push(slot);
      this.#first[list] = NONE;
    }
    return slots;
  }

  /** Lays the buckets out for these events, all there are, and puts them in: the earliest ones into the heap. */
  #spread(slots: readonly number[], leastMs: number): void {
    const { timesMs } = this.#keys;
    let fromMs = Number.POSITIVE_INFINITY;
    for (const slot of slots) fromMs = Math.min(fromMs, timesMs[slot]!);
    this.#fromMs = slots.length === 0 ? 0 : fromMs;
    this.#bucket = 0;
    this.#perMs = slots.length <= HEAP_EVENTS ? 0 : 1 / Math.max(this.#bucketMs(slots, fromMs), leastMs);
    this.#popped = 0;
    this.#laidOut = slots.length;
    this.#mostEvents = Math.max(HEAP_EVENTS, slots.length * 2);
    for (const slot of slots) this.#put(slot);
  }

  /** A length that gives the earlier half of the events `BUCKET_EVENTS` a bucket, if they are spread evenly. */
  #bucketMs(slots: readonly number[], fromMs: number): number {
    const { timesMs } = this.#keys;
    const sample = Float64Array.from(
      { length: SAMPLED },
      (_, i) => timesMs[slots[Math.floor((i * slots.length) / SAMPLED)]!]!,
    ).sort();
    return ((sample[(SAMPLED - 1) / 2]! - fromMs) * 2 * BUCKET_EVENTS) / slots.length;
  }

  #growTo(slot: number): void {
    const next = new Int32Array(Math.max(slot + 1, this.#next.length * 2));
    next.set(this.#next);
    this.#next = next;
  }
}
