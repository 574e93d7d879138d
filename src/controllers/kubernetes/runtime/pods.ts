import { assert } from '../../../errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { ClusterStore } from '../../../model/cluster-store.ts';
import { TASK_END, TASK_STATE, type TaskEnd } from '../../../model/cluster-view.ts';
import type { Toleration } from '../../../model/task-class.ts';
import { type Refusal, refusalText } from '../../../schedulers/kubernetes/manifests/limit-bounds.ts';
import type { PodCharge } from '../../../schedulers/kubernetes/manifests/resource-quota.ts';
import type { RandomDraws } from '../../../schedulers/scheduler.ts';
import type { Evictions } from '../../evictions.ts';
import type { TaskLife, TaskOwner } from '../../task-life.ts';
import type { RankedPod } from '../deletion-order.ts';
import { type RestartBackoff, restartDelay } from '../kubelet/restart-backoff.ts';
import type { PodPhase } from '../pod-state.ts';
import type { ResourceQuotas } from './resource-quotas.ts';

/** What pods are made from. Draws belong to the n-th pod that is made. */
export interface PodTemplate {
  /** Equal texts, equal templates: the hash of a revision. */
  readonly revision: string;
  readonly classId: number;
  readonly startupMs: () => number;
  /** Infinity: it runs until it is told to stop. */
  readonly runtimeMs: () => number;
  /** good: it comes up, and its containers end with 0. unready: it never does. fails: its containers end with another code. */
  readonly fate: () => 'good' | 'unready' | 'fails';
  readonly tolerations: readonly Toleration[];
  /** Annotation `controller.kubernetes.io/pod-deletion-cost`. */
  readonly deletionCost: number;
  /** What becomes of a pod whose container dies. Absent: Always, it is restarted where it is. */
  readonly restartPolicy?: 'OnFailure' | 'Never';
  /** What a pod takes of the quotas of its namespace. Absent: nothing. */
  readonly charge?: PodCharge | null;
  /** Why the LimitRanges of its namespace keep its pods from being made. Absent: they do not. */
  readonly refusal?: Refusal | null;
}

/** A pod that a controller looks after. */
export interface Pod {
  readonly uid: string;
  readonly owner: PodOwner;
  readonly template: PodTemplate;
  readonly createdMs: number;
  /** Ordinal of a StatefulSet's, completion index of a Job's; null: none. */
  readonly index: number | null;
  readonly fate: 'good' | 'unready' | 'fails';
  /** Its slot among the tasks; -1: its node is lost, and the API server alone still knows it. */
  task: number;
  /** Where it was when its node was lost; until then the store knows. */
  lostNode: string;
  phase: PodPhase;
  isReady: boolean;
  /** When it became ready, or stopped being so. */
  readySinceMs: number;
  isTerminating: boolean;
  restarts: number;
  backoff: RestartBackoff;
}

/** How a pod went: ended by itself, was killed for its memory, evicted by kubelet, deleted, or lost its node. */
export type PodEnd = 'succeeded' | 'failed' | 'killed' | 'evicted' | 'deleted' | 'lost';

/** A controller's object as its pods see it. */
export interface PodOwner {
  /** Its pods belong to their nodes, and go with them at once. */
  readonly followsNodes: boolean;
  /** A pod enters or leaves the counts; called before and after whatever changes about it. */
  count(pod: Pod, sign: 1 | -1): void;
  /** Something about a pod has changed. */
  changed(pod: Pod): void;
  /** The pod is no more. It is out of the counts. */
  gone(pod: Pod, how: PodEnd): void;
}

export interface PodsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly evictions: Evictions;
  /** UIDs: random, as those of the API server. */
  readonly uids: () => RandomDraws;
  /** A pod's node is gone without a word; its task has ended. */
  readonly onLost: (pod: Pod, slot: number) => void;
  /** A pod loses its room, though its controller wants it: with its node, to a drain, or to a pod of higher priority. */
  readonly onInterrupted: () => void;
  readonly quotas: ResourceQuotas;
  /** The API server refuses a pod of that controller. */
  readonly onRefused: (owner: string, message: string) => void;
}

/**
 * The pods of controllers, each a task of its own for as long as it has or waits for a node. Readiness is running: the
 * start-up of a task ends with its first passed checks.
 */
export class Pods implements TaskOwner {
  readonly #options: PodsOptions;
  readonly #byTask = new Map<number, Pod>();
  /** Those that kubelet has told to go. */
  readonly #evicted = new WeakSet<Pod>();
  #made = 0;

