import { bitCount } from '../bit-count.ts';
import { NO_INSTANCE } from '../scheduler.ts';
import { FeasibleNodes } from './feasible-nodes.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { NodeJudge } from './node-judge.ts';
import type { Pod } from './pod.ts';
import { below, BLOCK, BLOCK_BYTES_PER_SLOT, BLOCK_SHIFT, indexOf, ScoreBlocks } from './score-blocks.ts';
import { RecentlyUsed } from './verdict-cache.ts';

/** Memory for blocks, over all classes. */
const CACHE_BYTES = 2 ** 26;
const MIN_CACHES = 8;
/** No score is as low. */
const NOTHING = -1;

/**
 * The search for feasible nodes and the choice of the best in one, for a pod about which only rules on single nodes have
 * something to say: whole blocks of nodes are counted and compared, and nodes are looked at where a search begins or
 * ends, and where they are among the best. Finds what a search node by node finds.
 */
export class BlockSearch {
  readonly #cluster: LiveCluster;
  readonly #judge: NodeJudge;
  readonly #cache = new RecentlyUsed<number, ScoreBlocks>(() => new ScoreBlocks());
  #blocks = new ScoreBlocks();
  /** Nodes found, at most `enough`. */
  found = 0;
  /** Nodes that were looked at: those found and those refused before the search knew that it had enough. */
  looked = 0;
  /** The best nodes in the order of the search; none when only `top` was wanted. */
  readonly ties = new FeasibleNodes();
  /** Of the best nodes, the one that kube-scheduler's heap has on top, see `firstInPreorder`. */
  top = NO_INSTANCE;
  /** Its number among the nodes found, from 1 on; 0: none. */
  #topRank = 0;
  #best = NOTHING;
  /** What `#bestOf` found beside the score. */
  #bestAt = 0;
  #enough = 0;
  /** The position at which it stopped. */
  #stop = 0;
  /** Slots to be asked about. */
  #stale = new Int32Array(0);

  constructor(cluster: LiveCluster, judge: NodeJudge) {
    this.#cluster = cluster;
    this.#judge = judge;
  }

