import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { LANE } from '../model/resources.ts';

/** Entries of a block. Small enough to shift, large enough that a walk over blocks is short. */
const BLOCK = 64;
/** A block that has shrunk to this joins its neighbour if both fit into half a block. */
const SPARSE = BLOCK / 8;
const NONE = -1;
/** Blocks of a span, as a power of two. */
const SPAN_BITS = 5;
const SPAN = 2 ** SPAN_BITS;

/** Doubles and integers of a slot's 32 bytes: key, free CPU and free memory, then the id and the block. */
const DOUBLES = 4;
const CPU = 1;
const MEMORY = 2;
const INTEGERS = 8;
const ID = 6;
const BLOCK_OF = 7;

/** What a walk looks for: enough of both, and whatever else `takes` wants. */
export interface RoomQuery {
  readonly view: ClusterView;
  readonly cpuNeed: number;
  readonly memoryNeed: number;
  /** null: CPU and memory decide alone. */
  readonly takes: ((slot: number) => boolean) | null;
}

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
 * which knows the same, so that a walk over thousands of blocks is short too.
 *
 * Layout: `#entries` holds `BLOCK` slots per block; a list is a row of block numbers in order. A record by slot: the key
 * and id under which it is listed, its block (-1: not listed) and its room, which stand together because a walk over
 * 100,000 instances waits for memory and for nothing else. Listing, moving and leaving cost a binary search over the
 * beginnings of blocks and one within a block. 32 bytes a slot, and 5 to 15 for its place in a block.
 */
export class RoomOrder {
  #entries: Int32Array = new Int32Array(0);
  #length = new Uint8Array(0);
  /** CPU and memory by block: never less than the roomiest of it really has; made exact by a walk in vain. */
  #most = new Float64Array(0);
  /** Key and id of the first entry of each block. */
  #firstKey = new Float64Array(0);
  #firstId = new Int32Array(0);
  #domainOfBlock = new Int32Array(0);
  #spanOfBlock = new Int32Array(0);
  readonly #freeBlocks: number[] = [];
  #blocks = 0;
  readonly #rows: Row[] = [];
  /** Both look at the same bytes. */
  #doubles = new Float64Array(0);
  #integers = new Int32Array(this.#doubles.buffer);

