import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { LANE } from '../model/resources.ts';
import { RoomRecords } from './room-records.ts';

/** Entries of a block. Small enough to shift, large enough that a walk over blocks is short. */
export const BLOCK = 64;
const NONE = -1;

/** What a walk looks for: enough of both, and whatever else `takes` wants. */
export interface RoomQuery {
  readonly view: ClusterView;
  readonly cpuNeed: number;
  readonly memoryNeed: number;
  /** null: CPU and memory decide alone. */
  readonly takes: ((slot: number) => boolean) | null;
}

/**
 * Blocks of up to 64 instances each, in order of (key, id). A block knows its first key and id, and how much CPU and
 * memory the roomiest of it has at most. Columns by block, which are used again; 5 to 15 bytes an instance.
 */
export class RoomBlocks {
  readonly records = new RoomRecords();
  /** Which domain's list the block is in, and which span of it: written by the list. */
  domain = new Int32Array(0);
  span = new Int32Array(0);
  /** CPU and memory: never less than the roomiest really has; made exact by a search in vain. */
  most = new Float64Array(0);
  #entries = new Int32Array(0);
  #length = new Uint8Array(0);
  #firstKey = new Float64Array(0);
  #firstId = new Int32Array(0);
  readonly #free: number[] = [];
  #blocks = 0;

  /** No block is left, and no instance listed; room for so many slots. */
  clear(slots: number): void {
    this.#free.length = 0;
    this.#blocks = 0;
    this.records.clear(slots);
  }

