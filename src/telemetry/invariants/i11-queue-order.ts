import type { Rule } from './rule.ts';
import type { World, WorldTask } from './world.ts';

/**
 * First come, first served. Tasks of one class are alike, so an older one that waits is never passed over; with a
 * strict queue the same holds across classes: nothing passes a waiting task of higher priority, or an older one of
 * the same. Tasks that are left to another scheduler stand in nobody's way, and start in whatever order that one likes.
 *
 * In kube-scheduler's queue a task that did not fit is out of the line until it is tried again, which the log does not
 * tell, and so is one that RunTask failed for until its caller asks again; there the rule says nothing.
 *
 * Older means: submitted before, and waiting at least as long. A task that lost its room waits anew, so it may stand
 * on either side of those submitted meanwhile.
 */
export const queueOrder: Rule = {
  id: 'I-11',
  rule: 'a task never starts before an older waiting task of its class; in a strict queue, of any class',
  create: () => ({
    record(record, before, fail) {
      if (record.kind !== 'placed' || before.run === null) return;
      if (before.run.queue !== 'skip' && before.run.queue !== 'strict') return;
      const task = before.tasks.get(record.task);
      if (task?.state !== 'pending' || task.class.constraints === 'left-to-others') return;
      const passed = before.run.queue === 'strict' ? passedInAll(task, before) : passedInClass(task, before);
      if (passed !== null)
        fail(`task ${task.ordinal} starts before task ${passed.ordinal}, which waits longer`);
    },
  }),
};

function passedInClass(task: WorldTask, before: World): WorldTask | null {
  for (const other of before.waiting.get(task.class.class)?.values() ?? []) {
    // The line is in order of waiting: behind the task nobody has waited longer.
    if (other === task) return null;
    if (isOlder(other, task)) return other;
  }
  return null;
}

function passedInAll(task: WorldTask, before: World): WorldTask | null {
  for (const line of before.waiting.values()) {
    for (const other of line.values()) {
      if (other.class.constraints === 'left-to-others') break;
      if (other.class.priority < task.class.priority) break;
      if (other.class.priority > task.class.priority || isOlder(other, task)) return other;
      // The first of a line has waited longest: the rest of it is no older.
      if (other.waitingSinceMs > task.waitingSinceMs) break;
    }
  }
  return null;
}

function isOlder(a: WorldTask, b: WorldTask): boolean {
  if (a.ordinal >= b.ordinal) return false;
  return a.waitingSinceMs < b.waitingSinceMs || (a.waitingSinceMs === b.waitingSinceMs && a.attempt === 0);
}
