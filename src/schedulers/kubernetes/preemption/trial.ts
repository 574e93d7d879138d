import { NO_INSTANCE, type Refusal } from '../../scheduler.ts';
import { refusalOf } from '../cycle.ts';
import type { Cluster, Plugin } from '../framework.ts';
import type { PluginSet } from '../plugin-set.ts';
import type { Pod, PodTable } from '../pod.ts';
import { type Nomination, nominatedSlot } from './nomination.ts';
import { TrialCluster } from './trial-cluster.ts';
import type { TrialView } from './trial-view.ts';

/**
 * Tries what the filters would say if pods left a node or joined it. `begin` with a pod, `look` at a node, take pods
 * away and give them back, ask for the `refusal`. Filters that said Skip for the real cluster stay out, as in
 * kube-scheduler, even if the changes would give them something to refuse.
 */
export class Trial {
  readonly view: TrialView;
  readonly #cluster: TrialCluster;
  readonly #plugins: PluginSet;
  /** Of these the state of the cycle follows the changes. */
  #preparing: readonly Plugin[] = [];
  #filters: readonly Plugin[] = [];
  #pod: Pod | undefined;
  /** The node that the pod itself is nominated to, or -1. */
  own = NO_INSTANCE;
  #nominations: readonly Nomination[] = [];

  /** `plugins` must be made for this trial alone: they keep what they computed from its cluster. */
  constructor(real: Cluster, pods: PodTable, plugins: PluginSet) {
    this.#cluster = new TrialCluster(real, pods);
    this.view = this.#cluster.view;
    this.#plugins = plugins;
  }

  /** Turns to the pod of a pending task. Of the nominated pods, those of lower priority do not matter to it. */
  begin(pod: Pod, task: number, nominations: readonly Nomination[]): void {
    this.look(-1);
    this.#pod = pod;
    this.own = nominatedSlot(nominations, task);
    const { classes, taskClass } = this.view;
    this.#nominations = nominations.filter(
      (one) => one.task !== task && classes[taskClass[one.task]!]!.priority >= pod.taskClass.priority,
    );
    const { preFilters, filters } = this.#plugins;
    const skipped = preFilters.filter((plugin) => plugin.preFilter!(pod, this.#cluster).kind === 'skip');
    this.#filters = filters.filter((plugin) => !skipped.includes(plugin));
    this.#preparing = preFilters.filter(
      (plugin) => !skipped.includes(plugin) && plugin.filter?.dependsOn === 'cluster',
    );
  }

  /** Turns to a node as it is. */
  look(slot: number): void {
    this.view.look(slot);
  }

  /**
   * Why the node refuses the pod, or null: with the pods that are nominated to it, and without, for they may never
   * come. Source: kubernetes v1.36.2 pkg/scheduler/framework/runtime/framework.go, RunFilterPluginsWithNominatedPods
   */
  refusal(): Refusal | null {
    return this.#withNominees() ?? this.#filter();
  }

  /** Why the node, as it is, refuses the pod if the pods nominated to it come; null when there are none. */
  nomineesRefusal(slot: number): Refusal | null {
    for (const nomination of this.#nominations) {
      if (nomination.slot !== slot) continue;
      this.look(slot);
      return this.#withNominees();
    }
    return null;
  }

  #withNominees(): Refusal | null {
    const { slot } = this.view;
    const nominees = this.#nominations.filter((nomination) => nomination.slot === slot);
    if (nominees.length === 0) return null;
    for (const { task } of nominees) this.view.add(task);
    const refusal = this.#filter();
    for (const { task } of nominees) this.view.remove(task);
    return refusal;
  }

  #filter(): Refusal | null {
    const pod = this.#pod!;
    const idle: Plugin[] = [];
    for (const plugin of this.#preparing) {
      const outcome = plugin.preFilter!(pod, this.#cluster);
      if (outcome.kind === 'refused') return outcome.refusal;
      // With the changes it has nothing to refuse.
      if (outcome.kind === 'skip') idle.push(plugin);
    }
    for (const plugin of this.#filters) {
      const refusal = idle.includes(plugin) ? null : refusalOf(plugin, this.#cluster, pod, this.view.slot);
      if (refusal !== null) return refusal;
    }
    return null;
  }
}