  /** An empty block of the domain. */
  open(domain: number): number {
    const block = this.#free.pop() ?? this.#blocks++;
    if (block >= this.#length.length) this.#grow();
    this.#length[block] = 0;
    this.domain[block] = domain;
    this.most.fill(Number.NEGATIVE_INFINITY, 2 * block, 2 * block + 2);
    return block;
  }

  close(block: number): void {
    this.#free.push(block);
  }

  length(block: number): number {
    return this.#length[block]!;
  }

  slots(block: number): Int32Array {
    return this.#entries.subarray(block * BLOCK, block * BLOCK + this.#length[block]!);
  }

  /** Does the block, which is not empty, begin before (key, id)? */
  beginsBefore(block: number, key: number, id: number): boolean {
    const first = this.#firstKey[block]!;
    return first < key || (first === key && this.#firstId[block]! < id);
  }

  /** Puts the slot where its key and id belong in a block that is not full. */
  insert(block: number, slot: number): void {
    const { records } = this;
    const entries = this.#entries;
    const key = records.key(slot);
    const id = records.id(slot);
    const base = block * BLOCK;
    const end = base + this.#length[block]!;
    let low = base;
    for (let high = end; low < high; ) {
      const middle = (low + high) >>> 1;
      if (records.isBefore(entries[middle]!, key, id)) low = middle + 1;
      else high = middle;
    }
    // Moving one by one is quicker than a call for so few.
    for (let entry = end; entry > low; entry -= 1) entries[entry] = entries[entry - 1]!;
    entries[low] = slot;
    this.#length[block] = end - base + 1;
    records.setBlock(slot, block);
    if (low === base) this.#begin(block);
  }

  /** Takes the slot out of its block; answers how many are left there. */
  remove(slot: number): number {
    const block = this.records.block(slot);
    const entries = this.#entries;
    const base = block * BLOCK;
    const length = this.#length[block]! - 1;
    let entry = base;
    while (entries[entry] !== slot) entry += 1;
    const wasFirst = entry === base;
    for (const last = base + length; entry < last; entry += 1) entries[entry] = entries[entry + 1]!;
    this.#length[block] = length;
    this.records.setBlock(slot, NONE);
    if (wasFirst && length > 0) this.#begin(block);
    return length;
  }

  /** Appends the entries of a block from number `from` on to another one, which they all come after. */
  move(block: number, from: number, to: number): void {
    const { most } = this;
    const end = this.#length[block]!;
    for (let i = from; i < end; i++) {
      const slot = this.#entries[block * BLOCK + i]!;
      this.#entries[to * BLOCK + this.#length[to]!] = slot;
      this.#length[to]! += 1;
      this.records.setBlock(slot, to);
    }
    this.#length[block] = from;
    most[2 * to] = Math.max(most[2 * to]!, most[2 * block]!);
    most[2 * to + 1] = Math.max(most[2 * to + 1]!, most[2 * block + 1]!);
    this.#begin(to);
  }

  /** So much is free on a slot of the block. Does the block promise more than before? */
  raise(block: number, cpu: number, memory: number): boolean {
    const { most } = this;
    if (cpu <= most[2 * block]! && memory <= most[2 * block + 1]!) return false;
    most[2 * block] = Math.max(most[2 * block]!, cpu);
    most[2 * block + 1] = Math.max(most[2 * block + 1]!, memory);
    return true;
  }

  /** The first slot of the block that answers the query, or -1. */
  first(block: number, { cpuNeed, memoryNeed, takes }: RoomQuery): number {
    const { records } = this;
    const entries = this.#entries;
    let mostCpu = Number.NEGATIVE_INFINITY;
    let mostMemory = Number.NEGATIVE_INFINITY;
    const end = block * BLOCK + this.#length[block]!;
    for (let entry = block * BLOCK; entry < end; entry++) {
      const slot = entries[entry]!;
      const cpu = records.cpu(slot);
      const memory = records.memory(slot);
      if (cpu >= cpuNeed && memory >= memoryNeed && (takes === null || takes(slot))) return slot;
      if (cpu > mostCpu) mostCpu = cpu;
      if (memory > mostMemory) mostMemory = memory;
    }
    this.most[2 * block] = mostCpu;
    this.most[2 * block + 1] = mostMemory;
    return NONE;
  }

  /** Bytes taken by all slots and blocks there is room for. */
  get byteLength(): number {
    const { records, domain, span, most } = this;
    const columns = [records, domain, span, most, this.#entries, this.#length, this.#firstKey, this.#firstId];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** The block is in order, and knows of each of its instances what the view says. */
  verify(block: number, view: ClusterView): void {
    const { records, most } = this;
    const slots = this.slots(block);
    assert(slots.length > 0, 'a block of the order is empty');
    const begins = this.#firstKey[block] === records.key(slots[0]!);
    assert(begins && this.#firstId[block] === records.id(slots[0]!), 'a block begins elsewhere');
    slots.forEach((slot, at) => {
      assert(records.block(slot) === block, 'an instance is listed where it does not stand');
      const isNext = at === 0 || records.isBefore(slots[at - 1]!, records.key(slot), records.id(slot));
      assert(isNext, 'instances are out of order');
      const cpu = view.allocatable[LANE.cpu]![slot]! - view.requested[LANE.cpu]![slot]!;
      const memory = view.allocatable[LANE.memory]![slot]! - view.requested[LANE.memory]![slot]!;
      const isKnown = records.cpu(slot) === cpu && records.memory(slot) === memory;
      assert(isKnown, 'an instance has other room than is known');
      assert(most[2 * block]! >= cpu && most[2 * block + 1]! >= memory, 'a block hides room');
    });
  }

  /** The block has another first entry. */
  #begin(block: number): void {
    const slot = this.#entries[block * BLOCK]!;
    this.#firstKey[block] = this.records.key(slot);
    this.#firstId[block] = this.records.id(slot);
  }

  #grow(): void {
    const blocks = Math.max(8, this.#length.length * 2);
    this.#entries = grown(Int32Array, this.#entries, blocks * BLOCK);
    this.#length = grown(Uint8Array, this.#length, blocks);
    this.#firstKey = grown(Float64Array, this.#firstKey, blocks);
    this.#firstId = grown(Int32Array, this.#firstId, blocks);
    this.most = grown(Float64Array, this.most, 2 * blocks);
    this.domain = grown(Int32Array, this.domain, blocks);
    this.span = grown(Int32Array, this.span, blocks);
  }
}
