import { assert } from '../../errors.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { Pod } from './pod.ts';
import { keep } from './room.ts';
import type { RulesByScope } from './rules-by-scope.ts';
import { ScoreBlocks } from './score-blocks.ts';
import { AttributeVerdicts, NodeVerdicts, RecentlyUsed, REFUSED, STALE } from './verdict-cache.ts';

/** Memory for verdicts on nodes, over all classes, and for those on attributes, over all kinds of demands. */
const CACHE_BYTES = 2 ** 27;
/** A number a slot and class, and 20 bytes a block of 32. */
const NODE_BYTES = 8 + 20 / 32;
/** A version, a flag and a number per scoring plugin, of which two score attributes. */
const ATTRIBUTE_BYTES = 32;
const MIN_CACHES = 8;
const NO_NODES = new Int32Array(0);

/** The rules on a node and its tasks, as far as they concern the pods of one class. */
interface ClassRules {
  readonly filters: RulesByScope['taskFilters'];
  readonly scores: RulesByScope['taskScores'];
}

const NO_RULES: ClassRules = { filters: [], scores: [] };

/**
 * What those rules say of a pod that look at one node alone, kept per class and slot, and asked for again when the slot
 * has changed.
 */
export class LocalVerdicts {
  readonly #cluster: LiveCluster;
  readonly #rules: RulesByScope;
  readonly #attributeCache: RecentlyUsed<string, AttributeVerdicts>;
  readonly #nodeCache = new RecentlyUsed<number, NodeVerdicts>(() => new NodeVerdicts());
  /**
   * By slot, of the pod turned to: the sum of the scores, or `REFUSED`, or `STALE`, where `judge` knows. The same column
   * until the next turn.
   */
  scores = new Float64Array(0);
  /** Of the same pod: the scores summed up. */
  blocks = new ScoreBlocks();
  /** By class id, once turned to. */
  readonly #rulesByClass: ClassRules[] = [];
  /** Of the pod turned to. */
  #classRules: ClassRules = NO_RULES;
  #attributes: AttributeVerdicts;
  /** Of nodes that are judged together. */
  #totals = new Float64Array(0);
  #raws = new Float64Array(0);

  constructor(cluster: LiveCluster, rules: RulesByScope) {
    this.#cluster = cluster;
    this.#rules = rules;
    this.#attributeCache = new RecentlyUsed(() => new AttributeVerdicts(rules.attributeScores.length));
    this.#attributes = new AttributeVerdicts(rules.attributeScores.length);
  }

