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
import { type Diagnosis, Diagnoses } from './diagnosis.ts';
import type { Cluster } from './framework.ts';
import type { Selection } from './host-selection.ts';
import { type KubernetesOptions, readKubernetesOptions } from './kubernetes-options.ts';
import { LiveCluster } from './live-cluster.ts';
import { plainCluster } from './plain-cluster.ts';
import { createPluginSet } from './plugin-set.ts';
import { matchesNodeSelection } from './plugins/node-affinity.ts';
import { fitsEmpty } from './plugins/node-resources-fit.ts';
import { toleratesHardTaints } from './plugins/taint-toleration.ts';
import { volumesRefusal } from './plugins/volume-binding.ts';
import { zoneRefusal } from './plugins/volume-zone.ts';
import { HOSTNAME_LABEL, type Pod, podOfClass, type PodTable } from './pod.ts';
import { type Namespaces, selectsExisting } from './pod-affinity.ts';
import type { DisruptionBudget } from './preemption/disruption-budget.ts';
import type { Nomination } from './preemption/nomination.ts';
import { type Preemption, postFilterMessage, preempt } from './preemption/preemption.ts';
import { Trial } from './preemption/trial.ts';
import { shapeAttributes } from './slot-attributes.ts';

/**
 * What kube-scheduler may look at beyond the cluster. A caller that gives neither takes no part in preemption:
 * explanations then say nothing about it.
 */
export interface KubernetesInput extends DecisionInput {
  /** Pending pods that wait for room made for them, in order of nomination; the task's own among them. */
  readonly nominations?: readonly Nomination[];
  /** For `preempt` and `explain`. */
  readonly budgets?: readonly DisruptionBudget[];
}

/** A scheduler that also tells the whole course of a cycle, and what it would evict. */
export interface KubernetesScheduler extends Scheduler {
  decide(input: KubernetesInput): number;
  explain(input: KubernetesInput): Explanation;
  readonly options: KubernetesOptions;
  /** What `decide` would do next, step by step. Changes nothing. */
  examine(input: KubernetesInput): Cycle;
  /** Which plugins refuse the task, which fits nowhere as things are. Good until the next call. */
  diagnose(input: KubernetesInput): Diagnosis;
  /**
   * For a task that fits nowhere as things are: whose eviction would make room. Evicts nothing. Spends one draw if
   * there is a node to try.
   */
  preempt(input: KubernetesInput): Preemption;
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

/** Is it kube-scheduler, and not another policy? */
export function isKubernetesScheduler(scheduler: Scheduler): scheduler is KubernetesScheduler {
  return scheduler instanceof KubeScheduler;
}

/** One cycle, and what it was run on. */
interface Examined {
  readonly cycle: Cycle;
  readonly cluster: Cluster;
  readonly pods: PodTable;
  readonly pod: Pod;
  readonly trial: Trial;
}

class KubeScheduler implements KubernetesScheduler {
  readonly name = 'kubernetes';
  readonly options: KubernetesOptions;
  readonly #selection: Selection;
  /** For the questions that come without a view, which are asked often. */
  readonly #pods = new Map<TaskClass, Pod>();
  #fast: FastCycle | undefined;
  /** On the cluster of `#fast`, made when first needed. */
  #trial: Trial | undefined;
  #diagnoses: Diagnoses | undefined;

  constructor(options: KubernetesOptions) {
    this.options = options;
    this.#selection = selectionOf(options);
  }

  decide({ view, task, random, nominations }: KubernetesInput): number {
    const fast = this.#follow(view);
    const { cluster } = fast;
    const pod = cluster.pods.pod(view.taskClass[task]!);
    if (nominations === undefined || nominations.length === 0) return fast.decide(pod, random);
    return fast.decide(pod, random, this.#beginTrial(cluster, pod, task, nominations));
  }

  diagnose({ view, task, nominations }: KubernetesInput): Diagnosis {
    const { cluster } = this.#follow(view);
    const pod = cluster.pods.pod(view.taskClass[task]!);
    this.#diagnoses ??= new Diagnoses(cluster, createPluginSet(this.options, view.resources));
    if (nominations === undefined || nominations.length === 0) return this.#diagnoses.diagnose(pod, null);
    return this.#diagnoses.diagnose(pod, this.#beginTrial(cluster, pod, task, nominations));
  }

  #beginTrial(cluster: LiveCluster, pod: Pod, task: number, nominations: readonly Nomination[]): Trial {
    this.#trial ??= new Trial(cluster, cluster.pods, createPluginSet(this.options, cluster.view.resources));
    this.#trial.begin(pod, task, nominations);
    return this.#trial;
  }

