import type { TaskClass } from '../../model/task-class.ts';
import {
  type DisruptionBudget,
  isSelected,
} from '../../schedulers/kubernetes/preemption/disruption-budget.ts';

/** A PodDisruptionBudget; `blocksAll`: it never lets any pod go (maxUnavailable 0, minAvailable 100 %). */
export interface PodBudget extends DisruptionBudget {
  readonly blocksAll: boolean;
}

/** Eviction knows no pod with so many budgets. */
const TOO_MANY_BUDGETS = 2;

/** What budgets say of pods, which is the same for all pods of a class. */
export class BudgetCover {
  readonly #budgets: readonly PodBudget[];
  readonly #held = new Map<TaskClass, boolean>();
  readonly #pinned = new Map<TaskClass, boolean>();

  constructor(budgets: readonly PodBudget[]) {
    this.#budgets = budgets;
  }

  /** Would the eviction of any of them be refused now? */
  holdsAny(classes: Iterable<TaskClass>): boolean {
    return this.#isTrueOfAny(classes, this.#held, (own) =>
      own.some(({ disruptionsAllowed }) => disruptionsAllowed <= 0),
    );
  }

  /** Would that of any of them always be? Such pods are not worth a new node. */
  pinsAny(classes: Iterable<TaskClass>): boolean {
    return this.#isTrueOfAny(classes, this.#pinned, (own) => own.some(({ blocksAll }) => blocksAll));
  }

  #isTrueOfAny(
    classes: Iterable<TaskClass>,
    known: Map<TaskClass, boolean>,
    refuse: (own: readonly PodBudget[]) => boolean,
  ): boolean {
    if (this.#budgets.length === 0) return false;
    for (const one of classes) {
      let answer = known.get(one);
      if (answer === undefined) {
        const own = this.#budgets.filter((budget) => isSelected(budget, one));
        answer = own.length >= TOO_MANY_BUDGETS || refuse(own);
        known.set(one, answer);
      }
      if (answer) return true;
    }
    return false;
  }
}

const COVERS = new WeakMap<readonly PodBudget[], BudgetCover>();

/** The same object for the same list. */
export function coverOf(budgets: readonly PodBudget[]): BudgetCover {
  let cover = COVERS.get(budgets);
  if (cover === undefined) {
    cover = new BudgetCover(budgets);
    COVERS.set(budgets, cover);
  }
  return cover;
}
