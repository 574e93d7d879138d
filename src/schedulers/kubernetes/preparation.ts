import { DomainGates } from './domain-gates.ts';
import type { FilterRule, Plugin } from './framework.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { PluginSet } from './plugin-set.ts';
import type { Pod } from './pod.ts';
import type { Rule, RulesByScope } from './rules-by-scope.ts';

/**
 * What the PreFilters of one cycle leave to be done: the nodes in question, and the filters on the cluster that did not
 * skip. Columns and lists are used again by each cycle.
 */
export class Preparation {
  readonly #cluster: LiveCluster;
  readonly #plugins: PluginSet;
  readonly #rules: RulesByScope;
  /** By class id: PreFilters that may say something else than Skip. */
  readonly #preFilters: (readonly Plugin[])[] = [];
  /** Filters on the cluster: as gates, or else the first `activeCount` of `active`. */
  readonly gates = new DomainGates();
  readonly active: Rule<FilterRule, 'cluster'>[] = [];
  activeCount = 0;
  /** The first `gatedCount`: what the gates stand for. */
  readonly gated: Rule<FilterRule, 'cluster'>[] = [];
  gatedCount = 0;
  /** The nodes in question, in order: all of the cluster, or the first `count` of a column of its own. */
  nodes: Int32Array = new Int32Array(0);
  count = 0;
  #subset: Int32Array = new Int32Array(0);

  constructor(cluster: LiveCluster, plugins: PluginSet, rules: RulesByScope) {
    this.#cluster = cluster;
    this.#plugins = plugins;
    this.#rules = rules;
  }

  /** Runs the PreFilters; false when they refuse every node. */
  run(pod: Pod): boolean {
    const cluster = this.#cluster;
    this.activeCount = 0;
    this.gates.clear();
    this.gatedCount = 0;
    this.nodes = cluster.nodes;
    this.count = cluster.nodeCount;
    const preFilters = this.#preFiltersFor(pod);
    for (let i = 0; i < preFilters.length; i++) {
      const plugin = preFilters[i]!;
      const outcome = plugin.preFilter!(pod, cluster);
      if (outcome.kind === 'refused') return false;
      if (outcome.kind === 'nodes') this.#narrow(outcome.names);
      if (outcome.kind !== 'skip') this.#enterFilters(plugin);
    }
    return true;
  }

  /** Can every node be refused by rules on that node alone? */
  get isLocal(): boolean {
    return this.gates.count === 0 && this.activeCount === 0;
  }

  /** What the filters without gates say. */
  passesActive(pod: Pod, slot: number): boolean {
    for (let i = 0; i < this.activeCount; i++) {
      if (this.active[i]!.check(pod, slot, this.#cluster) !== null) return false;
    }
    return true;
  }

  #preFiltersFor(pod: Pod): readonly Plugin[] {
    const { id } = pod.taskClass;
    const known = this.#preFilters[id];
    if (known !== undefined) return known;
    const all = this.#plugins.preFilters.filter((plugin) => plugin.concerns?.(pod) !== false);
    this.#preFilters[id] = all;
    return all;
  }

  #enterFilters(plugin: Plugin): void {
    const { clusterFilters } = this.#rules;
    for (let i = 0; i < clusterFilters.length; i++) {
      const one = clusterFilters[i]!;
      if (one.plugin !== plugin) continue;
      if (one.rule.gates === undefined) this.active[this.activeCount++] = one.rule;
      else {
        one.rule.gates(this.gates);
        this.gated[this.gatedCount++] = one.rule;
      }
    }
  }

  #narrow(names: ReadonlySet<string>): void {
    const { nodes, view } = this.#cluster;
    if (this.#subset.length < nodes.length) this.#subset = new Int32Array(nodes.length);
    this.nodes = this.#subset;
    this.count = 0;
    for (let i = 0; i < nodes.length; i++) {
      if (names.has(view.instanceName(nodes[i]!))) this.#subset[this.count++] = nodes[i]!;
    }
  }
}
