import { type Cursor, firstAfter } from './cursor.ts';
import type { Frames } from './frames.ts';
import { WaitingIndex } from './waiting-index.ts';

/** Placements between two keyframes: moving in time replays at most so many. */
const KEYFRAME_EVERY = 2048;

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
  /** Who waits when. */
  readonly waiting: WaitingIndex;
  readonly #keyframes: readonly Keyframe[];

  constructor(frames: Frames) {
    this.frames = frames;
    const { attempts } = frames;
    this.placements = firstAfter(attempts.placedMs, Number.MAX_VALUE);
    this.#keyframes = this.#makeKeyframes();
    this.waiting = new WaitingIndex(attempts);
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
