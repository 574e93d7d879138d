import { assert } from '../../errors.ts';
import type { ClusterView, InstanceShape } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import {
  type DecisionInput,
  type Explanation,
  NO_INSTANCE,
  type RandomDraws,
  type Scheduler,
  type SchedulerDefinition,
  type SchedulerMode,
} from '../scheduler.ts';
import { ClassQuestions } from './class-questions.ts';
import { type Cycle, NO_CYCLE, runCycle } from './cycle.ts';
import { cycleExplanation } from './cycle-explanation.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Cluster } from './framework.ts';
import type { Selection } from './host-selection.ts';
import { type KubernetesOptions, type ProfileOptions, readKubernetesOptions } from './kubernetes-options.ts';
import { LiveCluster } from './live-cluster.ts';
import { type KubernetesPluginDefinition, reservedDevices } from './out-of-tree.ts';
import { plainCluster } from './plain-cluster.ts';
import { PLUGIN_NAMES } from './profile.ts';
import { createPluginSet } from './plugin-set.ts';
import type { Pod, PodTable } from './pod.ts';
import type { DisruptionBudget } from './preemption/disruption-budget.ts';
import type { Nomination } from './preemption/nomination.ts';
import { NO_PREEMPTION, type Preemption, postFilterMessage, preempt } from './preemption/preemption.ts';
import { Trial } from './preemption/trial.ts';
import { RunningProfile } from './running-profile.ts';

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
  /** Another kube-scheduler takes its place: it begins anew, by these options. */
  succeededBy(options: KubernetesOptions): void;
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

/** `profile` undefined: no profile serves the pod. */
interface Served {
  readonly pod: Pod;
  readonly profile: RunningProfile | undefined;
}

function preempts({ profile }: ProfileOptions): boolean {
  return profile.postFilter.includes('DefaultPreemption');
}

class KubeScheduler implements KubernetesScheduler {
  readonly name = 'kubernetes';
  options: KubernetesOptions;
  readonly #verify: boolean;
  #selection: Selection;
  #classes: ClassQuestions;
  /** Seen by all profiles. */
  #cluster: LiveCluster | undefined;
  /** By scheduler name. */
  readonly #profiles = new Map<string, RunningProfile>();
  /** By class id, once decided on. */
  #served: Served[] = [];
  /** Where the next search begins, whichever profile searches. */
  #start = 0;
  /** The cycle of the last decision; the same object throughout. */
  readonly #cycle = { number: 0, nowMs: 0, signature: null as string | null };

  constructor(options: KubernetesOptions, { verify = false }: SchedulerMode = {}) {
    this.#verify = verify;
    this.options = options;
    this.#selection = selectionOf(options);
    this.#classes = new ClassQuestions(options);
  }

  succeededBy(options: KubernetesOptions): void {
    this.options = options;
    this.#selection = selectionOf(options);
    this.#classes = new ClassQuestions(options);
    this.#cluster = undefined;
    this.#profiles.clear();
    this.#cycle.number = 0;
    this.#cycle.signature = null;
  }

  decide({ view, task, random, nowMs, nominations }: KubernetesInput): number {
    const cluster = this.#follow(view);
    const { pod, profile } = this.#servedOf(cluster, view.taskClass[task]!);
    if (profile === undefined) return NO_INSTANCE;
    const { fast } = profile;
    const cycle = this.#cycle;
    cycle.number += 1;
    cycle.nowMs = nowMs;
    cycle.signature = profile.signatureOf(pod);
    fast.start = this.#start;
    const isPlain = nominations === undefined || nominations.length === 0;
    const nominees = isPlain ? undefined : profile.beginTrial(pod, task, nominations);
    const slot = fast.decide(pod, random, cycle, nominees);
    this.#start = fast.start;
    return slot;
  }

