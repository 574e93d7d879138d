import type { ClusterView } from '../../../model/cluster-view.ts';
import type { TaskClass } from '../../../model/task-class.ts';
import { isSatisfied, type Requirement } from '../requirement.ts';

/** A PodDisruptionBudget: how many of the pods it selects may be disrupted now. */
export interface DisruptionBudget {
  readonly namespace: string;
  /** null or empty: no pod. */
  readonly selector: readonly Requirement[] | null;
  /** `status.disruptionsAllowed`. */
  readonly disruptionsAllowed: number;
  /** `status.disruptedPods`, as task slots: their eviction is under way and already paid for. */
  readonly disrupted: ReadonlySet<number>;
}

/**
 * Which of the tasks, evicted one after the other in this order, would break a budget. Every budget that selects a
 * task pays for it, broken or not. Pods without labels are in no budget.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go,
 * filterPodsWithPDBViolation
 */
export function violatingTasks(
  view: ClusterView,
  tasks: readonly number[],
  budgets: readonly DisruptionBudget[],
): ReadonlySet<number> {
  const left = budgets.map(({ disruptionsAllowed }) => disruptionsAllowed);
  const violating = new Set<number>();
  for (const task of tasks) {
    budgets.forEach((budget, index) => {
      const taskClass = view.classes[view.taskClass[task]!]!;
      if (budget.disrupted.has(task) || !isCovered(budget, taskClass)) return;
      left[index]! -= 1;
      if (left[index]! < 0) violating.add(task);
    });
  }
  return violating;
}

/**
 * Does the budget select pods of the class, as everybody but preemption reads it? An empty selector selects all pods of
 * its namespace, none at all nobody.
 * Source: kubernetes v1.36.2 pkg/registry/core/pod/storage/eviction.go, getPodDisruptionBudgets
 */
export function isSelected(
  { namespace, selector }: Pick<DisruptionBudget, 'namespace' | 'selector'>,
  { namespace: own, labels }: Pick<TaskClass, 'namespace' | 'labels'>,
): boolean {
  if (own !== namespace || selector === null) return false;
  return selector.every((requirement) => isSatisfied(requirement, labels.get(requirement.key)));
}

/** The same for preemption, which takes an empty selector, and pods without labels, for nobody. */
function isCovered(
  { namespace, selector }: Pick<DisruptionBudget, 'namespace' | 'selector'>,
  { namespace: own, labels }: Pick<TaskClass, 'namespace' | 'labels'>,
): boolean {
  if (own !== namespace || labels.size === 0 || selector === null || selector.length === 0) return false;
  return selector.every((requirement) => isSatisfied(requirement, labels.get(requirement.key)));
}
