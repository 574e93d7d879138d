import type { ClusterView } from '../../../model/cluster-view.ts';
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
      if (!covers(budget, view, task)) return;
      left[index]! -= 1;
      if (left[index]! < 0) violating.add(task);
    });
  }
  return violating;
}

function covers(
  { namespace, selector, disrupted }: DisruptionBudget,
  view: ClusterView,
  task: number,
): boolean {
  const { labels, namespace: own } = view.classes[view.taskClass[task]!]!;
  if (own !== namespace || labels.size === 0 || selector === null || selector.length === 0) return false;
  return (
    !disrupted.has(task) &&
    selector.every((requirement) => isSatisfied(requirement, labels.get(requirement.key)))
  );
}
