import { bitCount } from '../bit-count.ts';
import { NO_INSTANCE } from '../scheduler.ts';
import { FeasibleNodes } from './feasible-nodes.ts';
import type { LocalVerdicts } from './local-verdicts.ts';
import type { Pod } from './pod.ts';
import { below, BLOCK, BLOCK_SHIFT, indexOf, type ScoreBlocks } from './score-blocks.ts';

/** No score is as low. */
const NOTHING = -1;

/**
 * The search for feasible nodes and the choice of the best in one, for a pod about which only rules on single nodes have
 * something to say: whole blocks of nodes are counted and compared, and nodes are looked at where a search begins or
 * ends, and where they are among the best. Finds what a search node by node finds.
 */
export class BlockSearch {
  readonly #local: LocalVerdicts;
  /** Nodes found, at most `enough`. */
  found = 0;
  /** Nodes that were looked at: those found and those refused before the search knew that it had enough. */
  looked = 0;
  /** The best nodes in the order of the search. */
  readonly ties = new FeasibleNodes();
  /** Of those, the one that kube-scheduler's heap has on top, see `firstInPreorder`. */
  top = NO_INSTANCE;
  /** Its number among the nodes found, from 1 on; 0: none. */
  #topRank = 0;
  #best = NOTHING;
  /** What `#bestOf` found beside the score. */
  #bestAt = 0;
  #enough = 0;
  /** The position at which it stopped. */
  #stop = 0;
  /** Blocks below have nothing stale. */
  #freshUntil = 0;
  /** Slots to be asked about. */
  #stale = new Int32Array(0);

  constructor(local: LocalVerdicts) {
    this.#local = local;
  }

