import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceState } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import type { TaskClass } from '../model/task-class.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';
import type { Fleet } from './fleet.ts';
import { InstanceRoom } from './instance-room.ts';
import type { PendingQueue } from './pending-queue.ts';

export interface DemandScalerOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  /** The waiting tasks that instances may be launched for. */
  readonly queue: Pick<PendingQueue, 'size' | 'waiting' | 'goesFirst'>;
  /** Ready instances that the scheduler may not have tried all of them on yet: they count as on their way. */
  readonly untried?: Iterable<number>;
  /** strict: the first task of the queue that finds no room blocks everything behind it. */
  readonly discipline: 'skip' | 'strict';
  /** Tells what an instance that does not exist yet could take. */
  readonly scheduler: Pick<Scheduler, 'admits' | 'maxPerInstance'>;
  /** Has the instance nothing to do? */
  readonly isIdle: (slot: number) => boolean;
  readonly intervalMs: number;
  readonly idleMs: number;
}

/**
 * A plain autoscaler, the same for every platform, so that fleets differ by the placement policy alone.
 *
 * Out: while tasks wait it looks at the queue every `intervalMs`. It fills the instances that are on their way with
 * the waiting tasks (classes by priority, then by size, the largest first), and launches instances for the rest: the
 * first group below its maximum, and in it the first type, that an empty instance of which could take the task.
 * With a strict queue it takes the classes in the order of the queue, and stops at the first that not even new
 * instances can take all of: what comes behind would not start, whatever is launched.
 * In: an instance that had no task for `idleMs` is ended, down to its group's minimum.
 *
 * Both are decided at the end of an instant, after the scheduler's pass: whatever waits then has been tried on every
 * ready instance, and whatever is empty then has not just been given a task.
 *
 * Chosen: the real autoscalers (managed scaling, Cluster Autoscaler, Karpenter) have rules of their own.
 */
export class DemandScaler {
  readonly #options: DemandScalerOptions;
  readonly #look: EventKind;
  readonly #idleCheck: EventKind;
  #looking = false;
  /** By slot: when it last became empty. */
  readonly #emptySince: number[] = [];
  /** By slot: instance id whose idle check is under way; a check of an earlier tenant of the slot is void. */
  readonly #checking: number[] = [];

  constructor(options: DemandScalerOptions) {
    this.#options = options;
    this.#look = options.kernel.defineKind('autoscaler-look', PHASE.autoscale, () => this.#grow());
    this.#idleCheck = options.kernel.defineKind('idle-check', PHASE.autoscale, (slot) => this.#shrink(slot));
  }

  /** Tasks were left waiting. */
  demandSeen(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#options.kernel.after(this.#options.intervalMs, this.#look, 0);
  }

  /** The instance has no tasks: fresh, or its last one left. */
  emptied(slot: number): void {
    const { kernel, store, fleet, idleMs } = this.#options;
    const { size } = fleet.groups[fleet.groupOf(slot)]!;
    if (size.min === size.max) return;
    this.#emptySince[slot] = kernel.nowMs;
    if (this.#checking[slot] === store.instanceId[slot]) return;
    this.#checking[slot] = store.instanceId[slot]!;
    kernel.after(idleMs, this.#idleCheck, slot);
  }

  #shrink(slot: number): void {
    const { kernel, store, fleet, idleMs, intervalMs } = this.#options;
    if (this.#checking[slot] !== store.instanceId[slot] || store.state[slot] !== INSTANCE_STATE.ready) return;
    this.#checking[slot] = 0;
    if (!this.#options.isIdle(slot)) return;
    const idleFor = kernel.nowMs - this.#emptySince[slot]!;
    if (idleFor >= idleMs && fleet.canSpare(slot)) {
      fleet.terminate(slot);
      return;
    }
    this.#checking[slot] = store.instanceId[slot]!;
    // Kept by the minimum of its group: it is looked at again, in case the group grows.
    const waitMs = idleFor >= idleMs ? Math.max(idleMs, intervalMs) : idleMs - idleFor;
    kernel.after(waitMs, this.#idleCheck, slot);
  }

  #grow(): void {
    this.#looking = false;
    const { store, queue, discipline, untried = [] } = this.#options;
    if (queue.size === 0) return;
    const strict = discipline === 'strict';
    const coming = this.#roomIn([INSTANCE_STATE.requested, INSTANCE_STATE.booting]);
    for (const slot of untried) coming.push(InstanceRoom.of(store, slot));
    // The pass has tried every class on these; a strict one the first alone, and the others may fit once that is gone.
    const ready = strict ? this.#roomIn([INSTANCE_STATE.ready]) : [];
    const waiting = store.classes
      .filter(({ id }) => queue.waiting(id) > 0)
      .sort(strict ? (a, b) => (queue.goesFirst(a.id, b.id) ? -1 : 1) : largestFirst);
    for (const taskClass of waiting) {
      let left = queue.waiting(taskClass.id);
      if (taskClass !== waiting[0]) for (const room of ready) left -= this.#fill(room, taskClass, left);
      for (const room of coming) left -= this.#fill(room, taskClass, left);
      while (left > 0) {
        const room = this.#launchFor(taskClass);
        if (room === null) break;
        coming.push(room);
        const put = this.#fill(room, taskClass, left);
        if (put === 0) break;
        left -= put;
      }
      if (strict && left > 0) break;
    }
    this.demandSeen();
  }

  #roomIn(states: readonly InstanceState[]): InstanceRoom[] {
    const { store } = this.#options;
    const rooms: InstanceRoom[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (states.includes(store.state[slot] as InstanceState)) rooms.push(InstanceRoom.of(store, slot));
    }
    return rooms;
  }

  /** Puts up to `wanted` tasks of the class there; returns how many. */
  #fill(room: InstanceRoom, taskClass: TaskClass, wanted: number): number {
    const fits = room.room(taskClass, wanted, this.#options.scheduler);
    if (fits > 0) room.take(taskClass, fits);
    return fits;
  }

  #launchFor(taskClass: TaskClass): InstanceRoom | null {
    const { store, fleet, scheduler } = this.#options;
    for (let group = 0; group < fleet.groups.length; group++) {
      if (fleet.alive(group) >= fleet.groups[group]!.size.max) continue;
      const slot = fleet.launchFor(
        group,
        (typeName, zone) =>
          fleet.isOpen(zone) && scheduler.admits(taskClass, fleet.shape(group, typeName), zone),
      );
      if (slot >= 0) return InstanceRoom.of(store, slot);
    }
    return null;
  }
}

/** Priority, then the largest CPU request, then memory, then the older class. */
function largestFirst(a: TaskClass, b: TaskClass): number {
  return (
    b.priority - a.priority ||
    b.requests[0]! - a.requests[0]! ||
    b.requests[1]! - a.requests[1]! ||
    a.id - b.id
  );
}
