import { TASK_STATE } from './cluster-view.ts';
import { grown } from './grown.ts';

/**
 * Columns of live tasks, indexed by task slot; slots of tasks that left are reused. 47 bytes a task here, so that a
 * live task with its pending event stays within 64.
 */
export class TaskTable {
  state = new Uint8Array(0);
  classId = new Int32Array(0);
  instance = new Int32Array(0);
  ordinal = new Int32Array(0);
  attempt = new Uint16Array(0);
  gpuMask = new Uint16Array(0);
  submitMs = new Float64Array(0);
  sinceMs = new Float64Array(0);
  next = new Int32Array(0);
  previous = new Int32Array(0);
  live = 0;

  readonly #freeSlots: number[] = [];
  #slotCount = 0;
  #ordinals = 0;

  /** The slot that the next `add` will use. */
  nextSlot(): number {
    return this.#freeSlots[this.#freeSlots.length - 1] ?? this.#slotCount;
  }

  add(classId: number, nowMs: number): number {
    const task = this.#freeSlots.pop() ?? this.#slotCount++;
    if (task >= this.state.length) this.#grow();
    this.state[task] = TASK_STATE.pending;
    this.classId[task] = classId;
    this.instance[task] = -1;
    this.ordinal[task] = this.#ordinals++;
    this.attempt[task] = 0;
    this.gpuMask[task] = 0;
    this.submitMs[task] = nowMs;
    this.sinceMs[task] = nowMs;
    this.live += 1;
    return task;
  }

  remove(task: number): void {
    this.state[task] = TASK_STATE.free;
    this.#freeSlots.push(task);
    this.live -= 1;
  }

  #grow(): void {
    const length = Math.max(64, this.state.length * 2);
    this.state = grown(Uint8Array, this.state, length);
    this.classId = grown(Int32Array, this.classId, length);
    this.instance = grown(Int32Array, this.instance, length, -1);
    this.ordinal = grown(Int32Array, this.ordinal, length);
    this.attempt = grown(Uint16Array, this.attempt, length);
    this.gpuMask = grown(Uint16Array, this.gpuMask, length);
    this.submitMs = grown(Float64Array, this.submitMs, length);
    this.sinceMs = grown(Float64Array, this.sinceMs, length);
    this.next = grown(Int32Array, this.next, length, -1);
    this.previous = grown(Int32Array, this.previous, length, -1);
  }
}