  /**
   * Goes round the node list from position `begin` on until there are more than `enough` nodes. `heapOnly`: only `top`
   * is wanted, no ties. The verdicts must be turned to the pod.
   */
  search(pod: Pod, begin: number, enough: number, heapOnly: boolean): void {
    const { blocks } = this.#local;
    const nodes = blocks.list.length;
    if (this.#stale.length < nodes) this.#stale = new Int32Array(nodes * 2);
    this.ties.ensure(heapOnly ? 0 : nodes);
    this.ties.count = 0;
    this.found = 0;
    this.top = NO_INSTANCE;
    this.#topRank = 0;
    this.#best = NOTHING;
    this.#enough = enough;
    const isFull = this.#walk(pod, blocks, begin, nodes, heapOnly);
    this.ties.wrapAt = this.ties.count;
    if (isFull) this.looked = this.#stop - begin;
    else if (this.#walk(pod, blocks, 0, begin, heapOnly)) this.looked = nodes - begin + this.#stop;
    else this.looked = nodes;
  }

  /** A stretch of the list; true when it met one more node that passes than enough, at `#stop`. */
  #walk(pod: Pod, blocks: ScoreBlocks, from: number, to: number, heapOnly: boolean): boolean {
    const enough = this.#enough;
    const end = (to + BLOCK - 1) >> BLOCK_SHIFT;
    let mask = ~below(from);
    this.#freshUntil = from >> BLOCK_SHIFT;
    for (let block = from >> BLOCK_SHIFT; block < end; block++) {
      if (block === this.#freshUntil) this.#refresh(pod, blocks, block, end);
      if (block << BLOCK_SHIFT > to - BLOCK) mask &= below(to);
      let passing = blocks.passing[block]! & mask;
      mask = -1;
      if (passing === 0) continue;
      const count = bitCount(passing);
      const isFull = this.found + count > enough;
      if (isFull) passing = this.#cut(passing, block, enough - this.found);
      if (passing !== 0) this.#compare(blocks, block, passing, heapOnly);
      if (isFull) {
        this.found = enough;
        return true;
      }
      this.found += count;
    }
    return false;
  }

  /** The first `count` of the nodes; the search stops at the next one. */
  #cut(passing: number, block: number, count: number): number {
    let rest = passing;
    for (let left = count; left > 0; left--) rest &= rest - 1;
    const stop = (block << BLOCK_SHIFT) + indexOf(rest & -rest);
    this.#stop = stop;
    return passing & below(stop);
  }

  /** Takes the best of these nodes, of one block, if nobody better is known. */
  #compare(blocks: ScoreBlocks, block: number, passing: number, heapOnly: boolean): void {
    let best = blocks.best[block]!;
    if (best < this.#best) return;
    if (blocks.bestAt[block] === 0) {
      blocks.settle(block, this.#local.scores);
      best = blocks.best[block]!;
      if (best < this.#best) return;
    }
    let bestAt = blocks.bestAt[block]! & passing;
    if (bestAt === 0) {
      best = this.#bestOf(blocks, block, passing);
      if (best < this.#best) return;
      bestAt = this.#bestAt;
    }
    if (best > this.#best) {
      this.#best = best;
      this.#topRank = 0;
      this.ties.count = 0;
    }
    if (heapOnly) this.#raise(blocks, block, passing, bestAt);
    else this.#collect(blocks, block, bestAt);
  }

  /** The highest score of some nodes of the block, who have not the highest of all; `#bestAt` says who has it. */
  #bestOf({ list }: ScoreBlocks, block: number, passing: number): number {
    const { scores } = this.#local;
    const first = block << BLOCK_SHIFT;
    let best = NOTHING;
    let bestAt = 0;
    for (let rest = passing; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const score = scores[list[first + indexOf(bit)]!]!;
      if (score < best) continue;
      bestAt = score > best ? bit : bestAt | bit;
      best = score;
    }
    this.#bestAt = bestAt;
    return best;
  }

  #collect({ list }: ScoreBlocks, block: number, bestAt: number): void {
    const { ties } = this;
    const first = block << BLOCK_SHIFT;
    for (let rest = bestAt; rest !== 0; rest &= rest - 1) {
      ties.slots[ties.count] = list[first + indexOf(rest & -rest)]!;
      ties.totals[ties.count] = this.#best;
      ties.count += 1;
    }
  }

  /**
   * The first in preorder of all ties so far. On a deeper level of the heap only nodes below those to the left of the
   * present one come before it, and a block whose first node is further right than they has none of them.
   */
  #raise({ list }: ScoreBlocks, block: number, passing: number, bestAt: number): void {
    const rankBefore = this.found;
    let topRank = this.#topRank;
    if (topRank !== 0) {
      const first = rankBefore + 1;
      const last = rankBefore + bitCount(passing);
      const isOneLevel = Math.clz32(first) === Math.clz32(last);
      if (isOneLevel && first >> (Math.clz32(topRank) - Math.clz32(first)) >= topRank) return;
    }
    let topBit = 0;
    for (let rest = bestAt; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const rank = rankBefore + 1 + bitCount(passing & (bit - 1));
      if (topRank !== 0 && rank >> (Math.clz32(topRank) - Math.clz32(rank)) >= topRank) continue;
      topRank = rank;
      topBit = bit;
    }
    if (topBit === 0) return;
    this.#topRank = topRank;
    this.top = list[(block << BLOCK_SHIFT) + indexOf(topBit)]!;
  }

  /** Asks about nodes that changed, in as many blocks as the search will need if every node passes. */
  #refresh(pod: Pod, blocks: ScoreBlocks, from: number, end: number): void {
    const { stale, list } = blocks;
    const wanted = from + ((this.#enough - this.found) >> BLOCK_SHIFT) + 2;
    const until = Math.min(end, wanted);
    let count = 0;
    for (let block = from; block < until; block++) {
      const first = block << BLOCK_SHIFT;
      for (let rest = stale[block]!; rest !== 0; rest &= rest - 1) {
        this.#stale[count++] = list[first + indexOf(rest & -rest)]!;
      }
    }
    this.#freshUntil = until;
    if (count === 0) return;
    this.#local.judgeAll(pod, this.#stale, count);
    const { scores } = this.#local;
    for (let block = from; block < until; block++) if (stale[block] !== 0) blocks.refresh(block, scores);
  }
}