  constructor(options: PodsOptions) {
    this.#options = options;
    options.life.own(this);
  }

  /** The pod that a task is; undefined for tasks without a controller. */
  of(task: number): Pod | undefined {
    return this.#byTask.get(task);
  }

  /** Does the API server admit another pod of the template? If not, it is told why. */
  mayCreate(owner: string, { charge = null, refusal = null }: PodTemplate): boolean {
    const { quotas, onRefused } = this.#options;
    const found = refusal ?? quotas.refusal(charge);
    if (found === null) return true;
    const name = owner.slice(owner.indexOf('/') + 1);
    onRefused(owner, `Error creating: ${refusalText(`${name}-`, found)}`);
    return false;
  }

  /** A new pod, which waits to be scheduled. */
  create(owner: PodOwner, template: PodTemplate, index: number | null = null): Pod {
    const pod = this.#make(owner, template, index);
    this.#options.life.enqueue(pod.task);
    return pod;
  }

  /** A new pod on the node in a slot, which must have room for it. */
  createOn(owner: PodOwner, template: PodTemplate, slot: number): Pod {
    const pod = this.#make(owner, template, null);
    this.#options.life.placeOn(pod.task, slot);
    return pod;
  }

  /** A task that is there already is a pod of the controller from now on. */
  adopt(
    owner: PodOwner,
    template: PodTemplate,
    task: number,
    index: number | null,
    fate: Pod['fate'] = 'good',
  ): Pod {
    const { kernel, store, life } = this.#options;
    life.claim(task);
    const runs = store.taskState[task] === TASK_STATE.running;
    const pod: Pod = {
      uid: this.#uid(),
      owner,
      template,
      createdMs: kernel.nowMs,
      index,
      fate,
      task,
      lostNode: '',
      phase: runs ? 'Running' : 'Pending',
      isReady: runs,
      readySinceMs: kernel.nowMs,
      isTerminating: false,
      restarts: 0,
      backoff: null,
    };
    this.#byTask.set(task, pod);
    this.#options.quotas.count(template.charge ?? null, 1);
    owner.count(pod, 1);
    owner.changed(pod);
    return pod;
  }

  /** Deletes the pod: at once while it has no node, else after its grace period. Nothing for one that is going already. */
  remove(pod: Pod): void {
    if (pod.isTerminating) return;
    const { store, evictions } = this.#options;
    this.condemn(pod);
    if (pod.task < 0) return;
    if (store.taskState[pod.task] === TASK_STATE.pending) this.#end(pod, TASK_END.stopped, 'deleted');
    else evictions.remove(pod.task);
  }

  /** A task of a pod was told to go. */
  leaving(task: number): void {
    const pod = this.#byTask.get(task);
    if (pod === undefined || pod.isTerminating) return;
    this.#options.onInterrupted();
    this.condemn(pod);
  }

  /** Deletes a pod with room, by the eviction API. */
  evict(pod: Pod): void {
    if (pod.isTerminating) return;
    this.#options.onInterrupted();
    this.remove(pod);
  }

