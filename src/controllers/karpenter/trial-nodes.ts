import type { Daemon } from './daemon-overhead.ts';
import { inOrderOfTrial, type NodeBase, nodeBase, ExistingNode, type NodeState } from './existing-node.ts';
import { type Amounts, fits } from './instance-types.ts';
import type { KarpenterPod, PodDemand } from './pod-demand.ts';

/**
 * Nodes in order of trial, with which of them would take a pod of each kind as they are: kept for all simulations of a
 * moment, as most of these ask the same about the same nodes.
 */
export class TrialNodes {
  readonly states: readonly NodeState[];
  readonly #daemons: readonly Daemon[];
  readonly #bases: (NodeBase | undefined)[] = [];
  readonly #takers = new Map<PodDemand, { readonly requests: Amounts; readonly indexes: Int32Array }>();

  constructor(nodes: readonly NodeState[], daemons: readonly Daemon[]) {
    this.states = inOrderOfTrial(nodes);
    this.#daemons = daemons;
  }

  /** The node as a simulation begins with it. */
  node(index: number): ExistingNode {
    return new ExistingNode(this.#base(index));
  }

  /** Indexes of the nodes that would take the pod if it were the first to come, wherever other pods are. */
  takers(pod: KarpenterPod, demand: PodDemand): Int32Array {
    const { requests } = pod;
    const known = this.#takers.get(demand);
    if (known?.requests === requests) return known.indexes;
    const indexes: number[] = [];
    this.states.forEach(({ available }, index) => {
      if (fits(requests, available) && this.node(index).hasRoomFor(pod, demand)) indexes.push(index);
    });
    const takers = Int32Array.from(indexes);
    this.#takers.set(demand, { requests, indexes: takers });
    return takers;
  }

  #base(index: number): NodeBase {
    let base = this.#bases[index];
    if (base === undefined) {
      base = nodeBase(this.states[index]!, this.#daemons);
      this.#bases[index] = base;
    }
    return base;
  }
}

/**
 * The nodes that may still take pods of a kind, within one simulation: a chain from which those go that have refused
 * for good. As long as nobody asks, it costs nothing.
 */
export class Takers {
  readonly #indexes: Int32Array;
  /** By position, the position of the next one that is left; the last entry: the first one. */
  readonly #next: Int32Array;

  constructor(indexes: Int32Array) {
    this.#indexes = indexes;
    this.#next = new Int32Array(indexes.length + 1);
    for (let position = 0; position < indexes.length; position++) this.#next[position] = position + 1;
  }

  /**
   * The first node that `ask` takes, or -1. `ask` answers with `taken`, with `passed` when the node may still do for
   * another pod of the kind, or with `refused` when it never will.
   */
  first(ask: (index: number) => Answer): number {
    const indexes = this.#indexes;
    const next = this.#next;
    const end = indexes.length;
    let before = end;
    for (let at = next[end]!; at < end; at = next[at]!) {
      const index = indexes[at]!;
      const answer = ask(index);
      if (answer === 'taken') return index;
      if (answer === 'refused') next[before] = next[at]!;
      else before = at;
    }
    return -1;
  }
}

export type Answer = 'taken' | 'passed' | 'refused';
