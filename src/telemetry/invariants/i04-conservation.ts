import type { TaskCounts } from '../log-record.ts';
import type { Rule } from './rule.ts';

/**
 * No task appears or vanishes: submitted = pending + running + succeeded + failed + stopped + rejected, as the log
 * tells it and as the engine counted it; and the attempt of every record is the number of restarts before it.
 */
export const conservation: Rule = {
  id: 'I-04',
  rule: 'submitted = pending + running + succeeded + failed + stopped + rejected; attempts = 1 + restarts',
  create: () => ({
    record(record, before, fail) {
      switch (record.kind) {
        case 'submitted':
          if (record.task !== before.tasksEver) {
            fail(`task ${record.task} is submitted, ${before.tasksEver} is the next`);
          }
          break;
        case 'placed':
        case 'running':
        case 'restarted':
        case 'killed':
        case 'evicted':
        case 'requeued':
        case 'ended': {
          const task = before.tasks.get(record.task);
          if (task !== undefined && task.attempt !== record.attempt) {
            fail(`task ${record.task} is in attempt ${task.attempt}, the record says ${record.attempt}`);
          }
          break;
        }
        case 'end': {
          let pending = 0;
          for (const task of before.tasks.values()) if (task.state === 'pending') pending += 1;
          const running = before.tasks.size - pending;
          const told: TaskCounts = { submitted: before.tasksEver, ...before.outcomes, pending, running };
          for (const key of Object.keys(told) as (keyof TaskCounts)[]) {
            if (told[key] !== record.tasks[key]) {
              fail(`the log tells of ${told[key]} tasks ${key}, the engine counted ${record.tasks[key]}`);
            }
          }
          const { submitted, ...parts } = record.tasks;
          const sum = Object.values(parts).reduce((total, part) => total + part, 0);
          if (sum !== submitted) fail(`${submitted} tasks were submitted, ${sum} are accounted for`);
          break;
        }
        default:
          break;
      }
    },
  }),
};
