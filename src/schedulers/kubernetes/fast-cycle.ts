import { assert } from '../../errors.ts';
import { NO_INSTANCE, type RandomDraws } from '../scheduler.ts';
import { DomainGates } from './domain-gates.ts';
import type { FilterRule } from './framework.ts';
import { type Selection, selectHost } from './host-selection.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { PluginSet } from './plugin-set.ts';
import type { Pod } from './pod.ts';
import type { Trial } from './preemption/trial.ts';
import { type Rule, type RulesByScope, rulesByScope } from './rules-by-scope.ts';
import { feasibleNodesToFind } from './sampling.ts';
import { AttributeVerdicts, NodeVerdicts, RecentlyUsed, REFUSED, STALE } from './verdict-cache.ts';

/** Memory for verdicts on nodes, over all classes, and for those on attributes, over all kinds of demands. */
const CACHE_BYTES = 2 ** 27;
/** A number a slot and class. */
const NODE_BYTES = 8;
/** A version, a flag and a number per scoring plugin, of which two score attributes. */
const ATTRIBUTE_BYTES = 32;
const MIN_CACHES = 8;
const NO_COLUMN = new Int32Array(0);

/**
 * The scheduling cycle for speed: the same outcome as `runCycle`, from columns. Verdicts and scores that depend on one
 * node are kept per class and slot, and asked for again when the slot has changed; an unchanged node costs a load.
 * Conditions on whole domains are compared as numbers. Scores that are the same for every node are left out: they choose
 * nothing. No allocation once the caches are warm. `verify`: every kept verdict and every condition is compared with
 * what the rule itself says.
 */
export class FastCycle {
  readonly cluster: LiveCluster;
  readonly #plugins: PluginSet;
  readonly #percentage: number;
  readonly #selection: Selection;
  /** Kept, so that a decision allocates nothing. */
  readonly #candidates: { slots: Int32Array; instanceIds: ArrayLike<number> };
  readonly #rules: RulesByScope;
  readonly #attributeCache: RecentlyUsed<string, AttributeVerdicts>;
  readonly #nodeCache = new RecentlyUsed<number, NodeVerdicts>(() => new NodeVerdicts());
  readonly #verify: boolean;
  /** Filters on the cluster that did not skip this cycle: as gates, or else the first `#activeCount` here. */
  readonly #gates = new DomainGates();
  /** What the gates stand for; known when verifying. */
  readonly #gated: Rule<FilterRule, 'cluster'>[] = [];
  readonly #active: Rule<FilterRule, 'cluster'>[] = [];
  #activeCount = 0;
  /** Scratch, one entry per feasible node. */
  #feasible: Int32Array = new Int32Array(0);
  #totals = new Float64Array(0);
  #scores = new Float64Array(0);
  #verdicts = new NodeVerdicts();
  /** Of the search that goes on. */
  #found = 0;
  #refused = 0;
  /** First entry that was found after the search had come round to the beginning of the list. */
  #wrapAt = 0;
  #subset: Int32Array = new Int32Array(0);
  #subsetCount = 0;
  /** Of this decision, when pods are nominated to nodes. */
  #nominees: Trial | null = null;
  /** Where the next search begins. */
  start = 0;

  constructor(
    cluster: LiveCluster,
    plugins: PluginSet,
    percentage: number,
    selection: Selection,
    verify = false,
  ) {
    this.cluster = cluster;
    this.#verify = verify;
    this.#plugins = plugins;
    this.#percentage = percentage;
    this.#selection = selection;
    this.#candidates = { slots: this.#feasible, instanceIds: cluster.view.instanceId };
    this.#rules = rulesByScope(plugins);
    this.#attributeCache = new RecentlyUsed(() => new AttributeVerdicts(this.#rules.attributeScores.length));
  }

