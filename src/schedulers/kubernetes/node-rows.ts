import type { ClusterView, Column } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import { scoredLane } from './resource-names.ts';

/** Amounts of one lane, wherever they stand: that of a slot is `values[slot * stride + offset]`. */
export interface Amounts {
  readonly values: Column;
  readonly stride: number;
  readonly offset: number;
}

/** What nodes offer and what is taken of it, by lane. */
export interface NodeAmounts {
  readonly allocatable: readonly Amounts[];
  readonly requested: readonly Amounts[];
}

/** Numbers of a row: as many as a cache line of 64 bytes holds. */
export const ROW = 8;
/** Where a row has the pods that the node takes, and those it has; CPU and memory fill the rest from `AMOUNTS` on. */
export const SLOTS_OFFERED = 0;
export const SLOTS_TAKEN = 1;
export const AMOUNTS = 2;
/** What nearly every pod is about: where a row has what the node offers of it. */
const OFFERED_AT: ReadonlyMap<number, number> = new Map([
  [LANE.slots, SLOTS_OFFERED],
  [LANE.cpu, 6],
  [LANE.memory, 7],
]);
/** What is taken of it follows, and sums of the scores where those are counted beside them. */
const TAKEN: readonly number[] = [LANE.slots, LANE.cpu, LANE.memory];

/**
 * Amounts of nodes, those that matter most of one node side by side: rules that go through many nodes, here and there in
 * the cluster, find all they need of a node in one cache line. A copy of the view's columns.
 */
export class NodeRows implements NodeAmounts {
  readonly #view: ClusterView;
  /** In the order of the row, from `SLOTS_TAKEN` on. */
  readonly #taken: readonly number[];
  /** Row after row, by slot; and the same as words of 32 bits. */
  cells = new Float64Array(0);
  words = new Uint32Array(0);
  /** One of the view's columns, to notice that they were replaced by longer ones. */
  #column: Column | null = null;
  allocatable: readonly Amounts[] = [];
  requested: readonly Amounts[] = [];

  constructor(view: ClusterView) {
    this.#view = view;
    const scored = [LANE.cpu, LANE.memory].map((lane) => scoredLane(view.resources, lane));
    this.#taken = [...new Set([...TAKEN, ...scored])];
  }

  /** Before the first `update` after slots may have come: makes room. */
  ensure(): void {
    const { allocatable, requested } = this.#view;
    const column = allocatable[LANE.cpu]!;
    if (column === this.#column) return;
    this.#column = column;
    const longer = new Float64Array(column.length * ROW);
    longer.set(this.cells);
    this.cells = longer;
    this.words = new Uint32Array(longer.buffer);
    this.allocatable = allocatable.map((values, lane) => this.#amounts(values, OFFERED_AT.get(lane)));
    this.requested = requested.map((values, lane) => {
      const index = this.#taken.indexOf(lane);
      return this.#amounts(values, index < 0 ? undefined : SLOTS_TAKEN + index);
    });
  }

  /** Anything of the slot may have changed. */
  update(slot: number): void {
    const row = slot * ROW;
    for (const [lane, at] of OFFERED_AT) this.cells[row + at] = this.#view.allocatable[lane]![slot]!;
    this.updateRequested(slot);
  }

  /** Tasks came or went. */
  updateRequested(slot: number): void {
    const { requested } = this.#view;
    const { cells } = this;
    const row = slot * ROW + SLOTS_TAKEN;
    const lanes = this.#taken;
    for (let i = 0; i < lanes.length; i++) cells[row + i] = requested[lanes[i]!]![slot]!;
  }

  #amounts(values: Column, at: number | undefined): Amounts {
    return at === undefined
      ? { values, stride: 1, offset: 0 }
      : { values: this.cells, stride: ROW, offset: at };
  }
}
