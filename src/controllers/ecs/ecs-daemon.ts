import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, INSTANCE_STATE_NAMES, TASK_END, TASK_STATE } from '../../model/cluster-view.ts';
import type { TaskLife } from '../task-life.ts';
import { type DaemonInstance, daemonPass, daemonWaves } from './daemon-pass.ts';
import type { ServiceEventName } from './service-events.ts';
import type { Revision } from './service-tasks.ts';

export interface DaemonOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly minimumHealthyPercent: number;
  readonly revision: Revision;
  /** Could the instance in the slot take a task of the class, were it empty? */
  readonly matches: (classId: number, slot: number) => boolean;
  /** Is a live task there that belongs to no daemon service? */
  readonly hasOthers: (slot: number) => boolean;
  /** An instance without room is tried again after this long. */
  readonly retryMs: number;
  /** Comes back as `retry`. */
  readonly retryKind: EventKind;
  readonly index: number;
  readonly came: (task: number) => void;
  readonly left: (task: number) => void;
  /** The number of instances that should have a task. */
  readonly desired: (count: number) => void;
  readonly tell: (event: ServiceEventName) => void;
}

/**
 * One DAEMON service of Amazon ECS: a task on each instance that can take it, placed the moment the instance accepts
 * tasks and so ahead of everything that waits, which is what ECS's reservation for daemons comes to. An update stops
 * and starts them wave by wave.
 */
export class EcsDaemon {
  readonly #options: DaemonOptions;
  /** By slot. */
  readonly #tasks = new Map<number, number>();
  readonly #slotOf = new Map<number, number>();
  /** Slots of instances that should have a task and have no room. */
  readonly #unplaced = new Set<number>();
  #revision: Revision;
  /** Slots that still run an earlier revision, while an update is under way. */
  #outdated: number[] = [];
  #waves: number[] = [];
  #isRetrying = false;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#revision = options.revision;
  }

  /** Has the daemon a task on the instance? */
  isOn(slot: number): boolean {
    return this.#tasks.has(slot);
  }

  /** A fresh instance accepts tasks. */
  instanceReady(slot: number): void {
    this.#pass([slot]);
  }

  /** Nothing but daemons is left on an instance. */
  instanceIdle(slot: number): void {
    if (this.#options.store.state[slot] === INSTANCE_STATE.draining && this.#tasks.has(slot))
      this.#pass([slot]);
  }

  /** A task of the daemon runs: the next wave of an update may begin. */
  ran(_task: number): void {
    this.#nextWave();
  }

  /** The instance of a task is gone, and with it the task. */
  lost(task: number): void {
    this.#end(task, TASK_END.stopped);
    this.#desired();
  }

  /** A new revision replaces the running one. */
  deploy(revision: Revision): void {
    const { minimumHealthyPercent, tell } = this.#options;
    this.#revision = revision;
    this.#outdated = [...this.#tasks.keys()];
    const waves = daemonWaves(this.#outdated.length, minimumHealthyPercent);
    this.#waves = [...(waves ?? [])];
    tell('SERVICE_DEPLOYMENT_IN_PROGRESS');
    if (waves === null) tell('SERVICE_DEPLOYMENT_BLOCKED');
    this.#nextWave();
  }

  /** One pass over all instances. */
  look(): void {
    const { store } = this.#options;
    const slots: number[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      const state = store.state[slot];
      if (state === INSTANCE_STATE.ready || state === INSTANCE_STATE.draining) slots.push(slot);
    }
    this.#pass(slots);
  }

  #pass(slots: readonly number[]): void {
    const { tell, kernel, retryKind, index } = this.#options;
    const { start, unplaced, stop } = daemonPass(slots.map((slot) => this.#instance(slot)));
    for (const { task, reason } of stop) {
      if (reason === 'constraint') tell('SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED');
      this.#end(task, TASK_END.stopped);
    }
    for (const id of start) this.#startOn(Number(id));
    for (const slot of slots) this.#unplaced.delete(slot);
    for (const { id } of unplaced) this.#unplaced.add(Number(id));
    this.#desired();
    if (unplaced.length === 0) return;
    tell('SERVICE_TASK_PLACEMENT_FAILURE');
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    kernel.after(this.#options.retryMs, retryKind, index);
  }

  /** The time to try again has come. */
  retry(): void {
    this.#isRetrying = false;
    this.look();
  }

  #desired(): void {
    this.#options.desired(this.#tasks.size + this.#unplaced.size);
  }

  #instance(slot: number): DaemonInstance<number> {
    const { store, matches, hasOthers } = this.#options;
    const classId = this.#revision.classId(null, null);
    const task = this.#tasks.get(slot);
    const state = INSTANCE_STATE_NAMES[store.state[slot]!]!;
    return {
      id: String(slot),
      status: state === 'ready' ? 'ACTIVE' : state.toUpperCase(),
      matches: matches(classId, slot),
      tasks: task === undefined ? [] : [task],
      hasOthers: hasOthers(slot),
      refusal: () => {
        if (store.accepts[slot] === 0) return 'AGENT';
        return store.fits(slot, store.classes[classId]!) ? null : 'RESOURCE';
      },
    };
  }

  #startOn(slot: number): void {
    const { life, came } = this.#options;
    const task = life.submitOwned(this.#revision.classId(null, null), this.#revision.startupMs());
    this.#tasks.set(slot, task);
    this.#slotOf.set(task, slot);
    came(task);
    life.placeOn(task, slot);
  }

  #nextWave(): void {
    const { store, tell } = this.#options;
    const { taskState } = store;
    const isUp = [...this.#tasks.values()].every((task) => taskState[task] === TASK_STATE.running);
    const wave = this.#waves[0];
    if (wave === undefined || !isUp) return;
    this.#waves.shift();
    const slots = this.#outdated.splice(0, wave);
    if (this.#waves.length === 0) tell('SERVICE_DEPLOYMENT_COMPLETED');
    for (const slot of slots) {
      const task = this.#tasks.get(slot);
      if (task !== undefined) this.#end(task, TASK_END.stopped);
    }
    this.look();
  }

  #end(task: number, how: typeof TASK_END.stopped): void {
    const { life, left } = this.#options;
    this.#tasks.delete(this.#slotOf.get(task)!);
    this.#slotOf.delete(task);
    left(task);
    life.end(task, how);
  }
}
