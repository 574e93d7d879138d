import { assert } from '../errors.ts';
import type { EventKind, EventSource } from './kernel.ts';

/** No source stands at this leaf of the tree. */
const NOBODY = -1;

/**
 * Sources merged by (time, phase, order of addition).
 *
 * A tournament: a complete binary tree with the sources as leaves, in order of addition, where each inner node names the
 * earlier of its two winners, and node 1 the earliest of all. An event costs a comparison a level, on columns.
 */
export class SourceMerge {
  /** Time, phase and kind of the next event of all; Infinity when every source is at its end. */
  headMs = Number.POSITIVE_INFINITY;
  headPhase = 0;
  headKind: EventKind = 0;

  readonly #sources: EventSource[] = [];
  readonly #phases: number[] = [];
  /** Time of the next event of each source; Infinity at its end. */
  readonly #headsMs: number[] = [];
  /** Twice as long as there are leaves; the children of node n are 2n and 2n + 1. */
  #tree: Int32Array = new Int32Array(2).fill(NOBODY);

  /** `phase`: of the source's kind. */
  add(source: EventSource, phase: number, nowMs: number): void {
    const headMs = checkedTime(source.peekMs(), nowMs);
    if (headMs === Number.POSITIVE_INFINITY) return;
    const index = this.#sources.push(source) - 1;
    this.#phases.push(phase);
    this.#headsMs.push(headMs);
    if (index * 2 >= this.#tree.length) this.#grow();
    this.#tree[this.#tree.length / 2 + index] = index;
    this.#replay(index);
  }

  /** The entity of the event at the head; the head moves on. */
  take(): number {
    const index = this.#tree[1]!;
    assert(this.headMs < Number.POSITIVE_INFINITY, 'no source has an event');
    const source = this.#sources[index]!;
    const entity = source.next();
    this.#headsMs[index] = checkedTime(source.peekMs(), this.headMs);
    this.#replay(index);
    return entity;
  }

  /** The head of the source has changed: plays its matches again, from its leaf to the root. */
  #replay(index: number): void {
    const tree = this.#tree;
    for (let node = (tree.length / 2 + index) >> 1; node >= 1; node >>= 1) {
      tree[node] = this.#earlier(tree[2 * node]!, tree[2 * node + 1]!);
    }
    const first = tree[1]!;
    this.headMs = this.#headsMs[first]!;
    this.headPhase = this.#phases[first]!;
    this.headKind = this.#sources[first]!.kind;
  }

  /** Of two sources, the second of which was added later or is nobody. */
  #earlier(a: number, b: number): number {
    if (b === NOBODY) return a;
    const headA = this.#headsMs[a]!;
    const headB = this.#headsMs[b]!;
    return headA < headB || (headA === headB && this.#phases[a]! <= this.#phases[b]!) ? a : b;
  }

  #grow(): void {
    const leaves = this.#tree.length;
    this.#tree = new Int32Array(leaves * 2).fill(NOBODY);
    for (let index = 0; index < this.#sources.length - 1; index += 1) this.#tree[leaves + index] = index;
    for (let node = leaves - 1; node >= 1; node -= 1) {
      this.#tree[node] = this.#earlier(this.#tree[2 * node]!, this.#tree[2 * node + 1]!);
    }
  }
}

function checkedTime(timeMs: number, earliestMs: number): number {
  assert(timeMs >= earliestMs, 'an event source goes backwards');
  assert(timeMs === Number.POSITIVE_INFINITY || Number.isSafeInteger(timeMs), 'a source time is no whole ms');
  return timeMs;
}
