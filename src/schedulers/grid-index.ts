import { assert } from '../errors.ts';
import { CHANGE } from '../model/change-log.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { LANE } from '../model/resources.ts';
import type { FollowingIndex } from './index-budget.ts';
import type { InstanceRule } from './instance-rules.ts';
import type { RoomQuery } from './room-blocks.ts';
import { GridQuery, MOST_AMOUNTS, RoomGrid } from './room-grid.ts';

/** The instances by free CPU and memory, following the change log: a change of a task is a move from one cell to another. */
export class GridIndex implements FollowingIndex {
  readonly #lane: number;
  readonly #otherLane: number;
  readonly #rule: InstanceRule | null;
  readonly #grid: RoomGrid;
  #view: ClusterView | null = null;
  #cursor = 0;

  /** In order of what is free of `lane`. `rule`: of the instances that are listed; null: all that accept tasks. */
  constructor(
    which: 'least' | 'most',
    lane: typeof LANE.cpu | typeof LANE.memory,
    rule: InstanceRule | null,
  ) {
    this.#lane = lane;
    this.#otherLane = lane === LANE.cpu ? LANE.memory : LANE.cpu;
    this.#rule = rule;
    this.#grid = new RoomGrid(which);
  }

  /** So many different amounts are free that this is no way to list them: answers mean nothing. */
  get isTooFine(): boolean {
    return this.#grid.isTooFine;
  }

  lag(view: ClusterView): number {
    const { changes } = view;
    if (view !== this.#view || changes.isBehind(this.#cursor)) return Number.POSITIVE_INFINITY;
    return changes.version - this.#cursor;
  }

  build(view: ClusterView): void {
    this.#view = view;
    this.#cursor = view.changes.version;
    this.#grid.clear(view.instanceId.length);
    for (let slot = 0; slot < view.slotCount && !this.isTooFine; slot++) this.#instanceChanged(view, slot);
  }

  catchUp(view: ClusterView): void {
    if (this.isTooFine) return;
    this.#grid.ensure(view.instanceId.length);
    const { changes } = view;
    const keyAllocatable = view.allocatable[this.#lane]!;
    const keyRequested = view.requested[this.#lane]!;
    const otherAllocatable = view.allocatable[this.#otherLane]!;
    const otherRequested = view.requested[this.#otherLane]!;
    const grid = this.#grid;
    const end = changes.version;
    for (let cursor = this.#cursor; cursor < end; cursor++) {
      const kind = changes.kindAt(cursor);
      const slot = changes.slotAt(cursor);
      if (kind === CHANGE.taskAdded || kind === CHANGE.taskRemoved) {
        if (!grid.isListed(slot)) continue;
        const key = keyAllocatable[slot]! - keyRequested[slot]!;
        grid.move(slot, key, otherAllocatable[slot]! - otherRequested[slot]!);
      } else if (kind !== CHANGE.images) this.#instanceChanged(view, slot);
    }
    this.#cursor = end;
    if (this.isTooFine) this.#forgetOldAmounts(view);
  }

  /** What is asked for a class whose needs stay the same, and which needs nothing beside CPU and memory. */
  queryFor({ cpuNeed, memoryNeed }: RoomQuery): GridQuery {
    const [keyNeed, otherNeed] = this.#lane === LANE.cpu ? [cpuNeed, memoryNeed] : [memoryNeed, cpuNeed];
    return new GridQuery(keyNeed, otherNeed);
  }

  /** The best instance for the query, or -1. */
  best(query: GridQuery): number {
    return this.#grid.first(query);
  }

  /** Compares every instance with where it is listed. */
  verify(view: ClusterView): void {
    if (this.isTooFine) return;
    this.#grid.verify();
    for (let slot = 0; slot < view.slotCount; slot++) {
      const isMember = view.accepts[slot] === 1 && (this.#rule?.admits(view, slot) ?? true);
      const isRight = isMember
        ? this.#grid.isAt(slot, view.instanceId[slot]!, this.#keyOf(view, slot), this.#otherOf(view, slot))
        : !this.#grid.isListed(slot);
      assert(isRight, 'a grid of instances is not what a scan finds');
    }
  }

  /** Most amounts may be of a time that is over. Those of the present must be few, or it would soon be the same again. */
  #forgetOldAmounts(view: ClusterView): void {
    this.build(view);
    const [rows, columns] = this.#grid.amounts;
    this.#grid.isTooFine ||= Math.max(rows, columns) > MOST_AMOUNTS / 2;
  }

  /** Lists the slot as it is now; entries of the log that are still to come find nothing left to do. */
  #instanceChanged(view: ClusterView, slot: number): void {
    const grid = this.#grid;
    // It may be another instance by now.
    if (grid.isListed(slot)) grid.remove(slot);
    if (view.accepts[slot] !== 1 || (this.#rule !== null && !this.#rule.admits(view, slot))) return;
    grid.add(slot, view.instanceId[slot]!, this.#keyOf(view, slot), this.#otherOf(view, slot));
  }

  #keyOf(view: ClusterView, slot: number): number {
    return view.allocatable[this.#lane]![slot]! - view.requested[this.#lane]![slot]!;
  }

  #otherOf(view: ClusterView, slot: number): number {
    return view.allocatable[this.#otherLane]![slot]! - view.requested[this.#otherLane]![slot]!;
  }
}
