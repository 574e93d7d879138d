import { assert } from '../../errors.ts';
import { NO_INSTANCE, type RandomDraws } from '../scheduler.ts';
import type { Batch, BatchCycle } from './batch.ts';
import { DomainGates } from './domain-gates.ts';
import { FeasibleNodes } from './feasible-nodes.ts';
import type { FilterRule } from './framework.ts';
import { type Selection, selectHost } from './host-selection.ts';
import type { LiveCluster } from './live-cluster.ts';
import { LocalVerdicts } from './local-verdicts.ts';
import type { PluginSet } from './plugin-set.ts';
import type { Pod } from './pod.ts';
import type { Trial } from './preemption/trial.ts';
import { type Rule, type RulesByScope, rulesByScope } from './rules-by-scope.ts';
import { feasibleNodesToFind } from './sampling.ts';
import { REFUSED, STALE } from './verdict-cache.ts';

const NO_COLUMN = new Int32Array(0);

export interface FastCycleOptions {
  readonly cluster: LiveCluster;
  readonly plugins: PluginSet;
  readonly percentageOfNodesToScore: number;
  readonly selection: Selection;
  /** null: no pod is placed by what the cycle before left. */
  readonly batch: Batch | null;
  /** Every kept verdict and every condition is compared with what the rule itself says. */
  readonly verify: boolean;
}

/**
 * The scheduling cycle for speed: the same outcome as `runCycle`, from columns. Verdicts and scores that depend on one
 * node are kept per class and slot, and asked for again when the slot has changed; an unchanged node costs a load.
 * Conditions on whole domains are compared as numbers. Scores that are the same for every node are left out: they choose
 * nothing. No allocation once the caches are warm.
 */
export class FastCycle {
  readonly #options: FastCycleOptions;
  /** For the rule of ties; kept, so that a decision allocates nothing. */
  readonly #candidates: { slots: Int32Array; instanceIds: ArrayLike<number> };
  readonly #rules: RulesByScope;
  readonly #local: LocalVerdicts;
  /** Filters on the cluster that did not skip this cycle: as gates, or else the first `#activeCount` here. */
  readonly #gates = new DomainGates();
  /** What the gates stand for; known when verifying. */
  readonly #gated: Rule<FilterRule, 'cluster'>[] = [];
  readonly #active: Rule<FilterRule, 'cluster'>[] = [];
  #activeCount = 0;
  readonly #feasible = new FeasibleNodes();
  /** Nodes that the search turned down. */
  #refused = 0;
  #subset: Int32Array = new Int32Array(0);
  #subsetCount = 0;
  /** Of this decision, when pods are nominated to nodes. */
  #nominees: Trial | null = null;
  /** Where the next search begins. */
  start = 0;

  constructor(options: FastCycleOptions) {
    this.#options = options;
    this.#rules = rulesByScope(options.plugins);
    this.#local = new LocalVerdicts(options.cluster, this.#rules);
    this.#candidates = { slots: this.#feasible.slots, instanceIds: options.cluster.view.instanceId };
  }

  /**
   * The slot for the pod, or `NO_INSTANCE`. The cluster must be in sync. `nominees`: begun with the pod, when pods are
   * nominated to nodes.
   */
  decide(pod: Pod, random: RandomDraws, cycle: BatchCycle, nominees: Trial | null = null): number {
    const { cluster, batch, plugins, verify } = this.#options;
    this.#nominees = nominees;
    if (cluster.nodeCount === 0) return NO_INSTANCE;
    const list = this.#prepare(pod);
    if (list === null) return NO_INSTANCE;
    this.#feasible.ensure(cluster.nodeCount);
    this.#local.turnTo(pod);
    if (verify) this.#verifyKept(pod);
    const hint = batch === null ? NO_INSTANCE : this.#hintOf(batch, pod, random, cycle);
    const first = this.#first(hint);
    if (first !== NO_INSTANCE && this.#passesAll(pod, first)) {
      batch?.took(first, hint, cycle, cluster.view);
      return first;
    }
    const nodes = list === this.#subset ? this.#subsetCount : list.length;
    const count = this.#findFeasible(pod, list, nodes, first);
    if (count === 0) return NO_INSTANCE;
    if (count > 1 && plugins.isScoring) return this.#best(pod, random, cycle);
    const only = this.#feasible.slots[0]!;
    batch?.took(only, hint, cycle, cluster.view);
    return only;
  }

