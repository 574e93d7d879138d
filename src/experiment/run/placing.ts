import type { Evictions } from '../../controllers/evictions.ts';
import { KubernetesPlacement } from '../../controllers/kubernetes-placement.ts';
import type { PendingQueue } from '../../controllers/pending-queue.ts';
import { type Passes, Placement } from '../../controllers/placement.ts';
import type { Placer } from '../../controllers/placer.ts';
import type { TaskLife } from '../../controllers/task-life.ts';
import { assert } from '../../errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import { isKubernetesScheduler } from '../../schedulers/kubernetes/kubernetes-scheduler.ts';
import type { DisruptionBudget } from '../../schedulers/kubernetes/preemption/disruption-budget.ts';
import type { RandomDraws, Scheduler } from '../../schedulers/scheduler.ts';

export interface PlacingOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly scheduler: Scheduler;
  readonly random: RandomDraws;
  readonly queue: PlatformPlan['queue'];
  /** For the simple queues; default `at-end-of-instant`. */
  readonly passes?: Passes;
  readonly life: TaskLife;
  /** On Kubernetes; null elsewhere. */
  readonly evictions: Evictions | null;
  readonly budgets: () => readonly DisruptionBudget[];
  /** Told when tasks were found to fit nowhere. */
  readonly onDemand: () => void;
  readonly onPassEnded?: (nowMs: number) => void;
}

/** Who finds room for tasks on a platform, and what an autoscaler may know of it. */
export interface Placing {
  readonly placer: Placer;
  /** The waiting tasks that instances may be launched for. */
  readonly demand: PendingQueue;
  /** Ready instances that the scheduler may not have tried all of them on yet. */
  readonly untried: ReadonlySet<number>;
}

/** The platform's queue, wired to the lives of its tasks. */
export function createPlacing(options: PlacingOptions): Placing {
  const { kernel, store, scheduler, random, queue, passes, life, evictions, budgets, onDemand, onPassEnded } =
    options;
  const onPlaced = (task: number) => life.placed(task);
  if (typeof queue === 'string') {
    const placer = new Placement({
      kernel,
      store,
      scheduler,
      random,
      discipline: queue,
      ...(passes === undefined ? {} : { passes }),
      onPlaced,
      onLeftWaiting: onDemand,
      ...(onPassEnded === undefined ? {} : { onPassEnded }),
    });
    return { placer, demand: placer.queue, untried: new Set() };
  }
  assert(isKubernetesScheduler(scheduler), "kube-scheduler's queue needs kube-scheduler");
  assert(evictions !== null, "kube-scheduler's queue evicts");
  const { cycleMs, bindMs } = queue;
  const placer = new KubernetesPlacement({
    kernel,
    store,
    scheduler,
    random,
    cycleMs,
    bindMs,
    onPlaced,
    onUnschedulable: onDemand,
    evict: (task, forTask) => evictions.evict(task, forTask),
    budgets,
  });
  return { placer, demand: placer.demand, untried: placer.untried };
}
