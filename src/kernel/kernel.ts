import { assert, InvariantError } from '../errors.ts';
import { EventQueue, PHASE_LIMIT } from './event-queue.ts';
import { EventRecords, KIND_LIMIT } from './event-records.ts';
import { EventDigest } from './fingerprint.ts';
import type { Gate } from './gate.ts';
import { SourceMerge } from './source-merge.ts';

/** What `defineKind` answers. */
export type EventKind = number;
/** Names one queued event for ever: a handle that has fired or was cancelled is never taken for another event. */
export type EventHandle = number;
/** Names one queued event until it fires or is cancelled, in 27 bits and never 0: for who forgets it then. */
export type EventReference = number;

/**
 * Events that are known in order of time, such as the arrivals of a trace: read from a cursor, one ahead, and never
 * queued. `peekMs` is the time of the next event, Infinity at the end, and changes only by `next`, which answers the
 * entity of that event and goes on.
 */
export interface EventSource {
  readonly kind: EventKind;
  peekMs(): number;
  next(): number;
}

/** Why `run` came back: nothing left, the next event is later than `untilMs`, or `shouldStop` said so. */
export type RunEnd = 'drained' | 'horizon' | 'stopped';

/** Cancelled events stay queued until they surface; more than this many, in more than half the slots, are swept out. */
const SWEEP_FROM = 1024;

/**
 * The event loop: a clock, and events in the total order of (time, phase, sequence), where sequence counts insertions.
 * Events from sources come before queued ones of the same time and phase. It knows nothing of what the events mean:
 * an event is its kind, whose handler is called, and an entity, a 32-bit integer that the handler understands.
 *
 * Time is whole milliseconds from 0. Everything is synchronous, and a step makes no objects.
 */
export class Kernel {
  readonly #events = new EventRecords();
  readonly #queue = new EventQueue(this.#events, (slot) => this.#comesNear(slot));
  readonly #sources = new SourceMerge();
  /** By kind. */
  readonly #names: string[] = [];
  readonly #phases: number[] = [];
  readonly #handlers: ((entity: number) => void)[] = [];
  /** By kind: the gate that it was defined under, or null. */
  readonly #gates: (Gate | null)[] = [];
  /** By kind: who is told of its events before their time, or null. */
  readonly #foresees: (((entity: number) => void) | null)[] = [];
  readonly #allGates = new Set<Gate>();
  /** Of the kinds that are being defined. */
  #definesUnder: Gate | null = null;
  readonly #digest: EventDigest | null;
  readonly #sameInstantLimit: number;

  #nowMs = 0;
  #processed = 0;
  #cancelled = 0;
  #running = false;

  /** Events at the current instant, and how many of them until `#guard` has a look. */
  #sameInstant = 0;
  #nextGuard: number;
  readonly #processedByKind: number[] = [];
  #processedByKindBefore: readonly number[] = [];

  /**
   * `digest`: hash every processed event, see `eventsDigest`; on by default. `sameInstantLimit`: the largest number of
   * events at one instant, 10 million by default; beyond it the run is going round in circles.
   */
  constructor(options: { readonly digest?: boolean; readonly sameInstantLimit?: number } = {}) {
    this.#digest = options.digest === false ? null : new EventDigest();
    this.#sameInstantLimit = options.sameInstantLimit ?? 1e7;
    this.#nextGuard = Math.floor(this.#sameInstantLimit / 2);
  }

  /** The clock: the time of the event being handled; between runs see `run`. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Number of events handled so far, those from sources included. */
  get eventsProcessed(): number {
    return this.#processed;
  }

