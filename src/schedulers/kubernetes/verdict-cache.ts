import type { ClusterView } from '../../model/cluster-view.ts';
import { grown } from '../../model/grown.ts';

/** Score of a node that was refused. */
export const REFUSED = -1;
/** Score of a node that must be asked again. */
export const STALE = -2;
const NEVER = -1;

/** What the rules on attributes said of a node. */
export const UNKNOWN = 0;
export const PASSES = 1;
export const FAILS = 2;

/** Of a cluster: by slot, when attributes last changed; `attributeChanges` grows whenever any of these does. */
interface AttributeLog {
  readonly view: { readonly slotCount: number };
  readonly attributesVersion: Float64Array;
  readonly attributeChanges: number;
}

/** What rules on attributes said about pods with equal demands, by slot. */
export class AttributeVerdicts {
  verdicts = new Uint8Array(0);
  /** Raw scores, one column per plugin that scores attributes; of nodes that are not unknown. */
  readonly raws: Float64Array[];
  /** Nodes known to pass. */
  passing = 0;
  /** Of the attributes that were judged. */
  #versions = new Float64Array(0);
  #seen = NEVER;

  constructor(scorePlugins: number) {
    this.raws = Array.from({ length: scorePlugins }, () => new Float64Array(0));
  }

  /** Nodes whose attributes changed since they were judged are unknown again. */
  catchUp({ view, attributesVersion, attributeChanges }: AttributeLog): void {
    if (attributeChanges === this.#seen) return;
    this.#seen = attributeChanges;
    const { slotCount } = view;
    if (slotCount > this.verdicts.length) this.#grow(slotCount * 2);
    for (let slot = 0; slot < slotCount; slot++) {
      if (this.#versions[slot] === attributesVersion[slot]) continue;
      if (this.verdicts[slot] === PASSES) this.passing -= 1;
      this.verdicts[slot] = UNKNOWN;
    }
  }

  /** What was unknown. */
  learn(slot: number, version: number, passes: boolean): void {
    this.#versions[slot] = version;
    this.verdicts[slot] = passes ? PASSES : FAILS;
    if (passes) this.passing += 1;
  }

  #grow(length: number): void {
    this.#versions = grown(Float64Array, this.#versions, length, NEVER);
    this.verdicts = grown(Uint8Array, this.verdicts, length);
    this.raws.forEach((raw, i) => {
      this.raws[i] = grown(Float64Array, raw, length);
    });
  }
}

/**
 * What rules on a node and its tasks said about one class, by slot: the weighted sum of all scores that neither look
 * beyond the node nor are normalised, `REFUSED`, or `STALE` where the slot changed since. Follows the change log, so
 * that a search loads one number per node.
 */
export class NodeVerdicts {
  scores = new Float64Array(0);
  #cursor = 0;

  /** Marks what changed since the last call; the rest is as good as it was. */
  catchUp({ slotCount, instanceId, changes }: ClusterView): void {
    if (slotCount > this.scores.length) {
      this.scores = grown(Float64Array, this.scores, instanceId.length, STALE);
    }
    const { scores } = this;
    const { version } = changes;
    // From so many changes on, forgetting everything is cheaper than following.
    if (version - this.#cursor > slotCount || changes.isBehind(this.#cursor)) scores.fill(STALE);
    else for (let cursor = this.#cursor; cursor < version; cursor++) scores[changes.slotAt(cursor)] = STALE;
    this.#cursor = version;
  }
}

interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  used: number;
}

/** A map that holds at most `limit` values and drops the one that was not asked for longest. */
export class RecentlyUsed<K, V> {
  readonly #make: (key: K) => V;
  readonly #entries = new Map<K, Entry<K, V>>();
  #last: Entry<K, V> | null = null;
  #clock = 0;

  constructor(make: (key: K) => V) {
    this.#make = make;
  }

  get(key: K, limit: number): V {
    const last = this.#last;
    // Most often it is the one that was asked for last.
    if (last !== null && last.key === key) return last.value;
    this.#clock += 1;
    const entry = this.#entries.get(key) ?? this.#enter(key, limit);
    entry.used = this.#clock;
    this.#last = entry;
    return entry.value;
  }

  #enter(key: K, limit: number): Entry<K, V> {
    while (this.#entries.size >= limit) this.#dropOldest();
    const entry = { key, value: this.#make(key), used: 0 };
    this.#entries.set(key, entry);
    return entry;
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
