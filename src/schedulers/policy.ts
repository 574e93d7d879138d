import type { ClusterView } from '../model/cluster-view.ts';
import type { TaskClass } from '../model/task-class.ts';
import { defineBaseline, readNoOptions } from './baselines/baseline.ts';
import { NO_INSTANCE, type SchedulerDefinition } from './scheduler.ts';

export interface Policy {
  /** Name in results. */
  readonly name: string;
  readonly summary?: string;
  /**
   * How good the instance in `slot` is for a task of the class, before placement; higher is better. Asked only for
   * instances that have room and satisfy the constraints. Must look at nothing but its arguments, and not return NaN.
   */
  score(view: ClusterView, slot: number, taskClass: TaskClass): number;
}

/**
 * A scheduler of one's own from one function: among the ready instances that can take the task, the one with the
 * highest score, the lowest id on ties. Feasibility, `explain` and the other duties of a scheduler come with it.
 *
 * @example
 * export default definePolicy({
 *   name: 'most-tasks',
 *   score: (view, slot) => view.taskCount[slot]!,
 * });
 */
export function definePolicy({ name, summary, score }: Policy): SchedulerDefinition {
  return defineBaseline<null>({
    name,
    summary: summary ?? 'A scheduler of its own.',
    readOptions: readNoOptions,
    createRule: () => ({
      drawsAmongBest: false,
      score,
      decide(candidates, view, taskClass) {
        const count = candidates.collect(view, taskClass);
        let best = Number.NEGATIVE_INFINITY;
        let chosen = NO_INSTANCE;
        for (let index = 0; index < count; index++) {
          const slot = candidates.found[index]!;
          const value = score(view, slot, taskClass);
          if (chosen !== NO_INSTANCE && value <= best) continue;
          best = value;
          chosen = slot;
        }
        return chosen;
      },
    }),
  }) as SchedulerDefinition;
}
