import { assert } from '../errors.ts';
import type { EventKind, EventReference, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { TASK_END, TASK_STATE, type TaskEnd } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import { TASK_FIELD, type TaskRecords } from '../model/task-records.ts';
import { UniformColumn } from '../model/uniform-column.ts';
import type { Placer } from './placer.ts';

/** In the life field of a record: what is above the reference to the pending event, 0 for none. */
const OWNED = 2 ** 27;

/** The start-up of a task that has no length of its own: its platform's parts make it up. */
export const IN_PARTS: number = Number.NaN;

/** Brings tasks up and down where that has parts. */
export interface TaskStarter {
  /** A task has come. */
  created(task: number): void;
  /** A task has its room; when it is up, `TaskLife.started` is to be called. `totalMs` may be `IN_PARTS`. */
  begin(task: number, totalMs: number): void;
  /** A task is about to give up its room: by itself, or (true) because it was told to. */
  leaves(task: number, isTold: boolean): void;
}

/** Looks after some tasks itself: decides whether they come up, and hears what becomes of them. */
export interface TaskOwner {
  /** The start-up of a task of its own is over: does the task run? If not, the owner has ended it. */
  mayRun(task: number): boolean;
  /** A task of its own runs. */
  running(task: number): void;
  /** The instance of a task of its own is gone: has the owner ended the task, does it wait again, or keep out of the queue? */
  lost(task: number): 'ended' | 'waits' | 'held';
  /** A task of its own is about to end by itself: how? Absent: it succeeds. */
  ends?(task: number): TaskEnd;
}

/**
 * What happens to a task between placement and end: start-up (pull, start, health check), then running, then its own
 * end after its runtime. Runtime and start-up are drawn when the task is created, so that no policy can change them
 * (common random numbers). A task that loses its room starts over.
 *
 * Planned runtime and the one pending event of a task stand in its record.
 */
export class TaskLife {
  readonly #kernel: Kernel;
  readonly #store: ClusterStore;
  readonly #records: TaskRecords;
  /** Planned, by task slot. */
  readonly #startupMs = new UniformColumn();
  readonly #bindMs: number;
  readonly #started: EventKind;
  readonly #ended: EventKind;
  #placement: Placer | null = null;
  #owner: TaskOwner | null = null;
  #starter: TaskStarter | null = null;
  /** Told when an instance has lost a task and is idle now. */
  onReleased: (slot: number) => void = () => {};
  /** Told when a task has given its room on an instance back. */
  onRoomFreed: (slot: number) => void = () => {};
  /** Has the instance nothing to do? Tasks that come with every instance do not keep it busy. */
  isIdle: (slot: number) => boolean;

  /** `bindMs`: passes between placement and start-up, and counts as part of it. */
  constructor(kernel: Kernel, store: ClusterStore, bindMs = 0) {
    this.#kernel = kernel;
    this.#store = store;
    this.#records = store.taskRecords;
    this.isIdle = (slot) => store.taskCount[slot] === 0;
    this.#bindMs = bindMs;
    this.#started = kernel.defineKind('task-started', PHASE.release, (task) => this.#start(task));
    this.#ended = kernel.defineKind('task-ended', PHASE.release, (task) => {
      this.#forgetEvent(task);
      const owner = this.#ownerOf(task);
      this.end(task, owner?.ends?.(task) ?? TASK_END.succeeded);
    });
    kernel.foresee(this.#ended, (task) => store.readAhead(task));
  }

  /** The queue that tasks wait in; set once, because queue and life need each other. */
  attach(placement: Placer): void {
    this.#placement = placement;
  }

  /** Who looks after the tasks that are handed to it; set once. */
  own(owner: TaskOwner): void {
    this.#owner = owner;
  }

  /** Who brings tasks up and down; set once, before the first task. Without one a start-up is a length of time. */
  startWith(starter: TaskStarter): void {
    this.#starter = starter;
  }

  /** A new task of the class; it waits for room at once. `runtimeMs` Infinity: it never ends by itself. */
  submit(classId: number, runtimeMs: number, startupMs: number): number {
    const task = this.#add(classId, runtimeMs, startupMs, 0);
    this.#placement?.enqueue(task);
    return task;
  }

  /** A new task of the owner, which runs until it is told to stop unless it has a runtime. It waits in no queue until `enqueue`. */
  submitOwned(classId: number, startupMs: number, runtimeMs = Number.POSITIVE_INFINITY): number {
    return this.#add(classId, runtimeMs, startupMs, OWNED);
  }

  /** A task that is there already belongs to the owner from now on. */
  claim(task: number): void {
    this.#setLife(task, OWNED | this.#eventOf(task));
  }

  /** A task of the owner waits for room from now on. */
  enqueue(task: number): void {
    this.#placement?.enqueue(task);
  }

  /** It waits in no queue from now on, but is still there. */
  withdraw(task: number): void {
    this.#placement?.withdraw(task);
  }

  /** A task that waits in no queue gets its room on the instance, which must have it. */
  placeOn(task: number, slot: number): void {
    this.#store.place(task, slot, this.#kernel.nowMs);
    this.placed(task);
  }

  /** A task that waits in no queue leaves. */
  drop(task: number, how: TaskEnd): void {
    this.#store.endTask(task, how, this.#kernel.nowMs);
  }

  #add(classId: number, runtimeMs: number, startupMs: number, life: 0 | typeof OWNED): number {
    // The plan of the task must be known to whoever is told of its submission, so the slot comes first.
    const task = this.#store.nextTaskSlot();
    this.#records.setTime(task, TASK_FIELD.runtimeMs, runtimeMs);
    this.#startupMs.set(task, startupMs + this.#bindMs);
    this.#setLife(task, life);
    assert(
      this.#starter !== null || !Number.isNaN(startupMs),
      'a start-up in parts needs somebody who knows them',
    );
    this.#store.addTask(classId, this.#kernel.nowMs);
    this.#starter?.created(task);
    return task;
  }

  /** A new task that runs on the instance in `slot` already, where it must have room; it never waits. */
  adopt(classId: number, runtimeMs: number, slot: number): void {
    const task = this.#store.nextTaskSlot();
    this.#records.setTime(task, TASK_FIELD.runtimeMs, runtimeMs);
    this.#startupMs.set(task, 0);
    this.#setLife(task, 0);
    this.#store.addTask(classId, this.#kernel.nowMs);
    this.#starter?.created(task);
    this.#store.place(task, slot, this.#kernel.nowMs);
    this.#placement?.roomTaken(classId);
    this.placed(task);
  }

  /** A task that no instance of the fleet could ever take: it enters and leaves at once. */
  reject(classId: number, runtimeMs: number, startupMs: number): void {
    const task = this.#add(classId, runtimeMs, startupMs, 0);
    this.#store.endTask(task, TASK_END.rejected, this.#kernel.nowMs);
  }

  runtimeMs(task: number): number {
    return this.#records.time(task, TASK_FIELD.runtimeMs);
  }

  /** From placement to running; NaN where that is not known beforehand. */
  startupMs(task: number): number {
    return this.#starter === null ? this.#plannedStartupMs(task) : IN_PARTS;
  }

  /** Called by the placement when the task got its room. */
  placed(task: number): void {
    const startupMs = this.#plannedStartupMs(task);
    // It never comes up, and holds its room until somebody takes it away.
    if (startupMs === Number.POSITIVE_INFINITY) return;
    if (this.#starter !== null) this.#starter.begin(task, startupMs);
    else if (startupMs > 0) this.#expect(task, this.#started, startupMs);
    else this.#start(task);
  }

  /** Called by the starter when the task is up. */
  started(task: number): void {
    this.#start(task);
  }

  #start(task: number): void {
    const store = this.#store;
    const owner = this.#ownerOf(task);
    this.#forgetEvent(task);
    if (owner !== null && !owner.mayRun(task)) return;
    store.startRunning(task, this.#kernel.nowMs);
    const slot = store.taskInstance[task]!;
    for (const image of store.classes[store.taskClass[task]!]!.images) store.addImage(slot, image.name);
    const runtimeMs = this.runtimeMs(task);
    if (runtimeMs < Number.POSITIVE_INFINITY) this.#expect(task, this.#ended, runtimeMs);
    owner?.running(task);
  }

  /** The task leaves, wherever it is. */
  end(task: number, how: TaskEnd): void {
    this.#cancelEvent(task);
    if (this.#store.taskState[task] === TASK_STATE.pending) {
      this.#placement?.withdraw(task);
      this.#store.endTask(task, how, this.#kernel.nowMs);
      return;
    }
    this.#starter?.leaves(task, how === TASK_END.stopped);
    const slot = this.#store.taskInstance[task]!;
    const classId = this.#store.taskClass[task]!;
    this.#store.endTask(task, how, this.#kernel.nowMs);
    this.#released(slot, classId);
  }

  /**
   * The containers of a running task were killed, and start again in its room after a while: it comes up as it did at
   * first (chosen), and its work begins anew.
   */
  restart(task: number, delayMs: number): void {
    const { nowMs } = this.#kernel;
    const untilUpMs = delayMs + this.#plannedStartupMs(task) - this.#bindMs;
    this.#cancelEvent(task);
    this.#store.restart(task, nowMs + untilUpMs, nowMs);
    this.#expect(task, this.#started, untilUpMs);
  }

  /** The task loses its room and waits again, from the beginning. `isTold`: it was told to go, and did not just die. */
  interrupt(task: number, isTold = true): void {
    const owner = this.#ownerOf(task);
    const fate = owner === null ? 'waits' : owner.lost(task);
    if (fate === 'ended') return;
    this.#cancelEvent(task);
    this.#starter?.leaves(task, isTold);
    const slot = this.#store.taskInstance[task]!;
    const classId = this.#store.taskClass[task]!;
    this.#store.requeue(task, this.#kernel.nowMs);
    if (fate !== 'held') this.#placement?.enqueue(task);
    this.#released(slot, classId);
  }

  #released(slot: number, classId: number): void {
    this.#placement?.roomFreed(slot, classId);
    this.onRoomFreed(slot);
    this.stopped(slot);
  }

  /** A task on the instance has really stopped. */
  stopped(slot: number): void {
    if (this.isIdle(slot)) this.onReleased(slot);
  }

  #plannedStartupMs(task: number): number {
    return this.#startupMs.get(task);
  }

  /** Who looks after the task; null: nobody. */
  #ownerOf(task: number): TaskOwner | null {
    return this.#life(task) >= OWNED ? this.#owner : null;
  }

  #eventOf(task: number): EventReference {
    return this.#life(task) & (OWNED - 1);
  }

  #expect(task: number, kind: EventKind, delayMs: number): void {
    const event = this.#kernel.referTo(this.#kernel.after(delayMs, kind, task));
    this.#setLife(task, this.#life(task) | event);
  }

  #forgetEvent(task: number): void {
    this.#setLife(task, this.#life(task) & OWNED);
  }

  #cancelEvent(task: number): void {
    const event = this.#eventOf(task);
    if (event === 0) return;
    this.#kernel.cancelReferred(event);
    this.#forgetEvent(task);
  }

  #life(task: number): number {
    return this.#records.integer(task, TASK_FIELD.life);
  }

  #setLife(task: number, life: number): void {
    this.#records.setInteger(task, TASK_FIELD.life, life);
  }
}
