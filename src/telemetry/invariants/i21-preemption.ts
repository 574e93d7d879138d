import type { Fail, Rule } from './rule.ts';
import type { World, WorldTask } from './world.ts';

/**
 * Only a waiting task of higher priority has others evicted, each once an attempt, and all from one instance at one time;
 * what a controller deletes goes for nobody's sake.
 * What is evicted is gone by the end of its grace period, and never starts to wait again before, unless its instance
 * goes or the kernel kills it; kube-scheduler's queue takes room from nobody in any other way.
 */
export const preemption: Rule = {
  id: 'I-21',
  rule: 'a task is evicted once, for a waiting one of higher priority, and gone when its grace period ends',
  create() {
    /** Evicted tasks, the first to go first: the grace period is the same for all. */
    let leaving: WorldTask[] = [];
    let last = { timeMs: -1, for: -1, instance: -1 };
    return {
      record(record, before, fail) {
        if (leaving.length > 0 && record.timeMs > before.nowMs) {
          leaving = leaving.filter((task) => isLeaving(task, record.timeMs, fail));
        }
        if (record.kind === 'evicted') {
          const task = before.tasks.get(record.task);
          if (task === undefined) return;
          checkEviction(record, task, before, fail);
          leaving.push(task);
          if (record.for === null) return;
          const isSame = last.timeMs === record.timeMs && last.for === record.for;
          if (isSame && last.instance !== record.instance) {
            fail(
              `task ${record.for} has others evicted from instances ${last.instance} and ${record.instance}`,
            );
          }
          last = { timeMs: record.timeMs, for: record.for, instance: record.instance };
        } else if (record.kind === 'requeued' && before.run?.queue === 'kube') {
          const task = before.tasks.get(record.task);
          const host = before.instances.get(record.instance);
          // Tasks without a grace period leave an instance that drains, or a cordoned one, at once.
          if (task === undefined || host?.state !== 'ready' || !host.isConnected) return;
          if (task.evictedUntilMs !== record.timeMs && !task.isKilled) {
            fail(`task ${record.task} loses its room, though it was not to be gone by now`);
          }
        }
      },
    };
  },
};

function checkEviction(
  record: { task: number; for: number | null },
  task: WorldTask,
  before: World,
  fail: Fail,
): void {
  const { for: forOrdinal } = record;
  if (task.evictedUntilMs !== null) fail(`task ${record.task} is evicted a second time`);
  if (forOrdinal === null) return;
  const preemptor = before.tasks.get(forOrdinal);
  if (preemptor?.state !== 'pending')
    fail(`task ${record.task} is evicted for task ${forOrdinal}, which does not wait`);
  else if (preemptor.class.priority <= task.class.priority) {
    fail(
      `task ${record.task} of priority ${task.class.priority} is evicted for task ${forOrdinal} of priority ${preemptor.class.priority}`,
    );
  }
}

/** Nothing has happened at `nowMs` yet. */
function isLeaving(task: WorldTask, nowMs: number, fail: Fail): boolean {
  const { evictedUntilMs } = task;
  if (evictedUntilMs === null) return false;
  if (evictedUntilMs >= nowMs) return true;
  fail(`task ${task.ordinal} is still there after ${evictedUntilMs} ms, when it was to be gone`);
  return false;
}
