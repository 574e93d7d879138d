import FastPriorityQueue from 'fastpriorityqueue';
import { assert } from '../errors.ts';
import type { EventKind, EventSource } from './kernel.ts';

interface Cursor {
  readonly source: EventSource;
  readonly phase: number;
  readonly index: number;
  headMs: number;
}

/** Sources merged by (time, phase, order of addition). */
export class SourceMerge {
  /** Time, phase and kind of the next event of all; Infinity when every source is at its end. */
  headMs = Number.POSITIVE_INFINITY;
  headPhase = 0;
  headKind: EventKind = 0;

  readonly #heap = new FastPriorityQueue<Cursor>(isBefore);
  #added = 0;

  /** `phase`: of the source's kind. */
  add(source: EventSource, phase: number, nowMs: number): void {
    const headMs = checkedTime(source.peekMs(), nowMs);
    if (headMs === Number.POSITIVE_INFINITY) return;
    this.#heap.add({ source, phase, index: this.#added++, headMs });
    this.#look();
  }

  /** The entity of the event at the head; the head moves on. */
  take(): number {
    const cursor = this.#heap.peek();
    assert(cursor !== undefined && cursor.headMs < Number.POSITIVE_INFINITY, 'no source has an event');
    const entity = cursor.source.next();
    cursor.headMs = checkedTime(cursor.source.peekMs(), cursor.headMs);
    // Takes it off and puts it back where it belongs now; a source at its end leaves.
    if (cursor.headMs < Number.POSITIVE_INFINITY) this.#heap.replaceTop(cursor);
    else this.#heap.poll();
    this.#look();
    return entity;
  }

  #look(): void {
    const cursor = this.#heap.peek();
    this.headMs = cursor?.headMs ?? Number.POSITIVE_INFINITY;
    this.headPhase = cursor?.phase ?? 0;
    this.headKind = cursor?.source.kind ?? 0;
  }
}

function isBefore(a: Cursor, b: Cursor): boolean {
  if (a.headMs !== b.headMs) return a.headMs < b.headMs;
  if (a.phase !== b.phase) return a.phase < b.phase;
  return a.index < b.index;
}

function checkedTime(timeMs: number, earliestMs: number): number {
  assert(timeMs >= earliestMs, 'an event source goes backwards');
  assert(timeMs === Number.POSITIVE_INFINITY || Number.isSafeInteger(timeMs), 'a source time is no whole ms');
  return timeMs;
}
