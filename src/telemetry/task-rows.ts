import { orderByWords } from '../model/stable-order.ts';

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

/** Rows of a piece: a power of two. */
const PIECE = 4096;

/**
 * A column that grows by pieces: growing copies nothing, so ten million rows never take the room of more. It is read
 * as one array, which is put together when it is asked for and takes the place of its pieces.
 */
class GrowingColumn<T extends Uint8Array | Uint16Array | Int32Array | Float64Array> {
  readonly #type: new (
    length: number,
  ) => T;
  #full: T[] = [];
  /** Where the next rows go: row r to place r mod `PIECE`. */
  open: T;
  #whole: T;

  constructor(type: new (length: number) => T) {
    this.#type = type;
    this.open = new type(PIECE);
    this.#whole = new type(0);
  }

  /** The open piece is full. */
  close(): void {
    this.#full.push(this.open);
    this.open = new this.#type(PIECE);
  }

  whole(length: number): T {
    if (this.#whole.length === length) return this.#whole;
    const whole = new this.#type(length);
    let at = 0;
    for (const piece of this.#full) {
      whole.set(piece, at);
      at += piece.length;
    }
    whole.set(this.open.subarray(0, length - at), at);
    if (at > 0) this.#full = [whole.subarray(0, at) as T];
    this.#whole = whole;
    return whole;
  }
}

/** An attempt of a task; NaN for times that were not reached. */
export interface AttemptRow {
  ordinal: number;
  attempt: number;
  classId: number;
  /** 0 for none. */
  instanceId: number;
  /** Index in `ATTEMPT_OUTCOMES`. */
  outcome: number;
  /** Running number of the placement among all of the run, -1 for none: the order in which room was taken. */
  placement: number;
  /** GPU devices that it held: bit d for device d. */
  gpuMask: number;
  submitMs: number;
  placedMs: number;
  runningMs: number;
  endMs: number;
}

/** One row per attempt of a task, in columns: the fields of `AttemptRow`. 53 bytes a row. */
export class TaskRows {
  length = 0;
  readonly #ordinal = new GrowingColumn(Int32Array);
  readonly #attempt = new GrowingColumn(Uint16Array);
  readonly #classId = new GrowingColumn(Int32Array);
  readonly #instanceId = new GrowingColumn(Int32Array);
  readonly #outcome = new GrowingColumn(Uint8Array);
  readonly #placement = new GrowingColumn(Int32Array);
  readonly #gpuMask = new GrowingColumn(Uint16Array);
  readonly #submitMs = new GrowingColumn(Float64Array);
  readonly #placedMs = new GrowingColumn(Float64Array);
  readonly #runningMs = new GrowingColumn(Float64Array);
  readonly #endMs = new GrowingColumn(Float64Array);

  /** Copies the fields: the caller may use the object again. */
  add(row: Readonly<AttemptRow>): void {
    const at = this.length & (PIECE - 1);
    if (at === 0 && this.length > 0) this.#closePieces();
    this.length += 1;
    this.#ordinal.open[at] = row.ordinal;
    this.#attempt.open[at] = row.attempt;
    this.#classId.open[at] = row.classId;
    this.#instanceId.open[at] = row.instanceId;
    this.#outcome.open[at] = row.outcome;
    this.#placement.open[at] = row.placement;
    this.#gpuMask.open[at] = row.gpuMask;
    this.#submitMs.open[at] = row.submitMs;
    this.#placedMs.open[at] = row.placedMs;
    this.#runningMs.open[at] = row.runningMs;
    this.#endMs.open[at] = row.endMs;
  }

  get ordinal(): Int32Array {
    return this.#ordinal.whole(this.length);
  }
  get attempt(): Uint16Array {
    return this.#attempt.whole(this.length);
  }
  get classId(): Int32Array {
    return this.#classId.whole(this.length);
  }
  get instanceId(): Int32Array {
    return this.#instanceId.whole(this.length);
  }
  get outcome(): Uint8Array {
    return this.#outcome.whole(this.length);
  }
  get placement(): Int32Array {
    return this.#placement.whole(this.length);
  }
  get gpuMask(): Uint16Array {
    return this.#gpuMask.whole(this.length);
  }
  get submitMs(): Float64Array {
    return this.#submitMs.whole(this.length);
  }
  get placedMs(): Float64Array {
    return this.#placedMs.whole(this.length);
  }
  get runningMs(): Float64Array {
    return this.#runningMs.whole(this.length);
  }
  get endMs(): Float64Array {
    return this.#endMs.whole(this.length);
  }

  /** Row numbers by (ordinal, attempt). */
  inOrder(): Uint32Array {
    return orderByWords([this.attempt, this.ordinal]);
  }

  #closePieces(): void {
    this.#ordinal.close();
    this.#attempt.close();
    this.#classId.close();
    this.#instanceId.close();
    this.#outcome.close();
    this.#placement.close();
    this.#gpuMask.close();
    this.#submitMs.close();
    this.#placedMs.close();
    this.#runningMs.close();
    this.#endMs.close();
  }
}
