import { bitCount } from '../bit-count.ts';
import { NO_INSTANCE } from '../scheduler.ts';
import { FeasibleNodes } from './feasible-nodes.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { NodeJudge } from './node-judge.ts';
import type { Pod } from './pod.ts';
import { below, BUCKET_BYTES_PER_SLOT, indexOf, ScoreBuckets, WORD, WORD_SHIFT } from './score-buckets.ts';
import { RecentlyUsed } from './verdict-cache.ts';

/** Memory for buckets, over all classes. */
const CACHE_BYTES = 2 ** 26;
const MIN_CACHES = 8;
/** No node found has as high a number. */
const NO_RANK = 2 ** 30;

/** What a search remembers of a word of nodes stands side by side, this many numbers: */
const VISIT = 3;
/** which word, */
const AT = 0;
/** which of its nodes were found, */
const FOUND = 1;
/** and after how many others. */
const BEFORE = 2;

/**
 * The search for feasible nodes and the choice of the best in one, for a pod about which only rules on single nodes have
 * something to say: nodes are counted and compared by words of 32, and looked at where a search begins or ends, and
 * where they are among the best. Finds what a search node by node finds.
 */
export class BlockSearch {
  readonly #cluster: LiveCluster;
  /** By class id. */
  readonly #cache: RecentlyUsed<number, ScoreBuckets>;
  /** Nodes found, at most `enough`. */
  found = 0;
  /** Nodes that were looked at: those found and those refused before the search knew that it had enough. */
  looked = 0;
  /** The best nodes in the order of the search; none when only `top` was wanted. */
  readonly ties = new FeasibleNodes();
  /** Of the best nodes, the one that kube-scheduler's heap has on top, see `firstInPreorder`. */
  top = NO_INSTANCE;
  /** Equally good nodes come before it whose number among the nodes found, from 1 on, is from here on and below that. */
  #raisesFrom = 1;
  #raisesBelow = NO_RANK;
  /** Words in which nodes were found, in the order of the search. */
  #visits = new Int32Array(0);
  #visitsEnd = 0;
  /** The position at which it stopped. */
  #stop = 0;

  /** `most`: the highest score that a node can have. */
  constructor(cluster: LiveCluster, judge: NodeJudge, most: number) {
    const { pods } = cluster;
    this.#cluster = cluster;
    this.#cache = new RecentlyUsed((classId) => new ScoreBuckets(cluster, judge, pods.pod(classId), most));
  }

