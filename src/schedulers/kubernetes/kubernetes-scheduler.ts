import { assert } from '../../errors.ts';
import type { ClusterView, InstanceShape } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import {
  type DecisionInput,
  type Explanation,
  type InstanceVerdict,
  NO_INSTANCE,
  type RandomDraws,
  type RuleScore,
  type Scheduler,
  type SchedulerDefinition,
  type SchedulerMode,
} from '../scheduler.ts';
import { type Cycle, NO_CYCLE, runCycle } from './cycle.ts';
import { FastCycle } from './fast-cycle.ts';
import { type Diagnosis, Diagnoses } from './diagnosis.ts';
import type { Cluster } from './framework.ts';
import type { Selection } from './host-selection.ts';
import { type KubernetesOptions, type ProfileOptions, readKubernetesOptions } from './kubernetes-options.ts';
import { LiveCluster } from './live-cluster.ts';
import { type KubernetesPluginDefinition, reservedDevices } from './out-of-tree.ts';
import { plainCluster } from './plain-cluster.ts';
import { PLUGIN_NAMES } from './profile.ts';
import { createPluginSet, type PluginSet } from './plugin-set.ts';
import { matchesNodeSelection } from './plugins/node-affinity.ts';
import { fitsEmpty } from './plugins/node-resources-fit.ts';
import { toleratesHardTaints } from './plugins/taint-toleration.ts';
import { volumesRefusal } from './plugins/volume-binding.ts';
import { zoneRefusal } from './plugins/volume-zone.ts';
import { HOSTNAME_LABEL, type Pod, podOfClass, type PodTable } from './pod.ts';
import { type Namespaces, selectsExisting } from './pod-affinity.ts';
import type { DisruptionBudget } from './preemption/disruption-budget.ts';
import type { Nomination } from './preemption/nomination.ts';
import { NO_PREEMPTION, type Preemption, postFilterMessage, preempt } from './preemption/preemption.ts';
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
  /** The back-off is for whoever keeps the queue. */
  readonly options: KubernetesOptions;
  decide(input: KubernetesInput): number;
  explain(input: KubernetesInput): Explanation;
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

type KubernetesDefinition = Omit<SchedulerDefinition<KubernetesOptions>, 'create'> & {
  create(options: KubernetesOptions, mode?: SchedulerMode): KubernetesScheduler;
};

/** Is it kube-scheduler, and not another policy? */
export function isKubernetesScheduler(scheduler: Scheduler): scheduler is KubernetesScheduler {
  return scheduler instanceof KubeScheduler;
}

/**
 * kube-scheduler with plugins beside its own, as if they were compiled into it: profiles of the configuration may
 * enable them. Their names must differ from each other and from those of the default plugins, which is asserted.
 */
export function kubernetesSchedulerWith(
  plugins: readonly KubernetesPluginDefinition[],
): KubernetesDefinition {
  const names = [...PLUGIN_NAMES, ...plugins.map(({ name }) => name)];
  assert(new Set(names).size === names.length, 'two plugins of the scheduler have the same name');
  return {
    name: 'kubernetes',
    summary: 'kube-scheduler: filters and scores nodes with the plugins of a profile, decision by decision.',
    // The search for feasible nodes ends early only when it has found some.
    complete: () => true,
    readOptions: (raw) => readKubernetesOptions(raw, plugins),
    create: (options, mode) => new KubeScheduler(options, mode),
  };
}

/** kube-scheduler: filter, score, take the best; see `readKubernetesOptions` for what can be configured. */
export const kubernetesScheduler: KubernetesDefinition = kubernetesSchedulerWith([]);

/** One cycle, and what it was run on. */
interface Examined {
  readonly options: ProfileOptions;
  readonly cycle: Cycle;
  readonly cluster: Cluster;
  readonly pods: PodTable;
  readonly pod: Pod;
  readonly trial: Trial;
}

/** A profile at work on one cluster. */
interface RunningProfile {
  readonly options: ProfileOptions;
  readonly plugins: PluginSet;
  readonly fast: FastCycle;
  /** On the cluster of `fast`, made when first needed. */
  trial: Trial | undefined;
  diagnoses: Diagnoses | undefined;
}

