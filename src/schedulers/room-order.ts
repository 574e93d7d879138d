import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { BLOCK, RoomBlocks, type RoomQuery } from './room-blocks.ts';

/** A block that has shrunk to this joins its neighbour if both fit into half a block. */
const SPARSE = BLOCK / 8;
const NONE = -1;
/** Blocks of a span, as a power of two. */
const SPAN_BITS = 5;
const SPAN = 2 ** SPAN_BITS;

/** The blocks of a domain, in order. */
interface Row {
  blocks: Int32Array;
  count: number;
  /** CPU and memory by span of neighbouring blocks: never less than what any of these has at most. */
  most: Float64Array;
}

/**
 * Instances in lists, one list per domain, each in order of a key and then of instance id: "the best instance with room,
 * lowest id on ties" is the first one of a walk that has room. Neighbours share a block, which knows how much CPU and
 * memory the roomiest of them has at most, so a walk passes over whole blocks; and 32 neighbouring blocks share a span,
 * which knows the same, so that a walk over thousands of blocks is short too. Listing, moving and leaving cost a binary
 * search over the beginnings of blocks and one within a block.
 */
export class RoomOrder {
  readonly #blocks = new RoomBlocks();
  readonly #records = this.#blocks.records;
  readonly #rows: Row[] = [];

