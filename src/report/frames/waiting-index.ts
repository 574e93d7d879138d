import { type Cursor, firstAfter } from './cursor.ts';
import type { AttemptColumns } from './frames.ts';

/** Attempts that are passed over at once when none of them waits any more. */
const BLOCK = 256;

/** Who waits for room at a moment. Those that got it at once are not in it. */
export class WaitingIndex {
  readonly #attempts: AttemptColumns;
  /** Attempts in the order in which they began to wait, and when that was. */
  readonly #order: Int32Array;
  readonly #fromMs: Float64Array;
  /** By block of `#order`: when the last of them stopped. */
  readonly #lastMs: Float64Array;

  constructor(attempts: AttemptColumns) {
    this.#attempts = attempts;
    const { length, waitFromMs } = attempts;
    const waited = new Int32Array(length).map((_, attempt) => attempt);
    this.#order = waited
      .filter((attempt) => untilMs(attempts, attempt) > waitFromMs[attempt]!)
      .sort((a, b) => waitFromMs[a]! - waitFromMs[b]! || a - b);
    this.#fromMs = Float64Array.from(this.#order, (attempt) => waitFromMs[attempt]!);
    this.#lastMs = new Float64Array(Math.ceil(this.#order.length / BLOCK));
    this.#order.forEach((attempt, index) => {
      const block = Math.floor(index / BLOCK);
      this.#lastMs[block] = Math.max(this.#lastMs[block]!, untilMs(attempts, attempt));
    });
  }

  /** Attempts that wait, the longest waiting first. */
  at({ timeMs, next }: Cursor): number[] {
    const { endMs } = this.#attempts;
    const begun = firstAfter(this.#fromMs, timeMs);
    const waiting: number[] = [];
    for (let index = 0; index < begun; index++) {
      if (index % BLOCK === 0 && this.#lastMs[index / BLOCK]! < timeMs) {
        index += BLOCK - 1;
        continue;
      }
      const attempt = this.#order[index]!;
      // Placements are in order: whoever stands at `next` or after has no room yet.
      if (attempt >= next && endMs[attempt]! > timeMs) waiting.push(attempt);
    }
    return waiting;
  }

  /** Every attempt that ever waits. */
  get all(): Int32Array {
    return this.#order;
  }
}

function untilMs({ placedMs, endMs }: AttemptColumns, attempt: number): number {
  return Math.min(placedMs[attempt]!, endMs[attempt]!);
}