function preempts({ profile }: ProfileOptions): boolean {
  return profile.postFilter.includes('DefaultPreemption');
}

class KubeScheduler implements KubernetesScheduler {
  readonly name = 'kubernetes';
  readonly options: KubernetesOptions;
  readonly #verify: boolean;
  readonly #selection: Selection;
  /** For the questions that come without a view, which are asked often. */
  readonly #pods = new Map<TaskClass, Pod>();
  /** Seen by all profiles. */
  #cluster: LiveCluster | undefined;
  /** By scheduler name. */
  readonly #profiles = new Map<string, RunningProfile>();
  /** Where the next search begins, whichever profile searches. */
  #start = 0;

  constructor(options: KubernetesOptions, { verify = false }: SchedulerMode = {}) {
    this.#verify = verify;
    this.options = options;
    this.#selection = selectionOf(options);
  }

  decide({ view, task, random, nominations }: KubernetesInput): number {
    const cluster = this.#follow(view);
    const pod = cluster.pods.pod(view.taskClass[task]!);
    const profile = this.#profiles.get(pod.schedulerName);
    if (profile === undefined) return NO_INSTANCE;
    const { fast } = profile;
    fast.start = this.#start;
    const isPlain = nominations === undefined || nominations.length === 0;
    const nominees = isPlain ? undefined : this.#beginTrial(profile, cluster, pod, task, nominations);
    const slot = fast.decide(pod, random, nominees);
    this.#start = fast.start;
    return slot;
  }

  diagnose({ view, task, nominations }: KubernetesInput): Diagnosis {
    const cluster = this.#follow(view);
    const pod = cluster.pods.pod(view.taskClass[task]!);
    const profile = this.#profiles.get(pod.schedulerName);
    assert(profile !== undefined, 'a pod that no profile serves is not diagnosed');
    profile.diagnoses ??= new Diagnoses(cluster, createPluginSet(profile.options, view.resources));
    const isPlain = nominations === undefined || nominations.length === 0;
    const nominees = isPlain ? null : this.#beginTrial(profile, cluster, pod, task, nominations);
    return profile.diagnoses.diagnose(pod, nominees);
  }

