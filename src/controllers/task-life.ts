import type { EventHandle, EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { TASK_END, TASK_STATE, type TaskEnd } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { PHASE } from '../model/phases.ts';
import type { Placement } from './placement.ts';

const NO_EVENT = -1;

/**
 * What happens to a task between placement and end: start-up (pull, start, health check), then running, then its own
 * end after its runtime. Runtime and start-up are drawn when the task is created, so that no policy can change them
 * (common random numbers). A task that loses its room starts over.
 *
 * Columns by task slot: planned runtime, planned start-up (ms), and the one pending event of the task.
 */
export class TaskLife {
  readonly #kernel: Kernel;
  readonly #store: ClusterStore;
  readonly #started: EventKind;
  readonly #ended: EventKind;
  #placement: Placement | null = null;
  #runtimeMs = new Float64Array(0);
  #startupMs = new Float64Array(0);
  #event = new Float64Array(0);
  /** Told when an instance has lost a task: it may be empty now. */
  onReleased: (slot: number) => void = () => {};

  constructor(kernel: Kernel, store: ClusterStore) {
    this.#kernel = kernel;
    this.#store = store;
    this.#started = kernel.defineKind('task-started', PHASE.release, (task) => this.#start(task));
    this.#ended = kernel.defineKind('task-ended', PHASE.release, (task) =>
      this.end(task, TASK_END.succeeded),
    );
  }

  /** The queue that tasks wait in; set once, because queue and life need each other. */
  attach(placement: Placement): void {
    this.#placement = placement;
  }

  /** A new task of the class; it waits for room at once. `runtimeMs` Infinity: it never ends by itself. */
  submit(classId: number, runtimeMs: number, startupMs: number): number {
    // The plan of the task must be known to whoever is told of its submission, so the slot comes first.
    const task = this.#store.nextTaskSlot();
    if (task >= this.#runtimeMs.length) this.#grow(task);
    this.#runtimeMs[task] = runtimeMs;
    this.#startupMs[task] = startupMs;
    this.#event[task] = NO_EVENT;
    this.#store.addTask(classId, this.#kernel.nowMs);
    this.#placement?.enqueue(task);
    return task;
  }

  /** A task that no instance of the fleet could ever take: it enters and leaves at once. */
  reject(classId: number, runtimeMs: number, startupMs: number): void {
    const task = this.#store.nextTaskSlot();
    if (task >= this.#runtimeMs.length) this.#grow(task);
    this.#runtimeMs[task] = runtimeMs;
    this.#startupMs[task] = startupMs;
    this.#store.addTask(classId, this.#kernel.nowMs);
    this.#store.endTask(task, TASK_END.rejected, this.#kernel.nowMs);
  }

  runtimeMs(task: number): number {
    return this.#runtimeMs[task]!;
  }

  startupMs(task: number): number {
    return this.#startupMs[task]!;
  }

  /** Called by the placement when the task got its room. */
  placed(task: number): void {
    const startupMs = this.#startupMs[task]!;
    if (startupMs > 0) this.#event[task] = this.#kernel.after(startupMs, this.#started, task);
    else this.#start(task);
  }

  #start(task: number): void {
    const store = this.#store;
    store.startRunning(task, this.#kernel.nowMs);
    const slot = store.taskInstance[task]!;
    for (const image of store.classes[store.taskClass[task]!]!.images) store.addImage(slot, image.name);
    const runtimeMs = this.#runtimeMs[task]!;
    this.#event[task] = Number.isFinite(runtimeMs)
      ? this.#kernel.after(runtimeMs, this.#ended, task)
      : NO_EVENT;
  }

  /** The task leaves, wherever it is. */
  end(task: number, how: TaskEnd): void {
    this.#cancelEvent(task);
    if (this.#store.taskState[task] === TASK_STATE.pending) {
      this.#placement?.withdraw(task);
      this.#store.endTask(task, how, this.#kernel.nowMs);
      return;
    }
    const slot = this.#store.taskInstance[task]!;
    this.#store.endTask(task, how, this.#kernel.nowMs);
    this.#released(slot);
  }

  /** The task loses its room and waits again, from the beginning. */
  interrupt(task: number): void {
    this.#cancelEvent(task);
    const slot = this.#store.taskInstance[task]!;
    this.#store.requeue(task, this.#kernel.nowMs);
    this.#placement?.enqueue(task);
    this.#released(slot);
  }

  #released(slot: number): void {
    this.#placement?.roomFreed();
    if (this.#store.taskCount[slot] === 0) this.onReleased(slot);
  }

  #cancelEvent(task: number): void {
    const handle: EventHandle = this.#event[task]!;
    if (handle !== NO_EVENT) this.#kernel.cancel(handle);
    this.#event[task] = NO_EVENT;
  }

  #grow(task: number): void {
    const length = Math.max(64, this.#runtimeMs.length * 2, task + 1);
    this.#runtimeMs = grown(Float64Array, this.#runtimeMs, length);
    this.#startupMs = grown(Float64Array, this.#startupMs, length);
    this.#event = grown(Float64Array, this.#event, length, NO_EVENT);
  }
}
