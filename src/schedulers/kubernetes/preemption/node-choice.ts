import type { ClusterView } from '../../../model/cluster-view.ts';
import type { Candidate } from './victims.ts';

/** Added to each priority so that fewer victims weigh less, however low they stand. */
const PRIORITY_OFFSET = 2 ** 31;

/**
 * The candidates that do the least harm, after five rules, each among those that the rules before left equal: fewest
 * broken budgets; lowest priority of the most important victim; smallest sum of priorities; fewest victims; the latest
 * start of the longest-running among the most important victims. kube-scheduler takes any of what is left.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/preemption/preemption.go, pickOneNodeForPreemption
 */
export function leastHarmful(view: ClusterView, candidates: readonly Candidate[]): readonly Candidate[] {
  const { classes, taskClass } = view;
  const priority = (task: number) => classes[taskClass[task]!]!.priority;
  const highest = ({ victims }: Candidate) => priority(victims[0]!);
  const rules: readonly ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    highest,
    ({ victims }) => victims.reduce((sum, task) => sum + priority(task) + PRIORITY_OFFSET, 0),
    ({ victims }) => victims.length,
    (candidate) =>
      -earliestStart(candidate.victims.filter((task) => priority(task) === highestOf(candidate))),
  ];
  const highestOf = ({ victims }: Candidate) => Math.max(...victims.map(priority));
  const earliestStart = (tasks: readonly number[]) =>
    Math.min(...tasks.map((task) => view.taskSinceMs(task)));
  return rules.reduce((left, harm) => {
    const least = Math.min(...left.map(harm));
    return left.filter((candidate) => harm(candidate) === least);
  }, candidates);
}
