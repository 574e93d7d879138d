import type { Overflow } from '../model/overflow.ts';
import type { RowCursor } from '../model/row-cursor.ts';
import { SortedRows } from '../model/sorted-rows.ts';
import type { AttemptRow } from './task-rows.ts';

/** 30 bytes a row. */
const STAY_LAYOUT = {
  placedMs: Float64Array,
  /** NaN: to the end of the run. */
  endMs: Float64Array,
  instanceId: Int32Array,
  classId: Int32Array,
  gpuMask: Uint16Array,
} as const;
export type StayLayout = typeof STAY_LAYOUT;

/** One row for each time that a task had room on an instance: attempts once more, by where they were. */
export class StayRows {
  readonly #rows: SortedRows<StayLayout>;

  /** `overflow` undefined: memory holds all rows. */
  constructor(overflow: Overflow | undefined) {
    this.#rows = new SortedRows({
      layout: STAY_LAYOUT,
      key: ({ instanceId }, row) => instanceId[row]!,
      overflow,
    });
  }

  /** Copies the fields of an attempt that had room. Errors: those of the overflow. */
  add(row: Readonly<AttemptRow>): void {
    const at = this.#rows.add();
    const { open } = this.#rows;
    open.placedMs[at] = row.placedMs;
    open.endMs[at] = row.endMs;
    open.instanceId[at] = row.instanceId;
    open.classId[at] = row.classId;
    open.gpuMask[at] = row.gpuMask;
  }

  /** By instance, those of one instance as they ended. Valid until the next row is added. */
  byInstance(): RowCursor<StayLayout> {
    return this.#rows.inOrder();
  }
}
