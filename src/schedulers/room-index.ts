import { assert } from '../errors.ts';
import { CHANGE } from '../model/change-log.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { LANE } from '../model/resources.ts';
import type { GroupCounts } from './group-counts.ts';
import type { FollowingIndex } from './index-budget.ts';
import type { InstanceRule } from './instance-rules.ts';
import type { RoomQuery } from './room-blocks.ts';
import { RoomOrder } from './room-order.ts';

/**
 * By what the best instance is the best, the lowest id on ties: by id alone, by the least or most of a lane that is
 * free, by the fewest tasks of the group.
 */
export type RoomKey =
  | { readonly by: 'id' }
  | { readonly by: 'least-free' | 'most-free'; readonly lane: typeof LANE.cpu | typeof LANE.memory }
  | { readonly by: 'tasks-of-group' };

/** What a scheduler asks for a class, again and again: the best instance with room. */
export interface RoomQuestion {
  readonly key: RoomKey;
  /** The best in those domains of this attribute that have the fewest tasks of the group; null: the best of all. */
  readonly attribute: string | null;
}

export interface RoomIndexSpec extends RoomQuestion {
  /** Of the instances that are listed; null: all that accept tasks. */
  readonly rule: InstanceRule | null;
  /** Whose tasks the key counts, if it counts any. */
  readonly groupId: number;
}

/** Specs with equal texts list the same instances in the same order. */
export function specKey({ key, attribute, rule, groupId }: RoomIndexSpec): string {
  return JSON.stringify([key, attribute, rule?.key ?? null, key.by === 'tasks-of-group' ? groupId : null]);
}

const NOWHERE = -1;
const ONE_DOMAIN = 0;

/**
 * The instances in the order of one kind of question, following the change log: a change of a task costs a move in the
 * order at most, and a comparison where the order does not depend on it.
 */
export class RoomIndex implements FollowingIndex {
  readonly #spec: RoomIndexSpec;
  readonly #counts: GroupCounts;
  readonly #order = new RoomOrder();
  #admitted = new Uint8Array(0);
  #view: ClusterView | null = null;
  #cursor = 0;

  /** `counts` must have caught up with the view before each call below. */
  constructor(spec: RoomIndexSpec, counts: GroupCounts) {
    this.#spec = spec;
    this.#counts = counts;
  }

