import { assert } from '../../errors.ts';
import { NO_INSTANCE, type RandomDraws } from '../scheduler.ts';
import type { Batch, BatchCycle } from './batch.ts';
import { BlockSearch } from './block-search.ts';
import { MAX_NODE_SCORE } from './framework.ts';
import { type Selection, selectHost } from './host-selection.ts';
import type { LiveCluster } from './live-cluster.ts';
import { LocalVerdicts } from './local-verdicts.ts';
import { NodeJudge } from './node-judge.ts';
import { NodeSearch } from './node-search.ts';
import type { PluginSet } from './plugin-set.ts';
import type { Pod } from './pod.ts';
import type { Trial } from './preemption/trial.ts';
import { Preparation } from './preparation.ts';
import type { ScoredNodes } from './ranked-nodes.ts';
import { type RulesByScope, rulesByScope } from './rules-by-scope.ts';
import { feasibleNodesToFind } from './sampling.ts';
import { MAX_BUCKET } from './score-buckets.ts';
import { REFUSED } from './verdict-cache.ts';

const NO_SLOTS = new Int32Array(0);

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
  readonly #rules: RulesByScope;
  readonly #judge: NodeJudge;
  readonly #local: LocalVerdicts;
  readonly #prepared: Preparation;
  readonly #nodeSearch: NodeSearch;
  readonly #blockSearch: BlockSearch;
  /** Are scores of single nodes small enough for that? */
  readonly #fitsBlocks: boolean;
  /** For the rule of ties; kept, so that a decision allocates nothing. */
  readonly #candidates: { slots: Int32Array; instanceIds: ArrayLike<number> };
  /** Of this decision, when pods are nominated to nodes. */
  #nominees: Trial | null = null;
  /** Where the next search begins. */
  start = 0;

  constructor(options: FastCycleOptions) {
    const { cluster, plugins } = options;
    this.#options = options;
    this.#rules = rulesByScope(plugins);
    this.#judge = new NodeJudge(cluster, this.#rules);
    this.#local = new LocalVerdicts(cluster, this.#judge);
    this.#prepared = new Preparation(cluster, plugins, this.#rules);
    this.#nodeSearch = new NodeSearch(this.#local, this.#prepared);
    const most = this.#rules.taskScores.reduce((sum, { weight }) => sum + weight * MAX_NODE_SCORE, 0);
    this.#fitsBlocks = most <= MAX_BUCKET;
    this.#blockSearch = new BlockSearch(cluster, this.#judge, most);
    this.#candidates = { slots: NO_SLOTS, instanceIds: cluster.view.instanceId };
  }

  /**
   * The slot for the pod, or `NO_INSTANCE`. The cluster must be in sync. `nominees`: begun with the pod, when pods are
   * nominated to nodes.
   */
  decide(pod: Pod, random: RandomDraws, cycle: BatchCycle, nominees: Trial | null = null): number {
    const { cluster, batch, verify } = this.#options;
    this.#nominees = nominees;
    if (cluster.nodeCount === 0) return NO_INSTANCE;
    if (!this.#prepared.run(pod)) return NO_INSTANCE;
    this.#judge.turnTo(pod);
    if (cycle.signature === null && this.#isAboutSingleNodes(pod)) {
      const chosen = this.#decideByBlocks(pod, random);
      if (chosen !== NO_INSTANCE) batch?.took(chosen, NO_INSTANCE, cycle, cluster.view);
      return chosen;
    }
    this.#local.turnTo(pod);
    if (verify) this.#verifyKept(pod);
    const hint = batch === null ? NO_INSTANCE : this.#hintOf(batch, pod, random, cycle);
    const first = this.#first(hint);
    if (first === NO_INSTANCE || !this.#passesAll(pod, first)) {
      return this.#decideByNodes(pod, first, random, cycle);
    }
    batch?.took(first, hint, cycle, cluster.view);
    return first;
  }

  #decideByNodes(pod: Pod, first: number, random: RandomDraws, cycle: BatchCycle): number {
    const { cluster, batch, plugins } = this.#options;
    const { feasible } = this.#nodeSearch;
    const { count: nodes } = this.#prepared;
    const begin = nodes === 0 ? 0 : this.start % nodes;
    const looked = this.#nodeSearch.search(pod, this.#nominees, first, begin, this.#enough(nodes));
    this.start = (this.start + looked) % cluster.nodeCount;
    if (feasible.count === 0) return NO_INSTANCE;
    if (feasible.count === 1 || !plugins.isScoring) {
      const only = feasible.slots[0]!;
      batch?.took(only, NO_INSTANCE, cycle, cluster.view);
      return only;
    }
    feasible.addScores(pod, cluster, this.#rules, this.#judge);
    const chosen = this.#bestOf(feasible, random);
    batch?.chose(chosen, feasible, cycle, cluster.view);
    return chosen;
  }

  #bestOf({ slots, totals, count, wrapAt }: ScoredNodes, random: RandomDraws): number {
    const { cluster, selection } = this.#options;
    const candidates = this.#candidates;
    candidates.slots = slots;
    candidates.instanceIds = cluster.view.instanceId;
    return slots[selectHost(totals, count, wrapAt, selection, random, candidates)]!;
  }

  /** Do only rules that look at one node alone tell the nodes of this cycle apart? */
  #isAboutSingleNodes(pod: Pod): boolean {
    const { cluster } = this.#options;
    const { isLocal, nodes } = this.#prepared;
    if (!isLocal || !this.#fitsBlocks || this.#nominees !== null || nodes !== cluster.nodes) return false;
    const { attributeScores, clusterScores } = this.#rules;
    for (let i = 0; i < attributeScores.length; i++) {
      if (!attributeScores[i]!.rule.alike(pod, cluster)) return false;
    }
    for (let i = 0; i < clusterScores.length; i++) {
      if (clusterScores[i]!.rule.alike?.(pod, cluster) !== true) return false;
    }
    return true;
  }

  #decideByBlocks(pod: Pod, random: RandomDraws): number {
    const { cluster, selection, verify } = this.#options;
    const search = this.#blockSearch;
    const { nodeCount } = cluster;
    const begin = this.start % nodeCount;
    const plainRandom = verify ? random.clone() : null;
    search.search(pod, begin, this.#enough(nodeCount), selection === 'heap');
    const chosen =
      selection === 'heap' || search.found === 0 ? search.top : this.#bestOf(search.ties, random);
    if (plainRandom !== null) this.#verifyBlocks(pod, begin, chosen, plainRandom);
    this.start = (begin + search.looked) % nodeCount;
    return chosen;
  }

  #enough(nodes: number): number {
    const { plugins, percentageOfNodesToScore } = this.#options;
    return plugins.isScoring ? feasibleNodesToFind(nodes, percentageOfNodesToScore) : 1;
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

  /** Every filter, on one node as it is, and as it would be with the pods that are nominated to it. */
  #passesAll(pod: Pod, slot: number): boolean {
    return (
      (this.#nominees === null || this.#nominees.nomineesRefusal(slot) === null) && this.#passes(pod, slot)
    );
  }

  /** Every filter, on one node as it is. */
  #passes(pod: Pod, slot: number): boolean {
    return (
      this.#local.judge(pod, slot) !== REFUSED &&
      this.#prepared.gates.pass(slot) &&
      this.#prepared.passesActive(pod, slot)
    );
  }

  #verifyKept(pod: Pod): void {
    const { cluster } = this.#options;
    const { gates, gated, gatedCount } = this.#prepared;
    for (const slot of cluster.nodes) {
      this.#local.verify(pod, slot);
      let passes = true;
      for (let i = 0; i < gatedCount; i++) passes &&= gated[i]!.check(pod, slot, cluster) === null;
      assert(passes === gates.pass(slot), 'a condition on domains is not what its rule says');
    }
  }

  /** What a search node by node finds, after a search by blocks. */
  #verifyBlocks(pod: Pod, begin: number, chosen: number, random: RandomDraws): void {
    const { feasible } = this.#nodeSearch;
    this.#blockSearch.verify(pod);
    this.#local.turnTo(pod);
    this.#verifyKept(pod);
    const looked = this.#nodeSearch.search(pod, null, NO_INSTANCE, begin, this.#enough(this.#prepared.count));
    assert(looked === this.#blockSearch.looked, 'a search by blocks ended elsewhere than one by nodes');
    const plain = feasible.count === 0 ? NO_INSTANCE : this.#bestOf(feasible, random);
    assert(plain === chosen, 'a search by blocks chose another node than one by nodes');
  }
}
