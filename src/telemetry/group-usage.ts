import { grown } from '../model/grown.ts';

/** What the tasks of a group used of an instance: Σ request × time held. Times in milliseconds. */
export interface GroupUse {
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** Where the sums of an instance stand, by group id, in the order in which the groups came to it. */
export type UsageCells = Map<number, number>;

/** Groups of an instance that are found without looking into its map: a power of two. */
const WAYS = 8;
const NO_GROUP = -1;

/**
 * Sums for each pair of an instance and a group, in columns. Almost every task that ends adds to a pair that others have
 * added to before, so the last `WAYS` groups of the instance in a slot are remembered there, by the low bits of their
 * ids. 72 bytes a slot, and 16 a pair.
 */
export class GroupUsage {
  #cpu = new Float64Array(64);
  #memoryMiB = new Float64Array(64);
  #cells = 0;
  /** By slot and way: the group, and the cell of it and of the instance in the slot. */
  #group = new Int32Array(0);
  #cell = new Int32Array(0);

  /** Another instance has come to the slot. */
  open(slot: number): UsageCells {
    if ((slot + 1) * WAYS > this.#group.length) {
      const length = (slot + 1) * WAYS * 2;
      this.#group = grown(Int32Array, this.#group, length, NO_GROUP);
      this.#cell = grown(Int32Array, this.#cell, length);
    }
    this.#group.fill(NO_GROUP, slot * WAYS, (slot + 1) * WAYS);
    return new Map();
  }

  /** Adds to what the group used of the instance in the slot, if that pair is at hand; false: `add` it. */
  addAtHand(slot: number, groupId: number, cpu: number, memoryMiB: number): boolean {
    const way = slot * WAYS + (groupId & (WAYS - 1));
    if (this.#group[way] !== groupId) return false;
    const cell = this.#cell[way]!;
    this.#cpu[cell]! += cpu;
    this.#memoryMiB[cell]! += memoryMiB;
    return true;
  }

  /** The same for any group; `cells` are those of the instance. */
  add(cells: UsageCells, slot: number, groupId: number, cpu: number, memoryMiB: number): void {
    let cell = cells.get(groupId);
    if (cell === undefined) {
      cell = this.#newCell();
      cells.set(groupId, cell);
    }
    const way = slot * WAYS + (groupId & (WAYS - 1));
    this.#group[way] = groupId;
    this.#cell[way] = cell;
    this.addAtHand(slot, groupId, cpu, memoryMiB);
  }

  /** By group id, in the order in which the groups came. */
  of(cells: UsageCells): Map<number, GroupUse> {
    const uses = new Map<number, GroupUse>();
    for (const [groupId, cell] of cells) {
      uses.set(groupId, { cpu: this.#cpu[cell]!, memoryMiB: this.#memoryMiB[cell]! });
    }
    return uses;
  }

  #newCell(): number {
    if (this.#cells === this.#cpu.length) {
      this.#cpu = grown(Float64Array, this.#cpu, this.#cells * 2);
      this.#memoryMiB = grown(Float64Array, this.#memoryMiB, this.#cells * 2);
    }
    return this.#cells++;
  }
}
