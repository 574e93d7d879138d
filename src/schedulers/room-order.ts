import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { LANE } from '../model/resources.ts';

/** Entries of a block. Small enough to shift, large enough that a walk over blocks is short. */
const BLOCK = 64;
/** A block that has shrunk to this joins its neighbour if both fit into half a block. */
const SPARSE = BLOCK / 8;
const NONE = -1;

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

/**
 * Instances in lists, one list per domain, each in order of a key and then of instance id: "the best instance with room,
 * lowest id on ties" is the first one of a walk that has room. Neighbours share a block, which knows how much CPU and
 * memory the roomiest of them has at most, so a walk passes over whole blocks.
 *
 * Layout: `#entries` holds `BLOCK` slots per block; a list is a row of block numbers in order. A record by slot: the key
 * and id under which it is listed, its block (-1: not listed) and its room, which stand together because a walk over
 * 100,000 instances waits for memory and for nothing else. Listing, moving and leaving cost a binary search over blocks
 * and one within a block. 32 bytes a slot, and 5 to 15 for its place in a block.
 */
export class RoomOrder {
  #entries: Int32Array = new Int32Array(0);
  #length = new Uint8Array(0);
  /** CPU and memory by block: never less than the roomiest of it really has; made exact by a walk in vain. */
  #most = new Float64Array(0);
  #domainOfBlock = new Int32Array(0);
  readonly #freeBlocks: number[] = [];
  #blocks = 0;
  readonly #rows: { blocks: Int32Array; count: number }[] = [];
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
  }

  remove(slot: number): void {
    const block = this.#blockOf(slot);
    const base = block * BLOCK;
    const length = this.#length[block]! - 1;
    const entries = this.#entries;
    let position = base;
    while (entries[position] !== slot) position += 1;
    for (const last = base + length; position < last; position += 1)
      entries[position] = entries[position + 1]!;
    this.#length[block] = length;
    this.#list(slot, NONE);
    if (length === 0 || length === SPARSE) this.#shrink(block, length);
  }

  /** So much is free on the slot now. Slots that are not listed are passed over. */
  setRoom(slot: number, cpu: number, memory: number): void {
    const block = this.#blockOf(slot);
    if (block < 0) return;
    this.#doubles[slot * DOUBLES + CPU] = cpu;
    this.#doubles[slot * DOUBLES + MEMORY] = memory;
    const most = this.#most;
    if (cpu > most[2 * block]!) most[2 * block] = cpu;
    if (memory > most[2 * block + 1]!) most[2 * block + 1] = memory;
  }

  /** The first of the domain with a key of `fromKey` at least that answers the query, or -1. */
  first(domain: number, fromKey: number, { cpuNeed, memoryNeed, takes }: RoomQuery): number {
    const row = this.#rows[domain];
    if (row === undefined || row.count === 0) return NONE;
    const entries = this.#entries;
    const doubles = this.#doubles;
    const most = this.#most;
    const from = fromKey === Number.NEGATIVE_INFINITY ? 0 : this.#blockFor(row, fromKey, 0);
    for (let at = from; at < row.count; at++) {
      const block = row.blocks[at]!;
      if (most[2 * block]! < cpuNeed || most[2 * block + 1]! < memoryNeed) continue;
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
      most[2 * block] = mostCpu;
      most[2 * block + 1] = mostMemory;
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

  /** Where in the row the block is that (key, id) belongs to: the last that begins before it, or the first. */
  #blockFor({ blocks, count }: { blocks: Int32Array; count: number }, key: number, id: number): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(this.#entries[blocks[middle]! * BLOCK]!, key, id)) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #rowOf(domain: number): { blocks: Int32Array; count: number } {
    while (this.#rows.length <= domain) this.#rows.push({ blocks: new Int32Array(4), count: 0 });
    return this.#rows[domain]!;
  }

  /** A new block of the domain, empty, before the one at `at`. */
  #open(row: { blocks: Int32Array; count: number }, at: number, domain: number): number {
    const block = this.#freeBlocks.pop() ?? this.#blocks++;
    if (block >= this.#length.length) this.#growBlocks();
    if (row.count === row.blocks.length) row.blocks = grown(Int32Array, row.blocks, row.count * 2);
    row.blocks.copyWithin(at + 1, at, row.count);
    row.blocks[at] = block;
    row.count += 1;
    this.#length[block] = 0;
    this.#domainOfBlock[block] = domain;
    this.#most.fill(Number.NEGATIVE_INFINITY, 2 * block, 2 * block + 2);
    return block;
  }

  /** Moves the second half of a full block to a new one behind it. */
  #split(row: { blocks: Int32Array; count: number }, at: number, domain: number): number {
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

  #close(row: { blocks: Int32Array; count: number }, at: number): void {
    this.#freeBlocks.push(row.blocks[at]!);
    row.blocks.copyWithin(at, at + 1, row.count);
    row.count -= 1;
  }

  #growBlocks(): void {
    const blocks = Math.max(8, this.#length.length * 2);
    this.#entries = grown(Int32Array, this.#entries, blocks * BLOCK);
    this.#length = grown(Uint8Array, this.#length, blocks);
    this.#most = grown(Float64Array, this.#most, 2 * blocks);
    this.#domainOfBlock = grown(Int32Array, this.#domainOfBlock, blocks);
  }
}
