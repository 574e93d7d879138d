import { grown } from '../model/grown.ts';

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

/** One row per attempt of a task, in columns; NaN for times that were not reached. */
export class TaskRows {
  length = 0;
  ordinal = new Int32Array(0);
  attempt = new Uint16Array(0);
  classId = new Int32Array(0);
  /** Instance id, 0 for none. */
  instanceId = new Int32Array(0);
  outcome = new Uint8Array(0);
  /** Running number of the placement among all of the run, -1 for none: the order in which room was taken. */
  placement = new Int32Array(0);
  /** GPU devices that it held: bit d for device d. */
  gpuMask = new Uint16Array(0);
  submitMs = new Float64Array(0);
  placedMs = new Float64Array(0);
  runningMs = new Float64Array(0);
  endMs = new Float64Array(0);

  add(
    ids: {
      ordinal: number;
      attempt: number;
      classId: number;
      instanceId: number;
      outcome: number;
      placement: number;
      gpuMask: number;
    },
    times: { submitMs: number; placedMs: number; runningMs: number; endMs: number },
  ): void {
    const row = this.length;
    if (row >= this.ordinal.length) this.#grow();
    this.length = row + 1;
    this.ordinal[row] = ids.ordinal;
    this.attempt[row] = ids.attempt;
    this.classId[row] = ids.classId;
    this.instanceId[row] = ids.instanceId;
    this.outcome[row] = ids.outcome;
    this.placement[row] = ids.placement;
    this.gpuMask[row] = ids.gpuMask;
    this.submitMs[row] = times.submitMs;
    this.placedMs[row] = times.placedMs;
    this.runningMs[row] = times.runningMs;
    this.endMs[row] = times.endMs;
  }

  /** Row numbers by (ordinal, attempt). */
  inOrder(): Int32Array {
    const rows = new Int32Array(this.length).map((_, row) => row);
    const { ordinal, attempt } = this;
    return rows.sort((a, b) => ordinal[a]! - ordinal[b]! || attempt[a]! - attempt[b]!);
  }

  #grow(): void {
    const length = Math.max(1024, this.ordinal.length * 2);
    this.ordinal = grown(Int32Array, this.ordinal, length);
    this.attempt = grown(Uint16Array, this.attempt, length);
    this.classId = grown(Int32Array, this.classId, length);
    this.instanceId = grown(Int32Array, this.instanceId, length);
    this.outcome = grown(Uint8Array, this.outcome, length);
    this.placement = grown(Int32Array, this.placement, length);
    this.gpuMask = grown(Uint16Array, this.gpuMask, length);
    this.submitMs = grown(Float64Array, this.submitMs, length);
    this.placedMs = grown(Float64Array, this.placedMs, length);
    this.runningMs = grown(Float64Array, this.runningMs, length);
    this.endMs = grown(Float64Array, this.endMs, length);
  }
}