  /** The cluster must be in sync, and stay as it is while the pod is judged. */
  turnTo(pod: Pod): void {
    const { id } = pod.taskClass;
    const verdicts = this.#nodeCache.get(id, this.#cacheLimit(NODE_BYTES));
    verdicts.catchUp(this.#cluster);
    this.scores = verdicts.scores;
    this.blocks = verdicts.blocks;
    this.#attributes = this.#attributeVerdicts(pod);
    this.#rulesByClass[id] ??= this.#rulesOf(pod);
    this.#classRules = this.#rulesByClass[id];
  }

  /** The score that is kept, or `REFUSED`; asks when it is stale. */
  judge(pod: Pod, slot: number): number {
    const kept = this.scores[slot]!;
    if (kept !== STALE) return kept;
    const score = this.#ask(pod, slot);
    this.scores[slot] = score;
    return score;
  }

  /** Judges the first `count` of the slots, whose order is lost: the rules go through them one after the other. */
  judgeAll(pod: Pod, slots: Int32Array, count: number): void {
    const { scores } = this;
    const cluster = this.#cluster;
    let left = this.#keepAttributesPass(pod, slots, count);
    const { filters, scores: scorers } = this.#classRules;
    for (let i = 0; i < filters.length; i++) {
      const rule = filters[i]!;
      left =
        rule.keepPassing === undefined
          ? keep(slots, left, (slot) => rule.passes(pod, slot, cluster))
          : rule.keepPassing(pod, slots, left, cluster);
    }
    if (left > this.#totals.length) {
      this.#totals = new Float64Array(left * 2);
      this.#raws = new Float64Array(left * 2);
    }
    const totals = this.#totals;
    const raws = this.#raws;
    for (let i = 0; i < left; i++) totals[i] = 0;
    for (let s = 0; s < scorers.length; s++) {
      const { rule, weight } = scorers[s]!;
      if (rule.rawAll !== undefined) rule.rawAll(pod, slots, left, cluster, raws);
      else for (let i = 0; i < left; i++) raws[i] = rule.raw(pod, slots[i]!, cluster);
      for (let i = 0; i < left; i++) totals[i]! += raws[i]! * weight;
    }
    for (let i = 0; i < left; i++) {
      assert(totals[i]! >= 0, 'a score plugin gave a negative score');
      scores[slots[i]!] = totals[i]!;
    }
  }

  /** Of those whose score is stale, the ones that rules on attributes let pass come first; all are `REFUSED` for now. */
  #keepAttributesPass(pod: Pod, slots: Int32Array, count: number): number {
    const { scores } = this;
    const { attributesVersion } = this.#cluster;
    const attributes = this.#attributes;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      if (scores[slot] !== STALE) continue;
      if (attributes.versions[slot] !== attributesVersion[slot]) {
        this.#refreshAttributes(pod, slot, attributes);
      }
      scores[slot] = REFUSED;
      if (attributes.passes[slot] === 1) slots[left++] = slot;
    }
    return left;
  }

  /** Asserts that what is kept of the slot is what the rules say. */
  verify(pod: Pod, slot: number): void {
    const kept = this.scores[slot]!;
    assert(kept === STALE || kept === this.#ask(pod, slot), 'a kept verdict is not what the rules say');
  }

  /** By slot, for nodes that were judged: the raw scores of the `index`-th plugin that scores attributes. */
  rawAttributeScores(pod: Pod, index: number): Float64Array {
    return this.#attributeVerdicts(pod).raws[index]!;
  }

  /** How many caches of so many bytes a slot there may be. */
  #cacheLimit(bytes: number): number {
    return Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (bytes * this.#cluster.view.slotCount)));
  }

  #attributeVerdicts(pod: Pod): AttributeVerdicts {
    const verdicts = this.#attributeCache.get(pod.attributesKey, this.#cacheLimit(ATTRIBUTE_BYTES));
    verdicts.ensure(this.#cluster.view.slotCount);
    return verdicts;
  }

  /** Those rules on a node and its tasks that have something to say of such a pod. */
  #rulesOf(pod: Pod): ClassRules {
    const { taskFilters, taskScores } = this.#rules;
    return {
      filters: taskFilters.filter((rule) => rule.concerns?.(pod) !== false),
      scores: taskScores.filter(({ plugin }) => plugin.preScore?.(pod, this.#cluster, NO_NODES, 0) !== false),
    };
  }

  /** Asks all rules that look at this node alone. */
  #ask(pod: Pod, slot: number): number {
    const cluster = this.#cluster;
    const attributes = this.#attributes;
    if (attributes.versions[slot] !== cluster.attributesVersion[slot]) {
      this.#refreshAttributes(pod, slot, attributes);
    }
    if (attributes.passes[slot] === 0) return REFUSED;
    const { filters, scores } = this.#classRules;
    for (let i = 0; i < filters.length; i++) {
      if (!filters[i]!.passes(pod, slot, cluster)) return REFUSED;
    }
    let score = 0;
    for (let i = 0; i < scores.length; i++) {
      const { rule, weight } = scores[i]!;
      score += rule.raw(pod, slot, cluster) * weight;
    }
    assert(score >= 0, 'a score plugin gave a negative score');
    return score;
  }

  #refreshAttributes(pod: Pod, slot: number, attributes: AttributeVerdicts): void {
    const cluster = this.#cluster;
    const { attributeFilters, attributeScores } = this.#rules;
    const node = cluster.attributes(slot);
    attributes.versions[slot] = cluster.attributesVersion[slot]!;
    attributes.passes[slot] = attributeFilters.every((rule) => rule.check(pod, node) === null) ? 1 : 0;
    attributeScores.forEach(({ rule }, i) => {
      attributes.raws[i]![slot] = rule.raw(pod, node);
    });
  }
}