  /** Number of events queued or held back, and not cancelled. Sources do not count. */
  get eventsQueued(): number {
    let held = 0;
    for (const gate of this.#allGates) held += gate.heldCount;
    return this.#queue.size + held - this.#cancelled;
  }

  /**
   * A new kind of event. `phase` (0-15) orders events at one instant, lowest first, and is the same for all events of
   * the kind. A name that is taken already is a bug.
   */
  defineKind(name: string, phase: number, handler: (entity: number) => void): EventKind {
    assert(!this.#names.includes(name), 'an event kind is defined twice');
    assert(
      Number.isInteger(phase) && phase >= 0 && phase < PHASE_LIMIT,
      'a phase is an integer from 0 to 15',
    );
    assert(this.#names.length < KIND_LIMIT, 'too many event kinds');
    this.#handlers.push(handler);
    this.#gates.push(this.#definesUnder);
    this.#foresees.push(null);
    this.#processedByKind.push(0);
    this.#phases.push(phase);
    return this.#names.push(name) - 1;
  }

  /**
   * `look` is called with the entities of most events of the kind some time before they happen, many one right after the
   * other: so that what they need can be read from memory for all of them at once. They may be cancelled yet, and `look`
   * may change nothing that anybody sees.
   */
  foresee(kind: EventKind, look: (entity: number) => void): void {
    this.#foresees[kind] = look;
  }

  #comesNear(slot: number): void {
    if (this.#events.isLive(slot)) this.#foresees[this.#events.kind(slot)]?.(this.#events.entity(slot));
  }

  /**
   * Kinds that `define` defines stand under the gate, from the first event on; null: under none. Events from sources pass
   * every gate.
   */
  under<T>(gate: Gate | null, define: () => T): T {
    const before = this.#definesUnder;
    this.#definesUnder = gate;
    if (gate !== null) this.#allGates.add(gate);
    try {
      return define();
    } finally {
      this.#definesUnder = before;
    }
  }

  /** Opens a gate: what it held back happens at this instant, as if it had come due now. */
  open(gate: Gate): void {
    if (gate.isOpen) return;
    for (const slot of gate.open()) {
      if (this.#events.isBuried(slot)) {
        this.#forget(slot);
        continue;
      }
      this.#events.readd(slot, this.#nowMs);
      this.#queue.pushNow(slot, this.#phases[this.#events.kind(slot)]!);
    }
    gate.onOpened();
  }

  /** Queues an event at `timeMs`, a whole number of milliseconds not before now. */
  at(timeMs: number, kind: EventKind, entity: number): EventHandle {
    assert(timeMs >= this.#nowMs, 'an event cannot be put into the past');
    assert(Number.isSafeInteger(timeMs), 'an event time is no whole ms');
    assert((entity | 0) === entity, 'an entity is no 32-bit integer');
    const phase = this.#phases[kind];
    assert(phase !== undefined, 'unknown event kind');
    const slot = this.#events.add(timeMs, phase, kind, entity);
    if (timeMs === this.#nowMs) this.#queue.pushNow(slot, phase);
    else this.#queue.push(slot);
    return this.#events.handleOf(slot);
  }

  /** Queues an event `delayMs` from now, a whole number of milliseconds, at least 0. */
  after(delayMs: number, kind: EventKind, entity: number): EventHandle {
    return this.at(this.#nowMs + delayMs, kind, entity);
  }

  /** Takes an event back. False when it has fired or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const slot = this.#events.slotOf(handle);
    if (slot < 0) return false;
    this.#cancelAt(slot);
    return true;
  }

  /** A short name for the event of a handle that `at` has answered just now. */
  referTo(handle: EventHandle): EventReference {
    return this.#events.slotIn(handle) + 1;
  }

  /** Takes an event back that has neither fired nor been cancelled: anything else is a bug. */
  cancelReferred(reference: EventReference): void {
    assert(this.#events.isLive(reference - 1), 'the event that is cancelled has fired or was cancelled');
    this.#cancelAt(reference - 1);
  }

  #cancelAt(slot: number): void {
    this.#events.bury(slot);
    this.#cancelled += 1;
    if (this.#cancelled > SWEEP_FROM && this.#cancelled * 2 > this.#events.slotCount) this.#sweep();
  }

  /** Merges the events of a cursor. Sources that tie go in order of addition. One that goes backwards is a bug. */
  addSource(source: EventSource): void {
    const phase = this.#phases[source.kind];
    assert(phase !== undefined, 'unknown event kind');
    this.#sources.add(source, phase, this.#nowMs);
  }

  /**
   * Handles every event up to and including `untilMs`. Afterwards the clock stands at `untilMs` for 'horizon', at the
   * last event otherwise; a later call goes on from there. `shouldStop` is asked before the first event and then
   * every `stopCheckEvery` (1024) events.
   */
  run(options: {
    readonly untilMs: number;
    readonly shouldStop?: () => boolean;
    readonly stopCheckEvery?: number;
  }): RunEnd {
    const { untilMs, shouldStop, stopCheckEvery = 1024 } = options;
    assert(!this.#running, 'a handler cannot run the kernel');
    assert(untilMs >= this.#nowMs, 'the horizon lies in the past');
    assert(Number.isSafeInteger(untilMs) || untilMs === Number.POSITIVE_INFINITY, 'a horizon is no whole ms');
    this.#running = true;
    try {
      for (let sinceCheck = stopCheckEvery; ; sinceCheck += 1) {
        const slot = this.#firstQueued();
        const queuedMs = slot < 0 ? Number.POSITIVE_INFINITY : this.#events.timeMs(slot);
        const nextMs = Math.min(this.#sources.headMs, queuedMs);
        if (nextMs === Number.POSITIVE_INFINITY) return 'drained';
        if (nextMs > untilMs) {
          this.#moveClock(untilMs);
          return 'horizon';
        }
        if (shouldStop !== undefined && sinceCheck >= stopCheckEvery) {
          if (shouldStop()) return 'stopped';
          sinceCheck = 0;
        }
        this.#moveClock(nextMs);
        if (nextMs < queuedMs || this.#sourceGoesFirst(slot)) this.#takeFromSource();
        else this.#takeFromQueue(slot);
      }
    } finally {
      this.#running = false;
    }
  }

  /** SHA-256 over (time, phase, kind, entity) of every event processed so far, 64 hexadecimal digits. */
  eventsDigest(): string {
    assert(this.#digest !== null, 'the kernel was made without a digest');
    return this.#digest.hex();
  }

  /** The slot of the next queued event, or -1. Drops cancelled ones that have surfaced. */
  #firstQueued(): number {
    const queue = this.#queue;
    const events = this.#events;
    let slot = queue.peek();
    while (slot >= 0 && events.isBuried(slot)) {
      queue.drop(slot);
      this.#forget(slot);
      slot = queue.peek();
    }
    return slot;
  }

  /** The event in `slot` was cancelled, and is in no queue any more. */
  #forget(slot: number): void {
    this.#events.release(slot);
    this.#cancelled -= 1;
  }

  /** Is the event of a source, if it is now, not after the queued one in `slot`, which is now? */
  #sourceGoesFirst(slot: number): boolean {
    const { headMs, headPhase } = this.#sources;
    return headMs === this.#nowMs && headPhase <= this.#phases[this.#events.kind(slot)]!;
  }

  #takeFromSource(): void {
    const { headKind, headPhase } = this.#sources;
    this.#handle(headKind, headPhase, this.#sources.take());
  }

  /** The event in `slot`, which is the first of the queue. */
  #takeFromQueue(slot: number): void {
    this.#queue.drop(slot);
    const kind = this.#events.kind(slot);
    const gate = this.#gates[kind]!;
    if (gate !== null && !gate.isOpen) {
      gate.hold(slot);
      return;
    }
    const entity = this.#events.entity(slot);
    this.#events.release(slot);
    this.#handle(kind, this.#phases[kind]!, entity);
  }

  #handle(kind: EventKind, phase: number, entity: number): void {
    this.#processed += 1;
    this.#processedByKind[kind]! += 1;
    this.#sameInstant += 1;
    if (this.#sameInstant > this.#nextGuard) this.#guard();
    this.#digest?.add(this.#nowMs, phase, kind, entity);
    this.#handlers[kind]!(entity);
  }

  #moveClock(timeMs: number): void {
    if (timeMs === this.#nowMs) return;
    this.#nowMs = timeMs;
    this.#sameInstant = 0;
    this.#nextGuard = Math.floor(this.#sameInstantLimit / 2);
  }

  /** Called half-way to the limit, to start counting kinds, and beyond it, to say which ones repeat. */
  #guard(): void {
    if (this.#sameInstant <= this.#sameInstantLimit) {
      this.#processedByKindBefore = this.#processedByKind.slice();
      this.#nextGuard = this.#sameInstantLimit;
      return;
    }
    const repeating = this.#names
      .map((name, kind) => ({
        name,
        count: this.#processedByKind[kind]! - (this.#processedByKindBefore[kind] ?? 0),
      }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ name, count }) => `${name} (${count})`);
    throw new InvariantError(
      `more than ${this.#sameInstantLimit} events at ${this.#nowMs} ms; the latest are ${repeating.join(', ')}`,
    );
  }

  /** Removes the cancelled events from the queue: linear in the slots, after cancellations in half of them. */
  #sweep(): void {
    const held = new Set<number>();
    for (const gate of this.#allGates) {
      for (const slot of gate.keep((each) => this.#events.isBuried(each))) held.add(slot);
    }
    this.#queue.reset(this.#events.sweep().filter((slot) => !held.has(slot)));
    this.#cancelled = 0;
  }
}
