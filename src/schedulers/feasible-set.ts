import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { LANE } from '../model/resources.ts';
import { bitCount } from './bit-count.ts';
import type { FollowingIndex } from './index-budget.ts';
import type { ReadyOrder } from './ready-order.ts';

/** What a class needs of an instance. */
export interface ClassNeeds {
  readonly cpuNeed: number;
  readonly memoryNeed: number;
  /** What it needs beside that, of the present; null: nothing. */
  takes(): ((slot: number) => boolean) | null;
}

/** Can the instance, as it is now, take a task with these needs? */
export function meets({ cpuNeed, memoryNeed, takes }: ClassNeeds, view: ClusterView, slot: number): boolean {
  if (view.allocatable[LANE.cpu]![slot]! - view.requested[LANE.cpu]![slot]! < cpuNeed) return false;
  if (view.allocatable[LANE.memory]![slot]! - view.requested[LANE.memory]![slot]! < memoryNeed) return false;
  const asks = takes();
  return asks === null || asks(slot);
}

/** Words of 32 bits in a block that is counted as a whole. */
const WORDS = 32;
const BITS = 32;

/**
 * The instances that can take one class, as a bit each in order of id, with counts by block: how many there are is
 * known, and the n-th is found by a walk over blocks. A change of a task costs one question about its instance;
 * instances that come or go, a rebuild. Less than a byte per instance.
 */
export class FeasibleSet implements FollowingIndex {
  /** How many instances are in the set. */
  count = 0;
  readonly #order: ReadyOrder;
  readonly #needs: ClassNeeds;
  #view: ClusterView | null = null;
  #cursor = 0;
  #orderVersion = -1;
  #words = new Int32Array(0);
  #blocks = new Int32Array(0);

  /** `order` must have caught up before each call below. */
  constructor(order: ReadyOrder, needs: ClassNeeds) {
    this.#order = order;
    this.#needs = needs;
  }

  lag(view: ClusterView): number {
    const { changes } = view;
    if (view !== this.#view || changes.isBehind(this.#cursor)) return Number.POSITIVE_INFINITY;
    return changes.version - this.#cursor;
  }

  build(view: ClusterView): void {
    const { count, version } = this.#order;
    this.#view = view;
    this.#cursor = view.changes.version;
    this.#orderVersion = version;
    const words = Math.ceil(count / BITS);
    if (words > this.#words.length) {
      this.#words = new Int32Array(words * 2);
      this.#blocks = new Int32Array(Math.ceil((words * 2) / WORDS));
    } else {
      this.#words.fill(0);
      this.#blocks.fill(0);
    }
    this.count = 0;
    const { slots } = this.#order;
    for (let position = 0; position < count; position++) {
      if (meets(this.#needs, view, slots[position]!)) this.#flip(position, 1);
    }
  }

  catchUp(view: ClusterView): void {
    if (this.#orderVersion !== this.#order.version) {
      this.build(view);
      return;
    }
    const { changes } = view;
    const { cpuNeed, memoryNeed } = this.#needs;
    const takes = this.#needs.takes();
    const cpuAllocatable = view.allocatable[LANE.cpu]!;
    const cpuRequested = view.requested[LANE.cpu]!;
    const memoryAllocatable = view.allocatable[LANE.memory]!;
    const memoryRequested = view.requested[LANE.memory]!;
    const positions = this.#order.positions();
    const words = this.#words;
    const end = changes.version;
    for (let cursor = this.#cursor; cursor < end; cursor++) {
      const slot = changes.slotAt(cursor);
      const position = positions[slot]!;
      if (position < 0) continue;
      const isIn = (words[position >> 5]! >>> (position & 31)) & 1;
      const canTake =
        cpuAllocatable[slot]! - cpuRequested[slot]! >= cpuNeed &&
        memoryAllocatable[slot]! - memoryRequested[slot]! >= memoryNeed &&
        (takes === null || takes(slot))
          ? 1
          : 0;
      if (canTake !== isIn) this.#flip(position, canTake - isIn);
    }
    this.#cursor = end;
  }

  /** The slot of the n-th (from 0) instance of the set in order of id; `n` < `count`. */
  nth(n: number): number {
    let left = n;
    let block = 0;
    while (left >= this.#blocks[block]!) left -= this.#blocks[block++]!;
    let word = block * WORDS;
    for (let bits = bitCount(this.#words[word]!); left >= bits; bits = bitCount(this.#words[word]!)) {
      left -= bits;
      word += 1;
    }
    let rest = this.#words[word]!;
    for (; left > 0; left--) rest &= rest - 1;
    return this.#order.slots[word * BITS + (31 - Math.clz32(rest & -rest))]!;
  }

  verify(view: ClusterView): void {
    let count = 0;
    for (let position = 0; position < this.#order.count; position++) {
      const slot = this.#order.slots[position]!;
      const isIn = ((this.#words[position >> 5]! >>> (position & 31)) & 1) === 1;
      assert(isIn === meets(this.#needs, view, slot), 'the set of instances that can take a class is wrong');
      if (isIn) assert(this.nth(count++) === slot, 'the n-th instance of a set is another one');
    }
    assert(count === this.count, 'the size of a set of instances is wrong');
  }

  #flip(position: number, difference: number): void {
    const word = position >> 5;
    this.#words[word]! ^= 1 << (position & 31);
    this.#blocks[(word / WORDS) | 0]! += difference;
    this.count += difference;
  }
}