  /** Lists nothing any more, and makes room for so many slots. */
  clear(slots: number): void {
    for (const row of this.#rows) row.count = 0;
    this.#blocks.clear(slots);
  }

  ensure(slots: number): void {
    this.#records.ensure(slots);
  }

  /** Is the slot listed just so? */
  isAt(slot: number, key: number, id: number, domain: number): boolean {
    const records = this.#records;
    const block = records.block(slot);
    const isThere = records.key(slot) === key && records.id(slot) === id;
    return block >= 0 && isThere && this.#blocks.domain[block] === domain;
  }

  isListed(slot: number): boolean {
    return this.#records.block(slot) >= 0;
  }

  /** To be followed by `setRoom`. */
  insert(slot: number, key: number, id: number, domain: number): void {
    const blocks = this.#blocks;
    this.#records.setKey(slot, key, id);
    const row = this.#rowOf(domain);
    const at = this.#blockFor(row, key, id);
    let block = row.count === 0 ? this.#open(row, 0, domain) : row.blocks[at]!;
    if (blocks.length(block) === BLOCK) {
      const next = this.#open(row, at + 1, domain);
      blocks.move(block, BLOCK / 2, next);
      this.#raiseSpan(next);
      if (blocks.beginsBefore(next, key, id)) block = next;
    }
    blocks.insert(block, slot);
  }

  remove(slot: number): void {
    const block = this.#records.block(slot);
    const left = this.#blocks.remove(slot);
    if (left === 0 || left === SPARSE) this.#shrink(block, left);
  }

  /** So much is free on the slot now. Slots that are not listed are passed over. */
  setRoom(slot: number, cpu: number, memory: number): void {
    const block = this.#records.block(slot);
    if (block < 0) return;
    this.#records.setRoom(slot, cpu, memory);
    if (this.#blocks.raise(block, cpu, memory)) this.#raiseSpan(block);
  }

  /** The first of the domain with a key of `fromKey` at least that answers the query, or -1. */
  first(domain: number, fromKey: number, query: RoomQuery): number {
    const row = this.#rows[domain];
    if (row === undefined || row.count === 0) return NONE;
    const { cpuNeed, memoryNeed } = query;
    const { blocks, count } = row;
    const { most } = this.#blocks;
    const from = fromKey === Number.NEGATIVE_INFINITY ? 0 : this.#blockFor(row, fromKey, 0);
    for (let at = from; at < count; ) {
      const span = at >> SPAN_BITS;
      const begin = at;
      const end = Math.min(count, (span + 1) * SPAN);
      if (row.most[2 * span]! < cpuNeed || row.most[2 * span + 1]! < memoryNeed) {
        at = end;
        continue;
      }
      let mostCpu = Number.NEGATIVE_INFINITY;
      let mostMemory = Number.NEGATIVE_INFINITY;
      for (; at < end; at += 1) {
        const block = blocks[at]!;
        if (most[2 * block]! >= cpuNeed && most[2 * block + 1]! >= memoryNeed) {
          const slot = this.#blocks.first(block, query);
          if (slot >= 0) return slot;
        }
        mostCpu = Math.max(mostCpu, most[2 * block]!);
        mostMemory = Math.max(mostMemory, most[2 * block + 1]!);
      }
      if (begin !== span * SPAN) continue;
      row.most[2 * span] = mostCpu;
      row.most[2 * span + 1] = mostMemory;
    }
    return NONE;
  }

  /** Numbers of domains with a list are below this. */
  get domains(): number {
    return this.#rows.length;
  }

  /** The smallest of the counts by domain that is above `level`, of domains that list any; Infinity if there is none. */
  fewest(counts: Int32Array, level: number): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (let domain = 0; domain < this.#rows.length; domain++) {
      const count = counts[domain]!;
      if (count > level && count < fewest && this.#rows[domain]!.count > 0) fewest = count;
    }
    return fewest;
  }

  /** Does `a` come before `b`? Both are listed. */
  goesFirst(a: number, b: number): boolean {
    return this.#records.isBefore(a, this.#records.key(b), this.#records.id(b));
  }

  /** Bytes taken by all slots and blocks there is room for. */
  get byteLength(): number {
    return this.#rows.reduce(
      (sum, { blocks, most }) => sum + blocks.byteLength + most.byteLength,
      this.#blocks.byteLength,
    );
  }

  /** Every list is in order, every instance has the room it should have, and nobody promises less than that. */
  verify(view: ClusterView): void {
    const { domain: domainOf, span: spanOf, most } = this.#blocks;
    this.#rows.forEach((row, domain) => {
      let before = NONE;
      for (let at = 0; at < row.count; at++) {
        const block = row.blocks[at]!;
        assert(domainOf[block] === domain, 'a block is in the list of another domain');
        const span = at >> SPAN_BITS;
        assert(spanOf[block] === span, 'a block is in another span');
        const isPromised = [0, 1].every((lane) => row.most[2 * span + lane]! >= most[2 * block + lane]!);
        assert(isPromised, 'a span hides room');
        this.#blocks.verify(block, view);
        const slots = this.#blocks.slots(block);
        assert(before < 0 || this.goesFirst(before, slots[0]!), 'blocks are out of order');
        before = slots.at(-1)!;
      }
    });
  }

  /** Where in the row the block is that (key, id) belongs to: the last that begins before it, or the first. */
  #blockFor({ blocks, count }: Row, key: number, id: number): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#blocks.beginsBefore(blocks[middle]!, key, id)) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #rowOf(domain: number): Row {
    while (this.#rows.length <= domain) {
      this.#rows.push({ blocks: new Int32Array(4), count: 0, most: new Float64Array(2) });
    }
    return this.#rows[domain]!;
  }

  /** A new block of the domain, empty, before the one at `at`. */
  #open(row: Row, at: number, domain: number): number {
    const block = this.#blocks.open(domain);
    if (row.count === row.blocks.length) row.blocks = grown(Int32Array, row.blocks, row.count * 2);
    row.blocks.copyWithin(at + 1, at, row.count);
    row.blocks[at] = block;
    row.count += 1;
    const last = (row.count - 1) >> SPAN_BITS;
    if (2 * last === row.most.length) row.most = grown(Float64Array, row.most, 4 * last);
    if ((row.count - 1) % SPAN === 0) row.most.fill(Number.NEGATIVE_INFINITY, 2 * last, 2 * last + 2);
    // Every block behind it is one further, and the first of each later span comes from the one before.
    this.#enterSpan(row, at);
    for (let span = (at >> SPAN_BITS) + 1; span <= last; span++) this.#enterSpan(row, span * SPAN);
    return block;
  }

  /** Closes an empty block, and joins a sparse one with the sparse one behind it. */
  #shrink(block: number, length: number): void {
    const row = this.#rows[this.#blocks.domain[block]!]!;
    const at = row.blocks.subarray(0, row.count).indexOf(block);
    if (length === 0) {
      this.#close(row, at);
      return;
    }
    const next = at + 1 < row.count ? row.blocks[at + 1]! : NONE;
    if (next < 0 || this.#blocks.length(next) + length > BLOCK / 2) return;
    this.#blocks.move(next, 0, block);
    this.#raiseSpan(block);
    this.#close(row, at + 1);
  }

  #close(row: Row, at: number): void {
    this.#blocks.close(row.blocks[at]!);
    row.blocks.copyWithin(at, at + 1, row.count);
    row.count -= 1;
    // Every block behind it is one nearer, and the last of each span comes from the one behind.
    for (let end = (at | (SPAN - 1)) + 1; end <= row.count; end += SPAN) this.#enterSpan(row, end - 1);
  }

  /** The block at this place of the row belongs to the span there from now on. */
  #enterSpan(row: Row, at: number): void {
    const block = row.blocks[at]!;
    this.#blocks.span[block] = at >> SPAN_BITS;
    this.#raiseSpan(block);
  }

  /** The span of the block has at least what the block has. */
  #raiseSpan(block: number): void {
    const { domain, span, most } = this.#blocks;
    const ofSpans = this.#rows[domain[block]!]!.most;
    const at = 2 * span[block]!;
    ofSpans[at] = Math.max(ofSpans[at]!, most[2 * block]!);
    ofSpans[at + 1] = Math.max(ofSpans[at + 1]!, most[2 * block + 1]!);
  }
}
