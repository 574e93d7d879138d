import { assert } from '../../errors.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { Pod } from './pod.ts';
import { keep } from './room.ts';
import type { RulesByScope } from './rules-by-scope.ts';
import { AttributeVerdicts, PASSES, RecentlyUsed, REFUSED, UNKNOWN } from './verdict-cache.ts';

/** Memory for verdicts on attributes, over all kinds of demands. */
const CACHE_BYTES = 2 ** 26;
/** A version, a flag and a number per scoring plugin, of which two score attributes. */
const BYTES_PER_SLOT = 25;
const MIN_CACHES = 8;
const NO_NODES = new Int32Array(0);

/** The rules on a node and its tasks, as far as they concern the pods of one class. */
interface ClassRules {
  /** Do they look at nothing of a node but what `NodeStates` tell apart? */
  readonly lookAtAmountsAlone: boolean;
  readonly filters: RulesByScope['taskFilters'];
  readonly scores: RulesByScope['taskScores'];
}

const NO_RULES: ClassRules = { lookAtAmountsAlone: true, filters: [], scores: [] };

/**
 * What those rules say of a pod that look at one node alone: of one node, or of many at once, rule after rule. Verdicts on
 * attributes are kept; the rest is for others to keep.
 */
export class NodeJudge {
  readonly #cluster: LiveCluster;
  readonly #rules: RulesByScope;
  readonly #attributeCache: RecentlyUsed<string, AttributeVerdicts>;
  /** By class id, once turned to. */
  readonly #rulesByClass: ClassRules[] = [];
  /** Of the pod turned to. */
  #classRules: ClassRules = NO_RULES;
  #attributes: AttributeVerdicts;
  /** What `askAll` found. */
  totals = new Float64Array(0);
  /** Of one plugin. */
  #raws = new Float64Array(0);

  constructor(cluster: LiveCluster, rules: RulesByScope) {
    this.#cluster = cluster;
    this.#rules = rules;
    this.#attributeCache = new RecentlyUsed(() => new AttributeVerdicts(rules.attributeScores.length));
    this.#attributes = new AttributeVerdicts(rules.attributeScores.length);
  }

  /** The cluster must be in sync, and stay as it is while nodes are judged. */
  turnTo(pod: Pod): void {
    const { id } = pod.taskClass;
    this.#attributes = this.#attributeVerdicts(pod);
    this.#attributes.catchUp(this.#cluster);
    this.#rulesByClass[id] ??= this.#rulesOf(pod);
    this.#classRules = this.#rulesByClass[id];
  }

  /** Of the pod turned to: see `ClassRules`. */
  get looksAtAmountsAlone(): boolean {
    return this.#classRules.lookAtAmountsAlone;
  }

  /** `REFUSED`, or the weighted sum of the scores that look at this node alone and are not normalised. */
  ask(pod: Pod, slot: number): number {
    const cluster = this.#cluster;
    if (!this.attributesPass(pod, slot)) return REFUSED;
    const { filters, scores } = this.#classRules;
    for (let i = 0; i < filters.length; i++) {
      if (!filters[i]!.passes(pod, slot, cluster)) return REFUSED;
    }
    let total = 0;
    for (let i = 0; i < scores.length; i++) {
      const { rule, weight } = scores[i]!;
      total += rule.raw(pod, slot, cluster) * weight;
    }
    assert(total >= 0, 'a score plugin gave a negative score');
    return total;
  }

  /**
   * The same for the first `count` slots: those that pass come first, with their sums in `totals`; returns how many they
   * are.
   */
  askAll(pod: Pod, slots: Int32Array, count: number): number {
    const cluster = this.#cluster;
    const { filters, scores } = this.#classRules;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      if (this.attributesPass(pod, slot)) slots[left++] = slot;
    }
    for (let i = 0; i < filters.length; i++) {
      const rule = filters[i]!;
      left =
        rule.keepPassing === undefined
          ? keep(slots, left, (slot) => rule.passes(pod, slot, cluster))
          : rule.keepPassing(pod, slots, left, cluster);
    }
    this.#ensure(left);
    const { totals } = this;
    for (let i = 0; i < left; i++) totals[i] = 0;
    for (let s = 0; s < scores.length; s++) this.#addScores(scores[s]!, pod, slots, left);
    return left;
  }

  /** By slot, for nodes that were judged: the raw scores of the `index`-th plugin that scores attributes. */
  rawAttributeScores(pod: Pod, index: number): Float64Array {
    return this.#attributeVerdicts(pod).raws[index]!;
  }

  #addScores(
    { rule, weight }: ClassRules['scores'][number],
    pod: Pod,
    slots: Int32Array,
    count: number,
  ): void {
    const { totals } = this;
    const raws = this.#raws;
    if (rule.rawAll !== undefined) rule.rawAll(pod, slots, count, this.#cluster, raws);
    else for (let i = 0; i < count; i++) raws[i] = rule.raw(pod, slots[i]!, this.#cluster);
    for (let i = 0; i < count; i++) totals[i]! += raws[i]! * weight;
  }

  #ensure(count: number): void {
    if (count <= this.totals.length) return;
    this.totals = new Float64Array(count * 2);
    this.#raws = new Float64Array(count * 2);
  }

  #attributeVerdicts(pod: Pod): AttributeVerdicts {
    const { slotCount } = this.#cluster.view;
    const limit = Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (BYTES_PER_SLOT * slotCount)));
    return this.#attributeCache.get(pod.attributesKey, limit);
  }

  /** Those rules on a node and its tasks that have something to say of such a pod. */
  #rulesOf(pod: Pod): ClassRules {
    const { taskFilters, taskScores } = this.#rules;
    const filters = taskFilters.filter((rule) => rule.concerns?.(pod) !== false);
    const scores = taskScores.filter(
      ({ plugin }) => plugin.preScore?.(pod, this.#cluster, NO_NODES, 0) !== false,
    );
    const rules = [...filters, ...scores.map(({ rule }) => rule)];
    const lookAtAmountsAlone = rules.every((rule) => rule.looksAtAmountsAlone?.(pod) === true);
    return { lookAtAmountsAlone, filters, scores };
  }

  /** Is it known that rules on attributes let each node of the cluster pass? */
  get everyNodePassesAttributes(): boolean {
    return this.#attributes.passing === this.#cluster.nodeCount;
  }

  /** Do rules on attributes let the node pass? */
  attributesPass(pod: Pod, slot: number): boolean {
    const attributes = this.#attributes;
    if (attributes.verdicts[slot] === UNKNOWN) this.#judgeAttributes(pod, slot, attributes);
    return attributes.verdicts[slot] === PASSES;
  }

  #judgeAttributes(pod: Pod, slot: number, attributes: AttributeVerdicts): void {
    const { attributeFilters, attributeScores } = this.#rules;
    const node = this.#cluster.attributes(slot);
    attributes.learn(
      slot,
      this.#cluster.attributesVersion[slot]!,
      attributeFilters.every((rule) => rule.check(pod, node) === null),
    );
    attributeScores.forEach(({ rule }, i) => {
      attributes.raws[i]![slot] = rule.raw(pod, node);
    });
  }
}
