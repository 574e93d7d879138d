import type { NodeState } from './existing-node.ts';
import { type Amounts, fits, roomFor } from './instance-types.ts';
import { askedFrom, type PodLoad } from './pod-load.ts';

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
 * - of each lane and each size, what pods at least that large ask for, and what there is on nodes with at least that
 *   much available: on no other node there is room for any of them.
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
  /** The same in each lane, by size. */
  readonly #totals: (Map<number, number> | undefined)[] = [];

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
      for (const { size, total } of steps[lane]!) {
        let need = total - this.#totalFrom(lane, size);
        for (const { available } of gone) if (available[lane]! >= size) need += available[lane]!;
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

  #totalFrom(lane: number, size: number): number {
    this.#totals[lane] ??= new Map();
    let total = this.#totals[lane]!.get(size);
    if (total === undefined) {
      const leaving = askedFrom(this.#leaving, lane, size);
      const staying = leaving === 0 ? 0 : Math.max(0, leaving - this.#settling.from(lane, size));
      total = this.#settled.from(lane, size) - staying;
      this.#totals[lane]!.set(size, total);
    }
    return total;
  }
}

/** What is available of one lane: by node, the smallest first, and what each and all larger ones have together. */
interface LaneRoom {
  readonly sizes: Float64Array;
  readonly totals: Float64Array;
}

/** What nodes have available. */
class Room {
  readonly #nodes: ReadonlySet<NodeState>;
  readonly #lanes: (LaneRoom | undefined)[] = [];

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

  /** What those have available of the lane that have at least `size` of it. */
  from(lane: number, size: number): number {
    this.#lanes[lane] ??= laneRoom(this.#nodes, lane);
    const { sizes, totals } = this.#lanes[lane]!;
    let low = 0;
    let high = sizes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sizes[middle]! < size) low = middle + 1;
      else high = middle;
    }
    return totals[low]!;
  }
}

/** Nothing fits where an amount is below 0. */
function isNowhereBelowNothing(available: Amounts): boolean {
  for (let lane = 0; lane < available.length; lane++) if (available[lane]! < 0) return false;
  return true;
}

function laneRoom(nodes: ReadonlySet<NodeState>, lane: number): LaneRoom {
  const sizes = Float64Array.from(nodes, ({ available }) => available[lane]!).sort();
  const totals = new Float64Array(sizes.length + 1);
  for (let index = sizes.length - 1; index >= 0; index--) {
    totals[index] = totals[index + 1]! + sizes[index]!;
  }
  return { sizes, totals };
}
