import { TASK_STATE } from '../model/cluster-view.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import type { TaskClass } from '../model/task-class.ts';
import type { Bound, NamedBudget } from '../schedulers/kubernetes/manifests/cluster-policies.ts';
import { type DisruptionBudget, isSelected } from '../schedulers/kubernetes/preemption/disruption-budget.ts';
import {
  answerEviction,
  type BudgetedPod,
  type BudgetRule,
  type BudgetStatus,
  type EvictionAnswer,
  syncDisruptionBudget,
} from './kubernetes/disruption-budget.ts';
import type { IntOrPercent } from './kubernetes/int-or-percent.ts';

/** Whoever was evicted is going at once, so that nobody need be noted as about to go. */
const NONE_DISRUPTED: ReadonlyMap<string, number> = new Map();

/**
 * PodDisruptionBudgets with their status as of now: how many of the pods they select may go. A pod is ready while it
 * runs and is not evicted. The replicas of its controller are those that `desired` was told for its group; pods of
 * groups that nobody wants a number of (jobs, traces, pods of their own) count for none.
 */
export class DisruptionBudgets {
  readonly #view: ClusterView;
  readonly #budgets: readonly { readonly budget: NamedBudget; readonly rule: BudgetRule }[];
  /** Wanted tasks by group id. */
  readonly #desired: number[] = [];

  constructor(view: ClusterView, budgets: readonly NamedBudget[]) {
    this.#view = view;
    this.#budgets = budgets.map((budget) => ({ budget, rule: ruleOf(budget) }));
  }

  /** The wanted number of tasks of a group has changed. */
  desired(groupId: number, count: number): void {
    this.#desired[groupId] = count;
  }

  /** O(tasks) for each budget. */
  now(): readonly DisruptionBudget[] {
    return this.#budgets.map(({ budget, rule }) => ({
      namespace: budget.namespace,
      selector: budget.selector,
      disruptionsAllowed: this.#status(budget, rule).disruptionsAllowed,
      disrupted: new Set<number>(),
    }));
  }

  /**
   * What the eviction API says to the eviction of a task, which is carried out at once. Nobody may evict a pod that two
   * budgets cover. O(tasks) when one does.
   */
  answer(task: number): EvictionAnswer {
    const taskClass = this.#view.classes[this.#view.taskClass[task]!]!;
    const covering = this.#budgets.filter(({ budget }) => isSelected(budget, taskClass));
    const [only] = covering;
    if (only === undefined) return 'evict';
    if (covering.length > 1) return 'refuse';
    return answerEviction(this.#podOf(task), this.#status(only.budget, only.rule), only.budget.unhealthyPods);
  }

  #status(budget: NamedBudget, rule: BudgetRule): BudgetStatus {
    const { taskState, taskClass, classes } = this.#view;
    const covered = classes.map((one) => isSelected(budget, one));
    const pods: BudgetedPod[] = [];
    for (let task = 0; task < taskState.length; task++) {
      if (taskState[task] === TASK_STATE.free || !covered[taskClass[task]!]) continue;
      pods.push(this.#podOf(task));
    }
    const controllerReplicas = this.#wanted(classes.filter(({ id }) => covered[id]));
    const state = { rule, pods, controllerReplicas, disrupted: NONE_DISRUPTED };
    // The time matters to pods that are noted as disrupted alone.
    return syncDisruptionBudget(state, 0);
  }

  #podOf(task: number): BudgetedPod {
    const { taskState, taskClass, classes } = this.#view;
    const runs = taskState[task] === TASK_STATE.running;
    return {
      name: String(this.#view.taskOrdinal(task)),
      phase: runs ? 'Running' : 'Pending',
      ready: { isTrue: runs, sinceMs: 0 },
      terminating: classes[taskClass[task]!]!.evicted === true,
    };
  }

  #wanted(classes: readonly TaskClass[]): number {
    const groups = new Set(classes.map(({ groupId }) => groupId));
    return [...groups].reduce((sum, groupId) => sum + (this.#desired[groupId] ?? 0), 0);
  }
}

function ruleOf({ minAvailable, maxUnavailable }: NamedBudget): BudgetRule {
  if (maxUnavailable !== null) return { maxUnavailable: written(maxUnavailable) };
  return { minAvailable: minAvailable === null ? 0 : written(minAvailable) };
}

function written(bound: Bound): IntOrPercent {
  return 'pods' in bound ? bound.pods : `${bound.percent}%`;
}
