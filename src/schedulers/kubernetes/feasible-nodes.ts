import type { LiveCluster } from './live-cluster.ts';
import type { NodeJudge } from './node-judge.ts';
import type { Pod } from './pod.ts';
import type { ScoredNodes } from './ranked-nodes.ts';
import type { RulesByScope } from './rules-by-scope.ts';

/** The nodes that a search found, and what they score: columns that are used again by each search. */
export class FeasibleNodes implements ScoredNodes {
  slots: Int32Array = new Int32Array(0);
  totals = new Float64Array(0);
  count = 0;
  wrapAt = 0;
  /** Of one plugin. */
  #scores = new Float64Array(0);

  ensure(nodes: number): void {
    if (nodes <= this.slots.length) return;
    this.slots = new Int32Array(nodes * 2);
    this.totals = new Float64Array(nodes * 2);
    this.#scores = new Float64Array(nodes * 2);
  }

  /**
   * Adds the scores that look at more than one node, or are relative to the nodes found; the others are in the totals
   * already. Those that are the same for every node are left out.
   */
  addScores(pod: Pod, cluster: LiveCluster, rules: RulesByScope, judge: NodeJudge): void {
    this.#addAttributeScores(pod, cluster, rules, judge);
    this.#addClusterScores(pod, cluster, rules);
  }

  #addAttributeScores(pod: Pod, cluster: LiveCluster, rules: RulesByScope, judge: NodeJudge): void {
    const { slots, count } = this;
    const scores = this.#scores;
    for (let s = 0; s < rules.attributeScores.length; s++) {
      const { plugin, rule, weight } = rules.attributeScores[s]!;
      if (rule.alike(pod, cluster) || plugin.preScore?.(pod, cluster, slots, count) === false) continue;
      const raw = judge.rawAttributeScores(pod, s);
      for (let i = 0; i < count; i++) scores[i] = raw[slots[i]!]!;
      rule.normalise(scores, slots, count);
      this.#addToTotals(weight);
    }
  }

  #addClusterScores(pod: Pod, cluster: LiveCluster, rules: RulesByScope): void {
    const { slots, count } = this;
    const scores = this.#scores;
    for (let s = 0; s < rules.clusterScores.length; s++) {
      const { plugin, rule, weight } = rules.clusterScores[s]!;
      if (rule.alike?.(pod, cluster) === true) continue;
      if (plugin.preScore?.(pod, cluster, slots, count) === false) continue;
      rule.raw(pod, cluster, slots, count, scores);
      rule.normalise?.(scores, slots, count);
      this.#addToTotals(weight);
    }
  }

  #addToTotals(weight: number): void {
    const { totals, count } = this;
    const scores = this.#scores;
    for (let i = 0; i < count; i++) totals[i]! += scores[i]! * weight;
  }
}
