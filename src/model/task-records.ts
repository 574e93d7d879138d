import { grown } from './grown.ts';

/**
 * The fields of a record, and whose they are: the store's, those of the controller that brings tasks up and down, those
 * of the telemetry. Nobody writes another one's.
 */
export const TASK_FIELD = {
  submitMs: 0,
  /** While pending: since when it waits. Afterwards: when it got its room. */
  sinceMs: 1,
  ordinal: 2,
  /** Planned, drawn when the task was made. */
  runtimeMs: 3,
  /** The one pending event of the task, as a reference of the kernel's, and whose task it is. */
  life: 4,
  runningMs: 5,
} as const;
export type TaskField = (typeof TASK_FIELD)[keyof typeof TASK_FIELD];

const FIELDS = 6;
/** Times below this, 24.8 days, need one word. */
const WORD = 2 ** 31;
const NOT_A_TIME = -1;
const NEVER = -2;

/**
 * What is written of a live task and read when it ends, 24 bytes by task slot, whoever owns it: side by side, so that the
 * end of a task costs one wait for memory and not one for each field. Times are whole milliseconds from 0 to 2^53, NaN
 * or Infinity. Those of 24.8 days and more need a second word, which all records get when the first such time is written.
 */
export class TaskRecords {
  #low = new Int32Array(0);
  /** The words above the lowest 31 bits; empty while all are 0. */
  #high = new Int32Array(0);

  /** Makes room for the slot. */
  ensure(task: number): void {
    if (task * FIELDS < this.#low.length) return;
    const length = Math.max(64, (this.#low.length / FIELDS) * 2, task + 1) * FIELDS;
    this.#low = grown(Int32Array, this.#low, length);
    if (this.#high.length > 0) this.#high = grown(Int32Array, this.#high, length);
  }

  /** Bytes taken by all slots there is room for. */
  get byteLength(): number {
    return this.#low.byteLength + this.#high.byteLength;
  }

  time(task: number, field: TaskField): number {
    const at = task * FIELDS + field;
    const low = this.#low[at]!;
    if (low < 0) return low === NEVER ? Number.POSITIVE_INFINITY : Number.NaN;
    return this.#high.length === 0 ? low : low + this.#high[at]! * WORD;
  }

  setTime(task: number, field: TaskField, timeMs: number): void {
    const at = task * FIELDS + field;
    if (timeMs < WORD) this.#low[at] = timeMs;
    else if (timeMs < Number.POSITIVE_INFINITY) {
      if (this.#high.length === 0) this.#high = new Int32Array(this.#low.length);
      this.#low[at] = timeMs % WORD;
    } else this.#low[at] = timeMs === Number.POSITIVE_INFINITY ? NEVER : NOT_A_TIME;
    if (this.#high.length > 0) this.#high[at] = Number.isFinite(timeMs) ? Math.floor(timeMs / WORD) : 0;
  }

  /** A 32-bit integer. */
  integer(task: number, field: TaskField): number {
    return this.#low[task * FIELDS + field]!;
  }

  setInteger(task: number, field: TaskField, value: number): void {
    this.#low[task * FIELDS + field] = value;
  }
}
