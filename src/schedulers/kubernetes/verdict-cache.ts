import type { ClusterView } from '../../model/cluster-view.ts';
import { grown } from '../../model/grown.ts';
import { ScoreBlocks } from './score-blocks.ts';

/** Score of a node that was refused. */
export const REFUSED = -1;
/** Score of a node that must be asked again. */
export const STALE = -2;
const NEVER = -1;

/** What rules on attributes said about pods with equal demands, by slot; good while the node's attributes version is that. */
export class AttributeVerdicts {
  versions = new Float64Array(0);
  passes = new Uint8Array(0);
  /** Raw scores, one column per plugin that scores attributes. */
  readonly raws: Float64Array[];

  constructor(scorePlugins: number) {
    this.raws = Array.from({ length: scorePlugins }, () => new Float64Array(0));
  }

  ensure(slots: number): void {
    if (slots <= this.versions.length) return;
    this.versions = grown(Float64Array, this.versions, slots * 2, NEVER);
    this.passes = grown(Uint8Array, this.passes, slots * 2);
    this.raws.forEach((raw, i) => {
      this.raws[i] = grown(Float64Array, raw, slots * 2);
    });
  }
}

interface OrderedNodes {
  readonly view: ClusterView;
  /** In kube-scheduler's order: the same array until that changes. */
  readonly nodes: Int32Array;
  /** By slot: its index in `nodes`, -1 for what is no node. */
  readonly positionOf: Int32Array;
}

/**
 * What rules on a node and its tasks said about one class, by slot: the weighted sum of all scores that neither look
 * beyond the node nor are normalised, `REFUSED`, or `STALE` where the slot changed since. Follows the change log, so
 * that a search loads one number per node, or a few per block of nodes.
 */
export class NodeVerdicts {
  scores = new Float64Array(0);
  /** Summed up from the scores; stale wherever those are. */
  readonly blocks = new ScoreBlocks();
  #cursor = 0;

  /** Marks what changed since the last call; the rest is as good as it was. */
  catchUp({ view, nodes, positionOf }: OrderedNodes): void {
    const { slotCount, instanceId, changes } = view;
    if (slotCount > this.scores.length) {
      this.scores = grown(Float64Array, this.scores, instanceId.length, STALE);
    }
    const { scores, blocks } = this;
    const { version } = changes;
    blocks.follow(nodes);
    // From so many changes on, forgetting everything is cheaper than following.
    if (version - this.#cursor > slotCount || changes.isBehind(this.#cursor)) {
      scores.fill(STALE);
      blocks.forget();
    } else {
      for (let cursor = this.#cursor; cursor < version; cursor++) {
        const slot = changes.slotAt(cursor);
        const position = positionOf[slot] ?? -1;
        scores[slot] = STALE;
        if (position >= 0) blocks.mark(position);
      }
    }
    this.#cursor = version;
  }
}

/** A map that holds at most `limit` values and drops the one that was not asked for longest. */
export class RecentlyUsed<K, V> {
  readonly #make: (key: K) => V;
  readonly #entries = new Map<K, { value: V; used: number }>();
  #clock = 0;

  constructor(make: (key: K) => V) {
    this.#make = make;
  }

  get(key: K, limit: number): V {
    this.#clock += 1;
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.used = this.#clock;
      return known.value;
    }
    while (this.#entries.size >= limit) this.#dropOldest();
    const value = this.#make(key);
    this.#entries.set(key, { value, used: this.#clock });
    return value;
  }

  #dropOldest(): void {
    let oldest: K | undefined;
    let used = Number.POSITIVE_INFINITY;
    for (const [key, entry] of this.#entries) {
      if (entry.used >= used) continue;
      oldest = key;
      used = entry.used;
    }
    this.#entries.delete(oldest!);
  }
}
