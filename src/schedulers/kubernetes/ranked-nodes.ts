import { assert } from '../../errors.ts';
import { CHANGE } from '../../model/change-log.ts';
import { type ClusterView, INSTANCE_STATE } from '../../model/cluster-view.ts';
import { NO_INSTANCE, type RandomDraws } from '../scheduler.ts';
import { type Selection, selectHost } from './host-selection.ts';

/** No instance has it. */
const NO_ID = -1;

/** The feasible nodes of a scored cycle: slots and totals in the order of the search, see `selectHost`. */
export interface ScoredNodes {
  readonly slots: Int32Array;
  readonly totals: Float64Array;
  readonly count: number;
  readonly wrapAt: number;
}

/** Is the instance that was in the slot still there? */
export function isThere({ instanceId, state }: ClusterView, slot: number, id: number): boolean {
  return instanceId[slot] === id && state[slot] !== INSTANCE_STATE.free;
}

/** Slots whose instance has gone since that version of the cluster: all of them when the log does not say any more. */
function goneSince(version: number, { changes, slotCount }: ClusterView): ReadonlySet<number> {
  const gone = new Set<number>();
  if (changes.isBehind(version)) for (let slot = 0; slot < slotCount; slot++) gone.add(slot);
  else {
    for (let cursor = version; cursor < changes.version; cursor++) {
      if (changes.kindAt(cursor) === CHANGE.left) gone.add(changes.slotAt(cursor));
    }
  }
  return gone;
}

/**
 * The nodes that a scored cycle leaves when it has taken the best one; gives them up one by one, each time the one that
 * would be chosen among those left. With the heap of kube-scheduler that is the order in which Go's container/heap pops
 * them, which decides among equals. Nothing is ordered before the first is asked for.
 * Source: kubernetes v1.36.2 pkg/scheduler/schedule_one.go (sortedNodeScores), go1.26 container/heap/heap.go
 */
export class RankedNodes {
  readonly #selection: Selection;
  #slots = new Int32Array(0);
  /** Which instance was in the slot. */
  #instanceIds = new Int32Array(0);
  #totals = new Float64Array(0);
  #wrapAt = 0;
  /** Not copied yet; and the version of the cluster when they were kept. */
  #nodes: ScoredNodes | null = null;
  #keptAt = 0;
  /** With the chosen one, as long as that has not been taken off. */
  #held = 0;
  #chosen = NO_INSTANCE;
  #isOrdered = false;

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** How many are left. */
  get count(): number {
    return this.#isOrdered ? this.#held : Math.max(0, this.#held - 1);
  }

  clear(): void {
    this.#held = 0;
  }

  /**
   * Keeps them all; `chosen` is the slot that the cycle took. Nearly always nobody asks for another one: they are copied
   * when somebody does, so the columns must stay as they are until the first is taken or others are kept.
   */
  keep(nodes: ScoredNodes, chosen: number, view: ClusterView): void {
    this.#nodes = nodes;
    this.#keptAt = view.changes.version;
    this.#held = nodes.count;
    this.#wrapAt = nodes.wrapAt;
    this.#chosen = chosen;
    this.#isOrdered = false;
  }

  /** Gives up the next one: its slot, or `NO_INSTANCE` when that node has gone meanwhile. There must be one left. */
  take(view: ClusterView, random: RandomDraws): number {
    assert(this.count > 0, 'no node is left to take');
    this.#copy(view);
    if (!this.#isOrdered) this.#order();
    const index = this.#selection === 'heap' ? this.#popHeap() : this.#popSelected(random);
    const slot = this.#slots[index]!;
    return isThere(view, slot, this.#instanceIds[index]!) ? slot : NO_INSTANCE;
  }

  /** The same nodes, to be taken without being given up here. */
  clone(view: ClusterView): RankedNodes {
    this.#copy(view);
    const twin = new RankedNodes(this.#selection);
    twin.#slots = this.#slots.slice();
    twin.#instanceIds = this.#instanceIds.slice();
    twin.#totals = this.#totals.slice();
    twin.#wrapAt = this.#wrapAt;
    twin.#held = this.#held;
    twin.#chosen = this.#chosen;
    twin.#isOrdered = this.#isOrdered;
    return twin;
  }

  /** From the columns of the search, if that has not been done. */
  #copy(view: ClusterView): void {
    if (this.#nodes === null) return;
    const { slots, totals } = this.#nodes;
    const count = this.#held;
    this.#nodes = null;
    if (count > this.#slots.length) {
      this.#slots = new Int32Array(count * 2);
      this.#instanceIds = new Int32Array(count * 2);
      this.#totals = new Float64Array(count * 2);
    }
    const gone = goneSince(this.#keptAt, view);
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      this.#slots[i] = slot;
      this.#instanceIds[i] = gone.has(slot) ? NO_ID : view.instanceId[slot]!;
      this.#totals[i] = totals[i]!;
    }
  }

  /** Makes the heap, and takes off the chosen node. */
  #order(): void {
    this.#isOrdered = true;
    if (this.#selection === 'heap') {
      for (let i = Math.floor(this.#held / 2) - 1; i >= 0; i--) this.#siftDown(i, this.#held);
      const root = this.#popHeap();
      assert(this.#slots[root] === this.#chosen, 'the root of the heap is not the node that was chosen');
    } else {
      this.#remove(this.#slots.indexOf(this.#chosen));
    }
  }

  /** The root goes behind the end of the heap: its index there. */
  #popHeap(): number {
    this.#held -= 1;
    this.#swap(0, this.#held);
    this.#siftDown(0, this.#held);
    return this.#held;
  }

  #siftDown(from: number, count: number): void {
    const totals = this.#totals;
    let parent = from;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= count) return;
      if (child + 1 < count && totals[child + 1]! > totals[child]!) child += 1;
      if (totals[child]! <= totals[parent]!) return;
      this.#swap(parent, child);
      parent = child;
    }
  }

  #swap(a: number, b: number): void {
    for (const column of [this.#slots, this.#instanceIds, this.#totals]) {
      const held = column[a]!;
      column[a] = column[b]!;
      column[b] = held;
    }
  }

  /** By the rule of ties, among those left in the order of the search. */
  #popSelected(random: RandomDraws): number {
    const held = this.#held;
    const nodes = { slots: Int32Array.from({ length: held }, (_, i) => i), instanceIds: this.#instanceIds };
    return this.#remove(selectHost(this.#totals, held, this.#wrapAt, this.#selection, random, nodes));
  }

  /** It goes behind the last one that is left, and the others close up: its index there. */
  #remove(index: number): number {
    this.#held -= 1;
    if (index < this.#wrapAt) this.#wrapAt -= 1;
    for (let i = index; i < this.#held; i++) this.#swap(i, i + 1);
    return this.#held;
  }
}
