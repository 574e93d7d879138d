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
const STRIDE = 8;
/** What nearly every pod is about, and where it stands in a row. Sums of the scores follow those that they count like. */
const ALLOCATABLE: readonly number[] = [LANE.slots, LANE.cpu, LANE.memory];
const REQUESTED_AT = ALLOCATABLE.length;

/**
 * Amounts of nodes, those that matter most of one node side by side: rules that go through many nodes, here and there in
 * the cluster, find all they need of a node in one cache line. A copy of the view's columns.
 */
export class NodeRows implements NodeAmounts {
  readonly #view: ClusterView;
  readonly #requested: readonly number[];
  #rows = new Float64Array(0);
  /** One of the view's columns, to notice that they were replaced by longer ones. */
  #column: Column | null = null;
  allocatable: readonly Amounts[] = [];
  requested: readonly Amounts[] = [];

  constructor(view: ClusterView) {
    this.#view = view;
    const scored = [LANE.cpu, LANE.memory].map((lane) => scoredLane(view.resources, lane));
    this.#requested = [...new Set([...ALLOCATABLE, ...scored])];
  }

  /** Before the first `update` after slots may have come: makes room. */
  ensure(): void {
    const { allocatable, requested } = this.#view;
    const column = allocatable[LANE.cpu]!;
    if (column === this.#column) return;
    this.#column = column;
    const longer = new Float64Array(column.length * STRIDE);
    longer.set(this.#rows);
    this.#rows = longer;
    this.allocatable = allocatable.map((values, lane) => this.#amounts(values, ALLOCATABLE.indexOf(lane), 0));
    this.requested = requested.map((values, lane) =>
      this.#amounts(values, this.#requested.indexOf(lane), REQUESTED_AT),
    );
  }

  /** Anything of the slot may have changed. */
  update(slot: number): void {
    const row = slot * STRIDE;
    for (let i = 0; i < ALLOCATABLE.length; i++) {
      this.#rows[row + i] = this.#view.allocatable[ALLOCATABLE[i]!]![slot]!;
    }
    this.updateRequested(slot);
  }

  /** Tasks came or went. */
  updateRequested(slot: number): void {
    const { requested } = this.#view;
    const row = slot * STRIDE + REQUESTED_AT;
    const lanes = this.#requested;
    for (let i = 0; i < lanes.length; i++) this.#rows[row + i] = requested[lanes[i]!]![slot]!;
  }

  #amounts(values: Column, index: number, start: number): Amounts {
    return index < 0
      ? { values, stride: 1, offset: 0 }
      : { values: this.#rows, stride: STRIDE, offset: start + index };
  }
}
