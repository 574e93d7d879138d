import { TASK_STATE } from './cluster-view.ts';
import { grown } from './grown.ts';
import { TASK_FIELD, TaskRecords } from './task-records.ts';

const MOST_IN_TWO_BYTES = 2 ** 16 - 1;

/**
 * Live tasks by task slot; slots of tasks that left are reused. What schedulers look through is in columns, 15 bytes a
 * task, the rest in its record. The columns that few runs need are empty until a task needs one.
 */
export class TaskTable {
  state = new Uint8Array(0);
  /** Of two bytes each until there are more classes than that. */
  classId: Uint16Array | Int32Array = new Uint16Array(0);
  instance = new Int32Array(0);
  next = new Int32Array(0);
  previous = new Int32Array(0);
  /** Empty as long as no task has held GPUs. */
  gpuMask = new Uint16Array(0);
  readonly records = new TaskRecords();
  live = 0;

  /** Empty as long as no task has lost its room. */
  #attempt = new Uint16Array(0);
  readonly #freeSlots: number[] = [];
  #slotCount = 0;
  #ordinals = 0;

  /** The slot that the next `add` will use: its record is there. */
  nextSlot(): number {
    const task = this.#freeSlots[this.#freeSlots.length - 1] ?? this.#slotCount;
    this.records.ensure(task);
    return task;
  }

  add(classId: number, nowMs: number): number {
    const task = this.nextSlot();
    if (task === this.#slotCount) this.#slotCount += 1;
    else this.#freeSlots.pop();
    if (task >= this.state.length) this.#grow();
    this.state[task] = TASK_STATE.pending;
    this.setClass(task, classId);
    this.instance[task] = -1;
    const { records } = this;
    records.setInteger(task, TASK_FIELD.ordinal, this.#ordinals++);
    records.setTime(task, TASK_FIELD.submitMs, nowMs);
    records.setTime(task, TASK_FIELD.sinceMs, nowMs);
    if (this.gpuMask.length > 0) this.gpuMask[task] = 0;
    if (this.#attempt.length > 0) this.#attempt[task] = 0;
    this.live += 1;
    return task;
  }

  setClass(task: number, classId: number): void {
    if (classId > MOST_IN_TWO_BYTES && this.classId instanceof Uint16Array) {
      this.classId = grown<Int32Array>(Int32Array, this.classId, this.classId.length);
    }
    this.classId[task] = classId;
  }

  remove(task: number): void {
    this.state[task] = TASK_STATE.free;
    this.#freeSlots.push(task);
    this.live -= 1;
  }

  /** 0 for the first attempt. */
  attempt(task: number): number {
    return this.#attempt.length === 0 ? 0 : this.#attempt[task]!;
  }

  nextAttempt(task: number): void {
    if (this.#attempt.length === 0) this.#attempt = new Uint16Array(this.state.length);
    this.#attempt[task]! += 1;
  }

  holdGpus(task: number, mask: number): void {
    if (this.gpuMask.length === 0) this.gpuMask = new Uint16Array(this.state.length);
    this.gpuMask[task] = mask;
  }

  #grow(): void {
    const length = Math.max(64, this.state.length * 2);
    this.state = grown(Uint8Array, this.state, length);
    this.classId =
      this.classId instanceof Uint16Array
        ? grown(Uint16Array, this.classId, length)
        : grown(Int32Array, this.classId, length);
    this.instance = grown(Int32Array, this.instance, length, -1);
    this.next = grown(Int32Array, this.next, length, -1);
    this.previous = grown(Int32Array, this.previous, length, -1);
    if (this.gpuMask.length > 0) this.gpuMask = grown(Uint16Array, this.gpuMask, length);
    if (this.#attempt.length > 0) this.#attempt = grown(Uint16Array, this.#attempt, length);
  }
}
