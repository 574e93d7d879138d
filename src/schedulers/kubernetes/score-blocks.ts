import { assert } from '../../errors.ts';

/** Nodes of a block: a bit each in a word. */
export const BLOCK = 32;
export const BLOCK_SHIFT = 5;
const NO_NODES = new Int32Array(0);
const ALL = -1;
/** No score of a node that passes is as low. */
const REFUSED = -1;

/**
 * What is kept of one class, summed up for blocks of 32 nodes that follow one another in the node list: which of them
 * pass, the highest score, and who has it. A search over thousands of nodes then asks one block after the other. Bits are
 * numbered from the lowest. 20 bytes a block.
 */
export class ScoreBlocks {
  /** By block: the nodes about which the rest of the columns may be wrong. */
  stale = new Int32Array(0);
  passing = new Int32Array(0);
  /** No node that passes has a higher score than `best`; `bestAt` has it. Nobody does: see `settle`. */
  best = new Float64Array(0);
  bestAt = new Int32Array(0);
  #list: Int32Array = NO_NODES;

  /** The node list whose order the blocks have. */
  get list(): Int32Array {
    return this.#list;
  }

  /** Knows nothing any more if the nodes are other ones, or in another order. */
  follow(list: Int32Array): void {
    if (list === this.#list) return;
    this.#list = list;
    const blocks = (list.length + BLOCK - 1) >> BLOCK_SHIFT;
    if (blocks > this.stale.length) {
      this.stale = new Int32Array(blocks * 2);
      this.passing = new Int32Array(blocks * 2);
      this.best = new Float64Array(blocks * 2);
      this.bestAt = new Int32Array(blocks * 2);
    }
    this.forget();
  }

  forget(): void {
    const { length } = this.#list;
    const blocks = length >> BLOCK_SHIFT;
    this.stale.fill(ALL, 0, blocks);
    this.passing.fill(0);
    this.best.fill(REFUSED);
    this.bestAt.fill(0);
    if (blocks << BLOCK_SHIFT < length) this.stale[blocks] = below(length);
  }

  /** The node at this position of the list has changed. */
  mark(position: number): void {
    this.stale[position >> BLOCK_SHIFT]! |= 1 << position;
  }

  /** Makes the block right again: by slot, scores of nodes that pass, and negative ones of those that do not. */
  refresh(block: number, scores: Float64Array): void {
    const stale = this.stale[block]!;
    const list = this.#list;
    const first = block << BLOCK_SHIFT;
    let passing = this.passing[block]! & ~stale;
    let bestAt = this.bestAt[block]! & ~stale;
    let best = this.best[block]!;
    for (let rest = stale; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const score = scores[list[first + indexOf(bit)]!]!;
      if (score < 0) continue;
      passing |= bit;
      if (score < best) continue;
      bestAt = score > best ? bit : bestAt | bit;
      best = score;
    }
    this.stale[block] = 0;
    this.passing[block] = passing;
    this.bestAt[block] = bestAt;
    this.best[block] = best;
  }

  /** Looks who is best in a fresh block; until then those that were may have left `best` too high. */
  settle(block: number, scores: Float64Array): void {
    const list = this.#list;
    const first = block << BLOCK_SHIFT;
    let best = REFUSED;
    let bestAt = 0;
    for (let rest = this.passing[block]!; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const score = scores[list[first + indexOf(bit)]!]!;
      if (score < best) continue;
      bestAt = score > best ? bit : bestAt | bit;
      best = score;
    }
    this.best[block] = best;
    this.bestAt[block] = bestAt;
  }

  /** Asserts that the blocks are what the scores by slot say. */
  verify(scores: Float64Array): void {
    for (let position = 0; position < this.#list.length; position++) {
      const block = position >> BLOCK_SHIFT;
      const bit = 1 << position;
      if ((this.stale[block]! & bit) !== 0) continue;
      const score = scores[this.#list[position]!]!;
      assert(((this.passing[block]! & bit) !== 0) === score >= 0, 'a block is wrong about which nodes pass');
      if (score < 0) continue;
      const best = this.best[block]!;
      assert(score <= best, 'a block is wrong about its highest score');
      assert(((this.bestAt[block]! & bit) !== 0) === (score === best), 'a block is wrong about who is best');
    }
  }
}

/** The number of the only bit that is set. */
export function indexOf(bit: number): number {
  return 31 - Math.clz32(bit);
}

/** The bits below that of a position, of its block; 0 at the beginning of a block. */
export function below(position: number): number {
  return ~(ALL << position);
}
