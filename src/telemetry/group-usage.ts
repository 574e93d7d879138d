import { grown } from '../model/grown.ts';

/** What the tasks of a group used of an instance: Σ request × time held. Times in milliseconds. */
export interface GroupUse {
  readonly cpu: number;
  readonly memoryMiB: number;
}

const NONE = -1;
/** Integers and doubles of a pair's 32 bytes: instance, group, the next pair of the instance; from the third double on, the sums. */
const INTEGERS = 8;
const GROUP = 1;
const NEXT = 2;
const DOUBLES = 4;
const CPU = 2;
const MEMORY = 3;
/** Two odd numbers that spread what they multiply over 32 bits. */
const SPREAD_INSTANCES = 0x9e3779b1;
const SPREAD_GROUPS = 0x85ebca6b;

/**
 * Sums for each pair of an instance and a group: a record of 32 bytes, found through a hash table with open addressing
 * that is never more than half full. 40 to 48 bytes a pair, and 4 an instance.
 */
export class GroupUsage {
  #doubles = new Float64Array(64 * DOUBLES);
  #integers = new Int32Array(this.#doubles.buffer);
  #pairs = 0;
  /** Pairs, counted from 1, where their hashes put them; 0 is empty. Its length is a power of two. */
  #places = new Int32Array(128);
  /** By instance id: its first pair. */
  #first = new Int32Array(0);

  /** Adds to what the group used of the instance. Ids are small integers from 0. */
  add(instanceId: number, groupId: number, cpu: number, memoryMiB: number): void {
    const pair = this.#find(instanceId, groupId);
    this.#doubles[pair * DOUBLES + CPU]! += cpu;
    this.#doubles[pair * DOUBLES + MEMORY]! += memoryMiB;
  }

  /** By group id, in the order in which the groups came to the instance. */
  of(instanceId: number): Map<number, GroupUse> {
    const uses = new Map<number, GroupUse>();
    for (let pair = this.#first[instanceId] ?? NONE; pair >= 0; ) {
      const at = pair * DOUBLES;
      const cpu = this.#doubles[at + CPU]!;
      uses.set(this.#integers[pair * INTEGERS + GROUP]!, { cpu, memoryMiB: this.#doubles[at + MEMORY]! });
      pair = this.#integers[pair * INTEGERS + NEXT]!;
    }
    return uses;
  }

  #find(instanceId: number, groupId: number): number {
    const integers = this.#integers;
    let place = this.#placeFor(instanceId, groupId);
    for (;;) {
      const pair = this.#places[place]! - 1;
      if (pair < 0) break;
      const at = pair * INTEGERS;
      if (integers[at] === instanceId && integers[at + GROUP] === groupId) return pair;
      place = (place + 1) & (this.#places.length - 1);
    }
    return this.#open(instanceId, groupId);
  }

  #placeFor(instanceId: number, groupId: number): number {
    const hash = Math.imul(instanceId, SPREAD_INSTANCES) ^ Math.imul(groupId, SPREAD_GROUPS);
    return (hash ^ (hash >>> 15)) & (this.#places.length - 1);
  }

  /** A pair that is new, behind the others of its instance. */
  #open(instanceId: number, groupId: number): number {
    const pair = this.#pairs;
    if (pair * INTEGERS === this.#integers.length) this.#grow();
    this.#pairs += 1;
    const at = pair * INTEGERS;
    this.#integers[at] = instanceId;
    this.#integers[at + GROUP] = groupId;
    this.#integers[at + NEXT] = NONE;
    if (instanceId >= this.#first.length) {
      this.#first = grown(
        Int32Array,
        this.#first,
        Math.max(16, instanceId + 1, this.#first.length * 2),
        NONE,
      );
    }
    let last = this.#first[instanceId]!;
    if (last < 0) this.#first[instanceId] = pair;
    else {
      while (this.#integers[last * INTEGERS + NEXT]! >= 0) last = this.#integers[last * INTEGERS + NEXT]!;
      this.#integers[last * INTEGERS + NEXT] = pair;
    }
    this.#enter(pair);
    return pair;
  }

  #enter(pair: number): void {
    const at = pair * INTEGERS;
    let place = this.#placeFor(this.#integers[at]!, this.#integers[at + GROUP]!);
    while (this.#places[place] !== 0) place = (place + 1) & (this.#places.length - 1);
    this.#places[place] = pair + 1;
  }

  #grow(): void {
    this.#doubles = grown(Float64Array, this.#doubles, this.#doubles.length * 2);
    this.#integers = new Int32Array(this.#doubles.buffer);
    this.#places = new Int32Array(this.#places.length * 2);
    for (let pair = 0; pair < this.#pairs; pair++) this.#enter(pair);
  }
}
