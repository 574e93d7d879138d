import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import type { FollowingIndex } from './index-budget.ts';
import type { ReadyOrder } from './ready-order.ts';

/** Children of a node of the tree. */
const FAN = 16;
const SHIFT = 4;
const CANNOT = Number.NEGATIVE_INFINITY;

/**
 * The scores of all instances for one class, in order of id, under a tree of maxima: the highest, the lowest id on ties,
 * is found by a walk down. For scores that depend on their own instance alone. A change of a task costs one score and
 * the few maxima above it; instances that come or go, a rebuild. Less than 9 bytes per instance.
 */
export class ScoreTree implements FollowingIndex {
  readonly #order: ReadyOrder;
  /** The score of a slot, or -Infinity when it cannot take the class. */
  readonly #scoreOf: (slot: number) => number;
  #view: ClusterView | null = null;
  #cursor = 0;
  #orderVersion = -1;
  /** `#levels[0]` holds the scores by position, each other level the maxima of `FAN` neighbours; the last has one. */
  #levels: Float64Array[] = [];

  /** `order` must have caught up before each call below; `scoreOf` speaks of the present. */
  constructor(order: ReadyOrder, scoreOf: (slot: number) => number) {
    this.#order = order;
    this.#scoreOf = scoreOf;
  }

  lag(view: ClusterView): number {
    const { changes } = view;
    if (view !== this.#view || changes.isBehind(this.#cursor)) return Number.POSITIVE_INFINITY;
    return changes.version - this.#cursor;
  }

  build(view: ClusterView): void {
    const { count, version, slots } = this.#order;
    this.#view = view;
    this.#cursor = view.changes.version;
    this.#orderVersion = version;
    let below = new Float64Array(Math.max(1, count)).fill(CANNOT);
    for (let position = 0; position < count; position++) below[position] = this.#scoreOf(slots[position]!);
    this.#levels = [below];
    while (below.length > 1) {
      const level = new Float64Array(Math.ceil(below.length / FAN));
      for (let node = 0; node < level.length; node++) level[node] = most(below, node);
      this.#levels.push(level);
      below = level;
    }
  }

  catchUp(view: ClusterView): void {
    if (this.#orderVersion !== this.#order.version) {
      this.build(view);
      return;
    }
    const { changes } = view;
    const positions = this.#order.positions();
    const [scores] = this.#levels;
    for (let cursor = this.#cursor; cursor < changes.version; cursor++) {
      const slot = changes.slotAt(cursor);
      const position = positions[slot]!;
      if (position < 0) continue;
      const score = this.#scoreOf(slot);
      if (score !== scores![position]) this.#set(position, score);
    }
    this.#cursor = changes.version;
  }

  /** The slot with the highest score, or -1 when none can take the class. */
  best(): number {
    const levels = this.#levels;
    const highest = levels[levels.length - 1]![0]!;
    if (highest === CANNOT) return -1;
    let node = 0;
    for (let level = levels.length - 2; level >= 0; level--) {
      node *= FAN;
      while (levels[level]![node] !== highest) node += 1;
    }
    return this.#order.slots[node]!;
  }

  verify(): void {
    for (let position = 0; position < this.#order.count; position++) {
      const score = this.#scoreOf(this.#order.slots[position]!);
      assert(this.#levels[0]![position] === score, 'a kept score is not what its rule says');
    }
    this.#levels.slice(1).forEach((level, below) => {
      level.forEach((highest, node) => {
        assert(highest === most(this.#levels[below]!, node), 'a maximum of scores is wrong');
      });
    });
  }

  #set(position: number, score: number): void {
    const levels = this.#levels;
    levels[0]![position] = score;
    let node = position;
    for (let level = 1; level < levels.length; level++) {
      node >>= SHIFT;
      const highest = most(levels[level - 1]!, node);
      if (highest === levels[level]![node]) return;
      levels[level]![node] = highest;
    }
  }
}

/** The largest of the children of a node. */
function most(below: Float64Array, node: number): number {
  const end = Math.min(below.length, (node + 1) << SHIFT);
  let highest = CANNOT;
  for (let child = node << SHIFT; child < end; child++) if (below[child]! > highest) highest = below[child]!;
  return highest;
}