  /**
   * The slot for the pod, or `NO_INSTANCE`. The cluster must be in sync. `nominees`: begun with the pod, when pods are
   * nominated to nodes.
   */
  decide(pod: Pod, random: RandomDraws, nominees: Trial | null = null): number {
    const cluster = this.cluster;
    this.#nominees = nominees;
    if (cluster.nodeCount === 0) return NO_INSTANCE;
    const list = this.#prepare(pod);
    if (list === null) return NO_INSTANCE;
    this.#ensureScratch();
    this.#verdicts = this.#nodeCache.get(pod.taskClass.id, this.#cacheLimit(NODE_BYTES));
    this.#verdicts.catchUp(cluster.view);
    if (this.#verify) this.#verifyKept(pod);
    const own = nominees !== null && cluster.nodes.includes(nominees.own) ? nominees.own : NO_INSTANCE;
    if (own !== NO_INSTANCE && this.#passesAll(pod, own)) return own;
    const nodes = list === this.#subset ? this.#subsetCount : list.length;
    const count = this.#findFeasible(pod, list, nodes, own);
    if (count === 0) return NO_INSTANCE;
    if (count === 1 || !this.#plugins.isScoring) return this.#feasible[0]!;
    this.#addAttributeScores(pod, count);
    this.#addClusterScores(pod, count);
    const candidates = this.#candidates;
    candidates.slots = this.#feasible;
    candidates.instanceIds = this.cluster.view.instanceId;
    const chosen = selectHost(this.#totals, count, this.#wrapAt, this.#selection, random, candidates);
    return this.#feasible[chosen]!;
  }

  /** Runs the PreFilters; returns the nodes in question, null for none. */
  #prepare(pod: Pod): Int32Array | null {
    const cluster = this.cluster;
    this.#activeCount = 0;
    this.#gates.clear();
    this.#gated.length = 0;
    let list = cluster.nodes;
    for (const plugin of this.#plugins.preFilters) {
      const outcome = plugin.preFilter!(pod, cluster);
      if (outcome.kind === 'refused') return null;
      if (outcome.kind === 'nodes') list = this.#narrow(outcome.names);
      if (outcome.kind === 'skip') continue;
      for (const one of this.#rules.clusterFilters) {
        if (one.plugin !== plugin) continue;
        if (one.rule.gates === undefined) this.#active[this.#activeCount++] = one.rule;
        else one.rule.gates(this.#gates);
        if (this.#verify && one.rule.gates !== undefined) this.#gated.push(one.rule);
      }
    }
    return list;
  }

  #narrow(names: ReadonlySet<string>): Int32Array {
    const { nodes, view } = this.cluster;
    if (this.#subset.length < nodes.length) this.#subset = new Int32Array(nodes.length);
    this.#subsetCount = 0;
    for (let i = 0; i < nodes.length; i++) {
      if (names.has(view.instanceName(nodes[i]!))) this.#subset[this.#subsetCount++] = nodes[i]!;
    }
    return this.#subset;
  }

  #ensureScratch(): void {
    const nodes = this.cluster.nodeCount;
    if (nodes <= this.#feasible.length) return;
    this.#feasible = new Int32Array(nodes * 2);
    this.#totals = new Float64Array(nodes * 2);
    this.#scores = new Float64Array(nodes * 2);
  }

  /**
   * Fills the scratch columns with feasible nodes and their kept scores; returns how many. The pod's own nominated
   * node, if any, has been refused already.
   */
  #findFeasible(pod: Pod, list: Int32Array, nodes: number, own: number): number {
    const enough = this.#plugins.isScoring ? feasibleNodesToFind(nodes, this.#percentage) : 1;
    const begin = nodes === 0 ? 0 : this.start % nodes;
    this.#found = 0;
    this.#refused = own === NO_INSTANCE ? 0 : 1;
    const foundEnough = this.#search(pod, list, begin, nodes, enough, own);
    this.#wrapAt = this.#found;
    if (!foundEnough) this.#search(pod, list, 0, begin, enough, own);
    this.start = (this.start + this.#found + this.#refused) % this.cluster.nodeCount;
    return this.#found;
  }

  /** A stretch of the node list; true when it met one more feasible node than `enough`. */
  #search(pod: Pod, list: Int32Array, from: number, to: number, enough: number, own: number): boolean {
    const { scores } = this.#verdicts;
    const feasible = this.#feasible;
    const totals = this.#totals;
    const gates = this.#gates;
    const hasGates = gates.count > 0;
    const hasMoreGates = gates.count > 1;
    const domainOf = gates.domainOf[0] ?? NO_COLUMN;
    const domainTotals = gates.totals[0] ?? NO_COLUMN;
    const low = gates.low[0]!;
    const high = gates.high[0]!;
    const passesUnlabelled = gates.unlabelled[0] === 1;
    const asksRules = this.#activeCount > 0 || this.#nominees !== null;
    let found = this.#found;
    let position = from;
    for (; position < to; position++) {
      const slot = list[position]!;
      let score = scores[slot]!;
      if (score < 0) score = this.#judge(pod, slot, score);
      let passes = score >= 0;
      if (passes && hasGates) {
        const domain = domainOf[slot]!;
        if (domain < 0) passes = passesUnlabelled;
        else {
          const total = domainTotals[domain]!;
          passes = total >= low && total <= high;
        }
        if (passes && hasMoreGates) passes = gates.pass(slot, 1);
      }
      if (!passes || (asksRules && !this.#passesRules(pod, slot))) {
        // Counted already.
        if (slot === own) this.#refused -= 1;
        continue;
      }
      if (found === enough) break;
      feasible[found] = slot;
      totals[found] = score;
      found += 1;
    }
    this.#refused += position - from - (found - this.#found);
    this.#found = found;
    return position < to;
  }

  /** Every filter, on one node. */
  #passesAll(pod: Pod, slot: number): boolean {
    const score = this.#judge(pod, slot, this.#verdicts.scores[slot]!);
    return score !== REFUSED && this.#gates.pass(slot) && this.#passesRules(pod, slot);
  }

  #verifyKept(pod: Pod): void {
    for (const slot of this.cluster.nodes) {
      const kept = this.#verdicts.scores[slot]!;
      assert(kept === STALE || kept === this.#ask(pod, slot), 'a kept verdict is not what the rules say');
      const passes = this.#gated.every((rule) => rule.check(pod, slot, this.cluster) === null);
      assert(passes === this.#gates.pass(slot), 'a condition on domains is not what its rule says');
    }
  }

  #passesRules(pod: Pod, slot: number): boolean {
    if (this.#nominees !== null && this.#nominees.nomineesRefusal(slot) !== null) return false;
    for (let i = 0; i < this.#activeCount; i++) {
      if (this.#active[i]!.check(pod, slot, this.cluster) !== null) return false;
    }
    return true;
  }

  /** How many caches of so many bytes a slot there may be. */
  #cacheLimit(bytes: number): number {
    return Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (bytes * this.cluster.view.slotCount)));
  }

  #attributeVerdicts(pod: Pod): AttributeVerdicts {
    const verdicts = this.#attributeCache.get(pod.attributesKey, this.#cacheLimit(ATTRIBUTE_BYTES));
    verdicts.ensure(this.cluster.view.slotCount);
    return verdicts;
  }

  /** The score that is kept, or `REFUSED`; asks when it is stale. */
  #judge(pod: Pod, slot: number, kept: number): number {
    if (kept !== STALE) return kept;
    const score = this.#ask(pod, slot);
    this.#verdicts.scores[slot] = score;
    return score;
  }

  /** Asks all rules that look at this node alone. */
  #ask(pod: Pod, slot: number): number {
    const cluster = this.cluster;
    const attributes = this.#attributeVerdicts(pod);
    if (attributes.versions[slot] !== cluster.attributesVersion[slot]) {
      this.#refreshAttributes(pod, slot, attributes);
    }
    if (attributes.passes[slot] === 0) return REFUSED;
    for (let i = 0; i < this.#rules.taskFilters.length; i++) {
      if (!this.#rules.taskFilters[i]!.passes(pod, slot, cluster)) return REFUSED;
    }
    let score = 0;
    for (let i = 0; i < this.#rules.taskScores.length; i++) {
      const { plugin, rule, weight } = this.#rules.taskScores[i]!;
      if (plugin.preScore?.(pod, cluster, this.#feasible, 0) === false) continue;
      score += rule.raw(pod, slot, cluster) * weight;
    }
    assert(score >= 0, 'a score plugin gave a negative score');
    return score;
  }

  #refreshAttributes(pod: Pod, slot: number, attributes: AttributeVerdicts): void {
    const cluster = this.cluster;
    const node = cluster.attributes(slot);
    attributes.versions[slot] = cluster.attributesVersion[slot]!;
    attributes.passes[slot] = this.#rules.attributeFilters.every((rule) => rule.check(pod, node) === null)
      ? 1
      : 0;
    this.#rules.attributeScores.forEach(({ rule }, i) => {
      attributes.raws[i]![slot] = rule.raw(pod, node);
    });
  }

