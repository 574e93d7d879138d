import { assert } from '../errors.ts';
import { TASK_STATE } from '../model/cluster-view.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import type { DisruptionBudgetPlan } from '../model/plan.ts';
import type { TaskClass } from '../model/task-class.ts';
import { type DisruptionBudget, isCovered } from '../schedulers/kubernetes/preemption/disruption-budget.ts';
import { Reader } from '../schedulers/kubernetes/reader.ts';
import { readLabelSelector } from '../schedulers/kubernetes/requirement.ts';

interface Rule extends Pick<DisruptionBudget, 'namespace' | 'selector'> {
  readonly plan: DisruptionBudgetPlan;
}

/**
 * PodDisruptionBudgets with their status as of now: how many of the pods they select may go. A pod is healthy while it
 * runs and is not evicted. Percentages, and what may be unavailable, are of the wanted replicas of the services whose
 * pods are selected; pods of jobs and traces have no such number and count for none. Selectors must have been read before without a
 * problem. Source: kubernetes v1.36.2 pkg/controller/disruption/disruption.go, getExpectedPodCount, countHealthyPods
 */
export class DisruptionBudgets {
  readonly #view: ClusterView;
  readonly #rules: readonly Rule[];
  /** Wanted tasks by group id. */
  readonly #desired: number[] = [];

  constructor(view: ClusterView, plans: readonly DisruptionBudgetPlan[]) {
    this.#view = view;
    this.#rules = plans.map((plan) => {
      const reader = new Reader();
      const selector = readLabelSelector(reader, plan.selector, ['selector']) ?? null;
      assert(reader.problems.length === 0, 'the selector of a disruption budget is none');
      return { plan, namespace: plan.namespace, selector };
    });
  }

  /** The wanted number of tasks of a service has changed. */
  desired(groupId: number, count: number): void {
    this.#desired[groupId] = count;
  }

  /** O(tasks) for each budget. */
  now(): readonly DisruptionBudget[] {
    return this.#rules.map((rule) => ({
      namespace: rule.namespace,
      selector: rule.selector,
      disruptionsAllowed: this.#allowed(rule),
      disrupted: new Set<number>(),
    }));
  }

  #allowed(rule: Rule): number {
    const { taskState, taskClass, classes } = this.#view;
    const covered = classes.map((one) => isCovered(rule, one));
    let pods = 0;
    let healthy = 0;
    for (let task = 0; task < taskState.length; task++) {
      if (taskState[task] === TASK_STATE.free || !covered[taskClass[task]!]) continue;
      pods += 1;
      if (taskState[task] === TASK_STATE.running && classes[taskClass[task]!]!.evicted !== true) healthy += 1;
    }
    const { rule: kind, amount, isPercent } = rule.plan;
    const isOfPods = kind === 'minAvailable' && !isPercent;
    const expected = isOfPods ? pods : this.#wanted(classes.filter((one) => covered[one.id]));
    if (expected === 0) return 0;
    const count = isPercent ? Math.ceil((expected * amount) / 100) : amount;
    const desiredHealthy = kind === 'minAvailable' ? count : Math.max(0, expected - count);
    return Math.max(0, healthy - desiredHealthy);
  }

  #wanted(classes: readonly TaskClass[]): number {
    const groups = new Set(classes.map(({ groupId }) => groupId));
    return [...groups].reduce((sum, groupId) => sum + (this.#desired[groupId] ?? 0), 0);
  }
}
