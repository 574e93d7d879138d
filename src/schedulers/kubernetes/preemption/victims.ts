import type { ClusterView } from '../../../model/cluster-view.ts';
import type { Refusal } from '../../scheduler.ts';
import { type DisruptionBudget, violatingTasks } from './disruption-budget.ts';
import type { Trial } from './trial.ts';

/** A node on which the pod would fit without these tasks. */
export interface Candidate {
  readonly slot: number;
  /** Task slots: as they would be evicted. */
  readonly victims: readonly number[];
  /** Victims whose eviction breaks a disruption budget. */
  readonly violations: number;
}

const NO_VICTIMS: Refusal = {
  rule: '',
  reasons: ['No preemption victims found for incoming pod'],
  resolvable: false,
};

/**
 * Whom to evict from a node for a pod of this priority: the trial must have begun with the pod. All tasks of lower
 * priority go, and as many as possible come back, one by one: first those that would break a budget, each group from
 * the most important on.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go,
 * SelectVictimsOnNode
 */
export function selectVictims(
  trial: Trial,
  slot: number,
  priority: number,
  budgets: readonly DisruptionBudget[],
): Candidate | Refusal {
  const { view } = trial;
  trial.look(slot);
  const lower = view.tasks().filter((task) => view.classOf(task).priority < priority);
  if (lower.length === 0) return NO_VICTIMS;
  for (const task of lower) view.remove(task);
  const refusal = trial.refusal();
  if (refusal !== null) return refusal;
  lower.sort((a, b) => byImportance(view, a, b));
  const violating = violatingTasks(view, lower, budgets);
  const groups = [
    lower.filter((task) => violating.has(task)),
    lower.filter((task) => !violating.has(task)),
  ] as const;
  const victims = groups.flat().filter((task) => !isReprieved(trial, task));
  if (groups.every(({ length }) => length > 0)) victims.sort((a, b) => byImportance(view, a, b));
  return { slot, victims, violations: victims.filter((task) => violating.has(task)).length };
}

/** Puts the task back, for good if the pod still fits. */
function isReprieved(trial: Trial, task: number): boolean {
  trial.view.add(task);
  if (trial.refusal() === null) return true;
  trial.view.remove(task);
  return false;
}

/**
 * The more important first: higher priority, then the longer time on the node. Of equals those placed first come
 * first; kube-scheduler goes by its list of the node's pods, in which the last takes the place of one that goes.
 * Source: kubernetes v1.36.2 pkg/scheduler/util/utils.go, MoreImportantPod
 */
export function byImportance(view: ClusterView, a: number, b: number): number {
  const { classes, taskClass } = view;
  const priority = (task: number) => classes[taskClass[task]!]!.priority;
  return priority(b) - priority(a) || view.taskSinceMs(a) - view.taskSinceMs(b);
}