  /**
   * Goes round the node list from position `begin` on until there are more than `enough` nodes. `topOnly`: only `top`
   * is wanted, no ties. The judge must be turned to the pod.
   */
  search(pod: Pod, begin: number, enough: number, topOnly: boolean): void {
    const nodes = this.#turnTo(pod);
    const { ties } = this;
    if (!topOnly) ties.ensure(nodes);
    ties.count = 0;
    this.found = 0;
    this.top = NO_INSTANCE;
    this.#topRank = 0;
    this.#best = NOTHING;
    this.#enough = enough;
    const isFull = this.#walk(pod, begin, nodes, topOnly);
    ties.wrapAt = ties.count;
    if (isFull) this.looked = this.#stop - begin;
    else if (this.#walk(pod, 0, begin, topOnly)) this.looked = nodes - begin + this.#stop;
    else this.looked = nodes;
  }

  /** Asserts that everything kept of the pod's class is what the judge says. */
  verify(pod: Pod): void {
    this.#blocks.verify((slot) => this.#judge.ask(pod, slot));
  }

  /** Returns the number of nodes. */
  #turnTo(pod: Pod): number {
    const { view, nodeCount } = this.#cluster;
    const limit = Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (BLOCK_BYTES_PER_SLOT * view.slotCount)));
    this.#blocks = this.#cache.get(pod.taskClass.id, limit);
    this.#blocks.catchUp(this.#cluster);
    if (this.#stale.length < nodeCount) this.#stale = new Int32Array(nodeCount * 2);
    return nodeCount;
  }

  /** A stretch of the list; true when it met one more node that passes than enough, at `#stop`. */
  #walk(pod: Pod, from: number, to: number, topOnly: boolean): boolean {
    const enough = this.#enough;
    const blocks = this.#blocks;
    const end = (to + BLOCK - 1) >> BLOCK_SHIFT;
    let freshUntil = from >> BLOCK_SHIFT;
    let mask = ~below(from);
    for (let block = freshUntil; block < end; block++) {
      if (block === freshUntil) freshUntil = this.#refresh(pod, block, end);
      if (block << BLOCK_SHIFT > to - BLOCK) mask &= below(to);
      let passing = blocks.passing[block]! & mask;
      mask = -1;
      if (passing === 0) continue;
      const count = bitCount(passing);
      const isFull = this.found + count > enough;
      if (isFull) passing = this.#cut(passing, block, enough - this.found);
      if (passing !== 0) this.#compare(block, passing, topOnly);
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
    this.#stop = (block << BLOCK_SHIFT) + indexOf(rest & -rest);
    return passing & below(this.#stop);
  }

  /** Takes the best of these nodes, of one block, if nobody better is known. */
  #compare(block: number, passing: number, topOnly: boolean): void {
    const blocks = this.#blocks;
    let best = blocks.best[block]!;
    if (best < this.#best) return;
    if (blocks.bestAt[block] === 0) {
      blocks.settle(block);
      best = blocks.best[block]!;
      if (best < this.#best) return;
    }
    let bestAt = blocks.bestAt[block]! & passing;
    if (bestAt === 0) {
      best = this.#bestOf(block, passing);
      if (best < this.#best) return;
      bestAt = this.#bestAt;
    }
    if (best > this.#best) {
      this.#best = best;
      this.#topRank = 0;
      this.ties.count = 0;
    }
    if (topOnly) this.#raise(block, passing, bestAt);
    else this.#collect(block, bestAt);
  }

  /** The highest score of some nodes of the block, who have not the highest of all; `#bestAt` says who has it. */
  #bestOf(block: number, passing: number): number {
    const { scores } = this.#blocks;
    const first = block << BLOCK_SHIFT;
    let best = NOTHING;
    let bestAt = 0;
    for (let rest = passing; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const score = scores[first + indexOf(bit)]!;
      if (score < best) continue;
      bestAt = score > best ? bit : bestAt | bit;
      best = score;
    }
    this.#bestAt = bestAt;
    return best;
  }

  #collect(block: number, bestAt: number): void {
    const { ties } = this;
    const { list } = this.#blocks;
    const first = block << BLOCK_SHIFT;
    for (let rest = bestAt; rest !== 0; rest &= rest - 1) {
      ties.slots[ties.count] = list[first + indexOf(rest & -rest)]!;
      ties.totals[ties.count] = this.#best;
      ties.count += 1;
    }
  }

  /**
   * The first in preorder of all ties so far. Later ones come before it only on deeper levels of the heap, below those to
   * its left: none if it is the first of its level, and of those that are on one level, the first or none.
   */
  #raise(block: number, passing: number, bestAt: number): void {
    const rankBefore = this.found;
    let topRank = this.#topRank;
    if (topRank !== 0 && (topRank & (topRank - 1)) === 0) return;
    const isOneLevel = Math.clz32(rankBefore + 1) === Math.clz32(rankBefore + bitCount(passing));
    let topBit = 0;
    for (let rest = bestAt; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const rank = rankBefore + 1 + bitCount(passing & (bit - 1));
      if (topRank === 0 || rank >> (Math.clz32(topRank) - Math.clz32(rank)) < topRank) {
        topRank = rank;
        topBit = bit;
      }
      if (isOneLevel) break;
    }
    if (topBit === 0) return;
    this.#topRank = topRank;
    this.top = this.#blocks.list[(block << BLOCK_SHIFT) + indexOf(topBit)]!;
  }

  /**
   * Asks about nodes that changed, in as many blocks as the search will need if every node passes; returns the first block
   * that was not asked about.
   */
  #refresh(pod: Pod, from: number, end: number): number {
    const blocks = this.#blocks;
    const slots = this.#stale;
    const judge = this.#judge;
    const until = Math.min(end, from + ((this.#enough - this.found) >> BLOCK_SHIFT) + 2);
    const count = blocks.takeStale(from, until, slots);
    if (count === 0) return until;
    const passing = judge.askAll(pod, slots, count);
    const { positionOf } = this.#cluster;
    const { totals } = judge;
    for (let i = 0; i < passing; i++) blocks.enter(positionOf[slots[i]!]!, totals[i]!);
    return until;
  }
}
