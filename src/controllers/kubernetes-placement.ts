import { assert } from '../errors.ts';
import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { TASK_STATE } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import type { ClusterEvent } from '../schedulers/kubernetes/cluster-event.ts';
import type { KubernetesScheduler } from '../schedulers/kubernetes/kubernetes-scheduler.ts';
import { PodTable } from '../schedulers/kubernetes/pod.ts';
import type { DisruptionBudget } from '../schedulers/kubernetes/preemption/disruption-budget.ts';
import { type EventSubject, queueingHints } from '../schedulers/kubernetes/queueing-hints.ts';
import { SchedulingQueue } from '../schedulers/kubernetes/scheduling-queue.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { AttemptTimer } from './attempt-timer.ts';
import {
  assignedPod,
  CSI_NODE_ADDED,
  gatesGone,
  nodeChange,
  type PendingPod,
  pendingPod,
  SCHEDULING_GATES,
} from './pending-pods.ts';
import { PendingQueue } from './pending-queue.ts';
import type { Placer } from './placer.ts';
import { QueueFlushes } from './queue-flushes.ts';
import { type Failure, type Fit, type Node, SchedulingAttempts, type Victim } from './scheduling-attempts.ts';

/** An error of the API or of the node, which no plugin can tell the end of. */
const ERROR: Failure = { kind: 'fails', plugins: new Set(), nomination: 'drop', victims: [] };

export interface KubernetesPlacementOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly scheduler: KubernetesScheduler;
  /** The scheduler's own stream: ties, and where preemption begins to look. */
  readonly random: RandomDraws;
  /** Of one scheduling cycle; the next one begins when it is over. */
  readonly cycleMs: number;
  /** From the end of the cycle until the binding is known to all; other cycles go on meanwhile. */
  readonly bindMs: number;
  /** Told after a task got its room. */
  readonly onPlaced: (task: number) => void;
  /** Told when a task was found to fit nowhere, and no room is being made for it. */
  readonly onUnschedulable: () => void;
  /** Makes a task go for the sake of a waiting one. */
  readonly evict: (task: number, forTask: number) => void;
  /** Disruption budgets as they stand; asked before anybody is evicted. */
  readonly budgets: () => readonly DisruptionBudget[];
}

/**
 * kube-scheduler at work: one pod at a time from the scheduling queue, decided on the cluster as it is when its cycle
 * begins, and carried out when the cycle ends. A pod that fits takes its room then, and is bound while other cycles
 * go on. One that fits nowhere may have others evicted, and waits until something happens that could help it.
 * Evictions are issued at the end of the cycle: the API calls themselves take no time.
 * Source: kubernetes v1.36.2 pkg/scheduler/schedule_one.go, eventhandlers.go
 */
