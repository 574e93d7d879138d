import { stableOrder } from './stable-order.ts';
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

/**
 * Tasks with their times, as plain data. Memory layout: parallel columns, sorted by submit time, ties in the order
 * of the rows they came from; 20 bytes a row.
 */
export interface TraceTable {
  readonly length: number;
  /** Whole milliseconds from the start of the window, not negative. */
  readonly submitMs: Float64Array;
  /** Whole milliseconds, not negative; Infinity: does not end by itself. */
  readonly runtimeMs: Float64Array;
  /** Index into `shapes`. */
  readonly shape: Int32Array;
  /** In order of first appearance. */
  readonly shapes: readonly TraceShape[];
  readonly losses: readonly TraceLoss[];
  readonly totals: TraceTotals;
}

const BYTES_PER_MIB = 2n ** 20n;

/** Rows of the first part; each further one holds as many as all before it, up to a limit. */
const FIRST_PART_ROWS = 2 ** 10;
const MAX_PART_ROWS = 2 ** 16;

/** Collects rows in any order and sorts them into a `TraceTable`. Parts are filled one after the other and never copied while they grow. */
export class TraceRows {
  readonly #shapes = new TraceShapes();
  readonly #fullParts: Columns[] = [];
  #part = columnsOf(FIRST_PART_ROWS);
  #rowsInPart = 0;
  #rowsBefore = 0;

  get length(): number {
    return this.#rowsBefore + this.#rowsInPart;
  }

  /** The index of a shape, given on first sight. Equal GPU requests must be one object. */
  shapeOf(cpuMilli: number, memoryBytes: number, gpu: GpuRequest | null): number {
    return this.#shapes.idOf(cpuMilli, memoryBytes, gpu);
  }

  add(submitMs: number, runtimeMs: number, shape: number): void {
    if (this.#rowsInPart === this.#part.shape.length) this.#nextPart();
    const part = this.#part;
    const row = this.#rowsInPart;
    part.submitMs[row] = submitMs;
    part.runtimeMs[row] = runtimeMs;
    part.shape[row] = shape;
    this.#rowsInPart = row + 1;
  }

  /** For rows added with unrounded times of another clock: from now on they count from `originMs`, in whole milliseconds. */
  countFrom(originMs: number): void {
    for (const { submitMs } of [...this.#fullParts, this.#part]) {
      for (let row = 0; row < submitMs.length; row++) submitMs[row] = Math.round(submitMs[row]! - originMs);
    }
  }

  /** The table. `rowsRead` counts the rows that were looked at, kept or not. To be called once: it takes the rows along. */
  finish(rowsRead: number, losses: readonly TraceLoss[]): TraceTable {
    const { length } = this;
    let { submitMs, runtimeMs, shape } = this.#joined();
    if (!isSorted(submitMs)) {
      const order = stableOrder(submitMs);
      submitMs = ordered(submitMs, order, new Float64Array(length));
      runtimeMs = ordered(runtimeMs, order, new Float64Array(length));
      shape = ordered(shape, order, new Int32Array(length));
    }
    const shapes = [...this.#shapes.list];
    const totals = { rowsRead, rowsKept: length, ...sums(runtimeMs, shape, shapes) };
    return { length, submitMs, runtimeMs, shape, shapes, losses, totals };
  }

  #nextPart(): void {
    this.#fullParts.push(this.#part);
    this.#rowsBefore += this.#rowsInPart;
    this.#part = columnsOf(Math.min(this.#rowsBefore, MAX_PART_ROWS));
    this.#rowsInPart = 0;
  }

  #joined(): Columns {
    const joined = columnsOf(this.length);
    this.#nextPart();
    let at = 0;
    for (let part = this.#fullParts.shift(); part !== undefined; part = this.#fullParts.shift()) {
      const rows = Math.min(part.shape.length, joined.shape.length - at);
      joined.submitMs.set(part.submitMs.subarray(0, rows), at);
      joined.runtimeMs.set(part.runtimeMs.subarray(0, rows), at);
      joined.shape.set(part.shape.subarray(0, rows), at);
      at += rows;
    }
    return joined;
  }
}

interface Columns {
  readonly submitMs: Float64Array;
  readonly runtimeMs: Float64Array;
  readonly shape: Int32Array;
}

function columnsOf(rows: number): Columns {
  return {
    submitMs: new Float64Array(rows),
    runtimeMs: new Float64Array(rows),
    shape: new Int32Array(rows),
  };
}

function isSorted(column: Float64Array): boolean {
  for (let row = 1; row < column.length; row++) {
    if (column[row]! < column[row - 1]!) return false;
  }
  return true;
}

function ordered<T extends Float64Array | Int32Array>(column: T, order: Uint32Array, into: T): T {
  for (let row = 0; row < order.length; row++) into[row] = column[order[row]!]!;
  return into;
}

function sums(runtimeMs: Float64Array, shape: Int32Array, shapes: readonly TraceShape[]) {
  const rowsOfShape = new Float64Array(shapes.length);
  let rowsEndless = 0;
  for (let row = 0; row < shape.length; row++) {
    rowsOfShape[shape[row]!]! += 1;
    if (runtimeMs[row] === Number.POSITIVE_INFINITY) rowsEndless += 1;
  }
  let cpuMilli = 0;
  let memoryBytes = 0n;
  let gpuMilli = 0;
  shapes.forEach((one, index) => {
    const rows = rowsOfShape[index]!;
    cpuMilli += rows * one.cpuMilli;
    memoryBytes += BigInt(rows) * BigInt(one.memoryBytes);
    if (one.gpu !== null) gpuMilli += rows * one.gpu.count * one.gpu.milli;
  });
  return { rowsEndless, cpuMilli, memoryMiB: Number(memoryBytes / BYTES_PER_MIB), gpuMilli };
}