  /** Scores the nodes found, and takes the best one. */
  #best(pod: Pod, random: RandomDraws, cycle: BatchCycle): number {
    const { cluster, batch, selection } = this.#options;
    const feasible = this.#feasible;
    feasible.addScores(pod, cluster, this.#rules, this.#local);
    const candidates = this.#candidates;
    candidates.slots = feasible.slots;
    candidates.instanceIds = cluster.view.instanceId;
    const { totals, count, wrapAt } = feasible;
    const chosen = feasible.slots[selectHost(totals, count, wrapAt, selection, random, candidates)]!;
    batch?.chose(chosen, feasible, cycle, cluster.view);
    return chosen;
  }

  #hintOf(batch: Batch, pod: Pod, random: RandomDraws, cycle: BatchCycle): number {
    const { view } = this.#options.cluster;
    const precedent = batch.precedent(cycle, view);
    if (precedent === NO_INSTANCE || this.#passes(pod, precedent)) return NO_INSTANCE;
    return batch.hint(view, random);
  }

  /** The node to be tried first: the one that the pod is nominated to, if it is still there, or else the hint. */
  #first(hint: number): number {
    const own = this.#nominees?.own ?? NO_INSTANCE;
    if (own === NO_INSTANCE) return hint;
    return this.#options.cluster.nodes.includes(own) ? own : NO_INSTANCE;
  }

  /** Runs the PreFilters; returns the nodes in question, null for none. */
  #prepare(pod: Pod): Int32Array | null {
    const { cluster, plugins, verify } = this.#options;
    this.#activeCount = 0;
    this.#gates.clear();
    this.#gated.length = 0;
    let list = cluster.nodes;
    for (const plugin of plugins.preFilters) {
      const outcome = plugin.preFilter!(pod, cluster);
      if (outcome.kind === 'refused') return null;
      if (outcome.kind === 'nodes') list = this.#narrow(outcome.names);
      if (outcome.kind === 'skip') continue;
      for (const one of this.#rules.clusterFilters) {
        if (one.plugin !== plugin) continue;
        if (one.rule.gates === undefined) this.#active[this.#activeCount++] = one.rule;
        else one.rule.gates(this.#gates);
        if (verify && one.rule.gates !== undefined) this.#gated.push(one.rule);
      }
    }
    return list;
  }

  #narrow(names: ReadonlySet<string>): Int32Array {
    const { nodes, view } = this.#options.cluster;
    if (this.#subset.length < nodes.length) this.#subset = new Int32Array(nodes.length);
    this.#subsetCount = 0;
    for (let i = 0; i < nodes.length; i++) {
      if (names.has(view.instanceName(nodes[i]!))) this.#subset[this.#subsetCount++] = nodes[i]!;
    }
    return this.#subset;
  }

  /**
   * Looks for feasible nodes, which get the scores that are kept of them; returns how many. `first`, if any, has been
   * refused already.
   */
  #findFeasible(pod: Pod, list: Int32Array, nodes: number, first: number): number {
    const { cluster, plugins, percentageOfNodesToScore } = this.#options;
    const enough = plugins.isScoring ? feasibleNodesToFind(nodes, percentageOfNodesToScore) : 1;
    const begin = nodes === 0 ? 0 : this.start % nodes;
    const feasible = this.#feasible;
    feasible.count = 0;
    this.#refused = first === NO_INSTANCE ? 0 : 1;
    const asksMore = this.#gates.count > 0 || this.#activeCount > 0 || this.#nominees !== null;
    const search = (from: number, to: number) =>
      asksMore
        ? this.#search(pod, list, from, to, enough, first)
        : this.#searchLocal(pod, list, from, to, enough, first);
    const foundEnough = search(begin, nodes);
    feasible.wrapAt = feasible.count;
    if (!foundEnough) search(0, begin);
    this.start = (this.start + feasible.count + this.#refused) % cluster.nodeCount;
    return feasible.count;
  }

  /** A stretch of the node list; true when it met one more feasible node than `enough`. */
  #search(pod: Pod, list: Int32Array, from: number, to: number, enough: number, first: number): boolean {
    const { scores } = this.#local;
    const { slots, totals } = this.#feasible;
    const gates = this.#gates;
    const hasGates = gates.count > 0;
    const hasMoreGates = gates.count > 1;
    const domainOf = gates.domainOf[0] ?? NO_COLUMN;
    const domainTotals = gates.totals[0] ?? NO_COLUMN;
    const low = gates.low[0]!;
    const high = gates.high[0]!;
    const passesUnlabelled = gates.unlabelled[0] === 1;
    const asksRules = this.#activeCount > 0 || this.#nominees !== null;
    const before = this.#feasible.count;
    let found = before;
    let position = from;
    for (; position < to; position++) {
      const slot = list[position]!;
      let score = scores[slot]!;
      if (score === STALE) score = this.#local.judge(pod, slot);
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
        if (slot === first) this.#refused -= 1;
        continue;
      }
      if (found === enough) break;
      slots[found] = slot;
      totals[found] = score;
      found += 1;
    }
    this.#refused += position - from - (found - before);
    this.#feasible.count = found;
    return position < to;
  }

  /** The same for a pod that is refused by rules on the node alone: nearly always a load and a comparison a node. */
  #searchLocal(pod: Pod, list: Int32Array, from: number, to: number, enough: number, first: number): boolean {
    const local = this.#local;
    const { scores } = local;
    const { slots, totals } = this.#feasible;
    const before = this.#feasible.count;
    let found = before;
    let position = from;
    for (; position < to; position++) {
      const slot = list[position]!;
      let score = scores[slot]!;
      if (score < 0) {
        if (score === STALE) score = local.judge(pod, slot);
        if (score < 0) {
          // Counted already.
          if (slot === first) this.#refused -= 1;
          continue;
        }
      }
      if (found === enough) break;
      slots[found] = slot;
      totals[found] = score;
      found += 1;
    }
    this.#refused += position - from - (found - before);
    this.#feasible.count = found;
    return position < to;
  }

  /** Every filter, on one node as it is, and as it would be with the pods that are nominated to it. */
  #passesAll(pod: Pod, slot: number): boolean {
    return (
      (this.#nominees === null || this.#nominees.nomineesRefusal(slot) === null) && this.#passes(pod, slot)
    );
  }

  /** Every filter, on one node as it is. */
  #passes(pod: Pod, slot: number): boolean {
    return (
      this.#local.judge(pod, slot) !== REFUSED && this.#gates.pass(slot) && this.#passesActive(pod, slot)
    );
  }

  #verifyKept(pod: Pod): void {
    const { cluster } = this.#options;
    for (const slot of cluster.nodes) {
      this.#local.verify(pod, slot);
      const passes = this.#gated.every((rule) => rule.check(pod, slot, cluster) === null);
      assert(passes === this.#gates.pass(slot), 'a condition on domains is not what its rule says');
    }
  }

  #passesRules(pod: Pod, slot: number): boolean {
    if (this.#nominees !== null && this.#nominees.nomineesRefusal(slot) !== null) return false;
    return this.#passesActive(pod, slot);
  }

  #passesActive(pod: Pod, slot: number): boolean {
    for (let i = 0; i < this.#activeCount; i++) {
      if (this.#active[i]!.check(pod, slot, this.#options.cluster) !== null) return false;
    }
    return true;
  }
}
