import { assert } from '../../errors.ts';
import type { ClusterView } from '../../model/cluster-view.ts';
import { NO_INSTANCE, type RandomDraws } from '../scheduler.ts';
import type { FilterRule, Plugin, ScoreRule } from './framework.ts';
import { type Selection, selectHost } from './host-selection.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { PluginSet } from './plugin-set.ts';
import type { Pod } from './pod.ts';
import type { Trial } from './preemption/trial.ts';
import { feasibleNodesToFind } from './sampling.ts';
import { AttributeVerdicts, NodeVerdicts, RecentlyUsed, REFUSED } from './verdict-cache.ts';

/** Memory for verdicts on nodes, over all classes: two numbers a slot and class. */
const CACHE_BYTES = 2 ** 27;
const BYTES_PER_SLOT = 16;
const MIN_CACHES = 8;

type Rule<T, Scope> = Extract<T, { readonly dependsOn: Scope }>;
interface Scorer<Scope> {
  readonly plugin: Plugin;
  readonly rule: Rule<ScoreRule, Scope>;
  readonly weight: number;
}

/**
 * The scheduling cycle for speed: the same outcome as `runCycle`, from columns. Verdicts and scores that depend on one
 * node are kept per class and slot, and recomputed when the slot's revision moved; an unchanged node costs a compare
 * and a load. Scores that are the same for every node are left out: they choose nothing. No allocation once the caches
 * are warm.
 */
export class FastCycle {
  readonly cluster: LiveCluster;
  readonly #plugins: PluginSet;
  readonly #percentage: number;
  readonly #selection: Selection;
  readonly #attributeFilters: readonly Rule<FilterRule, 'attributes'>[];
  readonly #taskFilters: readonly Rule<FilterRule, 'tasks'>[];
  readonly #clusterFilters: readonly { plugin: Plugin; rule: Rule<FilterRule, 'cluster'> }[];
  readonly #attributeScores: readonly Scorer<'attributes'>[];
  readonly #taskScores: readonly Scorer<'tasks'>[];
  readonly #clusterScores: readonly Scorer<'cluster'>[];
  readonly #attributeCache: RecentlyUsed<string, AttributeVerdicts>;
  readonly #nodeCache = new RecentlyUsed<number, NodeVerdicts>(() => new NodeVerdicts());
  /** Filters on the cluster that did not skip this cycle, the first `#activeCount`. */
  readonly #active: Rule<FilterRule, 'cluster'>[] = [];
  #activeCount = 0;
  /** Scratch, one entry per feasible node. */
  #feasible: Int32Array = new Int32Array(0);
  #totals = new Float64Array(0);
  #scores = new Float64Array(0);
  /** First entry that was found after the search had come round to the beginning of the list. */
  #wrapAt = 0;
  #subset: Int32Array = new Int32Array(0);
  #subsetCount = 0;
  /** Of this decision, when pods are nominated to nodes. */
  #nominees: Trial | null = null;
  /** Where the next search begins. */
  start = 0;

