import type { Fleet } from '../../controllers/fleet.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../../model/cluster-view.ts';
import type { HostPort, TaskClass } from '../../model/task-class.ts';
import type { Scheduler } from '../../schedulers/scheduler.ts';
import { typesOf } from './plan-parts.ts';
import type { PlatformRun } from './platform-run.ts';

export interface AdmissionOptions {
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly scheduler: Scheduler;
  /** Ports that the system itself takes on every instance. */
  readonly reservedPorts: readonly HostPort[];
  readonly roomFor: PlatformRun['roomFor'];
}

/** Which tasks the fleet could ever take: the answer depends on their class alone. */
export class Admission {
  readonly #options: AdmissionOptions;
  /** By class id. */
  readonly #placeable: (boolean | undefined)[] = [];

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Could any instance of the fleet take a task of the class? */
  isPlaceable(classId: number): boolean {
    this.#placeable[classId] ??= this.#find(this.#options.store.classes[classId]!);
    return this.#placeable[classId];
  }

  /** Could an empty instance take it? The system's own ports are taken on all of them. */
  admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean {
    const { reservedPorts, scheduler, roomFor } = this.#options;
    const isTaken = ({ protocol, port }: HostPort) =>
      reservedPorts.some((reserved) => reserved.protocol === protocol && reserved.port === port);
    if (taskClass.hostPorts.some(isTaken)) return false;
    return scheduler.admits(taskClass, roomFor(taskClass, shape, zone), zone);
  }

  #find(taskClass: TaskClass): boolean {
    const { scheduler } = this.#options;
    // Whoever it is left to might place it; here it waits.
    if (scheduler.isLeftToOthers?.(taskClass) === true) return true;
    return this.#isAdmittedByNewOne(taskClass) || this.#isAdmittedByName(taskClass);
  }

  #isAdmittedByNewOne(taskClass: TaskClass): boolean {
    const { fleet } = this.#options;
    return fleet.groups.some((group, index) =>
      typesOf(group).some((typeName) => {
        // Nodes that are given are all there is of their kind: they are looked at one by one.
        if ((group.nodes ?? group.containerInstances) !== undefined) return false;
        const shape = fleet.shape(index, typeName);
        return group.zones.some((zone) => this.admits(taskClass, shape, zone));
      }),
    );
  }

  /** Does an instance that is there admit it for a label that no new one would have: its host name? */
  #isAdmittedByName(taskClass: TaskClass): boolean {
    const { store, fleet } = this.#options;
    const hasNodes = fleet.groups.some((group) => (group.nodes ?? group.containerInstances) !== undefined);
    if (taskClass.wishes.where.size === 0 && taskClass.native === null && !hasNodes) return false;
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] === INSTANCE_STATE.free) continue;
      const shape = store.shapes[store.shapeOf[slot]!]!;
      const labels = new Map<string, string>();
      for (const key of store.labelKeys) {
        const value = store.label(slot, key);
        if (value !== undefined) labels.set(key, value);
      }
      if (this.admits(taskClass, { ...shape, labels }, store.strings.name(store.zone[slot]!))) return true;
    }
    return false;
  }
}
