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

/** A plugin that prepares each cycle, and what it asks of the cluster as a whole, if it does. */
interface Preparation {
  readonly plugin: Plugin;
  readonly wide: Rule<FilterRule, 'cluster'> | null;
}

/** The filters of one profile on the cluster. */
interface ProfileFilters {
  readonly plugins: PluginSet;
  readonly judge: NodeJudge;
  readonly local: LocalVerdicts;
  readonly preparations: readonly Preparation[];
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
  /** Of the last `begin`: the version of the cluster, and the answer. */
  #version = -1;
  #isPossible = false;
  /** The first `#activeCount` are asked of each node. */
  readonly #active: Rule<FilterRule, 'cluster'>[] = [];
  #activeCount = 0;
  /** Names of the only nodes in question; null: all. */
  #names: ReadonlySet<string> | null = null;

  constructor(view: ClusterView, profiles: readonly ProfileOptions[]) {
    this.#cluster = new LiveCluster(view);
    this.#profiles = new Map(profiles.map((options) => [options.schedulerName, this.#filtersOf(options)]));
  }

  /** Turns to a pod of the class. False: no node comes into question, by a PreFilter or for want of a profile. */
  begin(classId: number): boolean {
    const cluster = this.#cluster;
    const { version } = cluster.view.changes;
    if (version === this.#version && this.#pod?.taskClass.id === classId) return this.#isPossible;
    cluster.sync();
    this.#version = version;
    this.#pod = cluster.pods.pod(classId);
    this.#profile = this.#profiles.get(this.#pod.schedulerName);
    this.#isPossible = this.#profile !== undefined && this.#prepare(this.#profile, this.#pod);
    return this.#isPossible;
  }

  /** Do all filters let the pod onto the node in the slot? After a `begin` that was true. */
  passes(slot: number): boolean {
    const pod = this.#pod!;
    const cluster = this.#cluster;
    if (this.#profile!.local.judge(pod, slot) === REFUSED) return false;
    if (this.#names !== null && !this.#names.has(cluster.view.instanceName(slot))) return false;
    for (let i = 0; i < this.#activeCount; i++) {
      if (this.#active[i]!.check(pod, slot, cluster) !== null) return false;
    }
    return true;
  }

  /** What the first filter says that keeps the pod off the node; null when none does. After a `begin` that was true. */
  refusal(slot: number): Refusal | null {
    const { plugins } = this.#profile!;
    for (const plugin of plugins.filters) {
      const isPrepared = plugins.preFilters.includes(plugin);
      if (isPrepared && plugin.preFilter!(this.#pod!, this.#cluster).kind === 'skip') continue;
      const refusal = refusalOf(plugin, this.#cluster, this.#pod!, slot);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  /** Has the class a spread constraint of its own over host names? */
  isSpreadOverHosts(classId: number): boolean {
    return this.#cluster.pods.pod(classId).spread.some(({ topologyKey }) => topologyKey === HOSTNAME_LABEL);
  }

  #prepare({ preparations, judge, local }: ProfileFilters, pod: Pod): boolean {
    const cluster = this.#cluster;
    this.#names = null;
    this.#activeCount = 0;
    for (let i = 0; i < preparations.length; i++) {
      const { plugin, wide } = preparations[i]!;
      const outcome = plugin.preFilter!(pod, cluster);
      if (outcome.kind === 'refused') return false;
      if (outcome.kind === 'nodes') this.#names = outcome.names;
      if (wide !== null && outcome.kind !== 'skip') this.#active[this.#activeCount++] = wide;
    }
    judge.turnTo(pod);
    local.turnTo(pod);
    return true;
  }

  #filtersOf(options: ProfileOptions): ProfileFilters {
    const plugins = createPluginSet(options, this.#cluster.view.resources);
    const rules = rulesByScope(plugins);
    // Nothing is scored: what is kept of a node is whether it passes.
    const unscored = { ...rules, attributeScores: [], taskScores: [], clusterScores: [] };
    const judge = new NodeJudge(this.#cluster, unscored);
    const local = new LocalVerdicts(this.#cluster, judge);
    const preparations = plugins.preFilters.map((plugin) => {
      const wide = rules.clusterFilters.find((one) => one.plugin === plugin)?.rule ?? null;
      return { plugin, wide };
    });
    return { plugins, judge, local, preparations };
  }
}