export class KubernetesPlacement implements Placer {
  readonly queue: PendingQueue;
  /** Tasks that were found to fit nowhere, and for which no room is being made: what an autoscaler acts on. */
  readonly demand: PendingQueue;
  /** Instances that came while pods waited to be tried, and that not all of these may have been tried on yet. */
  readonly untried = new Set<number>();
  readonly #options: KubernetesPlacementOptions;
  readonly #pods: PodTable;
  readonly #scheduling: SchedulingQueue<PendingPod, EventSubject>;
  readonly #attempts: SchedulingAttempts;
  readonly #cycle: EventKind;
  readonly #flushes: QueueFlushes;
  readonly #bound: AttemptTimer;
  /** By task slot, while it waits. */
  readonly #pending: (PendingPod | undefined)[] = [];
  readonly #inDemand = new Set<number>();
  /** Under way, with the outcome that its beginning decided. */
  #current: {
    readonly pod: PendingPod;
    readonly attempt: Fit | Failure;
    readonly endsMs: number;
  } | null = null;
  /** A cycle is under way or about to begin. */
  #isAwake = false;
  /** By class id: could the placement of another pod help one of these? */
  readonly #waitsForPods: boolean[] = [];
  #anyWaitsForPods = false;

  constructor(options: KubernetesPlacementOptions) {
    this.#options = options;
    const { kernel, store, scheduler, random, budgets, bindMs } = options;
    const { namespaces, podInitialBackoffMs, podMaxBackoffMs } = scheduler.options;
    this.queue = new PendingQueue(store);
    this.demand = new PendingQueue(store);
    this.#pods = new PodTable(store);
    this.#attempts = new SchedulingAttempts({ store, scheduler, random, budgets });
    this.#scheduling = new SchedulingQueue<PendingPod, EventSubject>({
      priorityOf: ({ pod }) => pod.taskClass.priority,
      preEnqueue: [SCHEDULING_GATES],
      hints: queueingHints(namespaces),
      initialBackoffMs: podInitialBackoffMs,
      maxBackoffMs: podMaxBackoffMs,
      ties: 'turn',
    });
    this.#cycle = kernel.defineKind('scheduling-cycle', PHASE.schedule, () => this.#run());
    this.#flushes = new QueueFlushes(kernel, this.#scheduling, () => this.#wake());
    this.#bound = new AttemptTimer({
      kernel,
      store,
      name: 'pod-bound',
      phase: PHASE.schedule,
      delayMs: bindMs,
      action: (task) => this.#happened(assignedPod('Add', this.#pods.pod(store.taskClass[task]!))),
    });
  }

  get attempts(): number {
    return this.#attempts.count;
  }

  enqueue(task: number): void {
    const { kernel, store, scheduler } = this.#options;
    const pod = pendingPod(this.#pods, store, task);
    const { taskClass } = pod.pod;
    this.#waitsForPods[taskClass.id] ??= scheduler.placementsMayHelp(taskClass);
    this.#anyWaitsForPods ||= this.#waitsForPods[taskClass.id]!;
    this.#pending[task] = pod;
    this.queue.push(task);
    // A pod that names another scheduler never enters this one's queue.
    if (scheduler.isLeftToOthers?.(taskClass) === true) return;
    this.#scheduling.add(pod, kernel.nowMs);
    this.#wakeIfReady();
  }

  withdraw(task: number): void {
    const pod = this.#leave(task);
    if (this.#options.scheduler.isLeftToOthers?.(pod.pod.taskClass) === true) return;
    this.#scheduling.remove(pod);
    if (this.#current?.pod === pod) this.#current = null;
    if (this.#attempts.nominator.drop(task)) this.#nominationGone(pod);
  }

  roomTaken(classId: number): void {
    this.#attempts.roomChanged(classId, 1);
  }

  roomFreed(_slot: number, classId: number): void {
    this.#attempts.roomChanged(classId, -1);
    if (this.queue.size > 0) this.#happened(assignedPod('Delete', this.#pods.pod(classId)));
  }

  instanceReady(slot: number): void {
    if (this.queue.size === 0) return;
    this.untried.add(slot);
    this.#happened(nodeChange('Add', this.#options.store, slot));
    this.#happened(CSI_NODE_ADDED);
  }

  instanceGone(slot: number): void {
    this.untried.delete(slot);
    const { nominator } = this.#attempts;
    for (const nomination of nominator.list) if (nomination.slot === slot) nominator.drop(nomination.task);
    if (this.queue.size > 0) this.#happened(nodeChange('Delete', this.#options.store, slot));
  }

  context(): ReturnType<Placer['context']> {
    return { nominations: this.#attempts.nominator.list, budgets: this.#options.budgets() };
  }

  removeGate(task: number, gate?: string): void {
    const pod = this.#pending[task];
    if (pod === undefined || pod.gates.size === 0) return;
    if (gate === undefined) pod.gates.clear();
    else pod.gates.delete(gate);
    if (pod.gates.size > 0) return;
    this.#scheduling.update(pod, [gatesGone(pod)], this.#options.kernel.nowMs);
    this.#wakeIfReady();
  }

  /** As the API server words it: kubernetes v1.36.2 pkg/registry/core/pod/strategy.go, applySchedulingGatedCondition */
  heldBack(task: number): string {
    const isGated = (this.#pending[task]?.gates.size ?? 0) > 0;
    return isGated ? 'Scheduling is blocked due to non-empty scheduling gates' : '';
  }

  #happened(event: ClusterEvent<EventSubject>): void {
    this.#scheduling.move(event, this.#options.kernel.nowMs);
    this.#wakeIfReady();
  }

  /** A pending pod gave up the room that was kept for it: pods up to its priority may have it. */
  #nominationGone({ pod }: PendingPod): void {
    const { kernel } = this.#options;
    const { priority } = pod.taskClass;
    this.#scheduling.move(
      assignedPod('Delete', pod),
      kernel.nowMs,
      (other) => other.pod.taskClass.priority <= priority,
    );
    this.#wakeIfReady();
  }

  #wakeIfReady(): void {
    if (this.#scheduling.isReady) this.#wake();
  }

  /** A cycle at the end of this instant. */
  #wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    const { kernel } = this.#options;
    kernel.at(kernel.nowMs, this.#cycle, 0);
  }

  #run(): void {
    const { kernel, cycleMs } = this.#options;
    this.#conclude();
    while (this.#begin()) {
      if (cycleMs > 0) {
        kernel.after(cycleMs, this.#cycle, 0);
        return;
      }
      this.#conclude();
    }
    this.#isAwake = false;
    this.untried.clear();
    this.#flushes.backoffs();
  }

  /** False when there is nobody to try. */
  #begin(): boolean {
    const { nowMs } = this.#options.kernel;
    // The real queue does so at every whole second; nobody could tell before the next pop.
    this.#scheduling.flushBackoff(nowMs);
    const popped = this.#scheduling.pop();
    if (popped === undefined) return false;
    const { pod } = popped;
    const attempt = this.#attempts.decide(pod.task, nowMs);
    this.#current = { pod, attempt, endsMs: nowMs + this.#options.cycleMs };
    return true;
  }

  #conclude(): void {
    if (this.#current === null) return;
    const { pod, attempt, endsMs } = this.#current;
    this.#current = null;
    // The API did not answer when it was asked to bind the pod.
    if (this.#options.kernel.nowMs > endsMs) this.#fail(pod, ERROR);
    else if (attempt.kind === 'fails') this.#fail(pod, attempt);
    else if (this.#isReady(attempt)) this.#place(pod, attempt.slot);
    // The node went while the cycle was under way.
    else this.#fail(pod, ERROR);
  }

  #isReady({ slot, instanceId }: Node): boolean {
    const { store } = this.#options;
    return store.instanceId[slot] === instanceId && store.accepts[slot] === 1;
  }

  #place(pod: PendingPod, slot: number): void {
    const { kernel, store, scheduler, random, bindMs, onPlaced } = this.#options;
    const { task } = pod;
    const devices = scheduler.reserve?.({ view: store, task, random, nowMs: kernel.nowMs }, slot);
    this.#scheduling.done(pod);
    this.#leave(task);
    this.#attempts.nominator.drop(task);
    this.#attempts.roomChanged(pod.pod.taskClass.id, 1);
    store.place(task, slot, kernel.nowMs, devices);
    onPlaced(task);
    if (!this.#anyWaitsForPods) return;
    if (bindMs > 0) this.#bound.start(task);
    else this.#happened(assignedPod('Add', pod.pod));
  }

  #fail(pod: PendingPod, failure: Failure): void {
    const { plugins, nomination, victims } = failure;
    const { kernel, onUnschedulable, evict } = this.#options;
    const { nominator } = this.#attempts;
    const { task } = pod;
    this.#scheduling.fail(pod, { unschedulablePlugins: plugins }, kernel.nowMs);
    this.#flushes.unschedulable();
    if (nomination === 'drop' && nominator.drop(task)) this.#nominationGone(pod);
    if (typeof nomination === 'object' && this.#isReady(nomination)) {
      const { slot } = nomination;
      this.#outrank(pod, slot);
      nominator.nominate(task, slot);
      for (const victim of victims) if (this.#isThere(victim, slot)) evict(victim.task, task);
    }
    if (nominator.slotOf(task) >= 0) {
      if (this.#inDemand.delete(task)) this.demand.remove(task);
    } else if (failure !== ERROR) {
      if (!this.#inDemand.has(task)) this.demand.push(task);
      this.#inDemand.add(task);
      onUnschedulable();
    }
  }

  /** Pods of lower priority lose the room on the node that is being made for this one. */
  #outrank({ pod }: PendingPod, slot: number): void {
    const { nominator } = this.#attempts;
    for (const nomination of nominator.list) {
      const other = this.#pending[nomination.task]!;
      if (nomination.slot !== slot || other.pod.taskClass.priority >= pod.taskClass.priority) continue;
      nominator.drop(nomination.task);
      this.#nominationGone(other);
    }
  }

  /** Is the victim still on the node, in the attempt that was to be ended? */
  #isThere({ task, ordinal }: Victim, slot: number): boolean {
    const { store } = this.#options;
    const { taskState, taskInstance } = store;
    const hasRoom = taskState[task] === TASK_STATE.starting || taskState[task] === TASK_STATE.running;
    return hasRoom && store.taskOrdinal(task) === ordinal && taskInstance[task] === slot;
  }

  /** The task is no longer among those that wait. */
  #leave(task: number): PendingPod {
    const pod = this.#pending[task];
    assert(pod !== undefined, 'only a waiting task can leave the queue');
    this.#pending[task] = undefined;
    this.queue.remove(task);
    if (this.#inDemand.delete(task)) this.demand.remove(task);
    return pod;
  }
}
