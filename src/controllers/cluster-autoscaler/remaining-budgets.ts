import type { TaskClass } from '../../model/task-class.ts';
import {
  type DisruptionBudget,
  isSelected,
} from '../../schedulers/kubernetes/preemption/disruption-budget.ts';

/**
 * How many pods the disruption budgets still let go in one loop: what one node's pods would take is gone for the next.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 core/scaledown/pdb/basic.go
 */
export class RemainingBudgets {
  readonly #budgets: readonly DisruptionBudget[];
  readonly #left: number[];
  /** By class: positions of the budgets that cover it. */
  readonly #covering = new Map<TaskClass, readonly number[]>();

  constructor(budgets: readonly DisruptionBudget[]) {
    this.#budgets = budgets;
    this.#left = budgets.map(({ disruptionsAllowed }) => disruptionsAllowed);
  }

  isCovered(taskClass: TaskClass): boolean {
    return this.#of(taskClass).length > 0;
  }

  /** Does one of its budgets let none go? */
  isOverdrawn(taskClass: TaskClass): boolean {
    return this.#of(taskClass).some((at) => this.#left[at]! < 1);
  }

  /** Takes the pods off; false where they could not all go at the same time. */
  take(classes: readonly TaskClass[]): boolean {
    for (const taskClass of classes) for (const at of this.#of(taskClass)) this.#left[at]! -= 1;
    return classes.every((taskClass) => this.#of(taskClass).every((at) => this.#left[at]! >= 0));
  }

  #of(taskClass: TaskClass): readonly number[] {
    let covering = this.#covering.get(taskClass);
    if (covering === undefined) {
      covering = this.#budgets.flatMap((budget, at) => (isSelected(budget, taskClass) ? [at] : []));
      this.#covering.set(taskClass, covering);
    }
    return covering;
  }
}