  /**
   * Goes round the node list from position `begin` on until there are more than `enough` nodes. `topOnly`: only `top`
   * is wanted, no ties. The judge must be turned to the pod.
   */
  search(pod: Pod, begin: number, enough: number, topOnly: boolean): void {
    const buckets = this.#bucketsOf(pod);
    const { nodeCount: nodes } = this.#cluster;
    // The word in which it begins may also be the one in which it ends.
    const most = ((nodes >> WORD_SHIFT) + 3) * VISIT;
    if (this.#visits.length < most) this.#visits = new Int32Array(most * 2);
    buckets.catchUp();
    this.found = 0;
    this.#visitsEnd = 0;
    const isFull = this.#visit(buckets, begin, nodes, enough);
    const wrapAt = this.#visitsEnd;
    if (isFull) this.looked = this.#stop - begin;
    else if (this.#visit(buckets, 0, begin, enough)) this.looked = nodes - begin + this.#stop;
    else this.looked = nodes;
    this.top = NO_INSTANCE;
    this.ties.count = 0;
    if (this.found === 0) return;
    const best = this.#bestScore(buckets);
    if (topOnly) this.#takeTop(buckets.bits, buckets.buckets[best * 2]!);
    else this.#takeTies(buckets.bits, buckets.buckets[best * 2]!, best, wrapAt);
  }

  /** Asserts that everything kept of the pod's class is what the judge says. */
  verify(pod: Pod): void {
    this.#bucketsOf(pod).verify();
  }

  #bucketsOf(pod: Pod): ScoreBuckets {
    const { slotCount } = this.#cluster.view;
    const limit = Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (BUCKET_BYTES_PER_SLOT * slotCount)));
    return this.#cache.get(pod.taskClass.id, limit);
  }

  /** A stretch of the list; true when it met one more node that passes than enough, at `#stop`. */
  #visit(buckets: ScoreBuckets, from: number, to: number, enough: number): boolean {
    const { passing, stale } = buckets;
    const visits = this.#visits;
    const end = (to + WORD - 1) >> WORD_SHIFT;
    let mask = ~below(from);
    let before = this.found;
    let visit = this.#visitsEnd;
    let isFull = false;
    for (let word = from >> WORD_SHIFT; word < end && !isFull; word++) {
      if (word << WORD_SHIFT > to - WORD) mask &= below(to);
      if ((stale[word]! & mask) !== 0) buckets.refresh(word, mask);
      let found = passing[word]! & mask;
      let count = bitCount(found);
      mask = -1;
      isFull = before + count > enough;
      if (isFull) {
        count = enough - before;
        found = this.#cut(found, word, count);
      }
      if (count === 0) continue;
      visits[visit + AT] = word;
      visits[visit + FOUND] = found;
      visits[visit + BEFORE] = before;
      visit += VISIT;
      before += count;
    }
    this.found = before;
    this.#visitsEnd = visit;
    return isFull;
  }

  /** The highest score of a node found. */
  #bestScore(buckets: ScoreBuckets): number {
    const { bits } = buckets;
    const visits = this.#visits;
    const end = this.#visitsEnd;
    for (let score = buckets.highest(); ; score = buckets.nextBelow(score)) {
      const row = buckets.buckets[score * 2]!;
      let have = 0;
      for (let visit = 0; visit < end; visit += VISIT) {
        have |= bits[row + visits[visit + AT]!]! & visits[visit + FOUND]!;
      }
      if (have !== 0) return score;
    }
  }

  /** The first `count` of the nodes; the search stops at the next one. */
  #cut(passing: number, word: number, count: number): number {
    let rest = passing;
    for (let left = count; left > 0; left--) rest &= rest - 1;
    this.#stop = (word << WORD_SHIFT) + indexOf(rest & -rest);
    return passing & below(this.#stop);
  }

  /** Those in the bucket with this row, which have the best score. */
  #takeTies(bits: Int32Array, row: number, best: number, wrapAt: number): void {
    const { ties } = this;
    const { nodes } = this.#cluster;
    const visits = this.#visits;
    ties.ensure(this.found);
    for (let visit = 0; visit < this.#visitsEnd; visit += VISIT) {
      if (visit === wrapAt) ties.wrapAt = ties.count;
      const word = visits[visit + AT]!;
      for (let rest = bits[row + word]! & visits[visit + FOUND]!; rest !== 0; rest &= rest - 1) {
        ties.slots[ties.count] = nodes[(word << WORD_SHIFT) + indexOf(rest & -rest)]!;
        ties.totals[ties.count] = best;
        ties.count += 1;
      }
    }
    if (wrapAt === this.#visitsEnd) ties.wrapAt = ties.count;
  }

  #takeTop(bits: Int32Array, row: number): void {
    const visits = this.#visits;
    const end = this.#visitsEnd;
    this.#raisesFrom = 1;
    this.#raisesBelow = NO_RANK;
    for (let visit = 0; visit < end; visit += VISIT) {
      const ties = bits[row + visits[visit + AT]!]! & visits[visit + FOUND]!;
      if (ties !== 0) this.#raise(visit, ties);
    }
  }

  /**
   * Is one of these ties the first in preorder of all so far? On its own level of the heap no later one comes before the
   * top. On the next level it is those left of the top's children, then those left of their children, and so on.
   */
  #raise(visit: number, ties: number): void {
    const visits = this.#visits;
    const low = visits[visit + BEFORE]! + 1;
    while (low >= this.#raisesBelow) this.#nextLevel();
    const found = visits[visit + FOUND]!;
    if (low + bitCount(found) <= this.#raisesFrom) return;
    for (let rest = ties; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const rank = low + bitCount(found & (bit - 1));
      while (rank >= this.#raisesBelow) this.#nextLevel();
      if (rank >= this.#raisesFrom) this.#setTop(rank, (visits[visit + AT]! << WORD_SHIFT) + indexOf(bit));
    }
  }

  #nextLevel(): void {
    this.#raisesFrom *= 2;
    this.#raisesBelow *= 2;
  }

  /** `rank`: the number of the node among those found, from 1 on. */
  #setTop(rank: number, position: number): void {
    const firstOfLevel = 1 << (31 - Math.clz32(rank));
    const isLeftmost = rank === firstOfLevel;
    this.top = this.#cluster.nodes[position]!;
    this.#raisesFrom = isLeftmost ? NO_RANK : firstOfLevel * 2;
    this.#raisesBelow = isLeftmost ? NO_RANK : rank * 2;
  }
}