  /**
   * The container of a running pod was killed for its memory. It starts again where it is, after a back-off that grows to
   * `maximumMs`, unless its policy or its end forbids; then the pod has failed.
   */
  killed(task: number, maximumMs: number): void {
    const pod = this.#byTask.get(task)!;
    if (pod.template.restartPolicy === 'Never' || pod.isTerminating || this.#evicted.has(pod)) {
      this.#fail(pod, pod.isTerminating ? 'deleted' : 'killed');
      return;
    }
    const { delayMs, backoff } = restartDelay(pod.backoff, this.#options.kernel.nowMs, maximumMs);
    this.#change(pod, () => {
      pod.isReady = false;
      pod.readySinceMs = this.#options.kernel.nowMs;
      pod.restarts += 1;
      pod.backoff = backoff;
    });
    this.#options.life.restart(task, delayMs);
  }

  /** kubelet ends the pod: it has failed, and will be gone. Its controller sees that when it is. */
  evictedByKubelet(task: number): void {
    const pod = this.#byTask.get(task);
    if (pod !== undefined) this.#evicted.add(pod);
  }

  /** The node of a lost pod is known to be silent: it is ready no more. */
  unready(pod: Pod): void {
    this.#change(pod, () => {
      pod.isReady = false;
      pod.readySinceMs = this.#options.kernel.nowMs;
    });
  }

  /** The pod is on its way out; one whose node is lost until the node is gone, too. */
  condemn(pod: Pod): void {
    if (pod.isTerminating) return;
    this.#change(pod, () => {
      pod.isTerminating = true;
    });
  }

  /** A lost pod is no more. */
  forget(pod: Pod): void {
    assert(pod.task < 0, 'a pod with a task ends with it');
    this.#options.quotas.count(pod.template.charge ?? null, -1);
    pod.owner.count(pod, -1);
    pod.owner.gone(pod, 'lost');
  }

  /** As its controller sees it. */
  ranked(pod: Pod): RankedPod {
    const { uid, phase, createdMs, isReady, readySinceMs, isTerminating, template, restarts } = pod;
    return {
      name: uid,
      uid,
      phase,
      nodeName: this.nodeOf(pod),
      createdMs,
      ready: phase === 'Pending' ? null : { isTrue: isReady, sinceMs: readySinceMs },
      terminating: isTerminating,
      deletionCost: template.deletionCost,
      restarts,
      sidecarRestarts: 0,
    };
  }

  /** Name of its node; empty while it has none. */
  nodeOf({ task, lostNode }: Pod): string {
    const { store } = this.#options;
    if (task < 0) return lostNode;
    const slot = store.taskInstance[task]!;
    return slot < 0 ? '' : store.instanceName(slot);
  }

  mayRun(): boolean {
    return true;
  }

  running(task: number): void {
    const pod = this.#byTask.get(task);
    if (pod === undefined) return;
    this.#change(pod, () => {
      pod.phase = 'Running';
      pod.isReady = true;
      pod.readySinceMs = this.#options.kernel.nowMs;
    });
  }

  ends(task: number): TaskEnd {
    const pod = this.#byTask.get(task)!;
    const how = pod.fate === 'fails' ? 'failed' : 'succeeded';
    this.#leave(pod);
    pod.owner.gone(pod, how);
    return TASK_END[how];
  }

  lost(task: number): 'ended' {
    const pod = this.#byTask.get(task)!;
    const { store, onLost, onInterrupted } = this.#options;
    if (this.#evicted.has(pod) && !pod.isTerminating) {
      this.#fail(pod, 'evicted');
      return 'ended';
    }
    if (pod.isTerminating || pod.owner.followsNodes) {
      this.#end(pod, TASK_END.stopped, 'deleted');
      return 'ended';
    }
    const slot = store.taskInstance[task]!;
    pod.lostNode = store.instanceName(slot);
    this.#byTask.delete(task);
    pod.task = -1;
    onInterrupted();
    onLost(pod, slot);
    this.#options.life.end(task, TASK_END.failed);
    return 'ended';
  }

  #fail(pod: Pod, how: PodEnd): void {
    this.#options.onInterrupted();
    this.#end(pod, how === 'deleted' ? TASK_END.stopped : TASK_END.failed, how);
  }

  #make(owner: PodOwner, template: PodTemplate, index: number | null): Pod {
    const { life } = this.#options;
    const fate = template.fate();
    // Drawn whatever becomes of it, so that the draws of later pods stay theirs.
    const startupMs = template.startupMs();
    const isUp = fate !== 'unready';
    const task = life.submitOwned(
      template.classId,
      isUp ? startupMs : Number.POSITIVE_INFINITY,
      template.runtimeMs(),
    );
    return this.adopt(owner, template, task, index, fate);
  }

  /** Thirty-two random bits, and the ordinal against twins. */
  #uid(): string {
    const bits = Math.floor(this.#options.uids().double() * 2 ** 32);
    return `${bits.toString(16).padStart(8, '0')}-${this.#made++}`;
  }

  #change(pod: Pod, change: () => void): void {
    pod.owner.count(pod, -1);
    change();
    pod.owner.count(pod, 1);
    pod.owner.changed(pod);
  }

  #end(pod: Pod, end: TaskEnd, how: PodEnd): void {
    const { task } = pod;
    this.#leave(pod);
    pod.owner.gone(pod, how);
    this.#options.life.end(task, end);
  }

  #leave(pod: Pod): void {
    this.#options.quotas.count(pod.template.charge ?? null, -1);
    pod.owner.count(pod, -1);
    this.#byTask.delete(pod.task);
    pod.task = -1;
  }
}
