import type { Rule } from './rule.ts';

/**
 * An instance that ends has ended or requeued each task it hosted before, once: nothing is left on it, and whatever
 * an attempt's last record names is the instance that hosted it. An instance that AWS takes back on notice is gone by
 * the time that the notice names.
 */
export const instanceLoss: Rule = {
  id: 'I-17',
  rule: 'the end of an instance ends each attempt on it once, and requeues each of their tasks at most once',
  create() {
    /** By instance: when it must be gone. */
    const endsMs = new Map<number, number>();
    return {
      record(record, before, fail) {
        for (const [instance, byMs] of endsMs) {
          if (record.timeMs <= byMs) continue;
          fail(`instance ${instance} is still there after ${byMs} ms, the end of its notice`);
          endsMs.delete(instance);
        }
        if (record.kind === 'notice') {
          if (!before.instances.has(record.instance)) {
            fail(`instance ${record.instance} gets a notice but is not there`);
          } else if (record.endsMs !== null) endsMs.set(record.instance, record.endsMs);
        } else if (record.kind === 'state' && record.state === 'terminated') {
          endsMs.delete(record.instance);
          const left = before.instances.get(record.instance)?.tasks.keys() ?? [];
          for (const task of left) fail(`instance ${record.instance} ends and leaves task ${task} behind`);
        } else if ('attempt' in record && 'instance' in record && record.kind !== 'placed') {
          const task = before.tasks.get(record.task);
          if (task === undefined) return;
          const host = task.instance?.facts.instance ?? null;
          if (host !== record.instance) {
            fail(
              `task ${record.task} is ${record.kind} on instance ${record.instance}, but its host is ${host}`,
            );
          }
        }
      },
    };
  },
};
