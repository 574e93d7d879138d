import { assert } from '../../errors.ts';
import { bitCount } from '../bit-count.ts';
import { grown } from '../../model/grown.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { NodeJudge } from './node-judge.ts';
import { CHANGES_KEPT } from './node-states.ts';
import type { Pod } from './pod.ts';
import { REFUSED } from './verdict-cache.ts';

/** The highest score that has a bucket. */
export const MAX_BUCKET = 2 ** 15 - 1;
/** Bytes a slot, of some fifty buckets. */
export const BUCKET_BYTES_PER_SLOT = 12;
/** The score of a node that must be asked about. */
const UNKNOWN = -2;
/** No state. */
const NOT_SAID = -1;
const NEVER = -1;
const MIN_STATES = 64;
/** Nodes of a word: a bit each. */
export const WORD = 32;
export const WORD_SHIFT = 5;
const ALL = -1;

/**
 * What rules on a node and its tasks say about one class: for each score the nodes that have it, as bits in the order of
 * the node list. The best of a stretch of thousands of nodes is then found by going down from the highest score, a few
 * words each. Bits are numbered from the lowest.
 *
 * Follows the change log. Where the rules look at nothing but the state of a node, scores are kept by state: a node that
 * changed is moved from bucket to bucket by a look-up. Else, and in states not met before, it is stale until a search
 * comes by, and asks.
 */
export class ScoreBuckets {
  readonly #cluster: LiveCluster;
  readonly #judge: NodeJudge;
  readonly #pod: Pod;
  readonly #isByState: boolean;
  /** By word: the nodes that pass, as far as is known, and those not to be found in any other column. */
  passing = new Int32Array(0);
  stale = new Int32Array(0);
  /** By row and word. */
  bits = new Int32Array(0);
  #words = 0;
  /** By score, two numbers side by side: where its row begins in `bits`, and how many nodes have it. */
  readonly buckets: Int32Array;
  /** No node has a higher score. */
  #top = REFUSED;
  /** Where rows begin that nobody uses, all zeros; and the end of those that are or were used. */
  readonly #freeRows: number[] = [];
  #rowsEnd = 0;
  /** By slot: the score, `REFUSED`, or `UNKNOWN`. */
  #scores = new Int16Array(0);
  /** By state: the same. */
  #scoresOfStates = new Int16Array(0);
  #epoch = NEVER;
  /** The node list whose order the bits have. */
  #list: Int32Array = new Int32Array(0);
  #cursor = 0;
  /** Slots of nodes to be asked about, and a copy that the judge puts in another order. */
  #toAsk = new Int32Array(WORD);
  #asked = new Int32Array(WORD);
  #toAskCount = 0;

  /** Scores are `most` at most. The judge must be turned to the pod, here and before each other call. */
  constructor(cluster: LiveCluster, judge: NodeJudge, pod: Pod, most: number) {
    this.#cluster = cluster;
    this.#judge = judge;
    this.#pod = pod;
    this.#isByState = judge.looksAtAmountsAlone;
    this.buckets = new Int32Array((most + 1) * 2);
  }

