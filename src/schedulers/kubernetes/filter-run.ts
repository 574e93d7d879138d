import type { ClusterView } from '../../model/cluster-view.ts';
import type { Refusal } from '../scheduler.ts';
import { refusalOf } from './cycle.ts';
import type { FilterRule, Plugin } from './framework.ts';
import type { ProfileOptions } from './kubernetes-options.ts';
import { LiveCluster } from './live-cluster.ts';
import { LocalVerdicts } from './local-verdicts.ts';
import { NodeJudge } from './node-judge.ts';
import { createPluginSet, type PluginSet } from './plugin-set.ts';
import { HOSTNAME_LABEL, type Pod } from './pod.ts';
import { type Rule, rulesByScope } from './rules-by-scope.ts';
import { REFUSED } from './verdict-cache.ts';

/** The filters of one profile on the cluster. */
interface ProfileFilters {
  readonly plugins: PluginSet;
  readonly judge: NodeJudge;
  readonly local: LocalVerdicts;
  /** Filters on the cluster as a whole. */
  readonly wide: readonly { readonly plugin: Plugin; readonly rule: Rule<FilterRule, 'cluster'> }[];
}

/**
 * PreFilter and Filter of kube-scheduler without the rest of its cycle: what an autoscaler asks of the framework when
 * it simulates where a pod could go. Turn to a pod with `begin`, then ask node after node; once the cluster has
 * changed, `begin` again. Pods are asked for by the profile that would schedule them.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 simulator/clustersnapshot/predicate/plugin_runner.go
 */
export class FilterRun {
  readonly #cluster: LiveCluster;
  /** By scheduler name. */
  readonly #profiles: ReadonlyMap<string, ProfileFilters>;
  #profile: ProfileFilters | undefined;
  #pod: Pod | undefined;
  /** Plugins whose PreFilter said Skip. */
  readonly #skipped = new Set<Plugin>();
  readonly #active: Rule<FilterRule, 'cluster'>[] = [];
  /** Names of the only nodes in question; null: all. */
  #names: ReadonlySet<string> | null = null;

  constructor(view: ClusterView, profiles: readonly ProfileOptions[]) {
    this.#cluster = new LiveCluster(view);
    this.#profiles = new Map(profiles.map((options) => [options.schedulerName, this.#filtersOf(options)]));
  }

  /** Turns to a pod of the class. False: no node comes into question, by a PreFilter or for want of a profile. */
  begin(classId: number): boolean {
    const cluster = this.#cluster;
    cluster.sync();
    const pod = cluster.pods.pod(classId);
    const profile = this.#profiles.get(pod.schedulerName);
    this.#pod = pod;
    this.#profile = profile;
    this.#names = null;
    this.#active.length = 0;
    this.#skipped.clear();
    if (profile === undefined) return false;
    for (const plugin of profile.plugins.preFilters) {
      const outcome = plugin.preFilter!(pod, cluster);
      if (outcome.kind === 'refused') return false;
      if (outcome.kind === 'nodes') this.#names = outcome.names;
      if (outcome.kind === 'skip') this.#skipped.add(plugin);
    }
    for (const { plugin, rule } of profile.wide) if (!this.#skipped.has(plugin)) this.#active.push(rule);
    profile.judge.turnTo(pod);
    profile.local.turnTo(pod);
    return true;
  }

  /** Do all filters let the pod onto the node in the slot? After a `begin` that was true. */
  passes(slot: number): boolean {
    const pod = this.#pod!;
    const cluster = this.#cluster;
    if (this.#profile!.local.judge(pod, slot) === REFUSED) return false;
    if (this.#names !== null && !this.#names.has(cluster.view.instanceName(slot))) return false;
    for (let i = 0; i < this.#active.length; i++) {
      if (this.#active[i]!.check(pod, slot, cluster) !== null) return false;
    }
    return true;
  }

  /** What the first filter says that keeps the pod off the node; null when none does. After a `begin` that was true. */
  refusal(slot: number): Refusal | null {
    for (const plugin of this.#profile!.plugins.filters) {
      if (this.#skipped.has(plugin)) continue;
      const refusal = refusalOf(plugin, this.#cluster, this.#pod!, slot);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  /** Has the class a spread constraint of its own over host names? */
  isSpreadOverHosts(classId: number): boolean {
    return this.#cluster.pods.pod(classId).spread.some(({ topologyKey }) => topologyKey === HOSTNAME_LABEL);
  }

  #filtersOf(options: ProfileOptions): ProfileFilters {
    const plugins = createPluginSet(options, this.#cluster.view.resources);
    const rules = rulesByScope(plugins);
    // Nothing is scored: what is kept of a node is whether it passes.
    const unscored = { ...rules, attributeScores: [], taskScores: [], clusterScores: [] };
    const judge = new NodeJudge(this.#cluster, unscored);
    const local = new LocalVerdicts(this.#cluster, judge);
    return { plugins, judge, local, wide: rules.clusterFilters };
  }
}
