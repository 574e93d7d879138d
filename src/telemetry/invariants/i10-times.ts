import type { LogRecord } from '../log-record.ts';
import type { Fail, Rule } from './rule.ts';
import type { WorldTask } from './world.ts';

/**
 * A task waits before it starts, starts up for its planned start-up and runs for its planned runtime, to the
 * millisecond; an attempt cut short takes less or the same, and killed containers are up
 * again when it was said. An instance is ready before it takes tasks, and runs
 * before it is ready.
 */
export const times: Rule = {
  id: 'I-10',
  rule: 'submit ≤ placed; launch ≤ running ≤ ready ≤ placed; start-up and runtime last as planned unless cut short',
  create: () => ({
    record(record, before, fail) {
      if (record.kind === 'state' && record.state === 'ready') {
        const instance = before.instances.get(record.instance);
        if (instance !== undefined && instance.runningMs === null) {
          fail(`instance ${record.instance} is ready before it runs`);
        }
        return;
      }
      if (!('task' in record)) return;
      const task = before.tasks.get(record.task);
      if (task === undefined) return;
      if (record.kind === 'placed')
        checkPlaced(record, task, before.instances.get(record.instance)?.readyMs, fail);
      else checkElapsed(record, task, fail);
    },
  }),
};

function checkPlaced(
  record: LogRecord & { kind: 'placed' },
  task: WorldTask,
  readyMs: number | null | undefined,
  fail: Fail,
): void {
  if (record.timeMs < task.waitingSinceMs) fail(`task ${record.task} is placed before it waits`);
  if (readyMs === null)
    fail(`task ${record.task} is placed on instance ${record.instance} before it is ready`);
}

function checkElapsed(record: LogRecord & { task: number }, task: WorldTask, fail: Fail): void {
  const whole =
    record.kind === 'running' ||
    (record.kind === 'ended' && record.outcome === 'succeeded' && task.state === 'running');
  // A record in the wrong state is the business of I-05.
  if (task.state === 'pending' || (record.kind === 'running' && task.state !== 'starting')) return;
  const [plannedMs, fromMs, what] =
    task.state === 'starting'
      ? task.upMs === null
        ? [task.startupMs, task.placedMs, 'start-up']
        : [task.upMs - task.runningMs, task.runningMs, 'restart']
      : [task.runtimeMs, task.runningMs, 'runtime'];
  if (plannedMs === null) return;
  const elapsedMs = record.timeMs - fromMs;
  if (whole ? elapsedMs !== plannedMs : elapsedMs > plannedMs) {
    fail(`the ${what} of task ${record.task} took ${elapsedMs} ms, ${plannedMs} were planned`);
  }
}