  lag(view: ClusterView): number {
    const { changes } = view;
    if (view !== this.#view || changes.isBehind(this.#cursor)) return Number.POSITIVE_INFINITY;
    return changes.version - this.#cursor;
  }

  build(view: ClusterView): void {
    this.#view = view;
    this.#cursor = view.changes.version;
    this.#order.clear(view.instanceId.length);
    this.#ensure(view);
    for (let slot = 0; slot < view.slotCount; slot++) this.#instanceChanged(view, slot);
  }

  catchUp(view: ClusterView): void {
    this.#ensure(view);
    const { changes, classes } = view;
    const { key, groupId } = this.#spec;
    const countsTasks = key.by === 'tasks-of-group';
    const ordersRoom = key.by === 'least-free' || key.by === 'most-free';
    const cpuAllocatable = view.allocatable[LANE.cpu]!;
    const cpuRequested = view.requested[LANE.cpu]!;
    const memoryAllocatable = view.allocatable[LANE.memory]!;
    const memoryRequested = view.requested[LANE.memory]!;
    const order = this.#order;
    const end = changes.version;
    for (let cursor = this.#cursor; cursor < end; cursor++) {
      const kind = changes.kindAt(cursor);
      const slot = changes.slotAt(cursor);
      if (kind === CHANGE.taskAdded || kind === CHANGE.taskRemoved) {
        if (ordersRoom || (countsTasks && classes[changes.classAt(cursor)]!.groupId === groupId)) {
          this.#update(view, slot);
        } else {
          const cpu = cpuAllocatable[slot]! - cpuRequested[slot]!;
          order.setRoom(slot, cpu, memoryAllocatable[slot]! - memoryRequested[slot]!);
        }
      } else if (kind !== CHANGE.images) {
        this.#instanceChanged(view, slot);
      }
    }
    this.#cursor = end;
  }

  /** The best instance that answers the query, or -1. `groupId`: whose tasks the domains are compared by. */
  best(query: RoomQuery, groupId: number): number {
    const { attribute } = this.#spec;
    if (attribute === null) return this.#order.first(ONE_DOMAIN, this.#fromKey(query), query);
    const tasks = this.#counts.perDomain(groupId, attribute);
    const fromKey = this.#fromKey(query);
    const order = this.#order;
    // One level of counts after the other, because the first one nearly always has room.
    for (
      let level = order.fewest(tasks, -1);
      level < Number.POSITIVE_INFINITY;
      level = order.fewest(tasks, level)
    ) {
      let best = NOWHERE;
      for (let domain = 0; domain < order.domains; domain++) {
        if (tasks[domain]! !== level) continue;
        const slot = order.first(domain, fromKey, query);
        if (slot >= 0 && (best < 0 || order.goesFirst(slot, best))) best = slot;
      }
      if (best >= 0) return best;
    }
    return NOWHERE;
  }

  /** Compares every instance with where it is listed. */
  verify(view: ClusterView): void {
    this.#order.verify(view);
    for (let slot = 0; slot < view.slotCount; slot++) {
      const isMember = view.accepts[slot] === 1 && (this.#spec.rule?.admits(view, slot) ?? true);
      const isRight = isMember
        ? this.#order.isAt(slot, this.#keyOf(view, slot), view.instanceId[slot]!, this.#domainOf(slot))
        : !this.#order.isListed(slot);
      assert(isRight, 'an index of instances is not what a scan finds');
    }
  }

  /** Keys below this cannot have room. */
  #fromKey({ cpuNeed, memoryNeed }: RoomQuery): number {
    const { key } = this.#spec;
    if (key.by !== 'least-free') return Number.NEGATIVE_INFINITY;
    return key.lane === LANE.cpu ? cpuNeed : memoryNeed;
  }

  #ensure(view: ClusterView): void {
    const slots = view.instanceId.length;
    this.#order.ensure(slots);
    if (this.#admitted.length < slots) this.#admitted = grown(Uint8Array, this.#admitted, slots);
  }

  #instanceChanged(view: ClusterView, slot: number): void {
    const { rule } = this.#spec;
    this.#admitted[slot] = view.accepts[slot] === 1 && (rule === null || rule.admits(view, slot)) ? 1 : 0;
    this.#update(view, slot);
  }

  /** Lists the slot as it is now; entries of the log that are still to come find nothing left to do. */
  #update(view: ClusterView, slot: number): void {
    const order = this.#order;
    const isListed = order.isListed(slot);
    if (this.#admitted[slot] === 0) {
      if (isListed) order.remove(slot);
      return;
    }
    const key = this.#keyOf(view, slot);
    const id = view.instanceId[slot]!;
    const domain = this.#domainOf(slot);
    if (isListed) {
      if (order.isAt(slot, key, id, domain)) {
        order.setRoom(slot, freeIn(view, LANE.cpu, slot), freeIn(view, LANE.memory, slot));
        return;
      }
      order.remove(slot);
    }
    order.insert(slot, key, id, domain);
    order.setRoom(slot, freeIn(view, LANE.cpu, slot), freeIn(view, LANE.memory, slot));
  }

  #keyOf(view: ClusterView, slot: number): number {
    const { key } = this.#spec;
    switch (key.by) {
      case 'id':
        return 0;
      case 'least-free':
        return freeIn(view, key.lane, slot);
      case 'most-free':
        // 0 - x and not -x: nothing free is 0, never -0.
        return 0 - freeIn(view, key.lane, slot);
      case 'tasks-of-group':
        return this.#tasksOn(slot);
    }
  }

  #tasksOn(slot: number): number {
    return this.#counts.perInstance(this.#spec.groupId)[slot]!;
  }

  #domainOf(slot: number): number {
    const { attribute } = this.#spec;
    return attribute === null ? ONE_DOMAIN : this.#counts.domainOfSlot(attribute)[slot]!;
  }
}

function freeIn(view: ClusterView, lane: number, slot: number): number {
  return view.allocatable[lane]![slot]! - view.requested[lane]![slot]!;
}
