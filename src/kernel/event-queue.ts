import FastPriorityQueue from 'fastpriorityqueue';
import type { EventRecords } from './event-records.ts';

/** Phases are small integers below this. */
export const PHASE_LIMIT = 16;
/** The heap takes up to so many events before they are spread over buckets, and a bucket is meant to hold so many. */
const HEAP_EVENTS = 1024;
const BUCKET_EVENTS = 32;
/** Of a bucket, so many at most are sorted by insertion; a fuller one goes through the heap. */
const RUN_EVENTS = 96;
/** Buckets of a layout: with 100,000 events, some five times as far as half of the events reach. */
const BUCKETS = 8192;
/** Of the events, to see how far half of them reach. */
const SAMPLED = 63;
const NONE = -1;

/**
 * Event slots in the order of (time, phase, sequence). `pop` and `peek` answer -1 when there is none.
 *
 * Only the near future is sorted, because a heap of 100,000 spends its time waiting for memory. The other events wait in
 * buckets of equal length in time and, beyond the last bucket, in one list. When the time of a bucket has come it becomes
 * the run: an array sorted by insertion, which costs less than a heap for so few. What is pushed after that into the time
 * of the run goes into a binary heap of small integers (fastpriorityqueue), as does a bucket that turns out too full.
 * Everything is spread anew when the buckets are used up or the events have doubled. Run and heap order, the buckets
 * only keep apart: what is in a later one is later. So equal times, which go into one bucket, cost what they cost in a
 * heap.
 *
 * Events of the present instant, as every pass of a scheduler is, have the latest sequence numbers of all: they wait in
 * one line for each phase and are never compared with each other.
 *
 * Lists are linked through the records of the events, and nothing is allocated per event.
 */
export class EventQueue {
  readonly #records: EventRecords;
  readonly #heap: FastPriorityQueue<number>;
  /** Slots and times; entries from `#runAt` to `#runEnd` are still to come. */
  readonly #run = new Int32Array(RUN_EVENTS);
  readonly #runMs = new Float64Array(RUN_EVENTS);
  #runAt = 0;
  #runEnd = 0;
  /** Of the present instant: first and last slot of each phase's line, and a bit for each phase that has one. */
  readonly #lineFirst = new Int32Array(PHASE_LIMIT).fill(NONE);
  readonly #lineLast = new Int32Array(PHASE_LIMIT).fill(NONE);
  #lines = 0;
  /** First slot of each bucket, and last of the list of all that is later. */
  readonly #first = new Int32Array(BUCKETS + 1).fill(NONE);
  /** The bucket whose events are in the run or the heap; all lists up to it are empty. */
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

  readonly #comesNear: (slot: number) => void;

  /** `comesNear`: told of events that are among the next ones, some dozen at a time; not of all. */
  constructor(records: EventRecords, comesNear: (slot: number) => void = () => {}) {
    this.#records = records;
    this.#comesNear = comesNear;
    this.#heap = new FastPriorityQueue<number>((a, b) => records.isBefore(a, b));
  }

  get size(): number {
    return this.#size;
  }

