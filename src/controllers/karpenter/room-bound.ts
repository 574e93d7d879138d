import type { NodeState } from './existing-node.ts';
import { type Amounts, fits, lowestPrice, type OfferedType, roomFor } from './instance-types.ts';
import type { KarpenterPod } from './pod-demand.ts';

/**
 * Whether pods could be moved for all that counting can tell: by room alone, as if each of them were the only one to
 * move and no constraint held. What fails this fails every simulation, so that most of these need not be made.
 */
export class RoomBound {
  readonly #nodes: readonly NodeState[];
  /** Instance types with the lowest price of each that is to be had, the cheapest first. */
  readonly #types: readonly { readonly allocatable: Amounts; readonly price: number }[];
  /** By requests: so many such pods all nodes together have room for. */
  readonly #room = new Map<Amounts, number>();

  /** `nodes`: those that pods may be moved to, if they are not settling. */
  constructor(nodes: readonly NodeState[], types: readonly OfferedType[]) {
    this.#nodes = nodes.filter(({ isSettling }) => !isSettling);
    this.#types = types
      .map((type) => ({ allocatable: type.allocatable, price: lowestPrice(type) }))
      .sort((a, b) => a.price - b.price);
  }

  /** Could all the pods go to nodes other than `without`, and to one new node that costs less than `price`? */
  mayHold(pods: readonly KarpenterPod[], without: readonly NodeState[], price: number): boolean {
    const counts = new Map<Amounts, number>();
    for (const { requests } of pods) counts.set(requests, (counts.get(requests) ?? 0) + 1);
    let left: Float64Array | null = null;
    for (const [requests, count] of counts) {
      const surplus = count - this.#roomBeside(requests, without);
      if (surplus <= 0) continue;
      left ??= new Float64Array(requests.length);
      for (let lane = 0; lane < left.length; lane++) left[lane]! += surplus * requests[lane]!;
    }
    if (left === null) return true;
    for (const type of this.#types) {
      if (type.price >= price) return false;
      if (fits(left, type.allocatable)) return true;
    }
    return false;
  }

  #roomBeside(requests: Amounts, without: readonly NodeState[]): number {
    let room = this.#room.get(requests);
    if (room === undefined) {
      room = this.#nodes.reduce((sum, { available }) => sum + roomFor(requests, available), 0);
      this.#room.set(requests, room);
    }
    for (const { isSettling, available } of without) if (!isSettling) room -= roomFor(requests, available);
    return room;
  }
}