  #addAttributeScores(pod: Pod, count: number): void {
    const cluster = this.cluster;
    const feasible = this.#feasible;
    const scores = this.#scores;
    for (let s = 0; s < this.#rules.attributeScores.length; s++) {
      const { plugin, rule, weight } = this.#rules.attributeScores[s]!;
      if (plugin.preScore?.(pod, cluster, feasible, count) === false || rule.alike(pod, cluster)) continue;
      const raw = this.#attributeVerdicts(pod).raws[s]!;
      for (let i = 0; i < count; i++) scores[i] = raw[feasible[i]!]!;
      rule.normalise(scores, feasible, count);
      this.#addToTotals(weight, count);
    }
  }

  #addClusterScores(pod: Pod, count: number): void {
    const cluster = this.cluster;
    const feasible = this.#feasible;
    const scores = this.#scores;
    for (let s = 0; s < this.#rules.clusterScores.length; s++) {
      const { plugin, rule, weight } = this.#rules.clusterScores[s]!;
      if (plugin.preScore?.(pod, cluster, feasible, count) === false) continue;
      if (rule.alike?.(pod, cluster) === true) continue;
      rule.raw(pod, cluster, feasible, count, scores);
      rule.normalise?.(scores, feasible, count);
      this.#addToTotals(weight, count);
    }
  }

  #addToTotals(weight: number, count: number): void {
    const totals = this.#totals;
    const scores = this.#scores;
    for (let i = 0; i < count; i++) totals[i]! += scores[i]! * weight;
  }
}
