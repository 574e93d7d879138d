import { LANE } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import { MIB } from '../units.ts';
import { type GroupUse, GroupUsage } from './group-usage.ts';

/** Stretches that are gathered before they are added. */
const GATHERED = 1024;

/**
 * What each group used of each instance, from the stretches of time for which tasks held room. The sums of a large cluster
 * lie all over the memory: stretches are gathered first and added one right after the other, so that the processor waits
 * for many sums at once. In the order in which they came, so that the sums do not depend on it.
 */
export class HeldRoom {
  readonly #classes: () => readonly TaskClass[];
  readonly #usage = new GroupUsage();
  readonly #instanceIds = new Int32Array(GATHERED);
  readonly #classIds = new Int32Array(GATHERED);
  readonly #durationsMs = new Float64Array(GATHERED);
  #gathered = 0;

  /** `classes`: by class id, as they are when stretches are added. */
  constructor(classes: () => readonly TaskClass[]) {
    this.#classes = classes;
  }

  /** A task of the class held its room on the instance for so long. */
  add(instanceId: number, classId: number, durationMs: number): void {
    if (this.#gathered === GATHERED) this.#sumUp();
    const at = this.#gathered;
    this.#instanceIds[at] = instanceId;
    this.#classIds[at] = classId;
    this.#durationsMs[at] = durationMs;
    this.#gathered = at + 1;
  }

  /** By group id, in the order in which the first tasks of the groups gave back their room. */
  of(instanceId: number): Map<number, GroupUse> {
    this.#sumUp();
    return this.#usage.of(instanceId);
  }

  #sumUp(): void {
    const classes = this.#classes();
    for (let at = 0; at < this.#gathered; at++) {
      const { groupId, requests } = classes[this.#classIds[at]!]!;
      const durationMs = this.#durationsMs[at]!;
      const memoryMiB = (requests[LANE.memory]! / MIB) * durationMs;
      this.#usage.add(this.#instanceIds[at]!, groupId, requests[LANE.cpu]! * durationMs, memoryMiB);
    }
    this.#gathered = 0;
  }
}
