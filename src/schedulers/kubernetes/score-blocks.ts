import { assert } from '../../errors.ts';
import type { ClusterView } from '../../model/cluster-view.ts';
import { REFUSED } from './verdict-cache.ts';

/** Nodes of a block: a bit each in a word. */
export const BLOCK = 32;
export const BLOCK_SHIFT = 5;
/** The largest score that fits into a column. */
export const MAX_BLOCK_SCORE: number = 2 ** 31 - 1;
/** Bytes a slot. */
export const BLOCK_BYTES_PER_SLOT: number = 4 + 16 / BLOCK;
const ALL = -1;
const NO_NODES = new Int32Array(0);

export interface OrderedNodes {
  readonly view: ClusterView;
  /** In kube-scheduler's order: the same array until that changes. */
  readonly nodes: Int32Array;
  /** By slot: its index in `nodes`, -1 for what is no node. */
  readonly positionOf: Int32Array;
}

/**
 * What rules on a node and its tasks said about one class, in the order of the node list: scores, and for each block of 32
 * nodes which of them pass, the highest score, and who has it. A search over thousands of nodes then asks one block
 * after the other. Follows the change log. Bits are numbered from the lowest.
 */
export class ScoreBlocks {
  /** By position: the score, or `REFUSED`; meaningless where it is stale. */
  scores = new Int32Array(0);
  /** By block: the nodes that changed since they were judged. They are in none of the other columns. */
  stale = new Int32Array(0);
  passing = new Int32Array(0);
  /** No node that passes has a higher score than `best`; `bestAt` has it. Nobody does: see `settle`. */
  best = new Int32Array(0);
  bestAt = new Int32Array(0);
  /** The node list whose order the columns have. */
  list: Int32Array = NO_NODES;
  #cursor = 0;

  /** Marks what changed since the last call; the rest is as good as it was, unless the order is another one. */
  catchUp({ view, nodes, positionOf }: OrderedNodes): void {
    const { slotCount, changes } = view;
    const { version } = changes;
    // From so many changes on, forgetting everything is cheaper than following.
    if (nodes !== this.list || version - this.#cursor > slotCount || changes.isBehind(this.#cursor)) {
      this.#forget(nodes);
    } else {
      for (let cursor = this.#cursor; cursor < version; cursor++) {
        const position = positionOf[changes.slotAt(cursor)] ?? -1;
        if (position >= 0) this.#mark(position);
      }
    }
    this.#cursor = version;
  }

  /** The slots of all stale nodes of the blocks go into `slots`; returns how many they are. They are then refused. */
  takeStale(from: number, until: number, slots: Int32Array): number {
    const { list, scores, stale } = this;
    let count = 0;
    for (let block = from; block < until; block++) {
      const first = block << BLOCK_SHIFT;
      for (let rest = stale[block]!; rest !== 0; rest &= rest - 1) {
        const position = first + indexOf(rest & -rest);
        slots[count++] = list[position]!;
        scores[position] = REFUSED;
      }
      stale[block] = 0;
    }
    return count;
  }

  /** The node at this position was judged, and passes. */
  enter(position: number, score: number): void {
    const block = position >> BLOCK_SHIFT;
    const bit = 1 << position;
    const best = this.best[block]!;
    this.scores[position] = score;
    this.passing[block]! |= bit;
    if (score < best) return;
    this.best[block] = score;
    this.bestAt[block] = score > best ? bit : this.bestAt[block]! | bit;
  }

  /** Looks who is best in a block without stale nodes; until then those that were may have left `best` too high. */
  settle(block: number): void {
    const { scores } = this;
    const first = block << BLOCK_SHIFT;
    const end = Math.min(first + BLOCK, this.list.length);
    let best = REFUSED;
    let bestAt = 0;
    for (let position = first; position < end; position++) {
      const score = scores[position]!;
      if (score < best) continue;
      bestAt = score > best ? 1 << position : bestAt | (1 << position);
      best = score;
    }
    this.best[block] = best;
    this.bestAt[block] = best === REFUSED ? 0 : bestAt;
  }

  /** Asserts that all columns are what `ask` says of each slot. */
  verify(ask: (slot: number) => number): void {
    for (let position = 0; position < this.list.length; position++) {
      const block = position >> BLOCK_SHIFT;
      const bit = 1 << position;
      const passes = (this.passing[block]! & bit) !== 0;
      const isBest = (this.bestAt[block]! & bit) !== 0;
      if ((this.stale[block]! & bit) !== 0) {
        assert(!passes && !isBest, 'a block counts a node that has changed');
        continue;
      }
      const score = this.scores[position]!;
      assert(score === ask(this.list[position]!), 'a kept score is not what the rules say');
      assert(passes === score >= 0, 'a block is wrong about which nodes pass');
      assert(score <= this.best[block]!, 'a block is wrong about its highest score');
      assert(isBest === (passes && score === this.best[block]), 'a block is wrong about who is best');
    }
  }

  #mark(position: number): void {
    const block = position >> BLOCK_SHIFT;
    const bit = 1 << position;
    this.stale[block]! |= bit;
    this.passing[block]! &= ~bit;
    this.bestAt[block]! &= ~bit;
  }

  #forget(list: Int32Array): void {
    const { length } = list;
    const blocks = (length + BLOCK - 1) >> BLOCK_SHIFT;
    this.list = list;
    if (blocks > this.stale.length) {
      this.scores = new Int32Array(blocks << (BLOCK_SHIFT + 1));
      this.stale = new Int32Array(blocks * 2);
      this.passing = new Int32Array(blocks * 2);
      this.best = new Int32Array(blocks * 2);
      this.bestAt = new Int32Array(blocks * 2);
    }
    this.stale.fill(ALL, 0, blocks);
    if (blocks << BLOCK_SHIFT > length) this.stale[blocks - 1] = below(length);
    this.passing.fill(0);
    this.best.fill(REFUSED);
    this.bestAt.fill(0);
  }
}

/** The number of the only bit that is set. */
export function indexOf(bit: number): number {
  return 31 - Math.clz32(bit);
}

/** The bits below that of a position, of its block; none at the beginning of a block. */
export function below(position: number): number {
  return ~(ALL << position);
}
