import type { Columns } from './columns.ts';
import type { Overflow } from './overflow.ts';
import type { RowCursor } from './row-cursor.ts';
import { SortedRows } from './sorted-rows.ts';
import type { GpuRequest } from './task-class.ts';
import { type TraceShape, TraceShapes } from './trace-shapes.ts';

export type { TraceShape } from './trace-shapes.ts';

/** Rows that the table does not hold, or holds altered. Nothing else is lost. */
export interface TraceLoss {
  readonly reason: string;
  readonly rows: number;
  /** Are the rows in the table, with something assumed or corrected? */
  readonly kept: boolean;
}

/** `rowsRead` = `rowsKept` + the rows of all losses that were not kept. The sums run over the rows kept. */
export interface TraceTotals {
  readonly rowsRead: number;
  readonly rowsKept: number;
  /** Of those kept, rows that never end by themselves. */
  readonly rowsEndless: number;
  readonly cpuMilli: number;
  /** Rounded down: the sum of bytes does not fit a number. */
  readonly memoryMiB: number;
  readonly gpuMilli: number;
}

/** What a row of a trace is. Memory layout: 20 bytes a row. */
export const TRACE_LAYOUT = {
  /** Whole milliseconds from the start of the window, not negative. */
  submitMs: Float64Array,
  /** Whole milliseconds, not negative; Infinity: does not end by itself. */
  runtimeMs: Float64Array,
  /** Index into the shapes of the table. */
  shape: Int32Array,
} as const;
export type TraceLayout = typeof TRACE_LAYOUT;

/** Tasks with their times, as plain data. */
export interface TraceTable {
  readonly length: number;
  /** A reading of the rows by submit time, ties in the order in which they stand in the trace. */
  rows(): RowCursor<TraceLayout>;
  /** In order of first appearance. */
  readonly shapes: readonly TraceShape[];
  readonly losses: readonly TraceLoss[];
  readonly totals: TraceTotals;
}

const BYTES_PER_MIB = 2n ** 20n;

/** What `TraceRows` has to know of the rows to come. */
export interface TraceRowsOptions {
  /** Undefined: memory holds all rows. */
  readonly overflow?: Overflow | undefined;
  /** Are times those of another clock, and unrounded, until `countFrom`? Default false. */
  readonly isOriginLate?: boolean;
}

/** Collects rows in any order and makes a `TraceTable` of them. */
export class TraceRows {
  readonly #shapes = new TraceShapes();
  readonly #rows: SortedRows<TraceLayout>;
  /** By shape. */
  readonly #rowsOfShape: number[] = [];
  #rowsEndless = 0;
  #isOriginLate: boolean;

  constructor({ overflow, isOriginLate = false }: TraceRowsOptions = {}) {
    this.#isOriginLate = isOriginLate;
    // Until the origin is known, rows stay as they came: rounding makes ties of different times.
    const key = ({ submitMs }: Columns<TraceLayout>, row: number) =>
      this.#isOriginLate ? 0 : submitMs[row]!;
    this.#rows = new SortedRows({ layout: TRACE_LAYOUT, key, overflow });
  }

  get length(): number {
    return this.#rows.length;
  }

  /** The index of a shape, given on first sight. Equal GPU requests must be one object. */
  shapeOf(cpuMilli: number, memoryBytes: number, gpu: GpuRequest | null): number {
    return this.#shapes.idOf(cpuMilli, memoryBytes, gpu);
  }

  /** Errors: E4002 where there is no room for it. */
  add(submitMs: number, runtimeMs: number, shape: number): void {
    const rows = this.#rows;
    const row = rows.add();
    const { open } = rows;
    open.submitMs[row] = submitMs;
    open.runtimeMs[row] = runtimeMs;
    open.shape[row] = shape;
    this.#rowsOfShape[shape] = (this.#rowsOfShape[shape] ?? 0) + 1;
    if (runtimeMs === Number.POSITIVE_INFINITY) this.#rowsEndless += 1;
  }

  /** For rows of a late origin: they count from `originMs`, in whole milliseconds. */
  countFrom(originMs: number): void {
    this.#isOriginLate = false;
    this.#rows.alter(({ submitMs }, rows) => {
      for (let row = 0; row < rows; row++) submitMs[row] = Math.round(submitMs[row]! - originMs);
    });
  }

  /** The table, with the rows so far. `rowsRead` counts the rows that were looked at, kept or not. */
  finish(rowsRead: number, losses: readonly TraceLoss[]): TraceTable {
    const { length } = this;
    const shapes = [...this.#shapes.list];
    const totals = { rowsRead, rowsKept: length, rowsEndless: this.#rowsEndless, ...this.#sums() };
    return { length, rows: () => this.#rows.inOrder(), shapes, losses, totals };
  }

  #sums() {
    let cpuMilli = 0;
    let memoryBytes = 0n;
    let gpuMilli = 0;
    this.#shapes.list.forEach((one, index) => {
      const rows = this.#rowsOfShape[index] ?? 0;
      cpuMilli += rows * one.cpuMilli;
      memoryBytes += BigInt(rows) * BigInt(one.memoryBytes);
      if (one.gpu !== null) gpuMilli += rows * one.gpu.count * one.gpu.milli;
    });
    return { cpuMilli, memoryMiB: Number(memoryBytes / BYTES_PER_MIB), gpuMilli };
  }
}
