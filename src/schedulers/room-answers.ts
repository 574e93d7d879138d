import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { GridIndex } from './grid-index.ts';
import type { GroupCounts } from './group-counts.ts';
import type { IndexBudget, Tenant } from './index-budget.ts';
import type { RoomQuery } from './room-blocks.ts';
import type { GridQuery } from './room-grid.ts';
import { RoomIndex, type RoomIndexSpec, specKey } from './room-index.ts';

/** What `ask` says when the instances must be looked at one by one. */
export const UNINDEXED = -2;

/** Who answers the questions of a scheduler; classes that ask the same share their indexes. */
export class RoomAnswers {
  readonly #budget: IndexBudget;
  readonly #counts: GroupCounts;
  readonly #verify: boolean;
  readonly #orders = new Map<string, Tenant<RoomIndex>>();
  readonly #grids = new Map<string, Tenant<GridIndex>>();

  /** `verify`: where two indexes can answer, both do, and must say the same. */
  constructor(budget: IndexBudget, counts: GroupCounts, verify: boolean) {
    this.#budget = budget;
    this.#counts = counts;
    this.#verify = verify;
  }

  /** Who answers for a class with this question. */
  for(spec: RoomIndexSpec): ClassRoom {
    return new ClassRoom(this.#budget, this.#orderOf(spec), this.#gridOf(spec), this.#verify);
  }

  #orderOf(spec: RoomIndexSpec): Tenant<RoomIndex> {
    const key = specKey(spec);
    const tenant = this.#orders.get(key) ?? this.#budget.open(() => new RoomIndex(spec, this.#counts));
    this.#orders.set(key, tenant);
    return tenant;
  }

  #gridOf(spec: RoomIndexSpec): Tenant<GridIndex> | null {
    const { key, attribute, rule } = spec;
    if (attribute !== null || (key.by !== 'least-free' && key.by !== 'most-free')) return null;
    const which = key.by === 'least-free' ? 'least' : 'most';
    const name = specKey(spec);
    const tenant = this.#grids.get(name) ?? this.#budget.open(() => new GridIndex(which, key.lane, rule));
    this.#grids.set(name, tenant);
    return tenant;
  }
}

/**
 * Who answers the question of one class: a grid of what is free, where CPU and memory decide alone and come in few
 * amounts; else an order of instances, which can be asked for anything.
 */
export class ClassRoom {
  readonly #budget: IndexBudget;
  readonly #order: Tenant<RoomIndex>;
  #grid: Tenant<GridIndex> | null;
  #gridQuery: GridQuery | null = null;
  readonly #verify: boolean;

  constructor(
    budget: IndexBudget,
    order: Tenant<RoomIndex>,
    grid: Tenant<GridIndex> | null,
    verify: boolean,
  ) {
    this.#budget = budget;
    this.#order = order;
    this.#grid = grid;
    this.#verify = verify;
  }

  /** The best instance, -1 if nothing takes the class, or `UNINDEXED`. */
  ask(view: ClusterView, query: RoomQuery, groupId: number): number {
    if (this.#grid === null || query.takes !== null) return this.#askOrder(view, query, groupId);
    const grid = this.#budget.ready(this.#grid, view);
    if (grid === null) return UNINDEXED;
    if (grid.isTooFine) {
      this.#grid = null;
      return this.#askOrder(view, query, groupId);
    }
    this.#gridQuery ??= grid.queryFor(query);
    const slot = grid.best(this.#gridQuery);
    if (this.#verify) assert(slot === this.#askOrder(view, query, groupId), 'two indexes disagree');
    return slot;
  }

  #askOrder(view: ClusterView, query: RoomQuery, groupId: number): number {
    return this.#budget.ready(this.#order, view)?.best(query, groupId) ?? UNINDEXED;
  }
}