  push(slot: number): void {
    this.#size += 1;
    this.#put(slot);
    if (this.#size > this.#mostEvents) this.#spread(this.#all(), 1);
  }

  /** The event is at the present instant: no queued one is earlier, and all of its phase were pushed before it. */
  pushNow(slot: number, phase: number): void {
    this.#size += 1;
    this.#records.setLink(slot, NONE);
    const bit = 1 << phase;
    if ((this.#lines & bit) === 0) {
      this.#lines |= bit;
      this.#lineFirst[phase] = slot;
    } else this.#records.setLink(this.#lineLast[phase]!, slot);
    this.#lineLast[phase] = slot;
  }

  peek(): number {
    if (this.#size === 0) return NONE;
    const line = this.#lines === 0 ? NONE : this.#lineFirst[lowestBit(this.#lines)]!;
    const near = this.#firstNear();
    return near < 0 || (line >= 0 && this.#records.isBefore(line, near)) ? line : near;
  }

  pop(): number {
    const slot = this.peek();
    if (slot >= 0) this.drop(slot);
    return slot;
  }

  /** Takes out the event that `peek` has answered just now. */
  drop(slot: number): void {
    this.#size -= 1;
    this.#popped += 1;
    if (this.#runAt < this.#runEnd && this.#run[this.#runAt] === slot) {
      this.#runAt += 1;
      return;
    }
    const phase = lowestBit(this.#lines);
    if (this.#lines === 0 || this.#lineFirst[phase] !== slot) {
      this.#heap.poll();
      return;
    }
    const next = this.#records.link(slot);
    this.#lineFirst[phase] = next;
    if (next < 0) this.#lines &= ~(1 << phase);
  }

  /** Replaces everything queued; O(n). */
  reset(slots: readonly number[]): void {
    this.#heap.size = 0;
    this.#runAt = this.#runEnd;
    this.#lines = 0;
    this.#first.fill(NONE);
    this.#size = slots.length;
    this.#spread(slots, 1);
  }

  /** The first of the run and the heap; -1 when only lines are left. */
  #firstNear(): number {
    const heap = this.#heap;
    if (this.#runAt === this.#runEnd) {
      if (heap.size === 0) this.#advance();
      if (this.#runAt === this.#runEnd) return heap.peek() ?? NONE;
    }
    const slot = this.#run[this.#runAt]!;
    if (heap.size === 0) return slot;
    const other = heap.peek()!;
    return this.#records.isBefore(other, slot) ? other : slot;
  }

  #put(slot: number): void {
    // Never falls as the time rises, so no event in a list is earlier than one in the run or the heap.
    const bucket = Math.floor((this.#records.timeMs(slot) - this.#fromMs) * this.#perMs);
    if (bucket <= this.#bucket) this.#heap.add(slot);
    else this.#link(slot, Math.min(bucket, BUCKETS));
  }

  #link(slot: number, list: number): void {
    this.#records.setLink(slot, this.#first[list]!);
    this.#first[list] = slot;
  }

  /** Run and heap are empty: takes the next bucket with events, if there is one. */
  #advance(): void {
    const first = this.#first;
    let bucket = this.#bucket + 1;
    while (bucket < BUCKETS && first[bucket]! < 0) bucket += 1;
    if (bucket < BUCKETS) {
      this.#bucket = bucket;
      this.#startRun(bucket);
      return;
    }
    if (first[BUCKETS]! < 0) return;
    // So soon, the buckets are too short: their length is doubled at least, which cannot go on for long.
    const isSoon = this.#popped * 4 < this.#laidOut;
    this.#spread(this.#all(), isSoon ? 2 / this.#perMs : 1);
  }

  /**
   * The events of a bucket become the run; those that are too many go into the heap. Slots, then times, then order: each
   * walk waits for the memory of many events at once, where a single one would wait for them one after the other.
   */
  #startRun(bucket: number): void {
    const records = this.#records;
    const run = this.#run;
    let count = 0;
    let slot = this.#first[bucket]!;
    this.#first[bucket] = NONE;
    for (; slot >= 0 && count < RUN_EVENTS; slot = records.link(slot)) {
      run[count] = slot;
      count += 1;
    }
    for (; slot >= 0; slot = records.link(slot)) this.#heap.add(slot);
    for (let at = 0; at < count; at += 1) this.#runMs[at] = records.timeMs(run[at]!);
    for (let at = 0; at < count; at += 1) this.#comesNear(run[at]!);
    for (let at = 1; at < count; at += 1) this.#sortIn(at);
    this.#runAt = 0;
    this.#runEnd = count;
  }

  /** Puts the event at this place of the run where it belongs among those before it. */
  #sortIn(place: number): void {
    const run = this.#run;
    const runMs = this.#runMs;
    const slot = run[place]!;
    const timeMs = runMs[place]!;
    let at = place;
    for (; at > 0; at -= 1) {
      const before = runMs[at - 1]!;
      if (before < timeMs || (before === timeMs && this.#records.isBefore(run[at - 1]!, slot))) break;
      run[at] = run[at - 1]!;
      runMs[at] = before;
    }
    run[at] = slot;
    runMs[at] = timeMs;
  }

  /** Takes everything out but the lines of the present instant. */
  #all(): number[] {
    const slots: number[] = [];
    for (; this.#runAt < this.#runEnd; this.#runAt += 1) slots.push(this.#run[this.#runAt]!);
    while (this.#heap.size > 0) slots.push(this.#heap.poll()!);
    for (let list = this.#bucket + 1; list <= BUCKETS; list += 1) {
      for (let slot = this.#first[list]!; slot >= 0; slot = this.#records.link(slot)) slots.push(slot);
      this.#first[list] = NONE;
    }
    return slots;
  }

  /** Lays the buckets out for these events, and puts them in: the earliest ones into the heap. */
  #spread(slots: readonly number[], leastMs: number): void {
    const records = this.#records;
    let fromMs = Number.POSITIVE_INFINITY;
    for (const slot of slots) fromMs = Math.min(fromMs, records.timeMs(slot));
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
    const sample = Float64Array.from({ length: SAMPLED }, (_, i) =>
      this.#records.timeMs(slots[Math.floor((i * slots.length) / SAMPLED)]!),
    ).sort();
    return ((sample[(SAMPLED - 1) / 2]! - fromMs) * 2 * BUCKET_EVENTS) / slots.length;
  }
}

/** Number of the lowest bit that is set. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
