import type { NodeState } from './existing-node.ts';
import { type Amounts, fits, roomFor } from './instance-types.ts';
import { MOST_SIZES, type PodLoad, type Step, stepFrom } from './pod-load.ts';
import { ReachableSums } from './reachable-sums.ts';

/** What a new node of some type leaves for pods, and the least that such a node costs. */
export interface LaunchRoom {
  readonly room: Amounts;
  readonly price: number;
}

/**
 * Whether pods could be moved for all that counting can tell: by room alone, as if no constraint held. What fails this
 * fails every simulation, so that most of these need not be made. It counts twice:
 *
 * - of each kind of pods, how many all nodes have room for, as if pods of other kinds had room elsewhere;
 * - of each lane and each size, what pods at least that large ask for, and what such pods can take of what nodes have
 *   available, which is a sum of their sizes.
 *
 * What is left must fit one new node, and cheap enough it must be.
 */
export class RoomBound {
  readonly #settled: Room;
  /** The cheapest first. */
  readonly #launches: readonly LaunchRoom[];
  readonly #leaving: PodLoad;
  /** Nodes that take pods of those alone that are on their way out. */
  readonly #settling: Room;
  /** Of what there is room for on settled nodes, what pods on their way out leave; below 0 when it is too little. */
  readonly #room = new Map<Amounts, number>();
  /** The same in each lane, by key of the step. */
  readonly #above: (Map<string, RoomAbove> | undefined)[] = [];

  /** `nodes`: those that pods may be moved to. `leaving`: pods of nodes that are on their way out, which move anyway. */
  constructor(nodes: readonly NodeState[], launches: readonly LaunchRoom[], leaving: PodLoad) {
    this.#settled = new Room(nodes.filter(({ isSettling }) => !isSettling));
    this.#settling = new Room(nodes.filter(({ isSettling }) => isSettling));
    this.#launches = [...launches].sort((a, b) => a.price - b.price);
    this.#leaving = leaving;
  }

  /** Could all the pods go to nodes other than `without`, and to one new node that costs less than `price`? */
  mayHold(load: PodLoad, without: readonly NodeState[], price: number): boolean {
    const left = new Float64Array(load.steps.length);
    const gone = without.filter((node) => this.#settled.has(node));
    this.#addSurplus(left, load, gone);
    this.#raiseToNeed(left, load, gone);
    if (left.every((amount) => amount <= 0)) return true;
    for (const launch of this.#launches) {
      if (launch.price >= price) return false;
      if (fits(left, launch.room)) return true;
    }
    return false;
  }

  /** What the pods ask for that would find no room even if those of their kind were the only ones. */
  #addSurplus(left: Float64Array, { counts }: PodLoad, gone: readonly NodeState[]): void {
    for (const [requests, count] of counts) {
      let room = this.#roomFor(requests);
      for (const { available } of gone) room -= roomFor(requests, available);
      const surplus = count - room;
      if (surplus <= 0) continue;
      for (let lane = 0; lane < left.length; lane++) left[lane]! += surplus * requests[lane]!;
    }
  }

  /** At least what pods of some size and more ask for beyond all that there is for them. */
  #raiseToNeed(left: Float64Array, { steps }: PodLoad, gone: readonly NodeState[]): void {
    for (let lane = 0; lane < left.length; lane++) {
      for (const step of steps[lane]!) {
        const { room, packed } = this.#roomAbove(lane, step);
        let need = step.total - room;
        for (const { available } of gone) need += packed(available[lane]!);
        if (need > left[lane]!) left[lane] = need;
      }
    }
  }

  #roomFor(requests: Amounts): number {
    let room = this.#room.get(requests);
    if (room === undefined) {
      const leaving = this.#leaving.counts.get(requests) ?? 0;
      const staying = leaving === 0 ? 0 : Math.max(0, leaving - this.#settling.for(requests));
      room = this.#settled.for(requests) - staying;
      this.#room.set(requests, room);
    }
    return room;
  }

  #roomAbove(lane: number, step: Step): RoomAbove {
    this.#above[lane] ??= new Map();
    const known = this.#above[lane]!;
    let above = known.get(step.key);
    if (above === undefined) {
      const leaving = stepFrom(this.#leaving, lane, step.size);
      const sizes = known.size < MOST_LOOKS ? sizesOfBoth(step, leaving) : null;
      const packed = packing(step.size, sizes);
      const asked = leaving?.total ?? 0;
      const staying = Math.max(0, asked - (asked === 0 ? 0 : this.#settling.packed(lane, step.size, packed)));
      above = { room: this.#settled.packed(lane, step.size, packed) - staying, packed };
      known.set(step.key, above);
    }
    return above;
  }
}

/** So many sets of sizes are looked at closely; a cluster with more of them has no two nodes that are alike. */
const MOST_LOOKS = 64;

/** What pods of some sizes can take of so much on one node, at most. */
type Packed = (available: number) => number;

interface RoomAbove {
  readonly room: number;
  readonly packed: Packed;
}

function packing(least: number, sizes: readonly number[] | null): Packed {
  if (sizes === null) return (available) => (available >= least ? available : 0);
  const sums = new ReachableSums(sizes);
  return (available) => sums.upTo(available);
}

/** Of the pods of both; null: too many to look at closely. */
function sizesOfBoth({ sizes }: Step, leaving: Step | undefined): readonly number[] | null {
  if (leaving === undefined || sizes === null) return sizes;
  if (leaving.sizes === null) return null;
  const both = new Set([...sizes, ...leaving.sizes]);
  return both.size > MOST_SIZES ? null : [...both];
}

/** What nodes have available. */
class Room {
  readonly #nodes: ReadonlySet<NodeState>;
  /** By lane: what each has available, the smallest first. */
  readonly #lanes: (Float64Array | undefined)[] = [];

  constructor(nodes: readonly NodeState[]) {
    this.#nodes = new Set(nodes.filter(({ available }) => isNowhereBelowNothing(available)));
  }

  /** Is the node one of them, and could it take anything? */
  has(node: NodeState): boolean {
    return this.#nodes.has(node);
  }

  /** So many pods of a kind all of them together would take. */
  for(requests: Amounts): number {
    let room = 0;
    for (const { available } of this.#nodes) room += roomFor(requests, available);
    return room;
  }

  /** What pods of at least that size can take of the lane on all of them. */
  packed(lane: number, least: number, packed: Packed): number {
    this.#lanes[lane] ??= Float64Array.from(this.#nodes, ({ available }) => available[lane]!).sort();
    const sizes = this.#lanes[lane]!;
    let total = 0;
    for (let index = sizes.length - 1; index >= 0 && sizes[index]! >= least; index--) {
      total += packed(sizes[index]!);
    }
    return total;
  }
}

/** Nothing fits where an amount is below 0. */
function isNowhereBelowNothing(available: Amounts): boolean {
  for (let lane = 0; lane < available.length; lane++) if (available[lane]! < 0) return false;
  return true;
}