  #beginTrial(
    profile: RunningProfile,
    cluster: LiveCluster,
    pod: Pod,
    task: number,
    nominations: readonly Nomination[],
  ): Trial {
    const { resources } = cluster.view;
    profile.trial ??= new Trial(cluster, cluster.pods, createPluginSet(profile.options, resources));
    profile.trial.begin(pod, task, nominations);
    return profile.trial;
  }

  reserve({ view, task, random }: DecisionInput, slot: number): number | undefined {
    const cluster = this.#follow(view);
    const { schedulerName, taskClass } = cluster.pods.pod(view.taskClass[task]!);
    if (taskClass.gpu === null) return undefined;
    const plugin = this.#profiles.get(schedulerName)?.plugins.reserve ?? null;
    return plugin === null ? undefined : reservedDevices(plugin, view, slot, taskClass, random);
  }

  isLeftToOthers(taskClass: TaskClass): boolean {
    return this.#profileOf(this.#podOf(taskClass)) === undefined;
  }

  examine(input: KubernetesInput): Cycle {
    return this.#examine(input)?.cycle ?? NO_CYCLE;
  }

  preempt(input: KubernetesInput): Preemption {
    const { view, task, nominations = [], budgets = [], random } = input;
    const cluster = this.#follow(view);
    const { pods } = cluster;
    const pod = pods.pod(view.taskClass[task]!);
    const profile = this.#profiles.get(pod.schedulerName);
    if (profile === undefined || !preempts(profile.options)) return NO_PREEMPTION;
    const cycle = { verdicts: this.diagnose(input).verdicts() };
    const trial = this.#beginTrial(profile, cluster, pod, task, nominations);
    return preempt({ cluster, pods, pod, cycle, trial, budgets, args: profile.options.preemption, random });
  }

  explain(input: KubernetesInput): Explanation {
    const examined = this.#examine(input);
    if (examined === null) return this.#leftToOthers(input);
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

  /** What the real scheduler says of such a pod is nothing: it never enters its queue. */
  #leftToOthers({ view, task }: KubernetesInput): Explanation {
    const { schedulerName } = this.#follow(view).pods.pod(view.taskClass[task]!);
    const served = this.options.profiles.map((profile) => profile.schedulerName).join(', ');
    const message = `no profile serves schedulerName ${schedulerName}, so the pod stays pending (profiles: ${served})`;
    return { scheduler: this.name, chosen: NO_INSTANCE, verdicts: [], tied: [], chain: [], message };
  }

  /**
   * One cycle with plugins and counts made for it: nothing that decide has cached can find its way in. null for a pod
   * that no profile serves.
   */
  #examine({ view, task, random, nominations = [] }: KubernetesInput): Examined | null {
    const live = this.#follow(view);
    const { pods } = live;
    const pod = pods.pod(view.taskClass[task]!);
    const options = this.#profileOf(pod);
    if (options === undefined) return null;
    const cluster = plainCluster(view, live.nodes, pods);
    const trial = new Trial(cluster, pods, createPluginSet(options, view.resources));
    trial.begin(pod, task, nominations);
    const cycle = runCycle(createPluginSet(options, view.resources), cluster, pod, {
      start: this.#start,
      percentageOfNodesToScore: options.percentageOfNodesToScore,
      selection: this.#selection,
      random: random.clone(),
      nominees: nominations.length === 0 ? null : trial,
    });
    return { options, cycle, cluster, pods, pod, trial };
  }

  /** Does nothing in a profile without DefaultPreemption. */
  #preempt(examined: Examined, { budgets = [] }: KubernetesInput, random: RandomDraws): Preemption {
    if (!preempts(examined.options)) return NO_PREEMPTION;
    return preempt({ ...examined, budgets, args: examined.options.preemption, random });
  }

  #postFilterMessage(examined: Examined, input: KubernetesInput): string {
    const { cycle, cluster, options } = examined;
    if (input.nominations === undefined && input.budgets === undefined) return '';
    if (cycle.chosen !== NO_INSTANCE || cluster.nodeCount === 0) return '';
    const preemption = this.#preempt(examined, input, input.random.clone());
    return postFilterMessage(options.profile.postFilter, cycle.rejected !== null, preemption);
  }

  admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean {
    const pod = this.#podOf(taskClass);
    const node = shapeAttributes(shape, zone);
    return (
      this.#profileOf(pod) !== undefined &&
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
   * A hard spread constraint lets a domain have more pods once the others have caught up, required affinity waits for
   * the pods that it wants to be near, and what an out-of-tree filter waits for is not known.
   */
  placementsMayHelp(taskClass: TaskClass): boolean {
    const pod = this.#podOf(taskClass);
    const options = this.#profileOf(pod);
    if (options === undefined) return false;
    const inForce =
      pod.spread.length > 0 || pod.owners === null ? pod.spread : options.spreadDefaults.constraints;
    return (
      inForce.some(({ hard }) => hard) ||
      pod.podAffinity.required.length > 0 ||
      options.profile.filter.some((name) => options.outOfTree.has(name))
    );
  }

  #podOf(taskClass: TaskClass): Pod {
    const pod = this.#pods.get(taskClass) ?? podOfClass(taskClass);
    this.#pods.set(taskClass, pod);
    return pod;
  }

  #profileOf({ schedulerName }: Pod): ProfileOptions | undefined {
    return this.options.profiles.find((profile) => profile.schedulerName === schedulerName);
  }

  /** The cluster, up to date, with a cycle for each profile. A scheduler serves one cluster; another view starts it afresh. */
  #follow(view: ClusterView): LiveCluster {
    if (this.#cluster?.view !== view) this.#turnTo(view);
    this.#cluster!.sync();
    return this.#cluster!;
  }

  #turnTo(view: ClusterView): void {
    const cluster = new LiveCluster(view);
    this.#cluster = cluster;
    this.#start = 0;
    for (const options of this.options.profiles) {
      const plugins = createPluginSet(options, view.resources);
      const fast = new FastCycle(
        cluster,
        plugins,
        options.percentageOfNodesToScore,
        this.#selection,
        this.#verify,
      );
      this.#profiles.set(options.schedulerName, {
        options,
        plugins,
        fast,
        trial: undefined,
        diagnoses: undefined,
      });
    }
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