  /** Follows the changes since the last call. */
  catchUp(): void {
    const { view, nodes, states } = this.#cluster;
    const { slotCount } = view;
    if (slotCount > this.#scores.length) {
      this.#scores = grown(Int16Array, this.#scores, view.instanceId.length, UNKNOWN);
    }
    if (this.#epoch !== states.epoch) {
      this.#scoresOfStates.fill(UNKNOWN);
      this.#epoch = states.epoch;
    }
    // From so many changes on, forgetting everything is cheaper than following.
    const isLost = states.changes - this.#cursor > Math.min(slotCount, CHANGES_KEPT);
    if (isLost) this.#scores.fill(UNKNOWN);
    if (isLost || nodes !== this.#list) this.#restart(nodes);
    if (!isLost) this.#follow();
    this.#cursor = states.changes;
  }

  /** Enters the stale ones among these nodes of a word; asks about those of which nothing is known. */
  refresh(word: number, nodes: number): void {
    const list = this.#list;
    const scores = this.#scores;
    this.#toAskCount = 0;
    for (let rest = this.stale[word]! & nodes; rest !== 0; rest &= rest - 1) {
      const position = (word << WORD_SHIFT) + indexOf(rest & -rest);
      const slot = list[position]!;
      if (scores[slot] === UNKNOWN) scores[slot] = this.#lookUp(slot);
      if (scores[slot] === UNKNOWN) this.#toAsk[this.#toAskCount++] = slot;
      else this.#enter(position, scores[slot]!);
    }
    if (this.#toAskCount > 0) this.#ask();
  }

  /** The highest score that a node has, of those below this one; negative when nobody has any. */
  nextBelow(score: number): number {
    const { buckets } = this;
    let lower = score - 1;
    while (lower >= 0 && buckets[lower * 2 + 1] === 0) lower -= 1;
    return lower;
  }

  /** The same of all scores. */
  highest(): number {
    this.#top = this.nextBelow(this.#top + 1);
    return this.#top;
  }

  /** Asserts that everything kept is what the judge says. */
  verify(): void {
    const { buckets } = this;
    const counts = new Int32Array(buckets.length / 2);
    this.#list.forEach((slot, position) => {
      const word = position >> WORD_SHIFT;
      const bit = 1 << position;
      const isStale = (this.stale[word]! & bit) !== 0;
      const score = isStale ? REFUSED : this.#judge.ask(this.#pod, slot);
      assert(isStale || this.#scores[slot] === score, 'a kept score is not what the rules say');
      const passes = (this.passing[word]! & bit) !== 0;
      assert(passes === score >= 0, 'it is not kept rightly which nodes pass');
      if (!passes) return;
      counts[score]! += 1;
      assert(score <= this.#top, 'a node has a higher score than the highest');
      assert((this.bits[buckets[score * 2]! + word]! & bit) !== 0, 'a node is not in its bucket');
    });
    counts.forEach((count, score) => {
      assert(count === buckets[score * 2 + 1], 'a bucket counts more nodes than have the score, or fewer');
      if (count === 0) return;
      const row = buckets[score * 2]!;
      const words = [...this.bits.subarray(row, row + this.#words)];
      const held = words.reduce((sum, word) => sum + bitCount(word), 0);
      assert(held === count, 'a node is in two buckets');
    });
  }

  /** Moves nodes that changed from bucket to bucket, or says that they are stale. */
  #follow(): void {
    const { positionOf, states } = this.#cluster;
    const { log } = states;
    const stateOf = states.states;
    const known = this.#scoresOfStates;
    const isPlain = this.#isByState && this.#judge.everyNodePassesAttributes;
    const scores = this.#scores;
    const { stale, passing, buckets } = this;
    let { bits } = this;
    for (let cursor = this.#cursor; cursor < states.changes; cursor++) {
      const slot = log[cursor & (CHANGES_KEPT - 1)]!;
      const position = positionOf[slot]!;
      const before = scores[slot]!;
      let score = UNKNOWN;
      if (position >= 0) {
        const state = isPlain ? stateOf[slot]! : NOT_SAID;
        score = state >= 0 && state < known.length ? known[state]! : this.#lookUp(slot);
      }
      if (score === before) continue;
      scores[slot] = score;
      const word = position >> WORD_SHIFT;
      const bit = 1 << position;
      if (position < 0 || (stale[word]! & bit) !== 0) continue;
      if (before >= 0) {
        const bucket = before * 2;
        bits[buckets[bucket]! + word]! ^= bit;
        passing[word]! ^= bit;
        const count = buckets[bucket + 1]! - 1;
        buckets[bucket + 1] = count;
        if (count === 0) this.#freeRows.push(buckets[bucket]!);
      }
      if (score >= 0) {
        const bucket = score * 2;
        const count = buckets[bucket + 1]!;
        if (count === 0) {
          this.#takeRow(score);
          ({ bits } = this);
        }
        bits[buckets[bucket]! + word]! |= bit;
        passing[word]! |= bit;
        buckets[bucket + 1] = count + 1;
      } else if (score === UNKNOWN) stale[word]! |= bit;
    }
  }

  /** What is known of the node in this slot without asking about it. */
  #lookUp(slot: number): number {
    const judge = this.#judge;
    if (!judge.everyNodePassesAttributes && !judge.attributesPass(this.#pod, slot)) return REFUSED;
    if (!this.#isByState) return UNKNOWN;
    const state = this.#cluster.states.at(slot);
    const known = this.#scoresOfStates;
    return state < known.length ? known[state]! : UNKNOWN;
  }

  /** Asks about all nodes that were put down, together, and enters them. */
  #ask(): void {
    const count = this.#toAskCount;
    const slots = this.#toAsk;
    const scores = this.#scores;
    const { positionOf } = this.#cluster;
    this.#asked.set(slots);
    const passing = this.#judge.askAll(this.#pod, this.#asked, count);
    const { totals } = this.#judge;
    for (let i = 0; i < count; i++) scores[slots[i]!] = REFUSED;
    for (let i = 0; i < passing; i++) scores[this.#asked[i]!] = totals[i]!;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      if (this.#isByState) this.#learn(this.#cluster.states.at(slot), scores[slot]!);
      this.#enter(positionOf[slot]!, scores[slot]!);
    }
  }

  #learn(state: number, score: number): void {
    if (state >= this.#scoresOfStates.length) {
      const length = Math.max(MIN_STATES, state * 2);
      this.#scoresOfStates = grown(Int16Array, this.#scoresOfStates, length, UNKNOWN);
    }
    this.#scoresOfStates[state] = score;
  }

  /** The node at this position, stale so far, has this score, or is refused. */
  #enter(position: number, score: number): void {
    const { buckets } = this;
    const word = position >> WORD_SHIFT;
    const bit = 1 << position;
    this.stale[word]! &= ~bit;
    if (score < 0) return;
    if (buckets[score * 2 + 1] === 0) this.#takeRow(score);
    this.bits[buckets[score * 2]! + word]! |= bit;
    this.passing[word]! |= bit;
    buckets[score * 2 + 1]! += 1;
  }

  /** For a score that nobody has had. */
  #takeRow(score: number): void {
    let row = this.#freeRows.pop();
    if (row === undefined) {
      row = this.#rowsEnd;
      this.#rowsEnd += this.#words;
      if (this.#rowsEnd > this.bits.length) this.bits = grown(Int32Array, this.bits, this.#rowsEnd * 2);
    }
    this.buckets[score * 2] = row;
    if (score > this.#top) this.#top = score;
  }

  /** All nodes are stale; what is known of them by slot still is. */
  #restart(list: Int32Array): void {
    const words = (list.length + WORD - 1) >> WORD_SHIFT;
    this.#list = list;
    this.#words = words;
    if (words > this.stale.length) {
      this.stale = new Int32Array(words * 2);
      this.passing = new Int32Array(words * 2);
    }
    this.stale.fill(ALL, 0, words);
    if (words << WORD_SHIFT > list.length) this.stale[words - 1] = below(list.length);
    this.passing.fill(0);
    this.bits.fill(0);
    this.buckets.fill(0);
    this.#freeRows.length = 0;
    this.#rowsEnd = 0;
    this.#top = REFUSED;
  }
}

/** The number of the only bit that is set. */
export function indexOf(bit: number): number {
  return 31 - Math.clz32(bit);
}

/** The bits below that of a position, of its word; none at the beginning of a word. */
export function below(position: number): number {
  return ~(ALL << position);
}