  /** Lists nothing any more, and makes room for so many slots. */
  clear(slots: number): void {
    for (const row of this.#rows) row.count = 0;
    this.#freeBlocks.length = 0;
    this.#blocks = 0;
    this.ensure(slots);
    for (let slot = 0; slot * DOUBLES < this.#doubles.length; slot++) this.#list(slot, NONE);
  }

  ensure(slots: number): void {
    const before = this.#doubles.length / DOUBLES;
    if (slots <= before) return;
    this.#doubles = grown(Float64Array, this.#doubles, slots * DOUBLES);
    this.#integers = new Int32Array(this.#doubles.buffer);
    for (let slot = before; slot < slots; slot++) this.#list(slot, NONE);
  }

  /** Is the slot listed just so? */
  isAt(slot: number, key: number, id: number, domain: number): boolean {
    const block = this.#blockOf(slot);
    const isThere = this.#doubles[slot * DOUBLES] === key && this.#integers[slot * INTEGERS + ID] === id;
    return block >= 0 && isThere && this.#domainOfBlock[block] === domain;
  }

  isListed(slot: number): boolean {
    return this.#blockOf(slot) >= 0;
  }

  /** To be followed by `setRoom`. */
  insert(slot: number, key: number, id: number, domain: number): void {
    this.#doubles[slot * DOUBLES] = key;
    this.#integers[slot * INTEGERS + ID] = id;
    const row = this.#rowOf(domain);
    let at = this.#blockFor(row, key, id);
    let block = row.count === 0 ? this.#open(row, 0, domain) : row.blocks[at]!;
    if (this.#length[block] === BLOCK) {
      const next = this.#split(row, at, domain);
      const first = this.#entries[next * BLOCK]!;
      if (this.#isBefore(first, key, id)) {
        at += 1;
        block = next;
      }
    }
    const base = block * BLOCK;
    const length = this.#length[block]!;
    const entries = this.#entries;
    let low = base;
    for (let high = base + length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(entries[middle]!, key, id)) low = middle + 1;
      else high = middle;
    }
    // Moving one by one is quicker than a call for so few.
    for (let entry = base + length; entry > low; entry -= 1) entries[entry] = entries[entry - 1]!;
    entries[low] = slot;
    this.#length[block] = length + 1;
    this.#list(slot, block);
    if (low === base) this.#begin(block);
  }

  remove(slot: number): void {
    const block = this.#blockOf(slot);
    const base = block * BLOCK;
    const length = this.#length[block]! - 1;
    const entries = this.#entries;
    let position = base;
    while (entries[position] !== slot) position += 1;
    const wasFirst = position === base;
    for (const last = base + length; position < last; position += 1)
      entries[position] = entries[position + 1]!;
    this.#length[block] = length;
    this.#list(slot, NONE);
    if (wasFirst && length > 0) this.#begin(block);
    if (length === 0 || length === SPARSE) this.#shrink(block, length);
  }

  /** So much is free on the slot now. Slots that are not listed are passed over. */
  setRoom(slot: number, cpu: number, memory: number): void {
    const block = this.#blockOf(slot);
    if (block < 0) return;
    this.#doubles[slot * DOUBLES + CPU] = cpu;
    this.#doubles[slot * DOUBLES + MEMORY] = memory;
    const most = this.#most;
    if (cpu <= most[2 * block]! && memory <= most[2 * block + 1]!) return;
    most[2 * block] = Math.max(most[2 * block]!, cpu);
    most[2 * block + 1] = Math.max(most[2 * block + 1]!, memory);
    this.#raiseSpan(block);
  }

  /** The first of the domain with a key of `fromKey` at least that answers the query, or -1. */
  first(domain: number, fromKey: number, query: RoomQuery): number {
    const row = this.#rows[domain];
    if (row === undefined || row.count === 0) return NONE;
    const { cpuNeed, memoryNeed } = query;
    const { blocks, count } = row;
    const most = this.#most;
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
          const slot = this.#firstIn(block, query);
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

  #firstIn(block: number, { cpuNeed, memoryNeed, takes }: RoomQuery): number {
    const entries = this.#entries;
    const doubles = this.#doubles;
    let mostCpu = Number.NEGATIVE_INFINITY;
    let mostMemory = Number.NEGATIVE_INFINITY;
    const end = block * BLOCK + this.#length[block]!;
    for (let entry = block * BLOCK; entry < end; entry++) {
      const slot = entries[entry]!;
      const cpu = doubles[slot * DOUBLES + CPU]!;
      const memory = doubles[slot * DOUBLES + MEMORY]!;
      if (cpu >= cpuNeed && memory >= memoryNeed && (takes === null || takes(slot))) return slot;
      if (cpu > mostCpu) mostCpu = cpu;
      if (memory > mostMemory) mostMemory = memory;
    }
    this.#most[2 * block] = mostCpu;
    this.#most[2 * block + 1] = mostMemory;
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
    return this.#isBefore(a, this.#doubles[b * DOUBLES]!, this.#integers[b * INTEGERS + ID]!);
  }

  /** Every list is in order, every instance has the room it should have, and no block promises less than that. */
  verify(view: ClusterView): void {
    this.#rows.forEach((row, domain) => {
      let before = NONE;
      for (let at = 0; at < row.count; at++) {
        const block = row.blocks[at]!;
        assert(this.#length[block]! > 0, 'a block of the order is empty');
        assert(this.#domainOfBlock[block] === domain, 'a block is in the list of another domain');
        this.#verifySpan(row, at);
        for (let i = 0; i < this.#length[block]!; i++) {
          const slot = this.#entries[block * BLOCK + i]!;
          assert(this.#blockOf(slot) === block, 'an instance is listed where it does not stand');
          assert(before < 0 || this.goesFirst(before, slot), 'instances are out of order');
          const cpu = view.allocatable[LANE.cpu]![slot]! - view.requested[LANE.cpu]![slot]!;
          const memory = view.allocatable[LANE.memory]![slot]! - view.requested[LANE.memory]![slot]!;
          const isKnown =
            this.#doubles[slot * DOUBLES + CPU] === cpu && this.#doubles[slot * DOUBLES + MEMORY] === memory;
          assert(isKnown, 'an instance has other room than is known');
          const isPromised = this.#most[2 * block]! >= cpu && this.#most[2 * block + 1]! >= memory;
          assert(isPromised, 'a block hides room');
          before = slot;
        }
      }
    });
  }

  #verifySpan({ blocks, most }: Row, at: number): void {
    const block = blocks[at]!;
    const span = at >> SPAN_BITS;
    assert(this.#spanOfBlock[block] === span, 'a block is in another span');
    const isPromised = [0, 1].every((lane) => most[2 * span + lane]! >= this.#most[2 * block + lane]!);
    assert(isPromised, 'a span hides room');
    const slot = this.#entries[block * BLOCK]!;
    const first = [this.#firstKey[block], this.#firstId[block]];
    assert(
      first[0] === this.#doubles[slot * DOUBLES] && first[1] === this.#integers[slot * INTEGERS + ID],
      'a block begins elsewhere',
    );
  }

  #isBefore(slot: number, key: number, id: number): boolean {
    const own = this.#doubles[slot * DOUBLES]!;
    return own < key || (own === key && this.#integers[slot * INTEGERS + ID]! < id);
  }

  #blockOf(slot: number): number {
    return this.#integers[slot * INTEGERS + BLOCK_OF]!;
  }

  /** The slot stands in the block; -1: in none. */
  #list(slot: number, block: number): void {
    this.#integers[slot * INTEGERS + BLOCK_OF] = block;
  }

  /** The block has another first entry. */
  #begin(block: number): void {
    const slot = this.#entries[block * BLOCK]!;
    this.#firstKey[block] = this.#doubles[slot * DOUBLES]!;
    this.#firstId[block] = this.#integers[slot * INTEGERS + ID]!;
  }

  /** Where in the row the block is that (key, id) belongs to: the last that begins before it, or the first. */
  #blockFor({ blocks, count }: Row, key: number, id: number): number {
    const firstKey = this.#firstKey;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = blocks[middle]!;
      const begins = firstKey[block]!;
      if (begins < key || (begins === key && this.#firstId[block]! < id)) low = middle + 1;
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
    const block = this.#freeBlocks.pop() ?? this.#blocks++;
    if (block >= this.#length.length) this.#growBlocks();
    if (row.count === row.blocks.length) row.blocks = grown(Int32Array, row.blocks, row.count * 2);
    row.blocks.copyWithin(at + 1, at, row.count);
    row.blocks[at] = block;
    row.count += 1;
    this.#length[block] = 0;
    this.#domainOfBlock[block] = domain;
    this.#most.fill(Number.NEGATIVE_INFINITY, 2 * block, 2 * block + 2);
    const last = (row.count - 1) >> SPAN_BITS;
    if (2 * last === row.most.length) row.most = grown(Float64Array, row.most, 4 * last);
    if ((row.count - 1) % SPAN === 0) row.most.fill(Number.NEGATIVE_INFINITY, 2 * last, 2 * last + 2);
    // Every block behind it is one further, and the first of each later span comes from the one before.
    this.#enterSpan(row, at);
    for (let span = (at >> SPAN_BITS) + 1; span <= last; span++) this.#enterSpan(row, span * SPAN);
    return block;
  }

  /** The block at this place of the row belongs to the span there from now on. */
  #enterSpan(row: Row, at: number): void {
    const block = row.blocks[at]!;
    this.#spanOfBlock[block] = at >> SPAN_BITS;
    this.#raiseSpan(block);
  }

  /** The span of the block has at least what the block has. */
  #raiseSpan(block: number): void {
    const { most } = this.#rows[this.#domainOfBlock[block]!]!;
    const at = 2 * this.#spanOfBlock[block]!;
    most[at] = Math.max(most[at]!, this.#most[2 * block]!);
    most[at + 1] = Math.max(most[at + 1]!, this.#most[2 * block + 1]!);
  }

  /** Moves the second half of a full block to a new one behind it. */
  #split(row: Row, at: number, domain: number): number {
    const block = row.blocks[at]!;
    const next = this.#open(row, at + 1, domain);
    this.#move(block, BLOCK / 2, next);
    return next;
  }

  /** Appends the entries of a block from number `from` on to another one. */
  #move(block: number, from: number, to: number): void {
    const end = this.#length[block]!;
    for (let i = from; i < end; i++) {
      const slot = this.#entries[block * BLOCK + i]!;
      this.#entries[to * BLOCK + this.#length[to]!] = slot;
      this.#length[to]! += 1;
      this.#list(slot, to);
    }
    this.#length[block] = from;
    const most = this.#most;
    most[2 * to] = Math.max(most[2 * to]!, most[2 * block]!);
    most[2 * to + 1] = Math.max(most[2 * to + 1]!, most[2 * block + 1]!);
    this.#raiseSpan(to);
    this.#begin(to);
  }

  /** Closes an empty block, and joins a sparse one with the sparse one behind it. */
  #shrink(block: number, length: number): void {
    const row = this.#rows[this.#domainOfBlock[block]!]!;
    const at = row.blocks.subarray(0, row.count).indexOf(block);
    if (length === 0) {
      this.#close(row, at);
      return;
    }
    const next = at + 1 < row.count ? row.blocks[at + 1]! : NONE;
    if (next < 0 || this.#length[next]! + length > BLOCK / 2) return;
    this.#move(next, 0, block);
    this.#close(row, at + 1);
  }

  #close(row: Row, at: number): void {
    this.#freeBlocks.push(row.blocks[at]!);
    row.blocks.copyWithin(at, at + 1, row.count);
    row.count -= 1;
    // Every block behind it is one nearer, and the last of each span comes from the one behind.
    for (let end = (at | (SPAN - 1)) + 1; end <= row.count; end += SPAN) this.#enterSpan(row, end - 1);
  }

  #growBlocks(): void {
    const blocks = Math.max(8, this.#length.length * 2);
    this.#entries = grown(Int32Array, this.#entries, blocks * BLOCK);
    this.#length = grown(Uint8Array, this.#length, blocks);
    this.#most = grown(Float64Array, this.#most, 2 * blocks);
    this.#firstKey = grown(Float64Array, this.#firstKey, blocks);
    this.#firstId = grown(Int32Array, this.#firstId, blocks);
    this.#domainOfBlock = grown(Int32Array, this.#domainOfBlock, blocks);
    this.#spanOfBlock = grown(Int32Array, this.#spanOfBlock, blocks);
  }
}