  examine(input: KubernetesInput): Cycle {
    return this.#examine(input).cycle;
  }

  preempt(input: KubernetesInput): Preemption {
    const { view, task, nominations = [], budgets = [], random } = input;
    const cycle = { verdicts: this.diagnose(input).verdicts() };
    const { cluster } = this.#follow(view);
    const { pods } = cluster;
    const pod = pods.pod(view.taskClass[task]!);
    const trial = this.#beginTrial(cluster, pod, task, nominations);
    return preempt({ cluster, pods, pod, cycle, trial, budgets, args: this.options.preemption, random });
  }

  explain(input: KubernetesInput): Explanation {
    const examined = this.#examine(input);
    const { cycle } = examined;
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
      message: cycle.message + this.#postFilterMessage(examined, input),
    };
  }

  /** One cycle with plugins and counts made for it: nothing that decide has cached can find its way in. */
  #examine({ view, task, random, nominations = [] }: KubernetesInput): Examined {
    const { cluster: live, start } = this.#follow(view);
    const { pods } = live;
    const pod = pods.pod(view.taskClass[task]!);
    const cluster = plainCluster(view, live.nodes, pods);
    const trial = new Trial(cluster, pods, createPluginSet(this.options, view.resources));
    trial.begin(pod, task, nominations);
    const cycle = runCycle(createPluginSet(this.options, view.resources), cluster, pod, {
      start,
      percentageOfNodesToScore: this.options.percentageOfNodesToScore,
      selection: this.#selection,
      random: random.clone(),
      nominees: nominations.length === 0 ? null : trial,
    });
    return { cycle, cluster, pods, pod, trial };
  }

  #postFilterMessage(examined: Examined, input: KubernetesInput): string {
    const { cycle, cluster } = examined;
    if (input.nominations === undefined && input.budgets === undefined) return '';
    if (cycle.chosen !== NO_INSTANCE || cluster.nodeCount === 0) return '';
    const { budgets = [], random } = input;
    const args = this.options.preemption;
    const preemption = preempt({ ...examined, budgets, args, random: random.clone() });
    return postFilterMessage(this.options.profile.postFilter, cycle.rejected !== null, preemption);
  }

  admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean {
    const pod = this.#podOf(taskClass);
    const node = shapeAttributes(shape, zone);
    return (
      pod.nodeName === '' &&
      !node.unschedulable &&
      toleratesHardTaints(pod.tolerations, node) &&
      matchesNodeSelection(pod, node) &&
      volumesRefusal(pod, node) === null &&
      zoneRefusal(pod, node) === null &&
      pod.podAffinity.required.every(({ topologyKey }) => node.label(topologyKey) !== undefined) &&
      fitsEmpty(pod, shape)
    );
  }

  maxPerInstance(taskClass: TaskClass): number {
    return isExclusive(this.#podOf(taskClass), this.options.namespaces) ? 1 : Number.POSITIVE_INFINITY;
  }

  /**
   * A hard spread constraint lets a domain have more pods once the others have caught up, and required affinity waits
   * for the pods that it wants to be near.
   */
  placementsMayHelp(taskClass: TaskClass): boolean {
    const pod = this.#podOf(taskClass);
    const inForce =
      pod.spread.length > 0 || pod.owners === null ? pod.spread : this.options.spreadDefaults.constraints;
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
      const plugins = createPluginSet(this.options, view.resources);
      const { percentageOfNodesToScore } = this.options;
      this.#trial = undefined;
      this.#diagnoses = undefined;
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
