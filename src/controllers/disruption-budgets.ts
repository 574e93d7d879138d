import { TASK_STATE } from '../model/cluster-view.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import type { TaskClass } from '../model/task-class.ts';
import type { Bound, NamedBudget } from '../schedulers/kubernetes/manifests/cluster-policies.ts';
import { type DisruptionBudget, isCovered } from '../schedulers/kubernetes/preemption/disruption-budget.ts';
import { type BudgetedPod, type BudgetRule, syncDisruptionBudget } from './kubernetes/disruption-budget.ts';
import type { IntOrPercent } from './kubernetes/int-or-percent.ts';

/** The scheduler deletes its victims, it does not ask the eviction API, which alone writes these down. */
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
      disruptionsAllowed: this.#allowed(budget, rule),
      disrupted: new Set<number>(),
    }));
  }

  #allowed(budget: NamedBudget, rule: BudgetRule): number {
    const { taskState, taskClass, classes } = this.#view;
    const covered = classes.map((one) => isCovered(budget, one));
    const pods: BudgetedPod[] = [];
    for (let task = 0; task < taskState.length; task++) {
      if (taskState[task] === TASK_STATE.free || !covered[taskClass[task]!]) continue;
      pods.push(this.#podOf(task));
    }
    const controllerReplicas = this.#wanted(classes.filter(({ id }) => covered[id]));
    const state = { rule, pods, controllerReplicas, disrupted: NONE_DISRUPTED };
    // The time matters to pods that are noted as disrupted alone.
    return syncDisruptionBudget(state, 0).disruptionsAllowed;
  }

  #podOf(task: number): BudgetedPod {
    const { taskState, taskClass, taskOrdinal, classes } = this.#view;
    const runs = taskState[task] === TASK_STATE.running;
    return {
      name: String(taskOrdinal[task]),
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
