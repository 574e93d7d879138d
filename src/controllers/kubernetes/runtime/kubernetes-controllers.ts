import type { Kernel } from '../../../kernel/kernel.ts';
import type { ClusterStore } from '../../../model/cluster-store.ts';
import type { KubernetesControllerSettings } from '../../../model/kubernetes-defaults.ts';
import type { RandomDraws } from '../../../schedulers/scheduler.ts';
import type { DisruptionBudgets } from '../../disruption-budgets.ts';
import type { Evictions } from '../../evictions.ts';
import type { TaskLife } from '../../task-life.ts';
import { ClientRate } from './client-rate.ts';
import { type CronJobOptions, RunningCronJob } from './cron-jobs.ts';
import { type DaemonSetOptions, RunningDaemonSet } from './daemon-sets.ts';
import { type DeploymentOptions, RunningDeployment } from './deployments.ts';
import { Drains } from './drains.ts';
import { type JobOptions, RunningJob } from './jobs.ts';
import { NodeLosses } from './node-losses.ts';
import { Pods } from './pods.ts';
import { type ReplicaSetOptions, RunningReplicaSet } from './replica-sets.ts';
import type { ResourceQuotas } from './resource-quotas.ts';
import { RunningStatefulSet, type StatefulSetOptions } from './stateful-sets.ts';
import { WorkQueue } from './work-queue.ts';

export interface KubernetesControllersOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly evictions: Evictions;
  readonly budgets: DisruptionBudgets;
  readonly settings: KubernetesControllerSettings;
  readonly horizonMs: number;
  readonly uids: () => RandomDraws;
  /** A pod loses its room against its controller's will. */
  readonly onInterrupted: () => void;
  /** A pod is evicted for the sake of a drain. */
  readonly onEvicted: () => void;
  /** Can instances of the zone be reached? */
  readonly isReachable: (zone: string) => boolean;
  /** May a node run pods of the class, were it empty? */
  readonly matches: (classId: number, slot: number) => boolean;
  readonly nominated: DaemonSetOptions['nominated'];
  readonly quotas: ResourceQuotas;
  /** The API server refuses a pod of that controller. */
  readonly onRefused: (owner: string, message: string) => void;
  /** Does the API answer? */
  readonly isUp: () => boolean;
}

type QueueName = 'deployment' | 'replicaSet' | 'daemonSet' | 'statefulSet' | 'job' | 'cronJob';
type Own = 'pods' | 'queue' | 'replicaSets' | 'rate' | 'store' | 'matches' | 'nominated';

/** kube-controller-manager in a run: the workload objects of a cluster, and the controllers that look after them. */
export class KubernetesControllers {
  readonly pods: Pods;
  readonly drains: Drains;
  readonly losses: NodeLosses;
  readonly deployments: RunningDeployment[] = [];
  readonly daemonSets: RunningDaemonSet[] = [];
  readonly statefulSets: RunningStatefulSet[] = [];
  readonly #options: KubernetesControllersOptions;
  readonly #queues: Readonly<Record<QueueName, WorkQueue>>;
  readonly #rate: ClientRate;

  constructor(options: KubernetesControllersOptions) {
    this.#options = options;
    const { kernel, store, life, evictions, budgets, settings, horizonMs, uids, isReachable } = options;
    const queue = (name: string) =>
      new WorkQueue({ kernel, name: `${name}-sync`, latencyMs: settings.latencyMs, horizonMs });
    this.#queues = {
      deployment: queue('deployment'),
      replicaSet: queue('replica-set'),
      daemonSet: queue('daemon-set'),
      statefulSet: queue('stateful-set'),
      job: queue('job'),
      cronJob: queue('cron-job'),
    };
    const { creationsPerSecond: perSecond, creationBurst: burst } = settings;
    this.#rate = new ClientRate(perSecond === null ? null : { perSecond, burst });
    this.losses = new NodeLosses({
      kernel,
      store,
      pods: () => this.pods,
      graceMs: settings.nodeGraceMs,
      isReachable,
    });
    this.pods = new Pods({
      kernel,
      store,
      life,
      evictions,
      uids,
      onInterrupted: options.onInterrupted,
      quotas: options.quotas,
      onRefused: options.onRefused,
      onLost: (pod, slot) => this.losses.lost(pod, slot),
    });
    const retryMs = settings.evictionRetryMs;
    const { onEvicted } = options;
    this.drains = new Drains({ kernel, store, pods: this.pods, evictions, budgets, retryMs, onEvicted });
    life.isIdle = (slot) => store.taskCount[slot] === this.daemonPods(slot);
    life.onRoomFreed = (slot) => {
      if (options.isUp()) for (const set of this.daemonSets) set.roomFreed(slot);
    };
  }

  addDeployment(options: Omit<DeploymentOptions, Own>): RunningDeployment {
    const { deployment: queue, replicaSet: replicaSets } = this.#queues;
    const deployment = new RunningDeployment({
      ...options,
      pods: this.pods,
      queue,
      replicaSets,
      rate: this.#rate,
    });
    this.deployments.push(deployment);
    return deployment;
  }

  addDaemonSet(options: Omit<DaemonSetOptions, Own>): RunningDaemonSet {
    const { store, matches, nominated } = this.#options;
    const queue = this.#queues.daemonSet;
    const set = new RunningDaemonSet({ ...options, store, matches, nominated, pods: this.pods, queue });
    this.daemonSets.push(set);
    return set;
  }

  /** Pods of DaemonSets on the instance: they do not keep it busy. */
  daemonPods(slot: number): number {
    return this.daemonSets.reduce((sum, set) => sum + set.countOn(slot), 0);
  }

  addStatefulSet(options: Omit<StatefulSetOptions, Own>): RunningStatefulSet {
    const set = new RunningStatefulSet({ ...options, pods: this.pods, queue: this.#queues.statefulSet });
    this.statefulSets.push(set);
    return set;
  }

  /** A ReplicaSet without a Deployment. */
  addReplicaSet(options: Pick<ReplicaSetOptions, 'name' | 'template' | 'minReadyMs'>): RunningReplicaSet {
    return new RunningReplicaSet({
      ...options,
      createdMs: 0,
      pods: this.pods,
      queue: this.#queues.replicaSet,
      rate: this.#rate,
      related: () => [],
      onChanged: () => {},
    });
  }

  addJob(options: Omit<JobOptions, Own | 'nowMs'>): RunningJob {
    const { kernel } = this.#options;
    return new RunningJob({
      ...options,
      pods: this.pods,
      queue: this.#queues.job,
      nowMs: () => kernel.nowMs,
    });
  }

  addCronJob(options: Omit<CronJobOptions, Own>): RunningCronJob {
    return new RunningCronJob({ ...options, queue: this.#queues.cronJob });
  }

  /** The pods that were there before are known: DaemonSets fill up the nodes. */
  start(): void {
    for (const set of this.daemonSets) set.start();
  }

  /** A fresh node takes pods. */
  instanceReady(slot: number): void {
    for (const set of this.daemonSets) set.instanceReady(slot);
  }
}
