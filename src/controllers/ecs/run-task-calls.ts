import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { TASK_END, TASK_STATE } from '../../model/cluster-view.ts';
import type { RunTaskPlan } from '../../model/ecs-run-task.ts';
import { PHASE } from '../../model/phases.ts';
import type { TaskLife } from '../task-life.ts';

export interface RunTaskCallsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly plan: RunTaskPlan;
  /** Why the cluster has no room for a waiting task, in ECS's words. */
  readonly reasonFor: (task: number) => string;
}

/**
 * RunTask without managed scaling: a task that finds no room when it is asked for fails at once, with a reason in
 * `failures`. ECS does not try it again; its caller may, some times, and gives up then.
 * Source: Amazon ECS API reference, RunTask; AWS ECS developer guide, API failures messages.
 */
export class RunTaskCalls {
  readonly #options: RunTaskCallsOptions;
  readonly #answer: EventKind;
  readonly #again: EventKind;
  /** By task slot: the task that was asked for, by ordinal, and how often it has failed. */
  readonly #calls = new Map<number, { readonly ordinal: number; failures: number }>();
  /** By reason. */
  readonly failures = new Map<string, number>();
  retried = 0;
  dropped = 0;

  constructor(options: RunTaskCallsOptions) {
    this.#options = options;
    const { kernel } = options;
    // The scheduler's pass of the instant has been by then.
    this.#answer = kernel.defineKind('run-task-answer', PHASE.autoscale, (task) => this.#answered(task));
    this.#again = kernel.defineKind('run-task-again', PHASE.arrival, (task) => this.#ask(task));
  }

  /** The task has been asked for and waits. */
  submitted(task: number): void {
    const { kernel, store } = this.#options;
    this.#calls.set(task, { ordinal: store.taskOrdinal(task), failures: 0 });
    kernel.at(kernel.nowMs, this.#answer, task);
  }

  #answered(task: number): void {
    const { kernel, store, life, plan, reasonFor } = this.#options;
    const call = this.#calls.get(task);
    // Placed, or placed and over: its slot may have another tenant.
    const isPlaced =
      store.taskState[task] !== TASK_STATE.pending || store.taskOrdinal(task) !== call?.ordinal;
    if (call === undefined || isPlaced) {
      this.#calls.delete(task);
      return;
    }
    const reason = reasonFor(task);
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
    call.failures += 1;
    life.withdraw(task);
    if (call.failures <= plan.retries) {
      kernel.after(plan.retryDelayMs, this.#again, task);
      return;
    }
    this.dropped += 1;
    this.#calls.delete(task);
    life.drop(task, TASK_END.failed);
  }

  #ask(task: number): void {
    const { kernel, life } = this.#options;
    this.retried += 1;
    life.enqueue(task);
    kernel.at(kernel.nowMs, this.#answer, task);
  }
}
