import type { DecisionInput, Scheduler } from '../schedulers/scheduler.ts';
import { TASK_STATE } from '../model/cluster-view.ts';
import { needsOf } from './class-needs.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import type { DecisionExplanation } from './explanation.ts';
import { dialectOf, type OtherPolicy } from './other-policy.ts';
import { heldBackVerdict, policyVerdict } from './policy-verdict.ts';
import { relaxationsOf } from './relaxations.ts';
import { schedulerText } from './scheduler-text.ts';

/** What the scheduler makes of the task as things are. The run cannot go on afterwards. */
export function explainState(
  run: ClusterRun,
  input: DecisionInput,
  scheduler: Scheduler,
  other: OtherPolicy | null,
): DecisionExplanation {
  const { store, platform } = run;
  const { platform: plan } = run.input;
  const taskClass = store.classes[store.taskClass[input.task]!]!;
  const words = { name: schedulerText(plan), dialect: dialectOf(plan.kind) };
  const held = run.placement.heldBack(input.task);
  const policy =
    held === '' ? policyVerdict(run, scheduler, input, words) : heldBackVerdict(run, held, words);
  return {
    number: null,
    timeMs: input.nowMs,
    task: titleOf(run, input.task),
    group: taskClass.groupName,
    waitsSinceMs: store.taskSinceMs(input.task),
    asks: needsOf(taskClass, platform.resources),
    platform: plan.name,
    policy,
    other: other === null ? null : policyVerdict(run, other.scheduler, input, other),
    relaxations: policy.chosen === null && held === '' ? relaxationsOf(run, scheduler, taskClass) : [],
  };
}

/** Pods go by their own names. */
export function titleOf(run: ClusterRun, task: number): string {
  return run.podName(run.store.taskOrdinal(task)) ?? run.store.taskName(task);
}

/** The question that the run's scheduler would be asked about a waiting task next. */
export function questionAbout(
  { store, world: { streams }, input, kernel }: ClusterRun,
  task: number,
): DecisionInput {
  const random = streams.stream('placement', input.platform.name);
  return { view: store, task, random, nowMs: kernel.nowMs };
}

/** Tasks that wait, in order of submission. */
export function waitingTasks({ store }: ClusterRun): number[] {
  const tasks: number[] = [];
  for (let task = 0; task < store.taskState.length; task++) {
    if (store.taskState[task] === TASK_STATE.pending) tasks.push(task);
  }
  return tasks.sort((a, b) => store.taskOrdinal(a) - store.taskOrdinal(b));
}

/** Waiting tasks by class, those that are held back apart from the others; most tasks first. */
export function waitingByClass(run: ClusterRun): (readonly [classId: number, tasks: readonly number[]])[] {
  const tried = new Map<number, number[]>();
  const heldBack = new Map<number, number[]>();
  for (const task of waitingTasks(run)) {
    const classId = run.store.taskClass[task]!;
    const byClass = run.placement.heldBack(task) === '' ? tried : heldBack;
    byClass.set(classId, [...(byClass.get(classId) ?? []), task]);
  }
  return [...tried, ...heldBack].sort(([a, as], [b, bs]) => bs.length - as.length || a - b);
}
