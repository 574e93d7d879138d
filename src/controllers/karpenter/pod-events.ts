import { SILENT_RECORDER, type Recorder } from '../../model/recorder.ts';
import { grown } from '../../model/grown.ts';

/** When a pod last came to a node or left it. */
export class PodEvents implements Recorder {
  /** By slot. */
  #lastMs = new Float64Array(0);
  readonly instance = SILENT_RECORDER.instance;
  readonly submitted = SILENT_RECORDER.submitted;
  readonly running = SILENT_RECORDER.running;

  placed(nowMs: number, _task: number, slot: number): void {
    this.#note(nowMs, slot);
  }

  requeued(nowMs: number, _task: number, slot: number): void {
    this.#note(nowMs, slot);
  }

  ended(nowMs: number, _task: number, slot: number): void {
    if (slot >= 0) this.#note(nowMs, slot);
  }

  /** 0 when none ever did; the slot may have been another node's then. */
  lastMs(slot: number): number {
    return this.#lastMs[slot] ?? 0;
  }

  #note(nowMs: number, slot: number): void {
    if (slot >= this.#lastMs.length) {
      this.#lastMs = grown(Float64Array, this.#lastMs, Math.max(64, this.#lastMs.length * 2, slot + 1));
    }
    this.#lastMs[slot] = nowMs;
  }
}
