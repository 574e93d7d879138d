import type { ClusterView } from '../../model/cluster-view.ts';
import { grown } from '../../model/grown.ts';
import { AMOUNTS, type NodeRows, ROW, SLOTS_OFFERED, SLOTS_TAKEN } from './node-rows.ts';

/** The state of every node that takes no more pods, whatever it holds. */
const CLOSED = 0;
/** At least so many states are kept, and no less than twice the nodes. */
const MIN_LIMIT = 16_384;
const NO_STATE = -1;
/** So many changes are remembered; a power of two. */
export const CHANGES_KEPT: number = 2 ** 14;
const FIRST_LENGTH = 64;
/** Of the hash: 2^32 by the golden ratio. */
const MULTIPLIER = 0x9e3779b1;

/**
 * Numbers the states in which nodes are, for rules that look at nothing else: CPU and memory that a node offers, what is
 * taken of them, and whether it takes one more pod at all. Nodes of one type on which the same amounts are taken are in
 * one state; so a cluster comes to few states, however often its nodes change, and what such a rule says of a class of
 * pods need be found out once for each.
 */
export class NodeStates {
  readonly #view: ClusterView;
  readonly #rows: NodeRows;
  /** By state: the row it stands for. */
  #known = new Float64Array(FIRST_LENGTH * ROW);
  /** By slot: its state, or `NO_STATE` when nobody has asked since it changed. */
  states = new Int32Array(0);
  /** Changes of nodes ever; and the slots, that of change n at n modulo `CHANGES_KEPT`. */
  changes = 0;
  readonly log = new Int32Array(CHANGES_KEPT);
  /** By hash: states, or `NO_STATE`; its length is a power of two and more than the states. */
  #table = new Int32Array(FIRST_LENGTH * 2).fill(NO_STATE);
  /** States are numbered below this. */
  count = CLOSED + 1;
  /** Grows when all states are forgotten, and numbers mean others. */
  epoch = 0;

  constructor(view: ClusterView, rows: NodeRows) {
    this.#view = view;
    this.#rows = rows;
  }

  /** Forgets all states when they are too many for so many nodes; between two cycles. */
  limit(nodeCount: number): void {
    if (this.count <= Math.max(MIN_LIMIT, 2 * nodeCount)) return;
    this.count = CLOSED + 1;
    this.epoch += 1;
    this.#table.fill(NO_STATE);
    this.states.fill(NO_STATE);
  }

  /** Makes room for all slots that there are; before `changed` after slots may have come. */
  ensure(): void {
    const { length } = this.#view.instanceId;
    if (length > this.states.length) this.states = grown(Int32Array, this.states, length, NO_STATE);
  }

  /** Anything of the node in this slot may have changed. */
  changed(slot: number): void {
    this.states[slot] = NO_STATE;
    this.log[this.changes & (CHANGES_KEPT - 1)] = slot;
    this.changes += 1;
  }

  /** The state of the node in this slot, whose row must be up to date. */
  at(slot: number): number {
    const known = this.states[slot]!;
    if (known !== NO_STATE) return known;
    const state = this.#find(slot);
    this.states[slot] = state;
    return state;
  }

  #find(slot: number): number {
    const { cells, words } = this.#rows;
    const row = slot * ROW;
    const isOpen = this.#view.accepts[slot] === 1 && cells[row + SLOTS_OFFERED]! > cells[row + SLOTS_TAKEN]!;
    if (!isOpen) return CLOSED;
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = hashOf(words, row) & mask; ; at = (at + 1) & mask) {
      const state = table[at]!;
      if (state === NO_STATE) return this.#enter(at, row);
      if (this.#stands(state, row)) return state;
    }
  }

  /** Is it the state of the node with this row? */
  #stands(state: number, row: number): boolean {
    const { cells } = this.#rows;
    const known = this.#known;
    const first = state * ROW;
    for (let i = AMOUNTS; i < ROW; i++) if (known[first + i] !== cells[row + i]) return false;
    return true;
  }

  #enter(at: number, row: number): number {
    const state = this.count++;
    const first = state * ROW;
    if (first === this.#known.length) this.#known = grown(Float64Array, this.#known, first * 2);
    for (let i = AMOUNTS; i < ROW; i++) this.#known[first + i] = this.#rows.cells[row + i]!;
    this.#table[at] = state;
    if (this.count * 2 > this.#table.length) this.#lengthen();
    return state;
  }

  #lengthen(): void {
    const table = new Int32Array(this.#table.length * 2).fill(NO_STATE);
    const mask = table.length - 1;
    const words = new Uint32Array(this.#known.buffer);
    for (let state = CLOSED + 1; state < this.count; state++) {
      let at = hashOf(words, state * ROW) & mask;
      while (table[at] !== NO_STATE) at = (at + 1) & mask;
      table[at] = state;
    }
    this.#table = table;
  }
}

/** Of the amounts in a row, which begins at this number of 64 bits. */
function hashOf(words: Uint32Array, row: number): number {
  let hash = 0;
  for (let i = 2 * (row + AMOUNTS); i < 2 * (row + ROW); i++) {
    hash = Math.imul(hash ^ words[i]!, MULTIPLIER);
    hash ^= hash >>> 15;
  }
  return hash;
}
