import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape, type InstanceState } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import type { TaskClass } from '../model/task-class.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';
import type { Fleet } from './fleet.ts';
import type { PendingQueue } from './pending-queue.ts';

export interface DemandScalerOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  /** The waiting tasks that instances may be launched for. */
  readonly queue: Pick<PendingQueue, 'size' | 'waiting' | 'goesFirst'>;
  /** Ready instances that the scheduler may not have tried all of them on yet: they count as on their way. */
  readonly untried?: ReadonlySet<number>;
  /** strict: the first task of the queue that finds no room blocks everything behind it. */
  readonly discipline: 'skip' | 'strict';
  /** Tells what an instance that does not exist yet could take. */
  readonly scheduler: Pick<Scheduler, 'admits' | 'maxPerInstance'>;
  /** Has the instance nothing to do? */
  readonly isIdle: (slot: number) => boolean;
  readonly intervalMs: number;
  readonly idleMs: number;
}

/** What of an instance, there or on its way, waiting tasks could still use. GPUs count by sum, not by device. */
interface Room {
  readonly shape: InstanceShape;
  readonly zone: string;
  readonly free: Float64Array;
  /** Tasks per group that are here, or that this look has put here. */
  readonly perGroup: Map<number, number>;
  /** Their classes, as far as they take host ports. */
  readonly withPorts: TaskClass[];
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
    const group = fleet.groupOf(slot);
    if (idleFor >= idleMs && fleet.alive(group) > fleet.groups[group]!.size.min) {
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
    for (const slot of untried) coming.push(this.#roomOf(slot));
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

  #roomIn(states: readonly InstanceState[]): Room[] {
    const { store } = this.#options;
    const rooms: Room[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (states.includes(store.state[slot] as InstanceState)) rooms.push(this.#roomOf(slot));
    }
    return rooms;
  }

  #roomOf(slot: number): Room {
    const { store } = this.#options;
    const shape = store.shapes[store.shapeOf[slot]!]!;
    const zone = store.strings.name(store.zone[slot]!);
    const free = Float64Array.from(shape.allocatable);
    const room: Room = { shape, zone, free, perGroup: new Map(), withPorts: [] };
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      take(room, store.classes[store.taskClass[task]!]!, 1);
    }
    return room;
  }

  /** Puts up to `wanted` tasks of the class there; returns how many. */
  #fill(room: Room, taskClass: TaskClass, wanted: number): number {
    const { scheduler } = this.#options;
    let fits = wanted;
    for (const lane of taskClass.requestedLanes) {
      fits = Math.min(fits, Math.floor(room.free[lane]! / taskClass.requests[lane]!));
    }
    if (fits <= 0 || room.withPorts.some((there) => portsClash(taskClass, there))) return 0;
    if (!scheduler.admits(taskClass, room.shape, room.zone)) return 0;
    const already = room.perGroup.get(taskClass.groupId) ?? 0;
    fits = Math.min(fits, scheduler.maxPerInstance(taskClass) - already);
    if (fits <= 0) return 0;
    take(room, taskClass, fits);
    return fits;
  }

  #launchFor(taskClass: TaskClass): Room | null {
    const { fleet, scheduler } = this.#options;
    for (let group = 0; group < fleet.groups.length; group++) {
      const { types, zones, size } = fleet.groups[group]!;
      if (fleet.alive(group) >= size.max) continue;
      for (const typeName of types) {
        const shape = fleet.shape(group, typeName);
        const willDo = (zone: string) => fleet.isOpen(zone) && scheduler.admits(taskClass, shape, zone);
        if (zones.some(willDo)) return this.#roomOf(fleet.launch(group, typeName, willDo));
      }
    }
    return null;
  }
}

function take(room: Room, taskClass: TaskClass, tasks: number): void {
  for (const lane of taskClass.requestedLanes) room.free[lane]! -= tasks * taskClass.requests[lane]!;
  room.perGroup.set(taskClass.groupId, (room.perGroup.get(taskClass.groupId) ?? 0) + tasks);
  if (taskClass.hostPorts.length > 0) room.withPorts.push(taskClass);
}

function portsClash(a: TaskClass, b: TaskClass): boolean {
  return a.portClashBits.some((bits, word) => (bits & b.portBits[word]!) !== 0);
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
