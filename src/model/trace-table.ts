import { grown } from './grown.ts';
import type { GpuRequest } from './task-class.ts';

/** What one task asks for. */
export interface TraceShape {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly gpu: GpuRequest | null;
}

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

/** Collects rows in any order and sorts them into a `TraceTable`. */
export class TraceRows {
  #length = 0;
  #submitMs = new Float64Array(1024);
  #runtimeMs = new Float64Array(1024);
  #shape = new Int32Array(1024);
  readonly #shapes: TraceShape[] = [];
  /** GPU request, CPU, memory to shape: three look-ups by identity and number, no text to build per row. */
  readonly #shapeIds = new Map<GpuRequest | null, Map<number, Map<number, number>>>();

  get length(): number {
    return this.#length;
  }

  /** The index of a shape, given on first sight. Equal GPU requests must be one object. */
  shapeOf(cpuMilli: number, memoryBytes: number, gpu: GpuRequest | null): number {
    const ofMemory = child(child(this.#shapeIds, gpu), cpuMilli);
    let id = ofMemory.get(memoryBytes);
    if (id === undefined) {
      id = this.#shapes.push({ cpuMilli, memoryBytes, gpu }) - 1;
      ofMemory.set(memoryBytes, id);
    }
    return id;
  }

  add(submitMs: number, runtimeMs: number, shape: number): void {
    const row = this.#length;
    if (row === this.#submitMs.length) this.#grow();
    this.#submitMs[row] = submitMs;
    this.#runtimeMs[row] = runtimeMs;
    this.#shape[row] = shape;
    this.#length = row + 1;
  }

  /** The table. `rowsRead` counts the rows that were looked at, kept or not. */
  finish(rowsRead: number, losses: readonly TraceLoss[]): TraceTable {
    const length = this.#length;
    let submitMs = this.#submitMs.slice(0, length);
    let runtimeMs = this.#runtimeMs.slice(0, length);
    let shape = this.#shape.slice(0, length);
    if (!isSorted(submitMs)) {
      const order = orderOf(submitMs);
      submitMs = ordered(submitMs, order, new Float64Array(length));
      runtimeMs = ordered(runtimeMs, order, new Float64Array(length));
      shape = ordered(shape, order, new Int32Array(length));
    }
    const shapes = [...this.#shapes];
    const totals = { rowsRead, rowsKept: length, ...sums(runtimeMs, shape, shapes) };
    return { length, submitMs, runtimeMs, shape, shapes, losses, totals };
  }

  #grow(): void {
    const length = this.#submitMs.length * 2;
    this.#submitMs = grown(Float64Array, this.#submitMs, length);
    this.#runtimeMs = grown(Float64Array, this.#runtimeMs, length);
    this.#shape = grown(Int32Array, this.#shape, length);
  }
}

function isSorted(column: Float64Array): boolean {
  for (let row = 1; row < column.length; row++) {
    if (column[row]! < column[row - 1]!) return false;
  }
  return true;
}

/** Row numbers in order of (value, row number). */
function orderOf(column: Float64Array): Uint32Array {
  const order = new Uint32Array(column.length).map((_, row) => row);
  return order.sort((a, b) => column[a]! - column[b]! || a - b);
}

function ordered<T extends Float64Array | Int32Array>(column: T, order: Uint32Array, into: T): T {
  for (let row = 0; row < order.length; row++) into[row] = column[order[row]!]!;
  return into;
}

function child<K, L, V>(parent: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let found = parent.get(key);
  if (found === undefined) {
    found = new Map();
    parent.set(key, found);
  }
  return found;
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
