import { assert } from '../errors.ts';
import { CHANGE } from '../model/change-log.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import type { FollowingIndex } from './index-budget.ts';
import type { ReadyOrder } from './ready-order.ts';

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
  readonly #canTake: (slot: number) => boolean;
  #view: ClusterView | null = null;
  #cursor = 0;
  #orderVersion = -1;
  #words = new Int32Array(0);
  #blocks = new Int32Array(0);

  /** `order` must have caught up before each call below; `canTake` speaks of the present. */
  constructor(order: ReadyOrder, canTake: (slot: number) => boolean) {
    this.#order = order;
    this.#canTake = canTake;
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
    for (let position = 0; position < count; position++) this.#update(position);
  }

  catchUp(view: ClusterView): void {
    if (this.#orderVersion !== this.#order.version) {
      this.build(view);
      return;
    }
    const { changes } = view;
    const end = changes.version;
    for (let cursor = this.#cursor; cursor < end; cursor++) {
      if (changes.kindAt(cursor) === CHANGE.images) continue;
      const position = this.#order.positionOf(changes.slotAt(cursor));
      if (position >= 0) this.#update(position);
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

  verify(): void {
    let count = 0;
    for (let position = 0; position < this.#order.count; position++) {
      const slot = this.#order.slots[position]!;
      const isIn = ((this.#words[position >> 5]! >>> (position & 31)) & 1) === 1;
      assert(isIn === this.#canTake(slot), 'the set of instances that can take a class is wrong');
      if (isIn) assert(this.nth(count++) === slot, 'the n-th instance of a set is another one');
    }
    assert(count === this.count, 'the size of a set of instances is wrong');
  }

  #update(position: number): void {
    const word = position >> 5;
    const bit = 1 << (position & 31);
    const isIn = (this.#words[word]! & bit) !== 0;
    if (isIn === this.#canTake(this.#order.slots[position]!)) return;
    const difference = isIn ? -1 : 1;
    this.#words[word]! ^= bit;
    this.#blocks[(word / WORDS) | 0]! += difference;
    this.count += difference;
  }
}

/** Bits set in a word of 32. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
