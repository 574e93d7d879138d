import type { LogRecord } from '../log-record.ts';
import type { Rule } from './rule.ts';
import type { World } from './world.ts';

/** Which states an instance may come from. */
const INSTANCE_FROM = {
  booting: ['requested'],
  ready: ['booting', 'draining'],
  draining: ['ready'],
  terminated: ['requested', 'booting', 'ready', 'draining'],
} as const;

/**
 * Tasks: pending → starting → running → gone; starting and running may return to pending, and running to
 * starting; any state may end, but
 * success comes from running and rejection from pending only. Instances: requested → booting → ready ⇄ draining,
 * and terminated from anywhere. Nothing leaves a terminal state.
 */
export const transitions: Rule = {
  id: 'I-05',
  rule: 'tasks and instances change state legally, and never out of a terminal state',
  create: () => ({
    record(record, before, fail) {
      const illegal = record.kind === 'state' ? instanceFault(record, before) : taskFault(record, before);
      if (illegal !== null) fail(illegal);
    },
  }),
};

function instanceFault(record: LogRecord & { kind: 'state' }, before: World): string | null {
  const from = before.instances.get(record.instance)?.state;
  if (from === undefined) return `instance ${record.instance} becomes ${record.state} but is not there`;
  const legal: readonly string[] = INSTANCE_FROM[record.state];
  return legal.includes(from) ? null : `instance ${record.instance} goes from ${from} to ${record.state}`;
}

function taskFault(record: LogRecord, before: World): string | null {
  switch (record.kind) {
    case 'submitted':
      return record.task < before.tasksEver ? `task ${record.task} is submitted again` : null;
    case 'placed': {
      const host = before.instances.get(record.instance);
      if (host !== undefined && host.state !== 'ready') {
        return `task ${record.task} is placed on instance ${record.instance}, which is ${host.state}`;
      }
      if (host?.isConnected === false) {
        return `task ${record.task} is placed on instance ${record.instance}, whose agent is disconnected`;
      }
      return wrongState(record, before, ['pending']);
    }
    case 'running':
      return wrongState(record, before, ['starting']);
    case 'restarted':
      return wrongState(record, before, ['running']);
    case 'killed':
    case 'evicted':
    case 'requeued':
      return wrongState(record, before, ['starting', 'running']);
    case 'ended': {
      if (record.outcome === 'succeeded') return wrongState(record, before, ['running']);
      if (record.outcome === 'rejected') return wrongState(record, before, ['pending']);
      return wrongState(record, before, ['pending', 'starting', 'running']);
    }
    default:
      return null;
  }
}

function wrongState(
  record: { readonly kind: string; readonly task: number },
  before: World,
  legal: readonly string[],
): string | null {
  const task = before.tasks.get(record.task);
  if (task === undefined) {
    const why = record.task < before.tasksEver ? 'has left already' : 'was never submitted';
    return `task ${record.task} is ${record.kind} but ${why}`;
  }
  return legal.includes(task.state)
    ? null
    : `task ${record.task} is ${record.kind} while it is ${task.state}`;
}