  constructor(cluster: LiveCluster, plugins: PluginSet, percentage: number, selection: Selection) {
    this.cluster = cluster;
    this.#plugins = plugins;
    this.#percentage = percentage;
    this.#selection = selection;
    const filters = plugins.filters.flatMap((plugin) =>
      plugin.filter === undefined ? [] : [{ plugin, rule: plugin.filter }],
    );
    this.#attributeFilters = filters.flatMap(({ rule }) => (rule.dependsOn === 'attributes' ? [rule] : []));
    this.#taskFilters = filters.flatMap(({ rule }) => (rule.dependsOn === 'tasks' ? [rule] : []));
    this.#clusterFilters = filters.flatMap(({ plugin, rule }) =>
      rule.dependsOn === 'cluster' ? [{ plugin, rule }] : [],
    );
    const scorers = plugins.scores.map(({ plugin, weight }) => ({ plugin, rule: plugin.score!, weight }));
    this.#attributeScores = scorers.filter(
      (one): one is Scorer<'attributes'> => one.rule.dependsOn === 'attributes',
    );
    this.#taskScores = scorers.filter((one): one is Scorer<'tasks'> => one.rule.dependsOn === 'tasks');
    this.#clusterScores = scorers.filter((one): one is Scorer<'cluster'> => one.rule.dependsOn === 'cluster');
    this.#attributeCache = new RecentlyUsed(() => new AttributeVerdicts(this.#attributeScores.length));
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
    const own = nominees !== null && cluster.nodes.includes(nominees.own) ? nominees.own : NO_INSTANCE;
    if (own !== NO_INSTANCE && this.#passesAll(pod, own)) return own;
    const nodes = list === this.#subset ? this.#subsetCount : list.length;
    const count = this.#findFeasible(pod, list, nodes, own);
    if (count === 0) return NO_INSTANCE;
    if (count === 1 || !this.#plugins.isScoring) return this.#feasible[0]!;
    this.#addAttributeScores(pod, count);
    this.#addClusterScores(pod, count);
    return this.#feasible[selectHost(this.#totals, count, this.#wrapAt, this.#selection, random)]!;
  }

  /** Runs the PreFilters; returns the nodes in question, null for none. */
  #prepare(pod: Pod): Int32Array | null {
    const cluster = this.cluster;
    this.#activeCount = 0;
    let list = cluster.nodes;
    for (const plugin of this.#plugins.preFilters) {
      const outcome = plugin.preFilter!(pod, cluster);
      if (outcome.kind === 'refused') return null;
      if (outcome.kind === 'nodes') list = this.#narrow(outcome.names);
      if (outcome.kind === 'skip') continue;
      for (const one of this.#clusterFilters) {
        if (one.plugin === plugin) this.#active[this.#activeCount++] = one.rule;
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
    const { view } = this.cluster;
    const enough = this.#plugins.isScoring ? feasibleNodesToFind(nodes, this.#percentage) : 1;
    const verdicts = this.#nodeVerdicts(pod);
    const attributes = this.#attributeVerdicts(pod);
    const { cells } = verdicts;
    const { revision } = view;
    const feasible = this.#feasible;
    const totals = this.#totals;
    const checksCluster = this.#activeCount > 0 || this.#nominees !== null;
    let count = 0;
    let refused = own === NO_INSTANCE ? 0 : 1;
    let position = nodes === 0 ? 0 : this.start % nodes;
    this.#wrapAt = -1;
    for (let left = nodes; left > 0; left--) {
      const slot = list[position]!;
      if (cells[slot * 2] !== revision[slot]) this.#refresh(pod, slot, verdicts, attributes, view);
      const score = cells[slot * 2 + 1]!;
      if (score === REFUSED || (checksCluster && !this.#passesCluster(pod, slot))) {
        if (slot !== own) refused += 1;
      } else {
        if (count === enough) break;
        feasible[count] = slot;
        totals[count] = score;
        count += 1;
      }
      position += 1;
      if (position === nodes) {
        position = 0;
        this.#wrapAt = count;
      }
    }
    if (this.#wrapAt < 0) this.#wrapAt = count;
    this.start = (this.start + count + refused) % this.cluster.nodeCount;
    return count;
  }

  /** Every filter, on one node. */
  #passesAll(pod: Pod, slot: number): boolean {
    const { view } = this.cluster;
    const verdicts = this.#nodeVerdicts(pod);
    if (verdicts.cells[slot * 2] !== view.revision[slot]) {
      this.#refresh(pod, slot, verdicts, this.#attributeVerdicts(pod), view);
    }
    return verdicts.cells[slot * 2 + 1] !== REFUSED && this.#passesCluster(pod, slot);
  }

  #passesCluster(pod: Pod, slot: number): boolean {
    if (this.#nominees !== null && this.#nominees.nomineesRefusal(slot) !== null) return false;
    for (let i = 0; i < this.#activeCount; i++) {
      if (this.#active[i]!.check(pod, slot, this.cluster) !== null) return false;
    }
    return true;
  }

  #nodeVerdicts(pod: Pod): NodeVerdicts {
    const { slotCount } = this.cluster.view;
    const limit = Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (BYTES_PER_SLOT * slotCount)));
    const verdicts = this.#nodeCache.get(pod.taskClass.id, limit);
    verdicts.ensure(slotCount);
    return verdicts;
  }

  #attributeVerdicts(pod: Pod): AttributeVerdicts {
    const { slotCount } = this.cluster.view;
    const limit = Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (BYTES_PER_SLOT * slotCount)));
    const verdicts = this.#attributeCache.get(pod.attributesKey, limit);
    verdicts.ensure(slotCount);
    return verdicts;
  }

  /** Asks all rules that look at this node alone. */
  #refresh(
    pod: Pod,
    slot: number,
    verdicts: NodeVerdicts,
    attributes: AttributeVerdicts,
    view: ClusterView,
  ): void {
    const cluster = this.cluster;
    if (attributes.versions[slot] !== cluster.attributesVersion[slot]) {
      this.#refreshAttributes(pod, slot, attributes);
    }
    const { cells } = verdicts;
    cells[slot * 2] = view.revision[slot]!;
    cells[slot * 2 + 1] = REFUSED;
    if (attributes.passes[slot] === 0) return;
    for (let i = 0; i < this.#taskFilters.length; i++) {
      if (!this.#taskFilters[i]!.passes(pod, slot, cluster)) return;
    }
    let score = 0;
    for (let i = 0; i < this.#taskScores.length; i++) {
      const { plugin, rule, weight } = this.#taskScores[i]!;
      if (plugin.preScore?.(pod, cluster, this.#feasible, 0) === false) continue;
      score += rule.raw(pod, slot, cluster) * weight;
    }
    assert(score >= 0, 'a score plugin gave a negative score');
    cells[slot * 2 + 1] = score;
  }

  #refreshAttributes(pod: Pod, slot: number, attributes: AttributeVerdicts): void {
    const cluster = this.cluster;
    const node = cluster.attributes(slot);
    attributes.versions[slot] = cluster.attributesVersion[slot]!;
    attributes.passes[slot] = this.#attributeFilters.every((rule) => rule.check(pod, node) === null) ? 1 : 0;
    this.#attributeScores.forEach(({ rule }, i) => {
      attributes.raws[i]![slot] = rule.raw(pod, node);
    });
  }

  #addAttributeScores(pod: Pod, count: number): void {
    const cluster = this.cluster;
    const feasible = this.#feasible;
    const scores = this.#scores;
    for (let s = 0; s < this.#attributeScores.length; s++) {
      const { plugin, rule, weight } = this.#attributeScores[s]!;
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
    for (let s = 0; s < this.#clusterScores.length; s++) {
      const { plugin, rule, weight } = this.#clusterScores[s]!;
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