  #servedOf({ pods }: LiveCluster, classId: number): Served {
    const known = this.#served[classId];
    if (known !== undefined) return known;
    const pod = pods.pod(classId);
    const served = { pod, profile: this.#profiles.get(pod.schedulerName) };
    this.#served[classId] = served;
    return served;
  }

  diagnose({ view, task, nominations }: KubernetesInput): Diagnosis {
    const cluster = this.#follow(view);
    const pod = cluster.pods.pod(view.taskClass[task]!);
    const profile = this.#profiles.get(pod.schedulerName);
    assert(profile !== undefined, 'a pod that no profile serves is not diagnosed');
    const isPlain = nominations === undefined || nominations.length === 0;
    const nominees = isPlain ? null : profile.beginTrial(pod, task, nominations);
    return profile.diagnoses.diagnose(pod, nominees);
  }

  reserve({ view, task, random }: DecisionInput, slot: number): number | undefined {
    const cluster = this.#follow(view);
    const { schedulerName, taskClass } = cluster.pods.pod(view.taskClass[task]!);
    if (taskClass.gpu === null) return undefined;
    const plugin = this.#profiles.get(schedulerName)?.plugins.reserve ?? null;
    return plugin === null ? undefined : reservedDevices(plugin, view, slot, taskClass, random);
  }

  isLeftToOthers(taskClass: TaskClass): boolean {
    return this.#classes.isLeftToOthers(taskClass);
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
    const trial = profile.beginTrial(pod, task, nominations);
    return preempt({ cluster, pods, pod, cycle, trial, budgets, args: profile.options.preemption, random });
  }

  explain(input: KubernetesInput): Explanation {
    const examined = this.#examine(input);
    if (examined === null) return this.#leftToOthers(input);
    return cycleExplanation(examined.cycle, input.view, this.name, this.#postFilterMessage(examined, input));
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
  #examine(input: KubernetesInput): Examined | null {
    const { view, task, nominations = [] } = input;
    const live = this.#follow(view);
    const { pods } = live;
    const pod = pods.pod(view.taskClass[task]!);
    const profile = this.#profiles.get(pod.schedulerName);
    if (profile === undefined) return null;
    const { options } = profile;
    const random = input.random.clone();
    const cluster = plainCluster(view, live.nodes, pods);
    const trial = new Trial(cluster, pods, createPluginSet(options, view.resources));
    trial.begin(pod, task, nominations);
    const cycle = runCycle(createPluginSet(options, view.resources), cluster, pod, {
      start: this.#start,
      percentageOfNodesToScore: options.percentageOfNodesToScore,
      selection: this.#selection,
      random,
      nominees: nominations.length === 0 ? null : trial,
      batch: this.#batchOf(profile, pod, input, random),
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

  /** What the last cycle left for the pod, looked at without taking it. */
  #batchOf(
    { batch, plugins }: RunningProfile,
    pod: Pod,
    { view, nowMs }: KubernetesInput,
    random: RandomDraws,
  ) {
    if (batch === null) return null;
    const cycle = { number: this.#cycle.number + 1, nowMs, signature: plugins.sign(pod) };
    return { precedent: batch.precedent(cycle, view), hint: () => batch.foresee(view, random) };
  }

  admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean {
    return this.#classes.admits(taskClass, shape, zone);
  }

  maxPerInstance(taskClass: TaskClass): number {
    return this.#classes.maxPerInstance(taskClass);
  }

  placementsMayHelp(taskClass: TaskClass): boolean {
    return this.#classes.placementsMayHelp(taskClass);
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
    this.#served = [];
    for (const options of this.options.profiles) {
      const profile = new RunningProfile(options, cluster, this.#selection, this.#verify);
      this.#profiles.set(options.schedulerName, profile);
    }
  }
}

function selectionOf({ version, tieBreak }: KubernetesOptions): Selection {
  if (tieBreak !== 'kube') return tieBreak;
  return version === '1.34' ? 'reservoir' : 'heap';
}
