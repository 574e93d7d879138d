import type { Columns } from '../model/columns.ts';
import type { Overflow } from '../model/overflow.ts';
import type { RowCursor } from '../model/row-cursor.ts';
import { SortedRows } from '../model/sorted-rows.ts';

/** Outcome codes of an attempt: the task ends 1-4 as in TASK_END, then what the others were doing. */
export const ATTEMPT_OUTCOMES: readonly string[] = [
  '',
  'succeeded',
  'failed',
  'stopped',
  'rejected',
  'interrupted',
  'pending',
  'starting',
  'running',
];
export const INTERRUPTED = 5;

/** An attempt of a task; NaN for times that were not reached. */
export interface AttemptRow {
  ordinal: number;
  attempt: number;
  classId: number;
  /** 0 for none. */
  instanceId: number;
  /** Index in `ATTEMPT_OUTCOMES`. */
  outcome: number;
  /** GPU devices that it held: bit d for device d. */
  gpuMask: number;
  submitMs: number;
  placedMs: number;
  runningMs: number;
  endMs: number;
}

/** The fields of `AttemptRow` as columns, 49 bytes a row. */
const ATTEMPT_LAYOUT = {
  submitMs: Float64Array,
  placedMs: Float64Array,
  runningMs: Float64Array,
  endMs: Float64Array,
  ordinal: Int32Array,
  classId: Int32Array,
  instanceId: Int32Array,
  attempt: Uint16Array,
  gpuMask: Uint16Array,
  outcome: Uint8Array,
} as const;
type AttemptLayout = typeof ATTEMPT_LAYOUT;
export type AttemptColumns = Columns<AttemptLayout>;

/** Numbers of attempts of one task. */
const ATTEMPTS = 2 ** 16;

/** One row per attempt of a task. */
export class TaskRows {
  readonly #rows: SortedRows<AttemptLayout>;

  /** `overflow` undefined: memory holds all rows. */
  constructor(overflow: Overflow | undefined) {
    const key = ({ ordinal, attempt }: AttemptColumns, row: number) =>
      ordinal[row]! * ATTEMPTS + attempt[row]!;
    this.#rows = new SortedRows({ layout: ATTEMPT_LAYOUT, key, overflow });
  }

  get length(): number {
    return this.#rows.length;
  }

  /** Copies the fields: the caller may use the object again. Errors: those of the overflow. */
  add(row: Readonly<AttemptRow>): void {
    const at = this.#rows.add();
    const { open } = this.#rows;
    open.ordinal[at] = row.ordinal;
    open.attempt[at] = row.attempt;
    open.classId[at] = row.classId;
    open.instanceId[at] = row.instanceId;
    open.outcome[at] = row.outcome;
    open.gpuMask[at] = row.gpuMask;
    open.submitMs[at] = row.submitMs;
    open.placedMs[at] = row.placedMs;
    open.runningMs[at] = row.runningMs;
    open.endMs[at] = row.endMs;
  }

  /** By (ordinal, attempt). Valid until the next row is added. */
  inOrder(): RowCursor<AttemptLayout> {
    return this.#rows.inOrder();
  }
}
