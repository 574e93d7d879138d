import type { TaskClass } from '../../model/task-class.ts';
import { NO_INSTANCE, type Scheduler } from '../scheduler.ts';

/**
 * The scheduler, without the tasks that one of several others starts: it finds no instance for those, whatever there is.
 * `ownerOf` names who starts tasks of a class; null: this scheduler does.
 */
export function leavingTasks(
  scheduler: Scheduler,
  ownerOf: (taskClass: TaskClass) => string | null,
): Scheduler {
  const owners = new Map<TaskClass, string | null>();
  const owner = (taskClass: TaskClass): string | null => {
    const known = owners.get(taskClass);
    if (known !== undefined) return known;
    const found = ownerOf(taskClass);
    owners.set(taskClass, found);
    return found;
  };
  return {
    ...scheduler,
    decide(input) {
      const { view, task } = input;
      return owner(view.classes[view.taskClass[task]!]!) === null ? scheduler.decide(input) : NO_INSTANCE;
    },
    explain(input) {
      const { view, task } = input;
      const explanation = scheduler.explain(input);
      const name = owner(view.classes[view.taskClass[task]!]!);
      if (name === null) return explanation;
      const message = `its own scheduler ${name} has not started it: ${explanation.message || 'there is room'}`;
      return { ...explanation, chosen: NO_INSTANCE, tied: [], chain: [], message };
    },
    isLeftToOthers: (taskClass) => owner(taskClass) !== null,
  };
}
