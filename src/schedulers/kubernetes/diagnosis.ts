import { grown } from '../../model/grown.ts';
import type { Refusal } from '../scheduler.ts';
import { refusalOf } from './cycle.ts';
import type { Plugin } from './framework.ts';
import type { LiveCluster } from './live-cluster.ts';
import { KUBELET_ADMISSION } from './plugins/kubelet-admission.ts';
import type { PluginSet } from './plugin-set.ts';
import type { Pod } from './pod.ts';
import type { Trial } from './preemption/trial.ts';
import { RecentlyUsed } from './verdict-cache.ts';

/** Memory for refusals, over all classes: a revision, a plugin and a reference a slot and class. */
const CACHE_BYTES = 2 ** 27;
const BYTES_PER_SLOT = 17;
const MIN_CACHES = 8;
const NEVER = -1;
const NOBODY = -1;

/** Why a pod fits nowhere. Good until the next diagnosis. */
export interface Diagnosis {
  /** The plugins that a change must satisfy before another try is worth it; empty when there was no node to ask. */
  readonly plugins: ReadonlySet<string>;
  /** Every node was asked, so that the search for feasible nodes begins where it began before. */
  readonly isWhole: boolean;
  /** Of the nodes that were asked, in the order of the node list. */
  verdicts(): { readonly slot: number; readonly refusal: Refusal | null }[];
}

/** What rules on a node and its tasks said about one class: by slot, good for that revision of it. */
class Refusals {
  revisions = new Float64Array(0);
  /** Index of the filter that refused, or `NOBODY`. */
  filters = new Int8Array(0);
  readonly reasons: (Refusal | null)[] = [];

  ensure(slots: number): void {
    if (slots <= this.revisions.length) return;
    this.revisions = grown(Float64Array, this.revisions, slots * 2, NEVER);
    this.filters = grown(Int8Array, this.filters, slots * 2, NOBODY);
  }
}

/**
 * Tells after a failed decision which plugin refused which node: what `runCycle` tells, from kept refusals. Asked for
 * every failed attempt of a run, so an unchanged node costs a compare and a load.
 */
export class Diagnoses {
  readonly #cluster: LiveCluster;
  readonly #plugins: PluginSet;
  /** In the order of the filters; null for filters on the cluster, which are asked anew. */
  readonly #local: readonly (Plugin | null)[];
  readonly #cache = new RecentlyUsed<number, Refusals>(() => new Refusals());

  /** `plugins` must be made for these diagnoses alone: they keep what they computed for the last pod. */
  constructor(cluster: LiveCluster, plugins: PluginSet) {
    this.#cluster = cluster;
    this.#plugins = plugins;
    this.#local = plugins.filters.map((plugin) => (plugin.filter?.dependsOn === 'cluster' ? null : plugin));
  }

  /** The cluster must be in sync. `nominees`: begun with the pod, when pods are nominated to nodes. */
  diagnose(pod: Pod, nominees: Trial | null): Diagnosis {
    const cluster = this.#cluster;
    const refusing = new Set<string>();
    const skipped = new Set<Plugin>();
    let names: ReadonlySet<string> | null = null;
    const none: Diagnosis = { plugins: new Set(), isWhole: true, verdicts: () => [] };
    if (cluster.nodeCount === 0) return none;
    for (const plugin of this.#plugins.preFilters) {
      const outcome = plugin.preFilter!(pod, cluster);
      if (outcome.kind === 'refused') return { ...none, plugins: new Set([plugin.name]) };
      if (outcome.kind === 'skip') skipped.add(plugin);
      if (outcome.kind === 'nodes') {
        names = outcome.names;
        refusing.add(plugin.name);
      }
    }
    const asked =
      names === null
        ? cluster.nodes.subarray(0, cluster.nodeCount)
        : cluster.nodes.filter((slot) => names.has(cluster.view.instanceName(slot)));
    const active = this.#plugins.filters.map((plugin, i) => this.#local[i] === null && !skipped.has(plugin));
    const refusals = this.#askAll(pod, asked, active, nominees, refusing);
    return {
      plugins: new Set([...refusing].map(heardBy)),
      isWhole: names === null,
      verdicts: () => Array.from(asked, (slot, i) => ({ slot, refusal: refusals(i) })),
    };
  }

  /** Adds whoever refuses a node to `refusing`; returns the refusals by position in `asked`. */
  #askAll(
    pod: Pod,
    asked: Int32Array,
    active: readonly boolean[],
    nominees: Trial | null,
    refusing: Set<string>,
  ): (position: number) => Refusal | null {
    const cluster = this.#cluster;
    const { filters } = this.#plugins;
    const { revision } = cluster.view;
    const kept = this.#kept(pod);
    const seen = new Uint8Array(filters.length);
    const asksCluster = active.includes(true) || nominees !== null;
    /** Refusals that were not kept. */
    const special = new Map<number, Refusal>();
    for (let position = 0; position < asked.length; position++) {
      const slot = asked[position]!;
      if (kept.revisions[slot] !== revision[slot]) this.#refresh(pod, slot, kept);
      const local = kept.filters[slot]!;
      if (!asksCluster) {
        if (local !== NOBODY) seen[local] = 1;
        continue;
      }
      const refusal = nominees?.nomineesRefusal(slot) ?? this.#clusterRefusal(pod, slot, active, local);
      if (refusal !== null) {
        special.set(position, refusal);
        refusing.add(refusal.rule);
      } else if (local !== NOBODY) seen[local] = 1;
    }
    filters.forEach(({ name }, i) => {
      if (seen[i] === 1) refusing.add(name);
    });
    return (position) => special.get(position) ?? kept.reasons[asked[position]!] ?? null;
  }

  /** The first filter on the cluster that refuses the node before the filter `local` does. */
  #clusterRefusal(pod: Pod, slot: number, active: readonly boolean[], local: number): Refusal | null {
    const { filters } = this.#plugins;
    const until = local === NOBODY ? filters.length : local;
    for (let i = 0; i < until; i++) {
      if (!active[i]) continue;
      const refusal = refusalOf(filters[i]!, this.#cluster, pod, slot);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  #refresh(pod: Pod, slot: number, kept: Refusals): void {
    kept.revisions[slot] = this.#cluster.view.revision[slot]!;
    kept.filters[slot] = NOBODY;
    kept.reasons[slot] = null;
    for (let i = 0; i < this.#local.length; i++) {
      const plugin = this.#local[i]!;
      const refusal = plugin === null ? null : refusalOf(plugin, this.#cluster, pod, slot);
      if (refusal === null) continue;
      kept.filters[slot] = i;
      kept.reasons[slot] = refusal;
      return;
    }
  }

  #kept(pod: Pod): Refusals {
    const { slotCount } = this.#cluster.view;
    const limit = Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (BYTES_PER_SLOT * slotCount)));
    const kept = this.#cache.get(pod.taskClass.id, limit);
    kept.ensure(slotCount);
    return kept;
  }
}

/** What the kubelet would refuse waits for room, as what does not fit. */
function heardBy(plugin: string): string {
  return plugin === KUBELET_ADMISSION ? 'NodeResourcesFit' : plugin;
}
