import type { ClusterStore } from '../model/cluster-store.ts';
import type { InstanceShape } from '../model/cluster-view.ts';
import type { TaskClass } from '../model/task-class.ts';

/** What decides whether a task may be on an instance, beside room. */
export interface RoomRules {
  admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean;
  maxPerInstance(taskClass: TaskClass): number;
}

/** What of an instance, there or imagined, tasks could still use. GPUs count by sum, not by device. */
export class InstanceRoom {
  readonly shape: InstanceShape;
  readonly zone: string;
  readonly #free: Float64Array;
  /** Tasks per group that are here, or that were put here. */
  readonly #perGroup = new Map<number, number>();
  /** Their classes, as far as they take host ports. */
  readonly #withPorts: TaskClass[] = [];
  /** Tasks per class that are here, or that were put here. */
  readonly tasks = new Map<TaskClass, number>();

  /** Empty. */
  constructor(shape: InstanceShape, zone: string) {
    this.shape = shape;
    this.zone = zone;
    this.#free = Float64Array.from(shape.allocatable);
  }

  /** With the tasks that are on the instance in the slot. */
  static of(store: ClusterStore, slot: number): InstanceRoom {
    const room = new InstanceRoom(store.shapes[store.shapeOf[slot]!]!, store.strings.name(store.zone[slot]!));
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      room.take(store.classes[store.taskClass[task]!]!, 1);
    }
    return room;
  }

  /** The same, to try things on. */
  copy(): InstanceRoom {
    const copy = new InstanceRoom(this.shape, this.zone);
    copy.#free.set(this.#free);
    copy.#withPorts.push(...this.#withPorts);
    for (const [group, count] of this.#perGroup) copy.#perGroup.set(group, count);
    for (const [taskClass, count] of this.tasks) copy.tasks.set(taskClass, count);
    return copy;
  }

  /** How many tasks of the class could still come, at most `wanted`. */
  room(taskClass: TaskClass, wanted: number, rules: RoomRules): number {
    let fits = wanted;
    for (const lane of taskClass.requestedLanes) {
      fits = Math.min(fits, Math.floor(this.#free[lane]! / taskClass.requests[lane]!));
    }
    if (fits <= 0 || this.#withPorts.some((there) => portsClash(taskClass, there))) return 0;
    if (!rules.admits(taskClass, this.shape, this.zone)) return 0;
    const already = this.#perGroup.get(taskClass.groupId) ?? 0;
    return Math.max(0, Math.min(fits, rules.maxPerInstance(taskClass) - already));
  }

  take(taskClass: TaskClass, tasks: number): void {
    for (const lane of taskClass.requestedLanes) this.#free[lane]! -= tasks * taskClass.requests[lane]!;
    this.#perGroup.set(taskClass.groupId, (this.#perGroup.get(taskClass.groupId) ?? 0) + tasks);
    this.tasks.set(taskClass, (this.tasks.get(taskClass) ?? 0) + tasks);
    if (taskClass.hostPorts.length > 0) this.#withPorts.push(taskClass);
  }
}

function portsClash(a: TaskClass, b: TaskClass): boolean {
  return a.portClashBits.some((bits, word) => (bits & b.portBits[word]!) !== 0);
}
