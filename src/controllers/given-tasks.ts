import { assert } from '../errors.ts';
import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { INSTANCE_STATE } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import type { TaskLife } from './task-life.ts';

/** A task that is named one by one, not made by a service, a job or a trace. */
export interface GivenTask {
  readonly classId: number;
  /** Since the start of the run; before it: 0. */
  readonly arrivalMs: number;
  /** Infinity: it does not end by itself. */
  readonly runtimeMs: number;
  readonly startupMs: number;
  /** What holds it back in the queue is removed so long after its arrival; null: never. */
  readonly gatesRemovedMs: number | null;
  /** Name of the instance that it runs on from the start; null: it waits for a place. */
  readonly instance: string | null;
}

export interface GivenTasksOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly tasks: readonly GivenTask[];
  readonly horizonMs: number;
  /** A task has entered the system, and waits or has its room. */
  readonly onEntered: (index: number, task: number) => void;
  /** The instance that the task is said to run on has no room for it: it was turned down. */
  readonly onRefused: (index: number) => void;
  /** Is a task that arrives let in? If not, it ends as rejected. Absent: all are. */
  readonly isAdmitted?: (index: number) => boolean;
  /** The scheduling gates of a task that waits are removed. */
  readonly onGatesRemoved: (task: number) => void;
}

/**
 * Tasks that are given one by one: those that are on an instance already when the run begins, and those that arrive.
 * Arrivals of one instant come in the order of the list. A task that its instance has no room for ends as rejected, as
 * the agent of a real instance would refuse to start it.
 */
export class GivenTasks {
  readonly #options: GivenTasksOptions;
  readonly #arrival: EventKind;
  readonly #gates: EventKind;
  /** Indexes of the tasks that arrive, in order of time. */
  readonly #arriving: readonly number[];
  /** By ordinal of the task in the store: its index in the list. */
  readonly #indexes = new Map<number, number>();

  constructor(options: GivenTasksOptions) {
    this.#options = options;
    const { tasks, horizonMs, kernel } = options;
    this.#arriving = tasks
      .map((_, index) => index)
      .filter((index) => tasks[index]!.instance === null && tasks[index]!.arrivalMs < horizonMs)
      .sort((a, b) => tasks[a]!.arrivalMs - tasks[b]!.arrivalMs || a - b);
    this.#arrival = kernel.defineKind('given-arrival', PHASE.arrival, (index) => this.#arrive(index));
    this.#gates = kernel.defineKind('gates-removed', PHASE.arrival, (task) => options.onGatesRemoved(task));
  }

  /** Call when the instances of the start are there, before the first event. */
  start(): void {
    const { tasks, kernel } = this.#options;
    const slots = this.#slotsByName();
    tasks.forEach(({ instance }, index) => {
      if (instance === null) return;
      const slot = slots.get(instance);
      assert(slot !== undefined, 'a task is given to an instance that is not there');
      this.#adopt(index, slot);
    });
    let cursor = 0;
    kernel.addSource({
      kind: this.#arrival,
      peekMs: () => {
        const next = this.#arriving[cursor];
        return next === undefined ? Number.POSITIVE_INFINITY : tasks[next]!.arrivalMs;
      },
      next: () => this.#arriving[cursor++]!,
    });
  }

  /** Index in the list of the task with this ordinal; undefined for tasks of others, and for those that have not come. */
  indexOf(ordinal: number): number | undefined {
    return this.#indexes.get(ordinal);
  }

  #adopt(index: number, slot: number): void {
    const { store, life, tasks, onRefused, onEntered } = this.#options;
    const { classId, runtimeMs } = tasks[index]!;
    const task = store.nextTaskSlot();
    this.#entering(index, () => {
      if (store.fits(slot, store.classes[classId]!)) {
        life.adopt(classId, runtimeMs, slot);
        onEntered(index, task);
      } else {
        life.reject(classId, runtimeMs, 0);
        onRefused(index);
      }
    });
  }

  #arrive(index: number): void {
    const { classId, runtimeMs, startupMs, gatesRemovedMs } = this.#options.tasks[index]!;
    const { life, kernel, onEntered, isAdmitted } = this.#options;
    this.#entering(index, () => {
      if (isAdmitted?.(index) === false) {
        life.reject(classId, runtimeMs, startupMs);
        return;
      }
      const task = life.submit(classId, runtimeMs, startupMs);
      onEntered(index, task);
      // Without gates there is nothing to remove, and the slot may be another's by then: with them it can only wait.
      if (gatesRemovedMs !== null) kernel.after(gatesRemovedMs, this.#gates, task);
    });
  }

  /** The task enters the store, and its ordinal is remembered. */
  #entering(index: number, enter: () => void): void {
    const { store } = this.#options;
    const task = store.nextTaskSlot();
    enter();
    this.#indexes.set(store.taskOrdinal(task), index);
  }

  #slotsByName(): Map<string, number> {
    const { store } = this.#options;
    const slots = new Map<string, number>();
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] === INSTANCE_STATE.ready) slots.set(store.instanceName(slot), slot);
    }
    return slots;
  }
}
