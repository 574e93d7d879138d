import type { ClusterView, InstanceShape } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import {
  type DecisionInput,
  type Explanation,
  type InstanceVerdict,
  NO_INSTANCE,
  type RuleScore,
  type Scheduler,
  type SchedulerDefinition,
} from '../scheduler.ts';
import { type Cycle, runCycle } from './cycle.ts';
import { FastCycle } from './fast-cycle.ts';
import type { Selection } from './host-selection.ts';
import { type KubernetesOptions, readKubernetesOptions } from './kubernetes-options.ts';
import { LiveCluster } from './live-cluster.ts';
import { plainCluster } from './plain-cluster.ts';
import { createPluginSet } from './plugin-set.ts';
import { matchesNodeSelection } from './plugins/node-affinity.ts';
import { fitsEmpty } from './plugins/node-resources-fit.ts';
import { toleratesHardTaints } from './plugins/taint-toleration.ts';
import { HOSTNAME_LABEL, type Pod, podOfClass } from './pod.ts';
import { type Namespaces, selectsExisting } from './pod-affinity.ts';
import { shapeAttributes } from './slot-attributes.ts';

/** A scheduler that also tells the whole course of a cycle, for explanations and comparison with recorded ones. */
export interface KubernetesScheduler extends Scheduler {
  /** What `decide` would do next, step by step. Changes nothing. */
  examine(input: DecisionInput): Cycle;
}

/** kube-scheduler: filter, score, take the best; see `readKubernetesOptions` for what can be configured. */
export const kubernetesScheduler: Omit<SchedulerDefinition<KubernetesOptions>, 'create'> & {
  create(options: KubernetesOptions): KubernetesScheduler;
} = {
  name: 'kubernetes',
  summary: 'kube-scheduler: filters and scores nodes with the plugins of a profile, decision by decision.',
  // The search for feasible nodes ends early only when it has found some.
  complete: () => true,
  readOptions: readKubernetesOptions,
  create: (options) => new KubeScheduler(options),
};

class KubeScheduler implements KubernetesScheduler {
  readonly name = 'kubernetes';
  readonly #options: KubernetesOptions;
  readonly #selection: Selection;
  /** For the questions that come without a view, which are asked often. */
  readonly #pods = new Map<TaskClass, Pod>();
  #fast: FastCycle | undefined;

  constructor(options: KubernetesOptions) {
    this.#options = options;
    this.#selection = selectionOf(options);
  }

  decide({ view, task, random }: DecisionInput): number {
    const fast = this.#follow(view);
    return fast.decide(fast.cluster.pods.pod(view.taskClass[task]!), random);
  }

  examine({ view, task, random }: DecisionInput): Cycle {
    const { cluster, start } = this.#follow(view);
    const pod = cluster.pods.pod(view.taskClass[task]!);
    // Fresh plugins: nothing that decide has cached can find its way into the explanation.
    const plugins = createPluginSet(this.#options, view.resources);
    return runCycle(plugins, plainCluster(view, cluster.nodes, cluster.pods), pod, {
      start,
      percentageOfNodesToScore: this.#options.percentageOfNodesToScore,
      selection: this.#selection,
      random: random.clone(),
    });
  }

  explain(input: DecisionInput): Explanation {
    const cycle = this.examine(input);
    // With a single feasible node kube-scheduler does not score.
    const isScored = cycle.feasible.length > 1 && cycle.scores.length > 0;
    const scoresOf = new Map<number, { scores: readonly RuleScore[]; total: number }>();
    if (isScored) {
      cycle.feasible.forEach((slot, i) => {
        scoresOf.set(slot, { scores: cycle.scores[i]!, total: cycle.totals[i]! });
      });
    }
    const verdicts = cycle.verdicts.map(
      ({ slot, refusal }): InstanceVerdict => ({
        slot,
        name: input.view.instanceName(slot),
        refusal,
        scores: scoresOf.get(slot)?.scores ?? [],
        total: scoresOf.get(slot)?.total ?? null,
      }),
    );
    return {
      scheduler: this.name,
      chosen: cycle.chosen,
      verdicts,
      tied: cycle.chosen === NO_INSTANCE ? [] : cycle.best,
      chain: [],
      message: cycle.message,
    };
  }

  admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean {
    const pod = this.#podOf(taskClass);
    const node = shapeAttributes(shape, zone);
    return (
      pod.nodeName === '' &&
      !node.unschedulable &&
      toleratesHardTaints(pod.tolerations, node) &&
      matchesNodeSelection(pod, node) &&
      pod.podAffinity.required.every(({ topologyKey }) => node.label(topologyKey) !== undefined) &&
      fitsEmpty(pod, shape)
    );
  }

  maxPerInstance(taskClass: TaskClass): number {
    return isExclusive(this.#podOf(taskClass), this.#options.namespaces) ? 1 : Number.POSITIVE_INFINITY;
  }

  /**
   * A hard spread constraint lets a domain have more pods once the others have caught up, and required affinity waits
   * for the pods that it wants to be near.
   */
  placementsMayHelp(taskClass: TaskClass): boolean {
    const pod = this.#podOf(taskClass);
    const inForce =
      pod.spread.length > 0 || pod.owners === null ? pod.spread : this.#options.spreadDefaults.constraints;
    return inForce.some(({ hard }) => hard) || pod.podAffinity.required.length > 0;
  }

  #podOf(taskClass: TaskClass): Pod {
    const pod = this.#pods.get(taskClass) ?? podOfClass(taskClass);
    this.#pods.set(taskClass, pod);
    return pod;
  }

  /** The cycle for this cluster, up to date. A scheduler serves one cluster; another view starts it afresh. */
  #follow(view: ClusterView): FastCycle {
    if (this.#fast?.cluster.view !== view) {
      const plugins = createPluginSet(this.#options, view.resources);
      const { percentageOfNodesToScore } = this.#options;
      this.#fast = new FastCycle(new LiveCluster(view), plugins, percentageOfNodesToScore, this.#selection);
    }
    this.#fast.cluster.sync();
    return this.#fast;
  }
}

/** Host ports clash with themselves, as does anti-affinity of a pod that its own term selects. */
function isExclusive(pod: Pod, namespaces: Namespaces): boolean {
  const isApart = pod.podAntiAffinity.required.some(
    (term) => term.topologyKey === HOSTNAME_LABEL && selectsExisting(term, pod.taskClass, namespaces),
  );
  return isApart || pod.hostPorts.length > 0;
}

function selectionOf({ version, tieBreak }: KubernetesOptions): Selection {
  if (tieBreak !== 'kube') return tieBreak;
  return version === '1.34' ? 'reservoir' : 'heap';
}
