import type { Interner } from './interner.ts';
import type { PortTable } from './port-table.ts';
import type { ResourceTable } from './resources.ts';
import type { TaskClass, TaskClassSpec } from './task-class.ts';
import { assert } from '../errors.ts';

/** Interns task classes: equal specifications get the same id, counted from 0 in order of first appearance. */
export class TaskClasses {
  readonly #resources: ResourceTable;
  readonly #groups: Interner;
  readonly #ports: PortTable;
  readonly #ids = new Map<string, number>();
  /** By class id: that of its tasks once they are evicted, and the other way round. */
  readonly #evicted = new Map<number, TaskClass>();
  readonly #origins = new Map<number, TaskClass>();
  readonly list: TaskClass[] = [];

  constructor(resources: ResourceTable, groups: Interner, ports: PortTable) {
    this.#resources = resources;
    this.#groups = groups;
    this.#ports = ports;
  }

  /** The class of `spec`, made on first sight. */
  intern(spec: TaskClassSpec): TaskClass {
    const key = specKey(spec);
    const known = this.#ids.get(key);
    if (known !== undefined) return this.list[known]!;
    assert(spec.requests.length === this.#resources.laneCount, 'a class needs one request per resource lane');
    for (const amount of spec.requests) {
      assert(Number.isSafeInteger(amount) && amount >= 0, 'requests are non-negative integers');
    }
    const takenLanes = Int32Array.from(spec.requests.keys()).filter((lane) => spec.requests[lane]! > 0);
    const { portBits, portClashBits } = this.#ports.bitsOf(spec.hostPorts);
    const { neverPreempts, graceMs, memoryUse, evicted } = spec;
    // Each by its name and in one order: objects that are spread have one hidden class or another, and code that meets
    // several looks each property up.
    const taskClass: TaskClass = {
      id: this.list.length,
      groupId: this.#groups.id(spec.group),
      groupName: spec.group,
      groupKind: spec.groupKind,
      requests: Float64Array.from(spec.requests),
      takenLanes,
      requestedLanes: takenLanes.filter((lane) => this.#resources.limited[lane] === 1),
      gpu: spec.gpu,
      hostPorts: spec.hostPorts,
      portBits,
      portClashBits,
      images: spec.images,
      labels: spec.labels,
      namespace: spec.namespace,
      priority: spec.priority,
      wishes: spec.wishes,
      native: spec.native,
      ...(neverPreempts !== undefined && { neverPreempts }),
      ...(graceMs !== undefined && { graceMs }),
      ...(memoryUse !== undefined && { memoryUse }),
      ...(evicted !== undefined && { evicted }),
    };
    this.#ids.set(key, taskClass.id);
    this.list.push(taskClass);
    return taskClass;
  }

  /** The class of the same tasks once they are evicted, made when first needed. */
  evicted(origin: TaskClass): TaskClass {
    assert(origin.evicted !== true, 'an evicted task is not evicted again');
    let evicted = this.#evicted.get(origin.id);
    if (evicted === undefined) {
      evicted = { ...origin, id: this.list.length, evicted: true };
      this.list.push(evicted);
      this.#evicted.set(origin.id, evicted);
      this.#origins.set(evicted.id, origin);
    }
    return evicted;
  }

  /** The class of a task before it was evicted; that of any other task is the class itself. */
  origin(taskClass: TaskClass): TaskClass {
    return this.#origins.get(taskClass.id) ?? taskClass;
  }
}

/** Canonical text of a specification; maps in sorted order, so that insertion order cannot split a class. */
function specKey(spec: TaskClassSpec): string {
  return JSON.stringify({
    ...spec,
    labels: sortedEntries(spec.labels),
    wishes: { ...spec.wishes, where: sortedEntries(spec.wishes.where) },
  });
}

function sortedEntries(map: ReadonlyMap<string, string>): [string, string][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
