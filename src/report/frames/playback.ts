import type { Frames } from './frames.ts';

/** Placements between two keyframes: moving in time replays at most so many. */
const KEYFRAME_EVERY = 2048;

/** A moment of a replay: all that happened up to `timeMs`, of the placements at that very time only those before `next`. */
export interface Cursor {
  readonly timeMs: number;
  /** Index of the first attempt that is not placed yet. */
  readonly next: number;
}

interface Keyframe {
  /** Attempts before this index were placed. */
  readonly next: number;
  /** Those of them that still held room when the last of them was placed. */
  readonly holders: Int32Array;
}

/** The cluster of a run at any moment, from its frames. */
export class Playback {
  readonly frames: Frames;
  /** Attempts that got room: the first so many. */
  readonly placements: number;
  readonly #keyframes: readonly Keyframe[];
  /** Times at which attempts began to wait, and at which they stopped, each sorted. */
  readonly #waitFrom: Float64Array;
  readonly #waitUntil: Float64Array;

  constructor(frames: Frames) {
    this.frames = frames;
    const { attempts } = frames;
    this.placements = firstAfter(attempts.placedMs, Number.MAX_VALUE);
    this.#keyframes = this.#makeKeyframes();
    this.#waitFrom = attempts.waitFromMs.slice().sort();
    this.#waitUntil = attempts.placedMs
      .map((placedMs, index) => Math.min(placedMs, attempts.endMs[index]!))
      .sort();
  }

  /** The moment after everything that happened at `timeMs`. */
  at(timeMs: number): Cursor {
    return { timeMs, next: firstAfter(this.frames.attempts.placedMs, timeMs) };
  }

  /** The moment just after placement `index`: others of the same time may follow. */
  after(index: number): Cursor {
    return { timeMs: this.frames.attempts.placedMs[index]!, next: index + 1 };
  }

  /** The moment just before placement `index`. */
  before(index: number): Cursor {
    return { timeMs: this.frames.attempts.placedMs[index]!, next: index };
  }

  /** Attempts that hold room, in order of placement. */
  holders({ timeMs, next }: Cursor): Int32Array {
    const { endMs } = this.frames.attempts;
    const keyframe = this.#keyframes[Math.floor(next / KEYFRAME_EVERY)]!;
    const holders = new Int32Array(keyframe.holders.length + next - keyframe.next);
    let count = 0;
    for (const attempt of keyframe.holders) {
      if (endMs[attempt]! > timeMs) holders[count++] = attempt;
    }
    for (let attempt = keyframe.next; attempt < next; attempt++) {
      if (endMs[attempt]! > timeMs) holders[count++] = attempt;
    }
    return holders.subarray(0, count);
  }

  /** How many attempts wait for room. */
  waiting(timeMs: number): number {
    return firstAfter(this.#waitFrom, timeMs) - firstAfter(this.#waitUntil, timeMs);
  }

  #makeKeyframes(): Keyframe[] {
    const { endMs, placedMs } = this.frames.attempts;
    const keyframes: Keyframe[] = [{ next: 0, holders: new Int32Array(0) }];
    for (let next = KEYFRAME_EVERY; next <= this.placements; next += KEYFRAME_EVERY) {
      const timeMs = placedMs[next - 1]!;
      const holders: number[] = [];
      for (const attempt of keyframes.at(-1)!.holders) if (endMs[attempt]! > timeMs) holders.push(attempt);
      for (let attempt = next - KEYFRAME_EVERY; attempt < next; attempt++) {
        if (endMs[attempt]! > timeMs) holders.push(attempt);
      }
      keyframes.push({ next, holders: Int32Array.from(holders) });
    }
    return keyframes;
  }
}

/** Index of the first of sorted values that is greater than `value`; their number when none is. */
export function firstAfter(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
